"""Whether the change that a variant is about is right, whatever else deviates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lenetlab.checks.compare import Expected, activations_apart, align
from lenetlab.model import activations
from lenetlab.model.types import Layer, Model

# What a variant may be about, and what the names of such layers have in common.
ABOUT = {"activation": "", "pooling": "Pool", "convolution": "Conv"}


def change_is_right(expected: Sequence[Expected], model: Model, about: str) -> bool:
    """Whether the change that the variant is about is right everywhere.

    ``"pooling"`` and ``"convolution"``: the layers of that family are those expected, in number
    and class. ``"activation"``: every layer before the output has the expected activation, be it as
    a layer of its own. Layers before the output that could be what the change is about (own
    classes, ``Lambda``, operations) leave it unproven, that is wrong.
    """
    layers = model.layers
    if model.problem or not layers:
        return False
    pairs = align(expected, layers)
    output = dict(pairs)[len(expected) - 1]  # None where it is missing
    apart = activations_apart(expected, layers, pairs)
    before = [number for number in range(len(layers))[:output] if number not in apart.values()]
    unknown = [number for number in before if _is_unknown(layers[number])]
    if not all(_is_harmless(layers[number], layers, about) for number in unknown):
        return False
    if about == "activation":
        hidden = {layer.activation for layer in expected[:-1]} - {None}
        found = {
            layer.activation_name
            for layer in (layers[apart.get(number, number)] for number in before)
            if (layer.activation is not None or "activation" in layer.module)
            and not (_is_unknown(layer) and _is_affine(layer))
        }
        return bool(found) and found <= hidden
    wanted_kinds = [layer.kind for layer in expected if ABOUT[about] in layer.kind]
    return wanted_kinds == [layer.kind for layer in layers if ABOUT[about] in layer.kind]


def _is_unknown(layer: Layer) -> bool:
    """Whether the layer's class does not settle what it computes."""
    return layer.kind in ("Lambda", "TimeDistributed") or not layer.is_keras


def _is_harmless(layer: Layer, layers: Sequence[Layer], about: str) -> bool:
    """Whether an unknown layer is no hidden form of what the variant is about.

    It is none where it has no weights and keeps the number of values; of an activation it has to
    be known what it does.
    """
    size = _size(layer)
    same_size = all(_size(layers[place]) == size for place in layer.inbound)
    known = about != "activation" or layer.activation_name is not None or _is_affine(layer)
    return layer.params == 0 and same_size and known


def _is_affine(layer: Layer) -> bool:
    samples = layer.activation.array if layer.activation else None
    return samples is not None and activations.is_affine(samples)


def _size(layer: Layer) -> int:
    """How many values the layer gives for one image; -1 where that is not known."""
    sizes = [-1 if size is None else size for size in layer.output_shape[1:]]
    return -1 if -1 in sizes else math.prod(sizes)
