"""Wrong solutions whose layers look right from outside: own classes, changes after building."""

from collections.abc import Iterator
from typing import NamedTuple

from .case import VARIANTS, VISIBLE, Case, no_model_case
from .labelled import wrong_by_hand, wrong_chain
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

# Of what a class of another name or another `call` makes wrong: mistakes, spoiled variants.
COUNTS: dict[str, tuple[int, float | None, str]] = {
    # Three layers are of a class of one's own with weights: whether that may be what the variant
    # does without is left open.
    "own-dense": (3, None, "alpha? beta? gamma? omicron? delta?"),
    "own-dense-shifted": (3, None, "alpha? beta? gamma? omicron? delta?"),
    "own-dense-from-scratch": (3, 0.0, "alpha? beta? gamma? omicron? delta?"),
    "own-flatten": (1, None, ""),
    "own-flatten-and-sort": (1, None, "gamma?"),
}


class Tampering(NamedTuple):
    """What is done to the right model, and what is wrong then; places count from the end."""

    code: str
    place: int | None
    field: str | None
    visible: float = VISIBLE
    spoils: str = ""


TAMPERED: dict[str, Tampering] = {
    "then-sigmoid": Tampering(
        "self.model.layers[-2].activation = keras.activations.sigmoid",
        -2,
        "activation",
        spoils="alpha gamma",
    ),
    "then-logits": Tampering(
        "self.model.layers[-1].activation = keras.activations.linear", -1, "activation"
    ),
    "then-frozen": Tampering("self.model.layers[-3].trainable = False", -3, "trainable"),
    "then-without-output": Tampering(
        "self.model = Model(input, self.model.layers[-2].output)", -1, "missing", visible=0.0
    ),
    "then-another-call": Tampering(
        "f6 = self.model.layers[-2]\ngoc = f6.call\nf6.call = lambda x: 2 * goc(x)",
        None,
        None,
        spoils="alpha? gamma?",
    ),
}


def own_code_cases() -> list[Case]:
    return [case for variant in VARIANTS for case in _cases(variant)]


def _cases(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    names = parts(variant, layers)
    for name, own in OWN_LAYERS.items():
        mistakes, visible, spoils = COUNTS[name]
        yield wrong_by_hand(
            f"{variant}-wrong-{name}",
            variant,
            functional(variant, layers, setup=own.strip()),
            "own-class",
            mistakes=mistakes,
            visible=visible,
            spoils=spoils,
        )
    sources = {
        name: fill(SUBCLASSED, {**names, "result": result}) for name, result in RESULTS.items()
    }
    sources["functional-with-own-call"] = fill(OVERRIDDEN, names)
    for name, source in sources.items():
        yield no_model_case(f"{variant}-wrong-{name}", variant, source, "own-call")

    model = "self.model = Model(input, output)\n"
    for name, change in TAMPERED.items():
        yield wrong_by_hand(
            f"{variant}-wrong-{name}",
            variant,
            functional(variant, layers, model=model + change.code),
            "tampered",
            mistakes=1,
            visible=change.visible,
            spoils=change.spoils,
            layer=None if change.place is None else len(layers) + change.place,
            field=change.field,
        )
    f6 = len(layers) - 2
    narrow = replaced(layers, f6, layers[f6].but(units="64"))
    source = functional(variant, narrow, model=f"{model}self.model.layers[-2].units = 84")
    yield wrong_chain(
        f"{variant}-wrong-then-relabelled", variant, narrow, "tampered", source=source
    )
