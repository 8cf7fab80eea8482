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
BOTH = {"Alpha": {"accuracy": [98.69], "seconds": [34.2]}}


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
        [stream(SECONDS + ACCURACY), stream(ACCURACY)],
        [stream("Alpha            98.69 %       106 154      34.2 s\n")],
        [stream("Alpha            98.69 %     1 517 354      34.2 s  \nBằng lời: Alpha\n")],
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
        "Alpha                             chưa có đủ số đo",
        "Omega            98.69 %       106 154      34.2 s",
        "Alpha            98.69 %       34.2 s",
    ],
)
def test_what_is_no_measurement_is_none(text: str) -> None:
    assert (
        measurements.read([cell(stream(text)), {"cell_type": "markdown"}, cell()], LAB, NAMES) == {}
    )


def test_every_run_of_a_model_is_kept_once_in_the_order_of_printing() -> None:
    again = stream(ACCURACY.replace("98.69", "12.00"))
    found = measurements.read([cell(stream(ACCURACY), again), cell(stream(ACCURACY))], LAB, NAMES)
    assert found == {"Alpha": {"accuracy": [98.69, 12.0]}}


MODELS = LAB.models(NAMES)
ALPHA = ("Alpha", "accuracy", 98.55)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Alpha: 98.55%", [ALPHA]),
        ("**AlphaCNN** - 98,55 %", [ALPHA]),
        ("Test accuracy of AlphaCNN = 0.9855", [ALPHA]),
        ("AlphaCNN đạt 98.55% trên tập kiểm tra", [ALPHA]),
        ("Mô hình Alpha có độ chính xác là 98.55", [ALPHA]),
        ("Training time of AlphaCNN: 39.0 seconds", [("Alpha", "seconds", 39.0)]),
        ("Thời gian huấn luyện mô hình Alpha: 39 s", [("Alpha", "seconds", 39.0)]),
        ("AlphaCNN: 98.55% (39.0s)", [ALPHA, ("Alpha", "seconds", 39.0)]),
        ("Alpha acc 0.9855, time 39 giây", [ALPHA, ("Alpha", "seconds", 39.0)]),
        *(
            (line, [])
            for line in (
                "Alpha", "98.55%", "Alpha, train: 98%", "Alpha: 1.45% error", "Alpha 98 → 99%",
                "Alpha: -3.2 %", "Alpha: 0.51 %", "Alpha 98.55 106154 39.0", "Alpha: 985.5 %",
                "Alpha: val_accuracy 98.5%", "Alpha dự đoán 98%", "Alpha: mong 98%", "Alpha: 7",
                "Độ chính xác huấn luyện Alpha: 98.4 %, 39 s", "Alpha hơn LeNet 87.2 %",
                "Alpha hơn: 87.2 %", "Alpha: 7 (98.5%)", "Alpha time: 98.5%", "alpha2: 98.55%",
                "Alpha: 313/313 - 1s - accuracy: 0.9855", "Alpha: loss 0.0485", "alpha: 98.55%",
                "Alpha accuracy: 0.9855 loss: 0.05", "Alpha nhanh hơn 15%", "Alpha: 1.4 phút",
                "Alpha thời gian dự đoán: 2.1 s", "Alpha: 9850/10000", "Alpha (epoch 10): 98.5%",
                "Alpha max accuracy 98.9%", "Alpha ± 0.5 %", "Alpha > 98 %", "x_train: 98.55%",
            )
        ),
    ],
)  # fmt: skip
def test_a_line_in_ones_own_words_is_read_if_it_can_mean_nothing_else(
    line: str, found: list[Any]
) -> None:
    assert measurements.in_own_words(line, MODELS) == found


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("Độ chính xác trên tập kiểm tra:", [ALPHA]),
        ("Trên tập huấn luyện:", []),
        ("Em đoán", []),
        ("Số tham số của Alpha", []),
    ],
)
def test_a_line_is_read_under_its_heading(heading: str, found: list[Any]) -> None:
    assert measurements.in_own_words("Alpha: 98.55%", MODELS, heading) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('print(f"Alpha: {alpha.accuracy:.2f}%")', {"Alpha": {"accuracy": [98.55]}}),
        ("alpha.predict_and_eval(x_test_norm, y_test)", {"Alpha": {"accuracy": [98.55]}}),
        ('print("Alpha: 98.55%", beta.accuracy)', {}),  # typed
        ('print(f"Alpha: {guess}%")', {}),
        ("alpha.train(x_train_norm, y_train_oh)", {}),
    ],
)
def test_own_words_count_in_a_cell_that_measures(source: str, found: Any) -> None:
    printed = cell(stream("Alpha: 98.55%\n")) | {"source": source}
    assert measurements.read([printed], LAB, NAMES) == found
    fixed = cell(stream(ACCURACY))
    assert measurements.read([printed, fixed], LAB, NAMES) == {"Alpha": {"accuracy": [98.69]}}


@pytest.mark.parametrize(
    ("key", "value"),
    [("accuracy", 100.5), ("accuracy", -1.0), ("seconds", 0.2), ("seconds", -5.0)],
)
def test_what_cannot_be_true_is_doubted_and_not_used(key: str, value: float) -> None:
    found = {"LeNet": {key: [value, 50.0]}, "Beta": {"accuracy": [98.0], "seconds": [30.0]}}
    plausible, doubtful = measurements.sift(found, LAB.least_seconds)
    assert doubtful == {"LeNet": {key: [value]}}
    assert plausible == {"LeNet": {key: [50.0]}, "Beta": found["Beta"]}
    (doubt,) = measurements.doubts(doubtful)
    assert "LeNet" in doubt


def test_ordinary_figures_are_not_doubted() -> None:
    table = {"LeNet": {"accuracy": [11.35], "seconds": [31.0]}, "Delta": {"accuracy": [88.97]}}
    assert measurements.sift(table, LAB.least_seconds) == (table, {})


def test_times_are_positive_whatever_a_lab_says() -> None:
    _, doubtful = measurements.sift({"vgg": {"seconds": [0.0]}, "wide": {"seconds": [0.2]}}, 0.0)
    assert measurements.doubts(doubtful) == ["vgg: 0 s of training is not believable"]


def test_other_data_say_so_in_a_line_of_the_notebook() -> None:
    digits = cell(stream("Nguồn dữ liệu: scikit-learn (load_digits)\n"))
    mnist = cell(stream("Nguồn dữ liệu: keras.datasets.mnist\n"))
    assert measurements.are_of_other_data([mnist, digits], LAB)
    assert not measurements.are_of_other_data([mnist], LAB)
    assert not measurements.are_of_other_data([digits], Lab())
