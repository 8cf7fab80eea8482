"""Expected layers against the layers found: findings, as data.

Two sequences are aligned first, so that a missing layer is one finding and not a difference at
every later place; then each pair is compared by what the layer does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lenetlab.model import activations
from lenetlab.model.describe import Description

ABOUT = ("activation", "pooling", "convolution")


@dataclass(frozen=True)
class Expected:
    """One layer as the assignment has it; ``settings`` are Keras's names and normal forms."""

    kind: str  # a class name of keras.layers
    settings: dict[str, Any] = field(default_factory=dict)
    activation: str | None = None  # a name of keras.activations; None where there is none
    role: str = ""  # the assignment's name for the layer: C1, S2, ...


@dataclass(frozen=True)
class Finding:
    """One deviation: which layer, which field, what was expected and what was found.

    ``place`` counts from 0 (the ``InputLayer``): among the expected layers, for an extra layer
    among those found. ``layer`` is the found layer's class and name, empty where there is none.
    """

    place: int | None
    role: str
    layer: str
    field: str
    expected: Any
    found: Any


def compare(expected: list[Expected], description: Description, params: int) -> list[Finding]:
    """All findings, those about the whole model first, then missing, extra and replaced layers,
    then single settings from the input to the output; ``params`` is the model's parameter count."""
    if description["problem"]:
        return [Finding(None, "", "", "graph", None, description["problem"])]
    layers = description["layers"]
    structure: list[Finding] = []
    settings: list[Finding] = []
    for place, number in _align(expected, layers):
        if number is None and place is not None:
            wanted = expected[place]
            structure.append(Finding(place, wanted.role, "", "missing", wanted.kind, None))
        elif place is None and number is not None:
            found = layers[number]
            structure.append(Finding(number, "", _title(found), "extra", None, found["class"]))
        elif place is not None and number is not None:
            for name, want, got in _differences(expected[place], layers, number):
                finding = Finding(
                    place, expected[place].role, _title(layers[number]), name, want, got
                )
                (structure if name == "type" else settings).append(finding)
    graph = [] if structure else list(_graph(description))
    if not (graph or structure or settings):
        total = sum(layer["params"] for layer in layers)
        if total != params:
            graph.append(Finding(None, "", "", "params", params, total))
    return graph + structure + settings


def change_is_right(expected: list[Expected], description: Description, about: str) -> bool:
    """Whether the change that the variant is about is right everywhere.

    ``"pooling"`` and ``"convolution"``: the layers of that family are those expected, in number
    and class. ``"activation"``: every layer before the output has the expected activation. Layers
    that could do anything (own classes, ``Lambda``, wrappers) leave it unproven, that is wrong.
    """
    layers = description["layers"]
    if description["problem"] or not layers or any(map(_could_be_anything, layers)):
        return False
    if about == "activation":
        pairs = list(_align(expected, layers))
        output = next((n for place, n in pairs if place == len(expected) - 1), None)
        hidden = {layer.activation for layer in expected[:-1]} - {None}
        before = layers if output is None else layers[:output]
        found = [_activation(layer) for layer in before if _has_activation(layer)]
        return bool(found) and set(found) <= hidden
    family = {"pooling": "Pool", "convolution": "Conv"}[about]
    wanted_kinds = [layer.kind for layer in expected if family in layer.kind]
    return wanted_kinds == [layer["class"] for layer in layers if family in layer["class"]]


def _could_be_anything(layer: Description) -> bool:
    return not _is_keras(layer) or layer["class"] in ("Lambda", "TimeDistributed")


def _is_keras(layer: Description) -> bool:
    """Whether the layer is of a class of Keras's own; operations and own classes are not."""
    parts = layer["module"].split(".")
    return parts[0] == "keras" and "layers" in parts


def activation_name(layer: Description) -> str | None:
    """The layer's activation in ``keras.activations``; None where it has no name there."""
    activation = layer["activation"]
    if activation is None or activation["samples"] is None:
        return None
    samples = np.array(
        [[np.nan if v is None else v for v in row] for row in activation["samples"]],
        dtype=np.float32,
    )
    return activations.identify(samples, layer["output_shape"][-1], len(layer["output_shape"]))


def _has_activation(layer: Description) -> bool:
    return layer["activation"] is not None or "activation" in layer["module"]


def _activation(layer: Description) -> str:
    """The activation's name, or a text that shows the function at two points."""
    if layer["activation"] is None:
        return str(layer["class"])
    name = activation_name(layer)
    if name is not None:
        return name
    samples = layer["activation"]["samples"]
    if samples is None:
        return f"{layer['activation']['label']} (?)"
    points = activations.grid(layer["output_shape"][-1])[:, 0]
    values = []
    for x in (-1, 1, 1000):
        y = samples[int(np.argmin(np.abs(points - x)))][0]
        values.append(f"f({x}) = {'?' if y is None else format(y, 'g')}")
    return f"{layer['activation']['label']} ({', '.join(values)})"


def _title(layer: Description) -> str:
    return f"{layer['class']} '{layer['name']}'"


def _align(
    expected: list[Expected], layers: list[Description]
) -> Iterator[tuple[int | None, int | None]]:
    """Pairs of places, None on one side for a missing or an extra layer: the cheapest way."""
    gap = 1.0
    rows, columns = len(expected) + 1, len(layers) + 1
    pair = np.array(
        [[_distance(want, layers, n) for n in range(len(layers))] for want in expected]
    ).reshape(rows - 1, columns - 1)
    cost = np.zeros((rows, columns))
    cost[:, 0], cost[0, :] = gap * np.arange(rows), gap * np.arange(columns)
    for i in range(1, rows):
        for j in range(1, columns):
            cost[i, j] = min(
                cost[i - 1, j - 1] + pair[i - 1, j - 1], cost[i - 1, j] + gap, cost[i, j - 1] + gap
            )
    steps: list[tuple[int | None, int | None]] = []
    i, j = rows - 1, columns - 1
    while i or j:
        if i and j and np.isclose(cost[i, j], cost[i - 1, j - 1] + pair[i - 1, j - 1]):
            i, j = i - 1, j - 1
            steps.append((i, j))
        elif i and np.isclose(cost[i, j], cost[i - 1, j] + gap):
            i -= 1
            steps.append((i, None))
        else:
            j -= 1
            steps.append((None, j))
    yield from reversed(steps)


def _distance(want: Expected, layers: list[Description], number: int) -> float:
    """How unlike two layers are: 0 the same, below 1 the same class, 2 and no pair at all."""
    found = layers[number]
    if (want.kind == "InputLayer") != (found["class"] == "InputLayer"):
        return 2.5
    if want.kind == found["class"]:
        return min(0.15 * sum(1 for _ in _differences(want, layers, number)), 0.75)
    related = any(family in want.kind and family in found["class"] for family in ("Pool", "Conv"))
    return 0.95 if related else 1.6


def _differences(
    want: Expected, layers: list[Description], number: int
) -> Iterator[tuple[str, Any, Any]]:
    """``(field, expected, found)`` for one pair of layers, the most telling first."""
    found = layers[number]
    if want.kind != found["class"] or not _is_keras(found):
        own = "" if _is_keras(found) else " (lớp tự viết)"
        yield "type", want.kind, found["class"] + own
        return
    settings, shape = found["settings"], found["output_shape"]
    if want.kind == "InputLayer":
        batch, *size = shape
        if size != want.settings["shape"]:
            yield "shape", tuple(want.settings["shape"]), tuple(size)
        elif batch is not None:
            yield "batch_size", None, batch
        return
    reshaped = False
    for name, value in want.settings.items():
        got = settings.get(name)
        if name == "padding":
            # By its effect: "same" keeps the size of the image (strides are 1 throughout).
            parents = [layers[place]["output_shape"] for place in found["inbound"]]
            if not reshaped and parents and parents[0][1:3] != shape[1:3]:
                yield "padding", value, got
        elif got != value:
            reshaped = reshaped or name in ("strides", "dilation_rate", "data_format")
            yield name, _tuple(value), _tuple(got)
    if want.activation is not None and activation_name(found) != want.activation:
        yield "activation", want.activation, _activation(found)
    if not found["trainable"] and found["params"] != 0:
        yield "trainable", True, False
    if found["shared"]:
        yield "shared", False, True


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _graph(description: Description) -> Iterator[Finding]:
    """Findings on how the layers hang together, for a model whose layers are those expected."""
    layers = description["layers"]
    if description["inputs"] != 1:
        yield Finding(None, "", "", "inputs", 1, description["inputs"])
    if description["outputs"] != [len(layers) - 1]:
        yield Finding(None, "", "", "outputs", 1, len(description["outputs"]))
    for number, layer in enumerate(layers[1:], start=1):
        if layer["inbound"] != [number - 1]:
            parents = ", ".join(_title(layers[place]) for place in layer["inbound"])
            yield Finding(number, "", _title(layer), "chain", _title(layers[number - 1]), parents)
