"""Figures that a student printed, beside those of the same notebook trained again."""

from __future__ import annotations

import msgspec

from lenetlab.notebook.measurements import Measured
from lenetlab.records import Flag

CODE = "not-reproduced"


class Retrained(msgspec.Struct):
    """What came of training a submission again; ``of`` identifies it together with the master.

    ``printed`` and ``again`` are accuracies in per cent by model; ``trouble`` says what else a
    person should know.
    """

    of: str
    printed: dict[str, list[float]]
    again: dict[str, list[float]]
    tolerance: float  # percentage points
    trouble: str = ""

    @property
    def confirmed(self) -> list[str]:
        """Models of which every figure that was printed came out again."""
        return [model for model in self.printed if not self._missed(model)]

    def _missed(self, model: str) -> list[float]:
        again = self.again.get(model, [])
        return [
            figure
            for figure in self.printed[model]
            if not any(abs(figure - other) <= self.tolerance for other in again)
        ]

    @property
    def flags(self) -> list[Flag]:
        """What is for a person: a figure that did not come out again, or an end before its time."""
        found = []
        for model in self.printed:
            missed = ", ".join(f"{figure:g}" for figure in self._missed(model))
            if missed:
                again = ", ".join(f"{figure:g}" for figure in self.again.get(model, [])) or "none"
                text = f"{model}: {missed} % was printed, trained again it is {again} %"
                found.append(Flag(CODE, text, True))
        if not self.printed:
            found.append(Flag(CODE, "no accuracy was printed that could be compared", True))
        if self.trouble:
            found.append(Flag(CODE, self.trouble, True))
        return found


def accuracies(measured: Measured) -> dict[str, list[float]]:
    """The accuracies among the figures, by model."""
    found = {model: kinds.get("accuracy", []) for model, kinds in measured.items()}
    return {model: figures for model, figures in found.items() if figures}
