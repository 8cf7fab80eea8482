"""nbgrader's side, under the name that ``nbgrader_config.py`` gives it."""

from lenetlab.course.feedback import FeedbackExporter
from lenetlab.course.preprocessors import (
    Grade,
    MendingExporter,
    Restore,
    after_autograde,
    before_autograde,
    highlight,
    unchanged,
)
from lenetlab.course.timestamps import guard_nbgrader

__all__ = [
    "FeedbackExporter", "Grade", "MendingExporter", "Restore",
    "after_autograde", "before_autograde", "guard_nbgrader", "highlight", "unchanged",
]  # fmt: skip
