"""What a student's own run measured, put back where answers are computed from it.

Training is left out when a notebook is graded, so a model's object lacks what training gave it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

Figures = dict[str, dict[str, float]]  # by the name of a class and the attribute of its objects

_set = type.__setattr__  # runs no code of the student's, not even a metaclass's


class Figure:
    """An attribute that holds the figure, for all objects of one class.

    What is trained again when grading, on a few images, does not change it. An object of a class
    that inherits keeps its own figure, which may not have been measured.
    """

    def __init__(self, owner: str, attribute: str, figure: float) -> None:
        """Take the name of the class, the attribute's, and its value."""
        self.owner, self.attribute, self.figure = owner, attribute, figure

    def __get__(self, value: Any, kind: type) -> float | None:
        """The figure; of a class itself None, as before it is trained."""
        if value is None:
            return None
        if kind.__name__ == self.owner:
            return self.figure
        own: float | None = value.__dict__.get(self.attribute)
        return own

    def __set__(self, value: Any, figure: float) -> None:
        """Keep what is assigned, for an object of a class that inherits."""
        if value.__class__.__name__ != self.owner:
            value.__dict__[self.attribute] = figure


def put(figures: Figures, namespace: Mapping[str, Any]) -> None:
    """Give the classes of these names their figures; whatever else has the name is left alone."""
    for name, attributes in figures.items():
        for attribute, figure in attributes.items():
            if name in namespace:
                with contextlib.suppress(TypeError):  # no class, or one of Python's own
                    _set(namespace[name], attribute, Figure(name, attribute, figure))
