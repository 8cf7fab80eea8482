"""The words of a hidden check: an architecture written as the assignment writes it.

    check(alpha.model, image(28, 28, 1), conv(6, 3, "relu"), avg_pool(2), ..., points=1.0, ...)

Works on a student's own model (under nbgrader's stock executor) and on one that was rebuilt from a
description alike: both are described first, and the descriptions are compared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lenetlab.checks import context, texts
from lenetlab.checks.change import ABOUT, change_is_right
from lenetlab.checks.compare import Expected, compare
from lenetlab.checks.side_by_side import side_by_side
from lenetlab.model.describe import describe_model
from lenetlab.model.rebuild import description_of
from lenetlab.model.types import Model

SHARE = 0.25  # of the points, for each deviation beside the change that the variant is about


class CheckFailed(AssertionError):
    """A check that earned nothing; its text is for the student.

    Jupyter shows the text alone: a traceback would show the hidden check's own lines.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def image(height: int, width: int, channels: int, name: str = "Input") -> Expected:
    """The input: images of this size, any number at a time."""
    return Expected("InputLayer", {"shape": (height, width, channels)}, role=name)


def conv(filters: int, size: int, activation: str, name: str = "") -> Expected:
    """A convolution that keeps the image's size: square kernels, stride 1, with bias.

    ``name`` is here and below what the assignment calls the layer: C1, S2.
    """
    settings = {
        "data_format": "channels_last",
        "filters": filters,
        "kernel_size": (size, size),
        "strides": (1, 1),
        "dilation_rate": (1, 1),
        "groups": 1,
        "padding": "same",
        "use_bias": True,
    }
    return Expected("Conv2D", settings, activation, name)


def avg_pool(size: int, name: str = "") -> Expected:
    """Average pooling over squares that do not overlap."""
    return _pool("AveragePooling2D", size, name)


def max_pool(size: int, name: str = "") -> Expected:
    """Max pooling over squares that do not overlap."""
    return _pool("MaxPooling2D", size, name)


def _pool(kind: str, size: int, name: str) -> Expected:
    settings = {"pool_size": (size, size), "strides": (size, size), "data_format": "channels_last"}
    return Expected(kind, settings, role=name)


def flatten(name: str = "") -> Expected:
    """A tensor made a vector."""
    return Expected("Flatten", role=name)


def dense(units: int, activation: str, name: str = "") -> Expected:
    """A fully connected layer with bias."""
    return Expected("Dense", {"units": units, "use_bias": True}, activation, name)


def check(model: Any, *layers: Expected, params: int, about: str, points: float) -> float | None:
    """Compare ``model`` with the expected ``layers``; says what deviates, in Vietnamese.

    Returns None for full points and the partial points else, which as a cell's last value is how
    nbgrader takes partial credit. Partial credit needs the change that the variant is ``about``
    (one of :data:`lenetlab.checks.change.ABOUT`) to be right everywhere; then each further finding
    costs :data:`SHARE` of the points.

    Raises:
        CheckFailed: nothing was earned.
    """
    if about not in ABOUT:
        raise ValueError(f"about must be one of {tuple(ABOUT)}, not {about!r}")
    described = _describe(model)
    judging = context.current()
    found = compare(layers, described, params)
    findings = [replace(finding, hint=texts.hint(finding, judging.hints)) for finding in found]
    judging.findings.extend(findings)
    if not findings:
        print(texts.RIGHT)
        return None
    judging.layers.extend(side_by_side(layers, described, findings))
    report = texts.report(findings)
    if described.problem:
        raise CheckFailed(report)
    earned = points * max(0.0, 1 - SHARE * len(findings))
    if not change_is_right(layers, described, about):
        raise CheckFailed(f"{texts.CHANGE_WRONG}\n{report}")
    if earned <= 0:
        raise CheckFailed(f"{texts.TOO_MANY}\n{report}")
    share = texts.PARTLY.format(earned=texts.number(earned), points=texts.number(points))
    print(f"{share}\n{report}")
    return round(earned, 4)


def _describe(model: Any) -> Model:
    """The description of a rebuilt model, as far as it could be built, or of a live one."""
    import keras

    known = description_of(model)
    if known is not None:
        return known
    if isinstance(model, keras.Model):
        return describe_model(model)
    none = texts.NO_MODEL if model is None else texts.NOT_KERAS.format(type=type(model).__name__)
    return Model(problem=none)
