"""Wrong solutions with one argument of one layer changed, several values each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .case import VARIANTS, Case
from .labelled import wrong_chain
from .spec import ARCHITECTURES, Layer, changed, replaced, variant_layers


@dataclass(frozen=True)
class Change:
    """A wrong value for the argument `field` of the layers with one of these indices."""

    field: str
    name: str
    value: str | None
    more: tuple[tuple[str, str], ...] = ()

    def apply(self, layer: Layer) -> Layer:
        return layer.but(**{self.field: self.value}, **dict(self.more))


def _changes(field: str, **values: str) -> list[Change]:
    return [Change(field, name, value) for name, value in values.items()]


CONV = [
    *_changes("kernel_size", five="(5, 5)", one="(1, 1)", wide="(3, 5)", two="2", row="(1, 3)"),
    *_changes("strides", two="2", wide="(1, 2)"),
    *_changes("padding", valid='"valid"'),
    Change("padding", "default", None),
    *_changes("dilation_rate", two="2", tall="(2, 1)"),
    *_changes("use_bias", false="False"),
]
POOL = [
    *_changes("pool_size", three="(3, 3)", tall="(2, 1)", wide="(1, 2)", four="4", one="(1, 1)"),
    Change("pool_size", "overlapping", "3", (("strides", "2"), ("padding", '"same"'))),
    *_changes("strides", one="1", three="3", tall="(2, 1)"),
    Change("strides", "one-same", "1", (("padding", '"same"'),)),
]
WEIGHTED = _changes("trainable", false="False")
UNITS = {
    "120": ("100", "64", "121", "84", "1200"),
    "84": ("64", "83", "128", "120", "10"),
    "10": ("11", "9", "1", "100"),
}
FILTERS = {"6": ("5", "8", "16", "32"), "16": ("6", "15", "32", "64")}


def field_cases() -> list[Case]:
    return [
        *(case for place in variant_layers() for case in _layer_cases(*place)),
        *_input_cases(),
        *(case for variant in VARIANTS for case in _everywhere_cases(variant)),
    ]


def _layer_cases(variant: str, index: int, layer: Layer) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    for change in _layer_changes(layer):
        yield wrong_chain(
            f"{variant}-wrong-{index}-{layer.role}-{change.field}-{change.name}".replace("_", "-"),
            variant,
            replaced(layers, index, change.apply(layer)),
            "frozen" if change.field == "trainable" else change.field,
            layer=index,
            field=change.field,
        )


def _layer_changes(layer: Layer) -> list[Change]:
    if layer.role == "conv":
        filters = layer.args["filters"]
        # C1 sees one channel, so that only C3 can be grouped.
        groups = _changes("groups", two="2") if filters == "16" else []
        counts = [Change("filters", value, value) for value in FILTERS[filters]]
        return [*counts, *CONV, *groups, *WEIGHTED]
    if layer.role == "pool":
        return POOL
    if layer.kind == "Dense":
        counts = [Change("units", value, value) for value in UNITS[layer.args["units"]]]
        return [*counts, *_changes("use_bias", false="False"), *WEIGHTED]
    return []


INPUT_SHAPES = {
    "colour": "(28, 28, 3)",
    "padded": "(32, 32, 1)",
    "two-channels": "(*input_dim[:2], 2)",
    "small": "(14, 14, 1)",
    "not-square": "(28, 32, 1)",
    "transposed-batch": "(60, 28, 28)",
}


def _input_cases() -> Iterator[Case]:
    for variant, layers in ARCHITECTURES.items():
        for name, shape in INPUT_SHAPES.items():
            steps = replaced(layers, 0, layers[0].but(shape=shape))
            yield wrong_chain(
                f"{variant}-wrong-input-{name}", variant, steps, "input", layer=0, field="shape"
            )


EVERYWHERE: dict[str, dict[str, dict[str, str | None]]] = {
    "conv-kernel-five": {"conv": {"kernel_size": "(5, 5)"}},
    "conv-default-padding": {"conv": {"padding": None}},
    "conv-five-and-valid": {"conv": {"kernel_size": "(5, 5)", "padding": '"valid"'}},
    "conv-strided": {"conv": {"strides": "2"}},
    "conv-without-bias": {"conv": {"use_bias": "False"}},
    "pool-three": {"pool": {"pool_size": "(3, 3)"}},
    "pool-strides-one": {"pool": {"strides": "1"}},
    "pool-overlapping": {"pool": {"pool_size": "3", "strides": "2", "padding": '"same"'}},
    "without-bias": {"weighted": {"use_bias": "False"}},
    "dense-without-bias": {"dense": {"use_bias": "False"}},
    "frozen-dense": {"dense": {"trainable": "False"}},
    "frozen-conv": {"conv": {"trainable": "False"}},
    "low-rank": {"dense": {"lora_rank": "4"}},  # adds weights and freezes the kernels
    "same-units": {"dense": {"units": "100"}},
    "conv-channels-first": {"conv": {"data_format": '"channels_first"'}},
    "pool-channels-first": {
        "pool": {"data_format": '"channels_first"', "pool_size": "2", "padding": '"same"'}
    },
}


def _everywhere_cases(variant: str) -> Iterator[Case]:
    """The same mistake in all layers of a kind."""
    layers: Sequence[Layer] = ARCHITECTURES[variant]
    for name, changes in EVERYWHERE.items():
        steps = changed(layers, changes)
        if steps != list(layers):
            yield wrong_chain(f"{variant}-wrong-all-{name}", variant, steps, "everywhere")
