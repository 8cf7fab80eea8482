"""The notebook's data cell: each of its sources, and its order of trying them."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from lenetlab.notebook.master import Assignment

from .conftest import IMAGES


@pytest.fixture
def data_cell(assignment: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the cell in an empty folder, without MNIST_NPZ; returns its namespace."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    source = next(c for c in assignment.cells if c.id == "data-load").release

    def run() -> dict[str, Any]:
        namespace: dict[str, Any] = {}
        exec(compile(source, "data-load", "exec"), namespace)
        return namespace

    return run


def no_network(path: str = "mnist.npz") -> Any:
    raise OSError("no network")


def save(path: Path, count: int) -> Path:
    images, labels = np.zeros((count, 28, 28), "uint8"), np.arange(count, dtype="uint8") % 10
    np.savez(path, x_train=images, y_train=labels, x_test=images[:5], y_test=labels[:5])
    return path


def test_a_file_named_by_the_environment_comes_first(
    data_cell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", str(save(tmp_path / "own.npz", 30)))
    found = data_cell()
    assert found["x_train"].shape == (30, 28, 28) and found["y_test"].shape == (5,)
    assert "own.npz" in found["data_source"]


def test_a_wrong_name_in_the_environment_says_what_to_do(
    data_cell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "khong-co.npz")
    with pytest.raises(FileNotFoundError, match="Hãy sửa đường dẫn"):
        data_cell()


def test_keras_is_asked_before_a_file_beside_the_notebook(
    data_cell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "mnist.npz", 30)
    images, labels = np.ones((7, 28, 28), "uint8"), np.zeros(7, "uint8")
    downloaded = ((images, labels), (images, labels))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: downloaded)
    assert data_cell()["x_train"].shape == (7, 28, 28)


def test_without_network_a_file_beside_the_notebook_serves(
    data_cell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.datasets.mnist, "load_data", no_network)
    save(tmp_path / "mnist.npz", 30)
    assert data_cell()["x_train"].shape == (30, 28, 28)


def test_without_anything_scikit_learns_digits_serve_with_a_note(
    data_cell: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keras.datasets.mnist, "load_data", no_network)
    found = data_cell()
    assert found["x_train"].shape[1:] == (28, 28) and found["x_train"].dtype == np.uint8
    assert len(found["x_train"]) + len(found["x_test"]) == 1797
    assert found["x_train"].max() == 255 and set(found["y_test"]) == set(range(10))
    assert "LƯU Ý" in capsys.readouterr().out


def test_the_images_that_grading_uses_have_the_same_layout() -> None:
    with np.load(IMAGES) as data:
        assert data["x_train"].shape[1:] == (28, 28) == data["x_test"].shape[1:]
        assert data["x_train"].dtype == np.uint8
        assert set(data["y_train"]) == set(data["y_test"]) == set(range(10))
