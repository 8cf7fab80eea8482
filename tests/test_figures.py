"""Figures are put back into whatever a student made of a model's class, and nothing fails."""

from typing import Any

import pytest

from lenetlab.boxes import figures

pytestmark = pytest.mark.quick

MEASURED = {"AlphaCNN": {"accuracy": 98.55, "train_seconds": 39.0}, "LeNetCNN": {"accuracy": 98.52}}
LENET = """
class LeNetCNN:
    train_seconds = None
    accuracy = None
    def predict_and_eval(self):
        self.accuracy = 9.0
class AlphaCNN(LeNetCNN):
    pass
"""


def made(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(LENET + source, namespace)
    figures.put(MEASURED, namespace)
    return namespace


def test_every_object_of_a_class_has_its_figures() -> None:
    names = made("alpha = AlphaCNN()\nothers = {'a': AlphaCNN()}\nlenet = LeNetCNN()")
    assert (names["alpha"].accuracy, names["alpha"].train_seconds) == (98.55, 39.0)
    assert names["others"]["a"].accuracy == names["AlphaCNN"]().accuracy == 98.55
    assert (names["lenet"].accuracy, names["lenet"].train_seconds) == (98.52, None)
    assert names["AlphaCNN"].accuracy is None  # the class itself, as before


def test_what_is_measured_while_grading_does_not_replace_them() -> None:
    alpha = made("alpha = AlphaCNN()")["alpha"]
    alpha.predict_and_eval()
    assert alpha.accuracy == 98.55


def test_what_was_never_measured_stays_none_also_where_a_class_inherits() -> None:
    names = made("class BetaCNN(AlphaCNN):\n    pass\nbeta = BetaCNN()")
    assert names["beta"].accuracy is None and names["beta"].train_seconds is None
    names["beta"].predict_and_eval()
    assert names["beta"].accuracy == 9.0


@pytest.mark.parametrize(
    "source",
    [
        "class AlphaCNN:\n    __slots__ = ('model',)",
        "class AlphaCNN:\n    @property\n    def accuracy(self):\n        raise SystemExit",
        "class AlphaCNN:\n    def __getattribute__(self, name):\n        raise SystemExit",
        "class Meta(type):\n    def __setattr__(cls, *given):\n        raise SystemExit\n"
        "class AlphaCNN(metaclass=Meta):\n    pass",
        "AlphaCNN = int",
        "AlphaCNN = None",
        "def AlphaCNN():\n    pass",
        "AlphaCNN = AlphaCNN()",
        "del AlphaCNN",
    ],
)
def test_nothing_fails_whatever_has_the_name(source: str) -> None:
    assert made(source)["LeNetCNN"]().accuracy == 98.52


def test_a_property_of_the_students_gives_way() -> None:
    names = made("class AlphaCNN:\n    accuracy = property(lambda self: 1 / 0)\n    __slots__ = ()")
    assert names["AlphaCNN"]().accuracy == 98.55
