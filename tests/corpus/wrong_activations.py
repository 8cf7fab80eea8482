"""Wrong solutions with other activations: of one layer, of all hidden layers, of the output."""

from collections.abc import Iterator, Mapping

from .case import VARIANTS, Case
from .labelled import wrong_chain
from .spec import ARCHITECTURES, changed, replaced

COMMON: dict[str, str | None] = {
    "sigmoid": '"sigmoid"',
    "tanh": '"tanh"',
    "elu": '"elu"',
    "selu": '"selu"',
    "gelu": '"gelu"',
    "silu": '"silu"',
    "mish": '"mish"',
    "softplus": '"softplus"',
    "softsign": '"softsign"',
    "softmax": '"softmax"',
    "exponential": '"exponential"',
    "leaky-relu": '"leaky_relu"',
    "relu6": '"relu6"',
    "hard-sigmoid": '"hard_sigmoid"',
    "abs": "abs",
    "square": "lambda x: x * x",
    "cube": "lambda x: x ** 3",
    "negated": "lambda x: -x",
    "minus-relu": "lambda x: -tf.nn.relu(x)",
    "shifted-relu": "lambda x: keras.ops.relu(x - 0.1)",
    "clip-6": "lambda x: keras.ops.clip(x, 0, 6)",
    "clip-20": "lambda x: keras.ops.clip(x, 0, 20)",
    "capped-layer": "keras.layers.ReLU(max_value=6)",
    "leaky-0.001": "lambda x: keras.ops.leaky_relu(x, negative_slope=0.001)",
}
INSTEAD_OF_RELU: dict[str, str | None] = {
    **COMMON,
    "omitted": None,
    "none": "None",
    "linear": "keras.activations.linear",
    "identity": "lambda x: x",
    "clip-100": "lambda x: keras.ops.clip(x, 0, 100)",
    "leaky-0.01": "keras.layers.LeakyReLU(negative_slope=0.01)",
    "leaky-layer": "keras.layers.ReLU(negative_slope=0.1)",
    "relu-plus-0.01": "lambda x: keras.ops.relu(x) + 0.01",
    "relu-times-2": "lambda x: 2 * keras.ops.relu(x)",
    "relu-times-1.01": "lambda x: 1.01 * keras.ops.relu(x)",
    "relu-of-minus": "lambda x: keras.ops.relu(-x)",
    "relu-squared": "lambda x: keras.ops.relu(x) ** 2",
    "threshold-0.05": "keras.layers.ReLU(threshold=0.05)",
    "smooth-relu": "lambda x: keras.ops.softplus(20 * x) / 20",
    "step": 'lambda x: keras.ops.cast(x > 0, "float32")',
    "lower-bound": "lambda x: keras.ops.maximum(x, -0.01)",
}
INSTEAD_OF_LINEAR: dict[str, str | None] = {
    **COMMON,
    "relu": '"relu"',
    "tf-relu": "tf.nn.relu",
    "relu-layer": "keras.layers.ReLU()",
    "times-1.01": "lambda x: 1.01 * x",
    "times-2": "lambda x: 2 * x",
    "plus-0.01": "lambda x: x + 0.01",
    "hard-tanh": '"hard_tanh"',
    "clip-10": "lambda x: keras.ops.clip(x, -10, 10)",
    "clip-100": "lambda x: keras.ops.clip(x, -100, 100)",
    "nearly-leaky": "lambda x: keras.ops.leaky_relu(x, negative_slope=0.99)",
    "wide-tanh": "lambda x: 10 * keras.ops.tanh(x / 10)",
    "small-sine": "lambda x: x + 0.1 * keras.ops.sin(x)",
    "rounded": "keras.ops.round",
    "hard-shrink": '"hard_shrink"',
}
INSTEAD_OF_SOFTMAX: dict[str, str | None] = {
    "omitted": None,
    "none": "None",
    "linear": '"linear"',
    "sigmoid": '"sigmoid"',
    "relu": '"relu"',
    "tanh": '"tanh"',
    "softplus": '"softplus"',
    "exponential": '"exponential"',
    "log-softmax": '"log_softmax"',
    "log-softmax-tf": "tf.nn.log_softmax",
    "warm": "lambda x: keras.ops.softmax(x / 2)",
    "cold": "lambda x: keras.ops.softmax(2 * x)",
    "softmin": "lambda x: keras.ops.softmax(-x)",
    "twice": "lambda x: keras.ops.softmax(keras.ops.softmax(x))",
    "of-relu": "lambda x: keras.ops.softmax(keras.ops.relu(x))",
    "over-the-batch": "lambda x: keras.ops.softmax(x, axis=0)",
    "halved": "lambda x: keras.ops.softmax(x) / 2",
    "smoothed": "lambda x: 0.9 * keras.ops.softmax(x) + 0.01",
    "normalized-relu": "lambda x: tf.nn.relu(x) / (1e-6 + tf.reduce_sum(tf.nn.relu(x), -1, True))",
    "normalized-sigmoid": "lambda x: tf.sigmoid(x) / tf.reduce_sum(tf.sigmoid(x), -1, True)",
    "one-hot": "lambda x: keras.ops.one_hot(keras.ops.argmax(x, axis=-1), 10)",
    "sparsemax": '"sparsemax"',
}

CORE = ("sigmoid", "tanh", "leaky-relu")  # tried on every layer
SHARE = 5  # of the others, every layer gets every fifth


def activation_cases() -> list[Case]:
    return [case for variant in VARIANTS for case in _cases(variant)]


def _cases(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    hidden = INSTEAD_OF_LINEAR if variant == "gamma" else INSTEAD_OF_RELU
    for name, source in hidden.items():
        steps = changed(layers, {"hidden": {"activation": source}})
        yield wrong_chain(
            f"{variant}-wrong-all-activation-{name}", variant, steps, "activation-everywhere"
        )
    turn = 0
    for index, layer in enumerate(layers):
        if layer.matches("hidden"):
            yield from _layer_cases(variant, index, _selection(hidden, turn))
            turn += 1
        elif layer.role == "output":
            yield from _layer_cases(variant, index, INSTEAD_OF_SOFTMAX)


def _selection(table: Mapping[str, str | None], turn: int) -> dict[str, str | None]:
    rest = [name for name in table if name not in CORE]
    return {name: table[name] for name in [*CORE, *rest[turn % SHARE :: SHARE]]}


def _layer_cases(variant: str, index: int, table: Mapping[str, str | None]) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    layer = layers[index]
    for name, source in table.items():
        yield wrong_chain(
            f"{variant}-wrong-{index}-{layer.role}-activation-{name}",
            variant,
            replaced(layers, index, layer.but(activation=source)),
            "activation",
            layer=index,
            field="activation",
        )
