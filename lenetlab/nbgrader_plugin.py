"""nbgrader's side, under the name that ``nbgrader_config.py`` gives it."""

import sys

from lenetlab.course import ledger, timestamps
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

__all__ = [
    "FeedbackExporter", "Grade", "MendingExporter", "Restore",
    "after_autograde", "before_autograde", "guard_nbgrader", "highlight", "unchanged",
]  # fmt: skip


def guard_nbgrader() -> None:
    """Mend nbgrader where it has no settings for it; the formgrader's pages in its server alone."""
    timestamps.guard_nbgrader()
    ledger.guard_nbgrader()
    if "nbgrader.server_extensions.formgrader.handlers" in sys.modules:
        # Not before: it loads a web server, which commands have no use for.
        from lenetlab.formgrader import hooks

        hooks.install()
