"""nbgrader's side, under the name that ``nbgrader_config.py`` gives it."""

from lenetlab.course.preprocessors import (
    Grade,
    MendingExporter,
    Restore,
    StudentView,
    after_autograde,
    before_autograde,
    highlight,
    unchanged,
)
from lenetlab.course.timestamps import guard_nbgrader

__all__ = [
    "Grade", "MendingExporter", "Restore", "StudentView",
    "after_autograde", "before_autograde", "guard_nbgrader", "highlight", "unchanged",
]  # fmt: skip
