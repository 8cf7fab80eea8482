"""Wrong solutions with other layers: another type, missing, extra, doubled, swapped."""

import dataclasses
from collections.abc import Iterator

from .case import VARIANTS, Case
from .labelled import wrong_chain
from .spec import ARCHITECTURES, LENET, Layer, inserted, replaced, variant_layers


def structure_cases() -> list[Case]:
    return [
        *(case for place in variant_layers() for case in _type_cases(*place)),
        *(case for variant in VARIANTS for case in _count_cases(variant)),
        *(case for variant in VARIANTS for case in _swapped_cases(variant)),
        *(case for variant in VARIANTS for case in _other_variant_cases(variant)),
    ]


def _other_types(layer: Layer) -> list[Layer]:
    """Layers of other classes that could stand where this one stands."""
    if layer.role == "conv":
        return [
            Layer("SeparableConv2D", layer.args),
            Layer("Conv2DTranspose", layer.args),
            Layer("DepthwiseConv2D", layer.but(filters=None).args),
            Layer("Dense", {"units": layer.args["filters"]}).but(
                activation=layer.args.get("activation")
            ),
        ]
    if layer.role == "pool":
        other = "MaxPooling2D" if layer.kind == "AveragePooling2D" else "AveragePooling2D"
        return [
            Layer(other, layer.args),
            Layer("Conv2D", {"filters": "8", "kernel_size": "2", "strides": "2"}),
            Layer("DepthwiseConv2D", {"kernel_size": "2", "strides": "2"}),
            Layer("UpSampling2D", {"size": "2"}),
            Layer("Dropout", {"rate": "0.25"}),
            Layer("BatchNormalization"),
        ]
    if layer.role == "flatten":
        # The assignment's table and its list of types ask for Flatten itself.
        return [
            Layer("Reshape", {"target_shape": "(-1,)"}),
            Layer("GlobalAveragePooling2D"),
            Layer("GlobalMaxPooling2D"),
        ]
    if layer.role == "dense":
        return [Layer("Dropout", {"rate": "0.5"}), Layer("BatchNormalization")]
    return []


def _type_cases(variant: str, index: int, layer: Layer) -> Iterator[Case]:
    for other in _other_types(layer):
        steps = replaced(ARCHITECTURES[variant], index, other)
        name = f"{variant}-wrong-{index}-{layer.role}-as-{other.kind.lower()}"
        yield wrong_chain(name, variant, steps, "type", layer=index, field="type")


IMAGE_EXTRAS = [
    Layer("ZeroPadding2D", {"padding": "1"}),
    Layer("Conv2D", {"filters": "32", "kernel_size": "3", "padding": '"same"'}),
    Layer("SpatialDropout2D", {"rate": "0.2"}),
    Layer("RandomRotation", {"factor": "0.1"}),
    Layer("Cropping2D", {"cropping": "1"}),
    Layer("Resizing", {"height": "32", "width": "32"}),
    Layer("GlobalAveragePooling2D", {"keepdims": "True"}),
]
EXTRAS = [
    Layer("Dropout", {"rate": "0.5"}),
    Layer("BatchNormalization"),
    Layer("Activation", {"activation": '"relu"'}),
    Layer("Identity"),
    Layer("GaussianNoise", {"stddev": "0.1"}),
    Layer("Rescaling", {"scale": "1 / 255"}),
    Layer("Lambda", {"function": "lambda t: t"}),
    Layer("LayerNormalization"),
    Layer("ReLU"),
    Layer("Activation", {"activation": '"linear"'}),
    Layer("ActivityRegularization", {"l2": "1e-4"}),
]
DENSE_EXTRA = Layer("Dense", {"units": "32", "activation": '"relu"'})


def _count_cases(variant: str) -> Iterator[Case]:
    """A layer missing, a layer twice, a layer too many."""
    layers = ARCHITECTURES[variant]
    flatten = next(i for i, layer in enumerate(layers) if layer.role == "flatten")
    for index, layer in enumerate(layers[1:], 1):
        if layer == layers[index - 1]:
            continue
        # Of two equal neighbours nobody can say which one is missing.
        clear = layer not in layers[index + 1 : index + 2]
        yield wrong_chain(
            f"{variant}-wrong-without-{index}-{layer.role}",
            variant,
            replaced(layers, index),
            "missing",
            layer=index if clear else None,
            field="missing" if clear else None,
        )
        # Of equal neighbours the last is the one too many.
        behind = (
            next(i for i, other in enumerate(layers) if i > index and other != layer)
            if index + 1 < len(layers)
            else len(layers)
        )
        yield wrong_chain(
            f"{variant}-wrong-twice-{index}-{layer.role}",
            variant,
            inserted(layers, index, layer),
            "doubled",
            layer=behind,
            field="extra",
        )
    for number, extra in enumerate(EXTRAS):
        for index in sorted({1 + number % (len(layers) - 1), len(layers)}):
            yield _extra(variant, extra, index)
    for number, extra in enumerate(IMAGE_EXTRAS):
        # Behind a global pooling there is nothing left to pool.
        index = flatten if "Global" in extra.kind else 1 + number % flatten
        yield _extra(variant, extra, index)
    for index in (flatten + 1, flatten + 2, flatten + 3, len(layers)):
        yield _extra(variant, DENSE_EXTRA, index)
    if variant == "omicron":
        for index in (2, 3):
            for kind in ("MaxPooling2D", "AveragePooling2D"):
                yield _extra(variant, Layer(kind, {"pool_size": "(2, 2)"}), index)
    if variant == "delta":
        for index in (1, 2, 3):
            conv = Layer("Conv2D", {"filters": "1", "kernel_size": "(1, 1)"})
            yield _extra(variant, conv, index, "pointwise")


def _extra(variant: str, extra: Layer, index: int, label: str = "") -> Case:
    if extra.kind == "Activation":
        label = f"activation-{extra.args['activation']}".replace('"', "")
    return wrong_chain(
        f"{variant}-wrong-extra-{label or extra.kind.lower()}-at-{index}",
        variant,
        inserted(ARCHITECTURES[variant], index, extra),
        "extra",
        layer=index,
        field="extra",
    )


def _swapped_cases(variant: str) -> Iterator[Case]:
    """Two neighbours in the other order, where that still is a model."""
    layers = ARCHITECTURES[variant]
    for index in range(1, len(layers) - 1):
        one, other = layers[index : index + 2]
        if one == other or (one.role, other.role) in (("pool", "flatten"), ("conv", "flatten")):
            continue
        steps = [*layers[:index], other, one, *layers[index + 2 :]]
        name = f"{variant}-wrong-swapped-{index}-{one.role}-{other.role}"
        case = wrong_chain(name, variant, steps, "swapped")
        # How many mistakes it is to have F6 behind the output, the text does not say.
        yield dataclasses.replace(case, hidden=None) if other.role == "output" else case


def _other_variant_cases(variant: str) -> Iterator[Case]:
    """Another architecture of the notebook, handed in for this one."""
    for other, layers in {"lenet": LENET, **ARCHITECTURES}.items():
        if other != variant:
            yield wrong_chain(f"{variant}-wrong-is-{other}", variant, layers, "other-variant")
