"""What several test modules share: the assignment and a warm sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lenetlab.model import activations
from lenetlab.notebook.master import Assignment, load
from lenetlab.sandbox.worker import Worker

activations.reseed(1)  # one grid for all tests: some describe models when they are collected

MASTER = Path(__file__).parents[1] / "source" / "lenet" / "lenet.ipynb"


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return load(MASTER)


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker
