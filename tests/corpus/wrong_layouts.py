"""The commonest mistakes in Sequential, nested and looped models."""

from collections.abc import Iterator
from typing import NamedTuple

from .case import VARIANTS, Case
from .labelled import wrong_chain
from .layouts_code import CODE_LAYOUTS
from .layouts_model import MODEL_LAYOUTS
from .spec import ARCHITECTURES, Layer, fill, parts

LAYOUTS = {
    name: {**MODEL_LAYOUTS, **CODE_LAYOUTS}[name]
    for name in (
        "sequential",
        "sequential-in-model",
        "two-sequentials",
        "nested-functional",
        "functional-subclass",
        "specs",
    )
}


class Mistake(NamedTuple):
    name: str
    layer: int
    field: str
    layers: list[Layer]


def layout_cases() -> list[Case]:
    return [
        wrong_chain(
            f"{variant}-wrong-{layout}-{mistake.name}",
            variant,
            mistake.layers,
            "in-layout",
            layer=mistake.layer,
            field=mistake.field,
            source=fill(template, parts(variant, mistake.layers)),
        )
        for variant in VARIANTS
        for layout, template in LAYOUTS.items()
        for mistake in _mistakes(variant)
    ]


def _mistakes(variant: str) -> Iterator[Mistake]:
    layers = list(ARCHITECTURES[variant])
    last = len(layers) - 1

    def changed(index: int, layer: Layer) -> list[Layer]:
        return [*layers[:index], layer, *layers[index + 1 :]]

    activation = '"relu"' if variant == "gamma" else None
    for index, place in ((1, "first"), (last - 1, "last-hidden")):
        if layers[index].matches("hidden"):
            steps = changed(index, layers[index].but(activation=activation))
            yield Mistake(f"{place}-activation", index, "activation", steps)
    f5, f6 = last - 2, last - 1
    logits = changed(last, layers[last].but(activation=None))
    yield Mistake("logits", last, "activation", logits)
    yield Mistake("no-bias", f5, "use_bias", changed(f5, layers[f5].but(use_bias="False")))
    yield Mistake("frozen", f5, "trainable", changed(f5, layers[f5].but(trainable="False")))
    yield Mistake("units", f6, "units", changed(f6, layers[f6].but(units="64")))
    yield Mistake("without-f6", f6, "missing", [*layers[:f6], *layers[last:]])
    dropout = Layer("Dropout", {"rate": "0.5"})
    yield Mistake("dropout", last, "extra", [*layers[:last], dropout, layers[last]])
    for index, layer in enumerate(layers):
        if layer.role == "pool" and layers[index + 1].role == "flatten":
            kind = "MaxPooling2D" if variant == "alpha" else "AveragePooling2D"
            yield Mistake("pool-type", index, "type", changed(index, Layer(kind, layer.args)))
