"""Wrong solutions with a layer that is called in vain, wrapped, or out of its place."""

from collections.abc import Iterator

from .case import VARIANTS, VISIBLE, Case, no_model_case
from .fair import points
from .labelled import wrong_chain
from .spec import ARCHITECTURES, FLATTEN, INPUT, Step, functional, replaced


def forgotten_cases() -> list[Case]:
    return [
        *(case for variant in VARIANTS for case in _dropped_cases(variant)),
        *(_wrapped_case(variant) for variant in VARIANTS),
        *(_flattened_case(variant) for variant in ("beta", "delta")),
    ]


def _dropped_cases(variant: str) -> Iterator[Case]:
    """A layer is called and its result is not used."""
    layers = ARCHITECTURES[variant]
    for index, layer in enumerate(layers):
        if layer.role in ("pool", "dense") and layer != layers[index - 1]:
            clear = layer != layers[index + 1]
            written: list[Step] = [*layers[:index], f"y = {layer}(x)", *layers[index + 1 :]]
            yield wrong_chain(
                f"{variant}-wrong-forgotten-{index}-{layer.role}",
                variant,
                replaced(layers, index),
                "forgotten",
                layer=index if clear else None,
                field="missing" if clear else None,
                source=functional(variant, written, imports=MAX_POOL),
            )


def _flattened_case(variant: str) -> Case:
    """Flatten before the pools, which then cannot be built."""
    layers = ARCHITECTURES[variant]
    pools = [layer for layer in layers if layer.role == "pool"]
    others = [layer for layer in layers[1:] if layer.role not in ("pool", "flatten")]
    source = functional(variant, [INPUT, FLATTEN, *pools, *others])
    name = f"{variant}-wrong-flatten-before-pools"
    return no_model_case(name, variant, source, "other-network")


def _wrapped_case(variant: str) -> Case:
    """F6 in a wrapper, which is another layer; whether its activation is right is left open."""
    layers = ARCHITECTURES[variant]
    wrapped = f"x = keras.layers.SpectralNormalization({layers[-2]})(x)"
    source = functional(variant, [*layers[:-2], wrapped, layers[-1]])
    hidden = points(1, None if variant in ("alpha", "gamma") else True)
    return Case(
        f"{variant}-wrong-wrapped-dense",
        variant,
        source,
        right=False,
        kind="other-network",
        hidden=hidden,
        visible=VISIBLE,
    )


MAX_POOL = "from keras.layers import MaxPooling2D"
