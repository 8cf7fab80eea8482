"""Mistakes that students make: the wrong chain, separate activations, another course's network."""

from collections.abc import Iterator, Sequence

from .case import VARIANTS, Case
from .labelled import wrong_chain
from .spec import (
    ARCHITECTURES,
    FLATTEN,
    INPUT,
    LENET,
    Layer,
    architecture,
    changed,
    conv,
    dense,
    inserted,
    pool,
)

Mistake = tuple[str, str, Sequence[Layer]]  # name, kind, steps
SOFTMAX = dense(10, '"softmax"')


def mistake_cases() -> list[Case]:
    return [
        wrong_chain(f"{variant}-wrong-{name}", variant, steps, kind)
        for variant in VARIANTS
        for name, kind, steps in [
            *_separate_activations(variant),
            *_other_networks(variant),
            *_input_layers(variant),
            *MISUNDERSTOOD[variant],
        ]
    ]


def _activation(variant: str) -> str | None:
    return None if variant == "gamma" else '"relu"'


def _separate_activations(variant: str) -> Iterator[Mistake]:
    """Activations as layers of their own: the header asks for `activation=...`, in the layer."""
    layers = ARCHITECTURES[variant]
    named = Layer("Activation", {"activation": _activation(variant) or '"linear"'})
    separate = {"activation-layers": named}
    if variant != "gamma":
        separate["relu-layers"] = Layer("ReLU")
    for name, layer in separate.items():
        yield name, "separate-activation", _behind_hidden(layers, layer)
    yield (
        "batch-norm-and-activation",
        "separate-activation",
        _behind_hidden(layers, Layer("BatchNormalization"), named),
    )
    plain = [*layers[:-1], layers[-1].but(activation=None)]
    for name, layer in {
        "softmax-layer": Layer("Softmax"),
        "softmax-activation-layer": Layer("Activation", {"activation": '"softmax"'}),
    }.items():
        yield name, "separate-activation", [*plain, layer]
    yield (
        "activations-twice",
        "extra",
        [
            *inserted(layers[:-1], len(layers) - 1, named),
            layers[-1],
            Layer("Softmax"),
        ],
    )


def _behind_hidden(layers: Sequence[Layer], *more: Layer) -> list[Layer]:
    steps: list[Layer] = []
    for layer in layers:
        hidden = layer.matches("hidden")
        steps += [layer.but(activation=None), *more] if hidden else [layer]
    return steps


def _other_networks(variant: str) -> Iterator[Mistake]:
    """Networks of other courses and other years."""
    activation = _activation(variant)
    layers = ARCHITECTURES[variant]
    yield (
        "lenet-5-of-1998",
        "other-network",
        [
            INPUT,
            conv(6, '"tanh"').but(kernel_size="5"),
            pool("Average"),
            conv(16, '"tanh"').but(kernel_size="5", padding=None),
            pool("Average"),
            FLATTEN,
            dense(120, '"tanh"'),
            dense(84, '"tanh"'),
            SOFTMAX,
        ],
    )
    dropout = Layer("Dropout", {"rate": "0.5"})
    yield (
        "keras-example",
        "other-network",
        [
            INPUT,
            conv(32, activation),
            pool("Max"),
            conv(64, activation),
            pool("Max"),
            FLATTEN,
            dropout,
            SOFTMAX,
        ],
    )
    yield "two-layer-perceptron", "other-network", [INPUT, FLATTEN, dense(128, activation), SOFTMAX]
    yield "logistic-regression", "other-network", [INPUT, FLATTEN, SOFTMAX]
    yield "dropouts", "other-network", [*layers[:-2], dropout, layers[-2], dropout, layers[-1]]
    yield "both-hidden-missing", "other-network", [*layers[:-3], layers[-1]]
    if any(layer.role == "conv" for layer in layers):
        exchanged = {"6": "16", "16": "6"}
        yield (
            "filters-exchanged",
            "other-network",
            [
                layer.but(filters=exchanged[layer.args["filters"]])
                if layer.role == "conv"
                else layer
                for layer in layers
            ],
        )
        blocks: list[Layer] = []
        for layer in layers:
            blocks += [layer, layer] if layer.role == "conv" else [layer]
        yield "vgg-blocks", "other-network", blocks
    if variant in ("alpha", "beta", "gamma"):
        c5 = conv(120, activation).but(kernel_size="7", padding='"valid"')
        yield "c5-as-convolution", "other-network", [*layers[:5], c5, FLATTEN, *layers[7:]]
        one, s2, three, s4 = layers[1:5]
        yield "pools-before-convs", "other-network", [INPUT, s2, one, s4, three, *layers[5:]]


def _input_layers(variant: str) -> Iterator[Mistake]:
    """Layers that bring another input into shape; the image is 28×28×1 already."""
    layers = ARCHITECTURES[variant]
    reshape = Layer("Reshape", {"target_shape": "(28, 28, 1)"})
    yield "grey-image-reshaped", "input", [INPUT.but(shape="(28, 28)"), reshape, *layers[1:]]
    yield "vector-reshaped", "input", [INPUT.but(shape="(784,)"), reshape, *layers[1:]]
    big = Layer("Resizing", {"height": "28", "width": "28"})
    yield "big-image-resized", "input", [INPUT.but(shape="(32, 32, 1)"), big, *layers[1:]]
    flip = Layer("RandomFlip", {"mode": '"horizontal"'})
    yield "augmented", "extra", [INPUT, flip, *layers[1:]]


def _relu(*selectors: str) -> list[Layer]:
    return changed(LENET, {selector: {"activation": '"relu"'} for selector in selectors})


def _linear(selector: str) -> list[Layer]:
    return changed(architecture('"relu"'), {selector: {"activation": None}})


_OMICRON = ARCHITECTURES["omicron"]
_HEAD = [FLATTEN, dense(120, '"relu"'), dense(84, '"relu"'), SOFTMAX]
_KEEPING = pool("Max").but(pool_size="(1, 1)")
_SAME = pool("Max").but(strides="1", padding='"same"')

# What can be misunderstood about a variant's own change.
MISUNDERSTOOD: dict[str, list[Mistake]] = {
    "alpha": [
        ("relu-in-convs-only", "half", _relu("conv")),
        ("relu-in-dense-only", "half", _relu("dense")),
        ("relu-in-output-only", "half", _relu("output")),
    ],
    "beta": [
        ("strided-convs-for-pools", "half", changed(_OMICRON, {"conv": {"strides": "2"}})),
    ],
    "gamma": [
        ("average-pools", "half", architecture(None, "Average")),
        ("linear-convs-only", "half", _linear("conv")),
        ("linear-dense-only", "half", _linear("dense")),
    ],
    "omicron": [
        ("pools-that-keep", "half", [INPUT, _OMICRON[1], _KEEPING, _OMICRON[2], _KEEPING, *_HEAD]),
        ("pools-same-size", "half", [INPUT, _OMICRON[1], _SAME, _OMICRON[2], _SAME, *_HEAD]),
        (
            "dropout-for-pools",
            "half",
            [
                *_OMICRON[:2],
                Layer("Dropout", {"rate": "0.25"}),
                _OMICRON[2],
                Layer("Dropout", {"rate": "0.25"}),
                *_HEAD,
            ],
        ),
    ],
    "delta": [
        ("no-pools-either", "half", [INPUT, *_HEAD]),
        ("one-big-pool", "half", [INPUT, pool("Max").but(pool_size="(4, 4)"), *_HEAD]),
        ("average-pools", "half", [INPUT, *[pool("Average")] * 2, *_HEAD]),
        (
            "dense-for-convs",
            "half",
            [
                INPUT,
                dense(6, '"relu"'),
                pool("Max"),
                dense(16, '"relu"'),
                pool("Max"),
                *_HEAD,
            ],
        ),
        (
            "pointwise-convs",
            "half",
            [
                INPUT,
                conv(6, '"relu"').but(kernel_size="1"),
                pool("Max"),
                conv(16, '"relu"').but(kernel_size="1"),
                pool("Max"),
                *_HEAD,
            ],
        ),
    ],
}
