"""The words of a hidden check: an architecture written as the assignment writes it.

    check(alpha.model, image(28, 28, 1), conv(6, 3, "relu"), avg_pool(2), ..., points=1.0, ...)

Works on a student's own model (under nbgrader's stock executor) and on one that was rebuilt from a
description alike: both are described first, and the descriptions are compared.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from lenetlab.checks.compare import ABOUT, Expected, change_is_right, compare
from lenetlab.checks.texts import report
from lenetlab.model.activations import KNOWN
from lenetlab.model.describe import Description, describe_model

SHARE = 0.25  # of the points, for each deviation beside the change that the variant is about

# The assignment's names for the layers of each family, from input to output.
_ROLES = {
    "InputLayer": ("Input",),
    "Conv2D": ("C1", "C3"),
    "AveragePooling2D": ("S2", "S4"),
    "MaxPooling2D": ("S2", "S4"),
    "Flatten": ("Flatten",),
    "Dense": ("F5", "F6", "Output"),
}


_CHANGE_WRONG = "Kiểm tra ẩn: thay đổi cốt lõi của biến thể chưa đúng, nên mục này 0 điểm."
_TOO_MANY = "Kiểm tra ẩn: quá nhiều chỗ sai lệch, nên mục này 0 điểm."


class CheckFailed(AssertionError):
    """A check that earned nothing; its text is for the student.

    Jupyter shows the text alone: a traceback would show the hidden check's own lines.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def image(height: int, width: int, channels: int) -> Expected:
    """The input: images of this size, any number at a time."""
    return Expected("InputLayer", {"shape": [height, width, channels]})


def conv(filters: int, size: int, activation: str) -> Expected:
    """A convolution that keeps the image's size: square kernels, stride 1, with bias."""
    return Expected(
        "Conv2D",
        {
            "data_format": "channels_last",
            "filters": filters,
            "kernel_size": [size, size],
            "strides": [1, 1],
            "dilation_rate": [1, 1],
            "groups": 1,
            "padding": "same",
            "use_bias": True,
        },
        _known(activation),
    )


def avg_pool(size: int) -> Expected:
    """Average pooling over squares that do not overlap."""
    return _pool("AveragePooling2D", size)


def max_pool(size: int) -> Expected:
    """Max pooling over squares that do not overlap."""
    return _pool("MaxPooling2D", size)


def _pool(kind: str, size: int) -> Expected:
    settings = {"pool_size": [size, size], "strides": [size, size], "data_format": "channels_last"}
    return Expected(kind, settings)


def flatten() -> Expected:
    """A tensor made a vector."""
    return Expected("Flatten")


def dense(units: int, activation: str) -> Expected:
    """A fully connected layer with bias."""
    return Expected("Dense", {"units": units, "use_bias": True}, _known(activation))


def _known(activation: str) -> str:
    """The activation's name as it is.

    Raises:
        ValueError: Keras has none of this name, so that no model could pass.
    """
    if activation not in KNOWN:
        raise ValueError(f"no activation of keras.activations is called {activation!r}")
    return activation


def check(model: Any, *layers: Expected, params: int, about: str, points: float) -> float | None:
    """Compare ``model`` with the expected ``layers``; says what deviates, in Vietnamese.

    Returns None for full points and the partial points else, which as a cell's last value is how
    nbgrader takes partial credit. Partial credit needs the change that the variant is ``about``
    (one of :data:`lenetlab.checks.compare.ABOUT`) to be right everywhere; then each further finding
    costs :data:`SHARE` of the points.

    Raises:
        CheckFailed: nothing was earned.
    """
    if about not in ABOUT:
        raise ValueError(f"about must be one of {ABOUT}, not {about!r}")
    expected = _with_roles(layers)
    description = _describe(model)
    findings = compare(expected, description, params)
    if not findings:
        print("Kiểm tra ẩn: kiến trúc đúng như đề bài.")
        return None
    earned = points * max(0.0, 1 - SHARE * len(findings))
    if not change_is_right(expected, description, about):
        raise CheckFailed(f"{_CHANGE_WRONG}\n{report(findings)}")
    if earned <= 0:
        raise CheckFailed(f"{_TOO_MANY}\n{report(findings)}")
    print(
        f"Kiểm tra ẩn: đúng thay đổi cốt lõi, được {earned:g}/{points:g} điểm.\n{report(findings)}"
    )
    return round(earned, 4)


def _with_roles(layers: tuple[Expected, ...]) -> list[Expected]:
    seen: defaultdict[str, int] = defaultdict(int)
    named = []
    for layer in layers:
        roles = _ROLES[layer.kind]
        named.append(replace(layer, role=roles[min(seen[layer.kind], len(roles) - 1)]))
        seen[layer.kind] += 1
    return named


def _describe(model: Any) -> Description:
    import keras

    if isinstance(model, keras.Model):
        return describe_model(model)
    problem = getattr(model, "problem", None)
    if not isinstance(problem, str):
        problem = "chưa có mô hình"
        if model is not None:
            problem = f"{type(model).__name__} không phải là mô hình Keras"
    return {"layers": [], "inputs": 0, "outputs": [], "problem": problem}
