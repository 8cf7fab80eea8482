"""Right solutions of the kinds that a second reviewer and public notebooks brought up.

A kind is written for some of the variants, in turn: the corpus grows by kinds, not by copies.
"""

from collections.abc import Iterator, Mapping

from .case import VARIANTS, Case, right_case
from .layouts_habits import HABIT_LAYOUTS
from .layouts_people import PEOPLE_LAYOUTS
from .right_classes import class_sources
from .right_names import name_sources
from .spec import ARCHITECTURES, changed, fill, functional, parts, turns


def people_cases() -> list[Case]:
    return [
        *_layouts(),
        *(case for variant in VARIANTS for case in _arguments(variant)),
        *(
            right_case(f"{variant}-right-{name}", variant, source, kind)
            for kind, sources in (("names", name_sources()), ("own-class", class_sources()))
            for variant, name, source in sources
        ),
        *_shared_pools(),
        *_first_calls(),
    ]


def _layouts() -> Iterator[Case]:
    for number, (name, template) in enumerate({**PEOPLE_LAYOUTS, **HABIT_LAYOUTS}.items()):
        for variant in turns(number):
            source = fill(template, parts(variant, ARCHITECTURES[variant]))
            yield right_case(f"{variant}-right-people-{name}", variant, source, "people")


# Role → arguments, and statements at the head of `build`.
ARGUMENTS: dict[str, tuple[Mapping[str, Mapping[str, str | None]], str]] = {
    "numpy-integers": (
        {
            "conv": {"kernel_size": "(np.int64(3), np.int64(3))"},
            "pool": {"pool_size": "tuple(np.array([2, 2]))"},
        },
        "",
    ),
    "computed-sizes": (
        {
            "conv": {"kernel_size": "k", "padding": "dem"},
            "pool": {"pool_size": "[k - 1] * 2"},
        },
        'k, dem = 3, "same"',
    ),
    "integer-text": ({"conv": {"kernel_size": 'int("3")'}, "pool": {"pool_size": 'int("2")'}}, ""),
    "pool-strides-typed": ({"pool": {"pool_size": "2", "strides": "2", "padding": '"valid"'}}, ""),
    "flatten-channels-last": ({"flatten": {"data_format": '"channels_last"'}}, ""),
    "input-taken-apart": (
        {"input": {"shape": "(cao, rong, kenh)"}},
        "cao, rong, kenh = input_dim",
    ),
    "input-of-an-array": ({"input": {"shape": "np.zeros(input_dim).shape"}}, ""),
    "zeros-for-bias": ({"weighted": {"bias_initializer": '"zeros"', "use_bias": "1 == 1"}}, ""),
}
RELU: dict[str, tuple[str, str]] = {
    "partial-leaky": (
        "partial(keras.activations.leaky_relu, negative_slope=0)",
        "from functools import partial",
    ),
    "partial-relu": (
        "partial(keras.activations.relu, max_value=None)",
        "from functools import partial",
    ),
    "own-def": ("my_relu", "def my_relu(x):\n    return tf.math.maximum(x, tf.zeros_like(x))"),
    "own-class-called": (
        "MyRelu()",
        "class MyRelu:\n    def __call__(self, x):\n        return keras.ops.maximum(0.0, x)",
    ),
    "from-a-table": ('HAM["ReLU"]', 'HAM = {"ReLU": tf.nn.relu, "Sigmoid": tf.nn.sigmoid}'),
    "deserialized": ('keras.activations.deserialize("relu")', ""),
    "tf-function": ("kich_hoat", "@tf.function\ndef kich_hoat(x):\n    return tf.nn.relu(x)"),
    "relu-object-shared": ("relu", "relu = keras.layers.ReLU(name='ReLU')"),
    "activation-of-tf-nn": ("keras.layers.Activation(tf.nn.relu)", ""),
    "static-method": (
        "Ham.relu",
        "class Ham:\n    @staticmethod\n    def relu(x):\n        return tf.where(x < 0, 0.0, x)",
    ),
    "name-built-up": ('"".join(["re", "lu"])', ""),
}
LINEAR: dict[str, tuple[str, str]] = {
    "own-def": ("giu_nguyen", "def giu_nguyen(x):\n    return x"),
    "get-linear": ('keras.activations.get("linear")', ""),
    "times-one": ("lambda x: x * 1.0", ""),
    "partial-leaky-one": (
        "partial(keras.activations.leaky_relu, negative_slope=1.0)",
        "from functools import partial",
    ),
    "variable": ("kich_hoat", "kich_hoat = None"),
    "plus-zero": ("lambda t: t + 0", ""),
}
SOFTMAX: dict[str, tuple[str, str]] = {
    "partial": (
        "partial(keras.activations.softmax, axis=-1)",
        "from functools import partial",
    ),
    "get": ('keras.activations.get("softmax")', ""),
    "tf-keras": ("tf.keras.activations.softmax", ""),
    "own-def": (
        "my_softmax",
        "def my_softmax(z):\n    e = keras.ops.exp(z - keras.ops.max(z, axis=-1, keepdims=True))\n"
        "    return e / keras.ops.sum(e, axis=-1, keepdims=True)",
    ),
}


def _arguments(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    hidden = LINEAR if variant == "gamma" else RELU
    changes = {
        **ARGUMENTS,
        **{
            f"hidden-{name}": ({"hidden": {"activation": source}}, setup)
            for name, (source, setup) in hidden.items()
        },
        **{
            f"softmax-{name}": ({"output": {"activation": source}}, setup)
            for name, (source, setup) in SOFTMAX.items()
        },
    }
    for number, (name, (change, setup)) in enumerate(changes.items()):
        if any(layer.matches(role) for layer in layers for role in change) and (
            variant in turns(number) or variant == "gamma"
        ):
            source = functional(variant, changed(layers, change), setup=setup)
            kind = "activation" if name.startswith(("hidden", "softmax")) else "arguments"
            yield right_case(f"{variant}-right-people-{name}", variant, source, kind)


POOL_TWICE: dict[str, str] = {
    "loop-with-one-pool": """
from keras.layers import MaxPooling2D
$begin
        gop = $pool
        x = input = $input
        for filters in (6, 16):
            x = Conv2D(filters, 3, padding="same", activation=$activation)(x)
            x = gop(x)
        x = Flatten()(x)
        for units in (120, 84):
            x = Dense(units, activation=$activation)(x)
        self.model = Model(input, Dense(10, activation="softmax")(x))
""",
    "sequential-with-one-pool": """
from keras.layers import MaxPooling2D
$begin
        gop = $pool
        self.model = keras.Sequential([
            $input,
            Conv2D(6, 3, padding="same", activation=$activation),
            gop,
            Conv2D(16, 3, padding="same", activation=$activation),
            gop,
            Flatten(),
            Dense(120, activation=$activation),
            Dense(84, activation=$activation),
            Dense(10, activation="softmax"),
        ])
""",
    "one-pool-on-self": """
from keras.layers import MaxPooling2D
$begin
        self.pool = $pool
        input = $input
        x = self.pool(Conv2D(6, (3, 3), padding="same", activation=$activation)(input))
        x = self.pool(Conv2D(16, (3, 3), padding="same", activation=$activation)(x))
        x = Dense(120, activation=$activation)(Flatten()(x))
        x = Dense(84, activation=$activation)(x)
        self.model = Model(input, Dense(10, activation="softmax")(x))
""",
}


FIRST_CALLS = {
    "zeros": 'self.model(np.zeros((1, *input_dim), dtype="float32"))',
    "some-images": "self.model(x_train_norm[:5])",
    "a-prediction": "self.model.predict(x_train_norm[:3], verbose=0)",
}
CALLED = """
$begin
        self.model = keras.Sequential([
            $layers
        ])
        $call
"""


def _first_calls() -> Iterator[Case]:
    """A Sequential without an input knows it when `build` ends: it was called on data."""
    for number, (name, call) in enumerate(FIRST_CALLS.items()):
        for variant in turns(number):
            words = {**parts(variant, ARCHITECTURES[variant]), "call": call}
            source = fill(CALLED, words)
            yield right_case(f"{variant}-right-called-on-{name}", variant, source, "first-call")


def _shared_pools() -> Iterator[Case]:
    """A layer object without weights may be used twice: it counts as two layers."""
    for name, template in POOL_TWICE.items():
        for variant in ("alpha", "beta", "gamma"):
            layers = ARCHITECTURES[variant]
            words = {
                **parts(variant, layers),
                "imports": "",
                "pool": str(layers[2]),
                "activation": layers[1].args.get("activation", "None"),
            }
            source = fill(template, words)
            yield right_case(f"{variant}-right-{name}", variant, source, "shared-pool")
