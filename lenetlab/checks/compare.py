"""Expected layers against the layers found: findings, as data.

Two sequences are aligned first, so that a missing layer is one finding and not a difference at
every later place; then each pair is compared by what the layer does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import Any

import numpy as np

from lenetlab.checks import texts
from lenetlab.model import activations
from lenetlab.model.types import Layer, Model
from lenetlab.records import Finding

_Pairs = list[tuple[int | None, int | None]]


@dataclass(frozen=True)
class Expected:
    """One layer as the assignment has it; ``settings`` are Keras's names and normal forms."""

    kind: str  # a class name of keras.layers
    settings: dict[str, Any] = field(default_factory=dict)
    activation: str | None = None  # a name of keras.activations; None where there is none
    role: str = ""  # the assignment's name for the layer: C1, S2, ...

    def __post_init__(self) -> None:
        """Refuse an activation that Keras does not have: no model could pass."""
        if self.activation not in (None, *activations.KNOWN):
            raise ValueError(f"no activation of keras.activations is called {self.activation!r}")


def compare(expected: Sequence[Expected], model: Model, params: int) -> list[Finding]:
    """All findings, those about the whole model first, then missing, extra and replaced layers,
    then single settings from the input to the output; ``params`` is the model's parameter count."""
    if model.problem:
        return [Finding(None, "", "", "graph", None, model.problem)]
    layers = model.layers
    structure: list[Finding] = []
    settings: list[Finding] = []
    pairs = align(expected, layers)
    apart = activations_apart(expected, layers, pairs)
    for place, number in pairs:
        if place is not None and number is None:
            wanted = expected[place]
            structure.append(Finding(place, wanted.role, "", "missing", wanted.kind, None))
        elif place is None and number is not None and number not in apart.values():
            structure.append(_extra(expected, layers, pairs, number))
        elif place is not None and number is not None:
            role, title = expected[place].role, _title(layers[number])
            for name, want, got in _differences(expected[place], layers, number):
                findings = structure if name == "type" else settings
                if name == "activation" and number in apart:
                    name, got = "activation_layer", _title(layers[apart[number]])
                findings.append(Finding(place, role, title, name, want, got))
    frozen = [finding for finding in settings if finding.field == "trainable"]
    if len(frozen) > 1 and len(frozen) == sum(layer.params > 0 for layer in layers):
        settings = [finding for finding in settings if finding.field != "trainable"]
        settings.insert(0, Finding(None, "", "", "trainable", True, False))
    if structure or apart:
        return structure + settings
    graph = list(_graph(model))
    total = sum(layer.params for layer in layers)
    if total != params and not (graph or settings):
        graph.append(Finding(None, "", "", "params", params, total))
    return graph + settings


def activations_apart(
    expected: Sequence[Expected], layers: Sequence[Layer], pairs: _Pairs
) -> dict[int, int]:
    """Layers whose activation stands as a layer of its own right after them, with its number."""
    apart = {}
    for (place, number), (extra, after) in pairwise(pairs):
        if place is None or number is None or after is None or extra is not None:
            continue
        want, follower = expected[place].activation, layers[after]
        is_function = follower.params == 0 and follower.inbound == (number,)
        if is_function and want == follower.activation_name != layers[number].activation_name:
            apart[number] = after
    return apart


def _extra(
    expected: Sequence[Expected], layers: Sequence[Layer], pairs: _Pairs, number: int
) -> Finding:
    """A layer too many; of an activation, ``expected`` is the one of the layer before it."""
    found, before = layers[number], [place for place, n in pairs if n == number - 1]
    wanted = expected[before[0]].activation if before and before[0] is not None else None
    is_function = found.params == 0 and found.activation_name not in (None, "linear")
    return Finding(number, "", _title(found), "extra", wanted if is_function else None, found.kind)


def shown_activation(layer: Layer) -> str:
    """A layer's activation: its name, or a text that shows the function at three points."""
    if layer.activation is None:
        return layer.kind
    if layer.activation_name is not None:
        return layer.activation_name
    label, samples = layer.activation.label, layer.activation.array
    if samples is None:
        return f"{label} (?)"
    points = activations.grid(samples.shape[1])
    shown = []
    for x in (-1, 1, 1000):
        values = samples[points == x]  # one of each channel; they differ where channels are mixed
        known = np.allclose(values, values[0])
        shown.append(f"f({x}) = {texts.number(values[0]) if known else '?'}")
    return f"{label} ({'; '.join(shown)})"


def _title(layer: Layer) -> str:
    return f"{layer.kind} '{layer.name}'"


def align(expected: Sequence[Expected], layers: Sequence[Layer]) -> _Pairs:
    """Pairs of places, None on one side for a missing or an extra layer: the cheapest way.

    Of equally cheap ones that with the missing and extra layers last: of three equal convolutions
    the third is extra.
    """
    gap = 20
    # The first so many expected layers, the first so many found: what pairing them costs, and how.
    best: dict[tuple[int, int], tuple[int, _Pairs]] = {}
    for i, j in np.ndindex(len(expected) + 1, len(layers) + 1):
        ways: list[tuple[int, _Pairs]] = []
        if i:
            cost, pairs = best[i - 1, j]
            ways.append((cost + gap, [*pairs, (i - 1, None)]))
        if j:
            cost, pairs = best[i, j - 1]
            ways.append((cost + gap, [*pairs, (None, j - 1)]))
        if i and j:
            cost, pairs = best[i - 1, j - 1]
            cost += _distance(expected[i - 1], layers, j - 1)
            ways.append((cost, [*pairs, (i - 1, j - 1)]))
        best[i, j] = min(ways, key=itemgetter(0), default=(0, []))
    return best[len(expected), len(layers)][1]


def _distance(want: Expected, layers: Sequence[Layer], number: int) -> int:
    """How unlike two layers are: 0 the same, below 20 related, 40 no pair at all."""
    found = layers[number].kind
    if (want.kind == "InputLayer") != (found == "InputLayer"):
        return 50
    if want.kind == found:
        return min(3 * len(list(_differences(want, layers, number))), 15)
    related = any(family in want.kind and family in found for family in ("Pool", "Conv"))
    return 19 if related else 32


def _differences(
    want: Expected, layers: Sequence[Layer], number: int
) -> Iterator[tuple[str, Any, Any]]:
    """``(field, expected, found)`` for one pair of layers, the most telling first."""
    found = layers[number]
    if want.kind != found.kind or not found.is_keras:
        yield "type", want.kind, found.kind + texts.ORIGIN[found.origin]
        return
    shape = found.output_shape
    if want.kind == "InputLayer":
        if shape[1:] != want.settings["shape"]:
            yield "shape", want.settings["shape"], shape[1:]
        elif shape[0] is not None:
            yield "batch_size", None, shape[0]
        return
    reshaped = False
    for name, value in want.settings.items():
        got = found.settings.get(name)
        if name == "padding":
            # By its effect: "same" keeps the size of the image (strides are 1 throughout).
            parents = [layers[place].output_shape for place in found.inbound]
            if not reshaped and parents and parents[0][1:3] != shape[1:3]:
                yield "padding", value, got
        elif name == "strides" and "pool_size" in want.settings and got != value:
            if got != found.settings.get("pool_size"):  # else it follows by default
                yield name, value, got
        elif got != value:
            reshaped = reshaped or name in ("strides", "dilation_rate", "data_format")
            yield name, value, got
    if want.activation is not None and found.activation_name != want.activation:
        yield "activation", want.activation, shown_activation(found)
    if not found.trainable and found.params != 0:
        yield "trainable", True, False
    if found.shared:
        yield "shared", False, True


def _graph(model: Model) -> Iterator[Finding]:
    """Findings on how the layers hang together, for a model whose layers are those expected."""
    layers = model.layers
    if model.inputs != 1:
        yield Finding(None, "", "", "inputs", 1, model.inputs)
    if model.outputs != (len(layers) - 1,):
        yield Finding(None, "", "", "outputs", 1, len(model.outputs))
    for number, layer in enumerate(layers[1:], start=1):
        if layer.inbound != (number - 1,):
            parents = ", ".join(_title(layers[place]) for place in layer.inbound)
            yield Finding(number, "", _title(layer), "chain", _title(layers[number - 1]), parents)
