"""Expected and found layers side by side, in rows that a person can read down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lenetlab.checks import texts
from lenetlab.checks.compare import Expected, align, shown_activation
from lenetlab.model.types import Layer, Model
from lenetlab.records import Finding, LayerPair

_LONGEST = 120  # characters of a layer
_SIZES = ("shape", "filters", "units", "kernel_size", "pool_size", "padding")  # always said
_DEFAULTS = {"padding": "valid"}


def side_by_side(
    expected: Sequence[Expected], model: Model, findings: Sequence[Finding]
) -> tuple[LayerPair, ...]:
    """A row for each layer that is expected or found, from the input to the output.

    The ``findings`` say in which fields a row deviates. Empty where no layer could be read.
    """
    if model.problem or not model.layers:
        return ()
    deviating: defaultdict[tuple[str, int | None], list[str]] = defaultdict(list)
    for finding in findings:
        side = "found" if finding.field == "extra" else "expected"
        deviating[side, finding.place].append(finding.field)
    rows = []
    for place, number in align(expected, model.layers):
        fields = deviating["found", number] if place is None else deviating["expected", place]
        want = None if place is None else expected[place]
        got = None if number is None else model.layers[number]
        if want is None and not fields:
            fields = ["activation_layer"]  # the finding is of the layer before it
        rows.append(
            LayerPair(
                role=want.role if want else "",
                expected=_expected(want, fields) if want else "",
                found=_found(got, fields, want) if got else "",
                fields=tuple(fields),
            )
        )
    return tuple(rows)


def _expected(layer: Expected, fields: Collection[str]) -> str:
    settings = {k: v for k, v in layer.settings.items() if k in (*_SIZES, *fields)}
    return _words(layer.kind, settings, layer.activation)


def _found(layer: Layer, fields: Collection[str], want: Expected | None) -> str:
    settings = {k: v for k, v in layer.settings.items() if k in (*_SIZES, *fields)}
    if "padding" not in fields and want is not None and "padding" not in want.settings:
        settings.pop("padding", None)  # of a pooling layer: it changes nothing here
    if layer.kind == "InputLayer":
        settings["shape"] = layer.output_shape[1:]
        settings |= {"batch_size": layer.output_shape[0]} if "batch_size" in fields else {}
    settings |= {"trainable": False} if "trainable" in fields else {}
    activation = layer.activation_name or (layer.activation and shown_activation(layer))
    return _words(layer.kind + texts.ORIGIN[layer.origin], settings, activation or None)


def _words(kind: str, settings: Mapping[str, Any], activation: str | None) -> str:
    """A layer as one would say it: ``Conv2D 6, 3×3, same, relu``."""
    said = []
    for name in sorted(settings, key=lambda n: _SIZES.index(n) if n in _SIZES else len(_SIZES)):
        value = settings[name]
        sizes = isinstance(value, (tuple, list)) and all(isinstance(size, int) for size in value)
        text = "×".join(map(str, value)) if sizes and value else str(value)
        if value is not None and _DEFAULTS.get(name) != value:
            said.append(text if name in _SIZES else f"{name}={text}")
    said += [activation] if activation else []
    text = f"{kind} {', '.join(said)}".rstrip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
