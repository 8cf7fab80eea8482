"""Wrong solutions with one mistake or several, mostly in Sequential models."""

from collections.abc import Callable, Iterator

from .case import VARIANTS, Case
from .labelled import wrong_chain
from .layouts_in_turn import written
from .spec import ARCHITECTURES, Layer, turns

Named = dict[str, Layer]  # by the assignment's name, in order


def named(variant: str) -> Named:
    """The right layers by the assignment's names."""
    layers = ARCHITECTURES[variant]
    names = ["Input", "C1", "S2", "C3", "S4", "Flatten", "F5", "F6", "Output"]
    if variant == "omicron":
        names = [name for name in names if name[0] != "S"]
    if variant == "delta":
        names = [name for name in names if name[0] != "C"]
    return dict(zip(names, layers, strict=True))


def _set(place: str, **arguments: str | None) -> Callable[[Named], Named]:
    return lambda layers: {**layers, place: layers[place].but(**arguments)}


def _without(*places: str) -> Callable[[Named], Named]:
    return lambda layers: {name: layer for name, layer in layers.items() if name not in places}


def _as(place: str, layer: Layer) -> Callable[[Named], Named]:
    return lambda layers: {**layers, place: layer}


def _before(place: str, *new: Layer) -> Callable[[Named], Named]:
    def change(layers: Named) -> Named:
        found: Named = {}
        for name, layer in layers.items():
            if name == place:
                found |= {f"+{place}{number}": extra for number, extra in enumerate(new)}
            found[name] = layer
        return found

    return change


def _again(place: str) -> Callable[[Named], Named]:
    def change(layers: Named) -> Named:
        found: Named = {}
        for name, layer in layers.items():
            found |= {name: layer} | ({f"{place} again": layer} if name == place else {})
        return found

    return change


RELU = '"relu"'
DROPOUT = Layer("Dropout", {"rate": "0.25"})
BATCH = Layer("BatchNormalization")

# name: the assignment's name of the layer and the field that a message should name, the change.
SINGLE: dict[str, tuple[str, str, Callable[[Named], Named]]] = {
    "c1-32-filters": ("C1", "filters", _set("C1", filters="32")),
    "c3-64-filters": ("C3", "filters", _set("C3", filters="64")),
    "c1-5x5": ("C1", "kernel_size", _set("C1", kernel_size="(5, 5)")),
    "c3-5x5": ("C3", "kernel_size", _set("C3", kernel_size="5")),
    "c1-valid": ("C1", "padding", _set("C1", padding='"valid"')),
    "c3-padding-forgotten": ("C3", "padding", _set("C3", padding=None)),
    "c3-strided": ("C3", "strides", _set("C3", strides="(2, 2)")),
    "c1-without-bias": ("C1", "use_bias", _set("C1", use_bias="False")),
    "c1-frozen": ("C1", "trainable", _set("C1", trainable="False")),
    "s2-of-three": ("S2", "pool_size", _set("S2", pool_size="3")),
    "s2-of-two-and-one": ("S2", "pool_size", _set("S2", pool_size="(2, 1)")),
    "s4-of-four": ("S4", "pool_size", _set("S4", pool_size="(4, 4)")),
    "s4-of-three": ("S4", "pool_size", _set("S4", pool_size="(3, 3)")),
    "s4-strides-one": ("S4", "strides", _set("S4", strides="1")),
    "s2-strides-three": ("S2", "strides", _set("S2", strides="(3, 3)")),
    "s2-three-by-two": ("S2", "pool_size", _set("S2", pool_size="(3, 3)", strides="2")),
    "f5-128": ("F5", "units", _set("F5", units="128")),
    "f6-64": ("F6", "units", _set("F6", units="64")),
    "f5-84": ("F5", "units", _set("F5", units="84")),
    "f6-120": ("F6", "units", _set("F6", units="120")),
    "f6-without-bias": ("F6", "use_bias", _set("F6", use_bias="False")),
    "output-without-bias": ("Output", "use_bias", _set("Output", use_bias="False")),
    "output-11": ("Output", "units", _set("Output", units="11")),
    "output-sigmoid": ("Output", "activation", _set("Output", activation='"sigmoid"')),
    "output-linear": ("Output", "activation", _set("Output", activation=None)),
    "output-relu": ("Output", "activation", _set("Output", activation=RELU)),
    "f6-tanh": ("F6", "activation", _set("F6", activation='"tanh"')),
    "f5-sigmoid-left": ("F5", "activation", _set("F5", activation='"sigmoid"')),
    "c3-sigmoid-left": ("C3", "activation", _set("C3", activation='"sigmoid"')),
    "f6-softmax": ("F6", "activation", _set("F6", activation='"softmax"')),
    "f6-missing": ("F6", "missing", _without("F6")),
    "f5-missing": ("F5", "missing", _without("F5")),
    "c1-missing": ("C1", "missing", _without("C1")),
    "c3-missing": ("C3", "missing", _without("C3")),
    "output-missing": ("Output", "missing", _without("Output")),
    "flatten-missing": ("Flatten", "missing", _without("Flatten")),
    "f5-twice": ("F6", "extra", _again("F5")),
    "f6-twice": ("Output", "extra", _again("F6")),
    "c3-twice": ("S4", "extra", _again("C3")),
    "flatten-twice": ("F5", "extra", _again("Flatten")),
    "dense-32-before-output": (
        "Output",
        "extra",
        _before("Output", Layer("Dense", {"units": "32", "activation": RELU})),
    ),
    "dense-512-behind-flatten": (
        "F5",
        "extra",
        _before("F5", Layer("Dense", {"units": "512", "activation": RELU})),
    ),
    "dropout-behind-f6": ("Output", "extra", _before("Output", DROPOUT)),
    "dropout-behind-flatten": ("F5", "extra", _before("F5", DROPOUT)),
    "batch-norm-behind-c1": ("S2", "extra", _before("S2", BATCH)),
    "rescaling-first": ("C1", "extra", _before("C1", Layer("Rescaling", {"scale": "1. / 255"}))),
    "rescaling-first-of-all": (
        "S2",
        "extra",
        _before("S2", Layer("Rescaling", {"scale": "1. / 255"})),
    ),
    "lambda-that-scales": (
        "F5",
        "extra",
        _before("F5", Layer("Lambda", {"function": "lambda x: x / 255.0"})),
    ),
    "reshape-first": (
        "C1",
        "extra",
        _before("C1", Layer("Reshape", {"target_shape": "(28, 28, 1)"})),
    ),
    "flatten-as-reshape": (
        "Flatten",
        "type",
        _as("Flatten", Layer("Reshape", {"target_shape": "(-1,)"})),
    ),
    "flatten-as-global": ("Flatten", "type", _as("Flatten", Layer("GlobalAveragePooling2D"))),
    "s4-average": ("S4", "type", _as("S4", Layer("AveragePooling2D", {"pool_size": "2"}))),
    "s2-average": ("S2", "type", _as("S2", Layer("AveragePooling2D", {"pool_size": "2"}))),
    "s4-max": ("S4", "type", _as("S4", Layer("MaxPooling2D", {"pool_size": "2"}))),
    "c3-separable": (
        "C3",
        "type",
        _as(
            "C3",
            Layer(
                "SeparableConv2D",
                {"filters": "16", "kernel_size": "3", "padding": '"same"', "activation": RELU},
            ),
        ),
    ),
    "input-of-three-colours": ("Input", "shape", _set("Input", shape="(28, 28, 3)")),
}

# Several mistakes at once, by the names above.
SEVERAL = [
    ("f5-128", "f6-64"),
    ("c1-5x5", "c3-5x5"),
    ("c1-32-filters", "c3-64-filters"),
    ("c1-valid", "c3-padding-forgotten"),
    ("dropout-behind-f6", "dropout-behind-flatten"),
    ("batch-norm-behind-c1", "dropout-behind-flatten"),
    ("output-linear", "f6-64"),
    ("s2-of-three", "f5-128"),
    ("f6-missing", "f5-84"),
    ("f6-missing", "output-11"),
    ("f5-missing", "dropout-behind-f6"),
    ("output-sigmoid", "dropout-behind-f6"),
    ("c1-5x5", "c1-valid", "f5-128"),
    ("c1-32-filters", "c3-64-filters", "dropout-behind-flatten"),
    ("f5-128", "f6-64", "output-11"),
    ("f5-128", "f6-64", "output-linear"),
    ("s2-of-three", "s4-strides-one", "f6-without-bias"),
    ("dropout-behind-f6", "dropout-behind-flatten", "f5-128"),
    ("c1-5x5", "c1-valid", "c3-5x5", "c3-padding-forgotten"),
    ("f5-128", "f6-64", "output-11", "output-sigmoid"),
    ("c1-32-filters", "c3-64-filters", "f5-128", "f6-missing"),
    ("c1-32-filters", "f6-tanh"),
    ("s4-average", "f5-128"),
    ("f6-tanh", "f5-sigmoid-left"),
]


def combined_cases() -> list[Case]:
    return [*_singles(), *_several()]


def _singles() -> Iterator[Case]:
    for number, (name, (place, field, change)) in enumerate(SINGLE.items()):
        possible = [v for v in turns(number, 5) if _applies(v, place, name)]
        for variant in possible[:3]:
            right = named(variant)
            layers = list(change(right).values())
            if layers == list(right.values()):
                continue
            yield wrong_chain(
                f"{variant}-wrong-single-{name}",
                variant,
                layers,
                "single",
                layer=list(right).index(place),
                field=field,
                source=written(variant, layers, number + VARIANTS.index(variant)),
            )


def _applies(variant: str, place: str, name: str) -> bool:
    kinds = {
        "flatten-as-global": variant != "delta",
        "s4-max": variant == "alpha",
        "s4-average": variant != "alpha",
        "s2-average": variant != "alpha",
        "c3-separable": variant not in ("gamma", "delta"),
    }
    return place in named(variant) and kinds.get(name, True)


def _several() -> Iterator[Case]:
    for number, names in enumerate(SEVERAL):
        for variant in turns(number, 4):
            layers = named(variant)
            for name in names:
                place, _, change = SINGLE[name]
                if place in layers:
                    layers = change(layers)
            if all(_applies(variant, SINGLE[name][0], name) for name in names):
                steps = list(layers.values())
                yield wrong_chain(
                    f"{variant}-wrong-{len(names)}-mistakes-{number}",
                    variant,
                    steps,
                    "several",
                    source=written(variant, steps, number + VARIANTS.index(variant)),
                )
