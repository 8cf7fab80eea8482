"""A class trained again: what cannot be trained stops nobody else's training."""

from __future__ import annotations

from pathlib import Path

import pytest

from lenetlab.course import retraining
from lenetlab.course.directory import Course
from lenetlab.course.job import Graded
from lenetlab.notebook.retraining import Retrained

from .killed_runs import Recorded
from .recorded_class import as_course, grade


def test_a_file_that_cannot_be_read_any_more_fails_alone(
    course: Course, results: dict[str, Graded], monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(course, results)
    trained = Retrained("of", {"Alpha": [98.69]}, {"Alpha": [98.7]}, 1.0)
    read = Path.read_bytes

    def unreadable(path: Path) -> bytes:
        if path == course.notebook("submitted", "an"):
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", unreadable)
    over: list[str] = []
    with as_course(course.root):
        outcome = retraining.train_class(
            course,
            ["an", "binh", "nobody"],
            lambda room: Recorded({"an": trained, "binh": trained}),
            force=False,
            done=over.append,
        )
    assert outcome.failed == {
        "an": "the file cannot be read: Permission denied",
        "nobody": "it is not graded",
    }
    assert outcome.confirmed == ["binh"] and sorted(over) == ["an", "binh", "nobody"]


def test_an_error_that_nobody_foresaw_fails_alone(
    course: Course, results: dict[str, Graded]
) -> None:
    grade(course, results)
    trained = Retrained("of", {"Alpha": [98.69]}, {"Alpha": [98.7]}, 1.0)
    with as_course(course.root):
        outcome = retraining.train_class(
            course,
            ["an", "binh"],
            lambda room: Recorded({"an": ZeroDivisionError("by zero"), "binh": trained}),
            force=False,
            done=lambda student: None,
        )
    assert outcome.failed == {"an": "ZeroDivisionError: by zero"}
    assert outcome.confirmed == ["binh"]
