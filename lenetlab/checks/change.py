"""Whether the change that a variant is about is right, whatever else deviates."""

from __future__ import annotations

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
    a layer of its own. Layers that could be what the change is about (own classes, ``Lambda``,
    operations) leave it unproven, that is wrong.
    """
    layers = model.layers
    if model.problem or not layers or not all(_is_known(x, layers, about) for x in layers):
        return False
    if about == "activation":
        pairs = align(expected, layers)
        output = dict(pairs)[len(expected) - 1]  # None where it is missing
        apart = activations_apart(expected, layers, pairs)
        hidden = {layer.activation for layer in expected[:-1]} - {None}
        found = {
            layer.activation_name
            for number, layer in enumerate(layers[:output])
            if (layer.activation is not None or "activation" in layer.module)
            and not (_is_unknown(layer) or number in apart)
        }
        return bool(found) and found <= hidden
    wanted_kinds = [layer.kind for layer in expected if ABOUT[about] in layer.kind]
    return wanted_kinds == [layer.kind for layer in layers if ABOUT[about] in layer.kind]


def _is_unknown(layer: Layer) -> bool:
    """Whether the layer's class does not settle what it computes."""
    return layer.kind in ("Lambda", "TimeDistributed") or not layer.is_keras


def _is_known(layer: Layer, layers: Sequence[Layer], about: str) -> bool:
    """Whether the layer is no hidden form of what the variant is about.

    Of an unknown one that is known where it has no weights, keeps the size of the tensor, and is
    no activation.
    """
    if not _is_unknown(layer):
        return True
    same_size = all(layers[place].output_shape == layer.output_shape for place in layer.inbound)
    samples = layer.activation.array if layer.activation else None
    harmless = samples is not None and activations.is_affine(samples)
    return layer.params == 0 and same_size and (about != "activation" or harmless)
