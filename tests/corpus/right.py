"""Right solutions: every variant in every style in which it can be written."""

from collections.abc import Iterator

from .case import VARIANTS, Case, right_case
from .layouts_code import CODE_LAYOUTS
from .layouts_helpers import HELPER_LAYOUTS
from .layouts_model import MODEL_LAYOUTS
from .right_arguments import ARGUMENTS, activation_styles
from .right_people import people_cases
from .right_written import WRITTEN
from .spec import (
    ARCHITECTURES,
    Layer,
    changed,
    fill,
    functional,
    parts,
)

SIGNATURES = {
    "Input": ("shape",),
    "Conv2D": (
        *("filters", "kernel_size", "strides", "padding"),
        *("data_format", "dilation_rate", "groups", "activation"),
    ),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "Dense": ("units", "activation"),
}

LAYOUTS = {"model": MODEL_LAYOUTS, "code": CODE_LAYOUTS, "helper": HELPER_LAYOUTS}


def right_cases() -> list[Case]:
    """Every right case, variant by variant."""
    cases = [
        right_case(f"{variant}-right-{name}", variant, source, kind)
        for variant in VARIANTS
        for name, kind, source in _styles(variant)
    ]
    return [*cases, *people_cases()]


def _styles(variant: str) -> Iterator[tuple[str, str, str]]:
    layers = ARCHITECTURES[variant]
    yield from _calls(variant)
    for style in [*ARGUMENTS, *activation_styles(variant)]:
        if any(layer.matches(selector) for layer in layers for selector in style.changes):
            steps = changed(layers, style.changes)
            yield style.name, style.kind, functional(variant, steps, setup=style.setup)
    for kind, layouts in LAYOUTS.items():
        for name, template in layouts.items():
            yield name, kind, fill(template, parts(variant, layers))
    for name, sources in WRITTEN.items():
        if variant in sources:
            yield name, "written", sources[variant]


ALIASES = {
    "Conv2D": "Convolution2D",
    "MaxPooling2D": "MaxPool2D",
    "AveragePooling2D": "AvgPool2D",
}


def _calls(variant: str) -> Iterator[tuple[str, str, str]]:
    """Ways to call a layer's class: keywords, positions, prefixes, aliases, names."""
    layers = ARCHITECTURES[variant]

    def aliased(layer: Layer) -> str:
        return str(Layer(ALIASES.get(layer.kind, layer.kind), layer.args))

    aliases = sorted({ALIASES[layer.kind] for layer in layers if layer.kind in ALIASES})
    yield "keywords", "call", functional(variant, layers)
    yield "positional", "call", functional(variant, layers, call=positional)
    yield "positional-to-the-end", "call", functional(variant, _complete(layers), call=positional)
    for name, imports, prefix in (
        ("keras-prefix", "", "keras.layers."),
        ("tf-keras-prefix", "", "tf.keras.layers."),
        ("layers-module", "from keras import layers", "layers."),
        ("tf-layers-module", "from tensorflow.keras import layers as L", "L."),
    ):
        call = f"{prefix}{{}}".format
        yield name, "call", functional(variant, layers, imports=imports, call=call)
    for name, imports in (
        ("star-import", "from keras.layers import *"),
        ("tf-star-import", "from tensorflow.keras.layers import *"),
    ):
        yield name, "call", functional(variant, layers, imports=imports)
    yield (
        "aliases",
        "call",
        functional(
            variant, layers, call=aliased, imports=f"from keras.layers import {', '.join(aliases)}"
        ),
    )
    named = [layer.but(name=f'"tang_{i}_{layer.role}"') for i, layer in enumerate(layers)]
    yield "named-layers", "call", functional(variant, named)
    pool = next((layer for layer in layers if layer.role == "pool"), None)
    if pool is not None:
        # The assignment asks for two 2×2 poolings; one layer object without weights may do both.
        yield "shared-pool", "shared-pool", _shared_pool(variant, layers, pool)
    yield "partials", "call", _partials(variant, layers)


def positional(layer: Layer) -> str:
    """The layer's call with its leading arguments by position."""
    values, left = [], dict(layer.args)
    for name in SIGNATURES.get(layer.kind, ()):
        if name not in left:
            break
        values.append(left.pop(name))
    return f"{layer.kind}({', '.join([*values, *(f'{k}={v}' for k, v in left.items())])})"


def _complete(layers: tuple[Layer, ...]) -> list[Layer]:
    """The layers with all arguments of their signatures, in order."""
    defaults = {
        "strides": "(1, 1)",
        "data_format": "None",
        "dilation_rate": "(1, 1)",
        "groups": "1",
        "activation": "None",
        "padding": '"valid"',
    }

    def complete(layer: Layer) -> Layer:
        names = SIGNATURES.get(layer.kind, ())
        known = {**defaults, **({"strides": "(2, 2)"} if layer.role == "pool" else {})}
        return Layer(layer.kind, {name: layer.args.get(name) or known[name] for name in names})

    return [complete(layer) for layer in layers]


def _shared_pool(variant: str, layers: tuple[Layer, ...], pool: Layer) -> str:
    def call(layer: Layer) -> str:
        return "pool" if layer.role == "pool" else str(layer)

    return functional(variant, layers, call=call, setup=f"pool = {pool}")


def _partials(variant: str, layers: tuple[Layer, ...]) -> str:
    """`functools.partial` holds what the convolutions, and what the hidden layers share."""
    activation = next(layer for layer in layers if layer.role == "dense").args.get("activation")
    templates = {"conv": "conv({})", "dense": "dense({})"}
    setup = ["from functools import partial", f"dense = partial(Dense, activation={activation})"]
    if variant != "delta":
        shared = f'kernel_size=3, padding="same", activation={activation}'
        setup.append(f"conv = partial(Conv2D, {shared})")

    def call(layer: Layer) -> str:
        size = layer.args.get("filters") or layer.args.get("units")
        return templates.get(layer.role, str(layer)).format(size)

    return functional(variant, layers, call=call, setup="\n".join(setup))
