"""What the sandbox is to run for this package: seen by the grader, which imports none of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from lenetlab.sandbox.confine import Program
from lenetlab.sandbox.worker import Worker

# Not the reference runs, which answer questions.
_MODULES = (
    "expect", "questions", "records", "files",
    "notebook/__init__", "notebook/intake", "notebook/diagnosis", "notebook/outputs",
    "notebook/measurements", "notebook/raised", "boxes/errors", "boxes/standins",
    "boxes/__init__", "boxes/inside", "boxes/shell", "boxes/opening", "boxes/replay",
    "boxes/steps", "boxes/figures", "boxes/snapshot", "boxes/values", "boxes/timelimit",
    "boxes/cleanroom",
    "model/__init__", "model/types", "model/classes", "model/describe", "model/activations",
    "model/rebuild", "checks/__init__", "checks/architecture", "checks/compare", "checks/change",
    "checks/context", "checks/side_by_side", "checks/texts", "checks/questions",
)  # fmt: skip
# What submissions and the modules above import.
_PACKAGES = (
    "keras", "tensorflow", "numpy", "matplotlib", "matplotlib_inline", "IPython", "sklearn",
    "nbformat", "fastjsonschema", "msgspec",
)  # fmt: skip
_ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "PIP_RETRIES": "0",  # a cell that installs something, without a network
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


def new_worker(
    *,
    sandboxed: bool = True,
    files: Mapping[str, Path] | None = None,
    opening: Sequence[str] = (),
    training: bool = False,
) -> Worker:
    """A worker that reads, replays and tests notebooks.

    ``files`` are what cells may read, by the environment variable that names them; ``opening`` are
    the cells that every notebook begins with, run once for all: see :mod:`.opening`; ``training``
    says that models are trained there, as they were by the student.
    """
    data = json.dumps(opening).encode()
    # oneDNN makes training faster, and the first steps of a process slower.
    environment = _ENVIRONMENT | {"TF_ENABLE_ONEDNN_OPTS": str(int(training))}
    program = Program("lenetlab.boxes.inside", data, _MODULES, _PACKAGES, environment, files or {})
    return Worker(program, sandboxed=sandboxed)
