"""Wrong solutions whose layers look right from outside: own classes, changes after building."""

from collections.abc import Iterator

from .case import VARIANTS, Case
from .spec import ARCHITECTURES, fill, functional, parts, replaced

# The class has the right name and does something else.
OWN_LAYERS: dict[str, str] = {
    "own-dense": """
class Dense(keras.layers.Dense):
    def call(self, x):
        return 2 * super().call(x)
""",
    "own-dense-shifted": """
class Dense(keras.layers.Dense):
    def call(self, x):
        return super().call(x + 0.1)
""",
    "own-dense-from-scratch": """
class Dense(keras.layers.Layer):
    def __init__(self, units, activation=None):
        super().__init__()
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units))
        self.bias = self.add_weight(shape=(self.units,))

    def call(self, x):
        return self.activation(keras.ops.matmul(x, self.kernel) - self.bias)
""",
    "own-flatten": """
class Flatten(keras.layers.Flatten):
    def call(self, x):
        return -super().call(x)
""",
    "own-flatten-and-sort": """
class Flatten(keras.layers.Layer):
    def call(self, x):
        return keras.ops.sort(keras.ops.reshape(x, (keras.ops.shape(x)[0], -1)))

    def compute_output_shape(self, shape):
        return (shape[0], shape[1] * shape[2] * shape[3])
""",
}

# A model of the right layers whose `call` does something else with them.
SUBCLASSED = """
$begin
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.tang = [
                    $layers
                ]

            def call(self, x):
                for tang in self.tang:
                    x = tang(x)
                $result

        self.model = Net()
        self.model(np.zeros((1, *input_dim), dtype="float32"))
"""
RESULTS = {
    "subclass-that-scales": "return 2 * x",
    "subclass-that-takes-softmax-again": "return keras.ops.softmax(x)",
    "subclass-with-another-layer": "return Dense(10)(x)",
}
OVERRIDDEN = """
$begin
        class Net(keras.Model):
            def call(self, x, training=None):
                return 1 - super().call(x, training=training)

        input = $input
        $chain
        self.model = Net(input, output)
"""

# The right model is built, and then changed: name → what, counted from the end, field.
TAMPERED: dict[str, tuple[str, int | None, str | None]] = {
    "then-sigmoid": (
        "self.model.layers[-2].activation = keras.activations.sigmoid",
        -2,
        "activation",
    ),
    "then-logits": (
        "self.model.layers[-1].activation = keras.activations.linear",
        -1,
        "activation",
    ),
    "then-frozen": ("self.model.layers[-3].trainable = False", -3, "trainable"),
    "then-without-output": (
        "self.model = Model(input, self.model.layers[-2].output)",
        -1,
        "missing",
    ),
    "then-another-call": (
        "f6 = self.model.layers[-2]\ngoc = f6.call\nf6.call = lambda x: 2 * goc(x)",
        None,
        None,
    ),
}


def own_code_cases() -> list[Case]:
    return [case for variant in VARIANTS for case in _cases(variant)]


def _cases(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    names = parts(variant, layers)
    sources = {
        name: functional(variant, layers, setup=own.strip()) for name, own in OWN_LAYERS.items()
    }
    for name, result in RESULTS.items():
        sources[name] = fill(SUBCLASSED, {**names, "result": result})
    sources["functional-with-own-call"] = fill(OVERRIDDEN, names)
    for name, source in sources.items():
        yield Case(f"{variant}-wrong-{name}", variant, source, right=False, kind="own-class")

    model = "self.model = Model(input, output)\n"
    for name, (change, place, field) in TAMPERED.items():
        source = functional(variant, layers, model=model + change)
        index = None if place is None else len(layers) + place
        yield Case(f"{variant}-wrong-{name}", variant, source, False, index, field, "tampered")
    f6 = len(layers) - 2
    narrow = replaced(layers, f6, layers[f6].but(units="64"))
    source = functional(variant, narrow, model=f"{model}self.model.layers[-2].units = 84")
    yield Case(f"{variant}-wrong-then-relabelled", variant, source, False, kind="tampered")
