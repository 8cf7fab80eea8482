"""Wrong cases with their labels: from a chain of layers, or counted by hand."""

from collections.abc import Sequence

from .case import Case
from .fair import fair, points
from .spec import Layer, functional


def wrong_chain(
    name: str,
    variant: str,
    steps: Sequence[Layer],
    kind: str,
    *,
    layer: int | None = None,
    field: str | None = None,
    source: str = "",
) -> Case:
    """The wrong case of these layers; `source` where it is not the usual functional solution."""
    worth = fair(variant, steps)
    return Case(
        name,
        variant,
        source or functional(variant, steps),
        right=False,
        layer=layer,
        field=field,
        kind=kind,
        hidden=worth.hidden,
        visible=worth.visible,
    )


def wrong_by_hand(
    name: str,
    variant: str,
    source: str,
    kind: str,
    *,
    mistakes: int | None,
    visible: float | None,
    spoils: str = "",
    layer: int | None = None,
    field: str | None = None,
) -> Case:
    """A wrong case that is no chain of layers.

    `mistakes` counts what is to be corrected, None where the text leaves that open; `spoils` names
    the variants whose own change it makes wrong, those with a question mark where that is open.
    """
    words = spoils.split()
    change = None if f"{variant}?" in words else variant not in words
    if mistakes is None:
        hidden = None if change is not False else 0.0
    else:
        hidden = points(mistakes, change)
    return Case(name, variant, source, False, layer, field, kind, hidden, visible)
