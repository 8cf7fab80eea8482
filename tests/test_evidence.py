"""Measurements are read from outputs as JupyterLab, VS Code and Colab save them."""

import unicodedata
from typing import Any

import pytest

from lenetlab.notebook import measurements
from lenetlab.notebook.lab import Lab, load

from .conftest import MASTER

LAB = load(MASTER.parent)
NAMES = {"LeNetCNN", "AlphaCNN", "BetaCNN", "alpha"}

pytestmark = pytest.mark.quick

ACCURACY = "Độ chính xác của AlphaCNN trên tập kiểm tra: 98.69 %\n"
SECONDS = "Thời gian huấn luyện AlphaCNN: 34.2 giây\n"
EPOCHS = "Epoch 10/10\n469/469 - 3s - 7ms/step - accuracy: 0.9912 - loss: 0.0297\n"
BOTH = {"Alpha": {"accuracy": 98.69, "seconds": 34.2}}


def stream(text: Any, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def cell(*outputs: Any) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": list(outputs)}


@pytest.mark.parametrize(
    "outputs",
    [
        [stream(EPOCHS + SECONDS + ACCURACY)],
        [stream((EPOCHS + SECONDS + ACCURACY).splitlines(keepends=True))],
        [stream(SECONDS), stream(EPOCHS, "stderr"), stream(ACCURACY)],
        [stream("Thời gian huấn luyện Alpha"), stream("CNN: 34.2 giây\n" + ACCURACY)],
        [stream(f"\x1b[1m{SECONDS.strip()}\x1b[0m\r\n{ACCURACY}")],
        [stream(f"  1/469 ━━━ 0s\r469/469 ━━━ 3s\r{SECONDS.strip()}\n{ACCURACY}")],
        [stream(unicodedata.normalize("NFD", SECONDS + ACCURACY))],
        [{"output_type": "execute_result", "data": {"text/plain": [SECONDS, ACCURACY]}}],
        [stream((SECONDS + ACCURACY).replace(".", ","))],
        [stream(SECONDS + ACCURACY.replace("98.69", "12.00")), stream(ACCURACY)],
        [{"output_type": "stream"}, stream(SECONDS + ACCURACY), {"output_type": "error"}],
    ],
)
def test_figures_are_found(outputs: list[Any]) -> None:
    assert measurements.read([cell(*outputs)], LAB, NAMES) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        "",
        EPOCHS,
        "Độ chính xác của OmegaCNN trên tập kiểm tra: 98.69 %",
        "Độ chính xác của AlphaCNN trên tập kiểm tra: cao lắm %",
    ],
)
def test_what_is_no_measurement_is_none(text: str) -> None:
    assert (
        measurements.read([cell(stream(text)), {"cell_type": "markdown"}, cell()], LAB, NAMES) == {}
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [("accuracy", 100.5), ("accuracy", -1.0), ("seconds", 0.2), ("seconds", -5.0)],
)
def test_what_cannot_be_true_is_doubted_and_not_used(key: str, value: float) -> None:
    found = {"LeNet": {key: value}, "Beta": {"accuracy": 98.0, "seconds": 30.0}}
    plausible, (doubt,) = measurements.sift(found, LAB)
    assert "LeNet" in doubt
    assert plausible == {"LeNet": {}, "Beta": found["Beta"]}


def test_ordinary_figures_are_not_doubted() -> None:
    table = {"LeNet": {"accuracy": 11.35, "seconds": 31.0}, "Delta": {"accuracy": 88.97}}
    assert measurements.sift(table, LAB) == (table, [])


def test_times_are_positive_whatever_a_lab_says() -> None:
    _, doubts = measurements.sift({"vgg": {"seconds": 0.0}, "wide": {"seconds": 0.2}}, Lab())
    assert doubts == ["vgg: 0 s of training is not believable"]
