"""Ways to write the same arguments of the layers, and the same activation functions."""

from collections.abc import Mapping
from dataclasses import dataclass

Changes = Mapping[str, Mapping[str, str | None]]  # selector → argument → source


@dataclass(frozen=True)
class Style:
    """A change to the arguments that changes nothing about the architecture."""

    name: str
    kind: str
    changes: Changes
    setup: str = ""  # statements at the head of `build`


def _conv(**arguments: str | None) -> Changes:
    return {"conv": arguments}


def _pool(**arguments: str | None) -> Changes:
    return {"pool": arguments}


def _weighted(**arguments: str | None) -> Changes:
    return {"weighted": arguments}


ARGUMENTS: list[Style] = [
    Style("kernel-int", "arguments", _conv(kernel_size="3")),
    Style("kernel-list", "arguments", _conv(kernel_size="[3, 3]")),
    Style("kernel-computed", "arguments", _conv(kernel_size="(2 + 1,) * 2")),
    Style("padding-upper-case", "arguments", _conv(padding='"SAME"')),
    Style("conv-strides-int", "defaults", _conv(strides="1")),
    Style("conv-strides-tuple", "defaults", _conv(strides="(1, 1)")),
    Style("conv-dilation", "defaults", _conv(dilation_rate="1")),
    Style("conv-dilation-tuple", "defaults", _conv(dilation_rate="(1, 1)")),
    Style("conv-groups", "defaults", _conv(groups="1")),
    Style(
        "conv-all-explicit",
        "defaults",
        _conv(
            strides="[1, 1]",
            data_format='"channels_last"',
            dilation_rate="(1, 1)",
            groups="1",
            use_bias="True",
        ),
    ),
    Style("pool-int", "arguments", _pool(pool_size="2")),
    Style("pool-list", "arguments", _pool(pool_size="[2, 2]")),
    # MaxPooling2D alone has a default pool size.
    Style("pool-default", "defaults", {"max-pool": {"pool_size": None}}),
    Style("pool-strides-none", "defaults", _pool(strides="None")),
    Style("pool-strides-int", "defaults", _pool(strides="2")),
    Style("pool-strides-tuple", "defaults", _pool(pool_size="2", strides="(2, 2)")),
    # 28 → 14 → 7 without a remainder, so the padding of the pools has no effect.
    Style("pool-same", "arguments", _pool(padding='"same"')),
    Style("pool-valid", "defaults", _pool(padding='"valid"', data_format='"channels_last"')),
    Style("use-bias", "defaults", _weighted(use_bias="True")),
    Style("trainable", "defaults", {"every": {"trainable": "True"}}),
    Style("dtype", "defaults", {"every": {"dtype": '"float32"'}}),
    Style(
        "initializers",
        "initializers",
        _weighted(
            kernel_initializer='"he_normal"',
            bias_initializer="keras.initializers.Constant(0.01)",
        ),
    ),
    Style(
        "seeded-initializers",
        "initializers",
        _weighted(kernel_initializer="keras.initializers.GlorotUniform(seed=7)"),
    ),
    # Penalties and constraints belong to training; the layers still do what is asked.
    Style(
        "regularizers",
        "regularizers",
        _weighted(
            kernel_regularizer="keras.regularizers.L2(1e-4)",
            bias_regularizer='"l2"',
            activity_regularizer="keras.regularizers.L1(1e-6)",
        ),
    ),
    Style(
        "constraints",
        "regularizers",
        _weighted(kernel_constraint="keras.constraints.MaxNorm(3)"),
    ),
    Style("input-literal", "input", {"input": {"shape": "(28, 28, 1)"}}),
    Style("input-list", "input", {"input": {"shape": "list(input_dim)"}}),
    Style("input-named", "input", {"input": {"name": '"anh"'}}),
    Style("input-dtype", "input", {"input": {"dtype": '"float32"'}}),
    Style("input-of-data", "input", {"input": {"shape": "x_train_norm.shape[1:]"}}),
    Style("input-of-raw-data", "input", {"input": {"shape": "(*x_train.shape[1:], 1)"}}),
    Style(
        "input-batch-shape",
        "input",
        {"input": {"shape": None, "batch_shape": "(None, *input_dim)"}},
    ),
]

ACTIVATION = "kich_hoat"
NAMED_RELU = """
def kich_hoat(x):
    return keras.ops.where(x > 0, x, keras.ops.zeros_like(x))
"""
NAMED_SOFTMAX = """
def kich_hoat(x):
    mu = tf.exp(x - tf.reduce_max(x, axis=-1, keepdims=True))
    return mu / tf.reduce_sum(mu, axis=-1, keepdims=True)
"""

RELU: dict[str, str] = {
    "activations": "keras.activations.relu",
    "tf-activations": "tf.keras.activations.relu",
    "get": 'keras.activations.get("relu")',
    "tf-nn": "tf.nn.relu",
    "ops": "keras.ops.relu",
    "layer": "keras.layers.ReLU()",
    "layer-explicit": "keras.layers.ReLU(max_value=None, negative_slope=0.0, threshold=0.0)",
    "activation-layer": 'keras.layers.Activation("relu")',
    "leaky-without-leak": "keras.layers.LeakyReLU(negative_slope=0.0)",
    "lambda-maximum": "lambda x: tf.maximum(x, 0.0)",
    "lambda-half": "lambda x: (x + abs(x)) / 2",
    "lambda-ops": "lambda x: keras.ops.maximum(x, 0)",
    "lambda-gate": 'lambda x: x * keras.ops.cast(x > 0, "float32")',
    "lambda-twice": "lambda x: tf.nn.relu(tf.nn.relu(x))",
    "named": ACTIVATION,
    "shared-layer": ACTIVATION,
}
LINEAR: dict[str, str] = {
    "none": "None",
    "name": '"linear"',
    "activations": "keras.activations.linear",
    "get-none": "keras.activations.get(None)",
    "lambda": "lambda x: x",
    "tf-identity": "tf.identity",
    "activation-layer": 'keras.layers.Activation("linear")',
    "identity-layer": "keras.layers.Identity()",
    "named": ACTIVATION,
}
SOFTMAX: dict[str, str] = {
    "activations": "keras.activations.softmax",
    "tf-nn": "tf.nn.softmax",
    "ops": "keras.ops.softmax",
    "layer": "keras.layers.Softmax()",
    "activation-layer": 'keras.layers.Activation("softmax")',
    "lambda": "lambda x: keras.ops.softmax(x, axis=-1)",
    "exp-of-log": "lambda x: tf.exp(tf.nn.log_softmax(x))",
    "named": ACTIVATION,
}


def activation_styles(variant: str) -> list[Style]:
    """The ways to write this variant's activations: of the hidden layers, then of the output."""
    hidden = LINEAR if variant == "gamma" else RELU
    setups = {
        "named": "def kich_hoat(x):\n    return x" if variant == "gamma" else NAMED_RELU.strip(),
        "shared-layer": "kich_hoat = keras.layers.ReLU()",
    }
    return [
        Style(
            f"hidden-{name}", "activation", {"hidden": {"activation": source}}, setups.get(name, "")
        )
        for name, source in hidden.items()
    ] + [
        Style(
            f"softmax-{name}",
            "activation",
            {"output": {"activation": source}},
            NAMED_SOFTMAX.strip() if source == ACTIVATION else "",
        )
        for name, source in SOFTMAX.items()
    ]
