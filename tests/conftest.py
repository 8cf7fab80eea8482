"""What several test modules share: the assignment and a sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lenetlab import grading
from lenetlab.model import activations
from lenetlab.notebook.master import Assignment, load
from lenetlab.sandbox.worker import Worker

activations.reseed(1)  # one grid for all tests: some describe models when they are collected

MASTER = Path(__file__).parents[1] / "source" / "lenet" / "lenet.ipynb"
IMAGES = MASTER.with_name("few_images.npz")


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return load(MASTER)


@pytest.fixture(scope="session")
def worker(assignment: Assignment) -> Iterator[Worker]:
    with grading.worker_for(assignment, True) as worker:
        yield worker
