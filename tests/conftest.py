"""What several test modules share: the assignment and a sandbox."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenetlab import grading
from lenetlab.model import activations
from lenetlab.notebook.master import Assignment, load
from lenetlab.sandbox.worker import Worker

from .recorded_class import course, released, results  # noqa: F401 - fixtures

# As from a terminal: what a shell starts in the background ignores SIGINT, and so do its children.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ["LENETLAB_LANG"] = "en"  # what commands print, unless a test asks for the other
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


@pytest.fixture(autouse=True)
def quick_stays_quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is marked ``quick`` starts no sandbox and loads no Keras: else it fails, in any run."""
    if request.node.get_closest_marker("quick"):
        monkeypatch.setattr(Worker, "start", _not_quick)
        for name in ("keras", "tensorflow", "playwright"):
            monkeypatch.setitem(sys.modules, name, None)


def _not_quick(worker: Worker) -> None:
    pytest.fail("a test that is marked quick starts a sandbox")
