"""One submission through the preprocessors that the course's ``nbgrader_config.py`` names.

The same ones that ``nbgrader autograde`` runs, in the same order, but on a notebook in memory.
Until the grade is known, nothing is changed: an earlier grade stands when this one fails or is
stopped.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from .course import Course, CourseError
from .nbgrader_plugin import Grade
from .records import write_whole

READ_ONLY = 0o444  # as nbgrader leaves what it has graded


class Pipeline:
    """The configured preprocessors: those up to the grade, and those that book it."""

    def __init__(self, api: NbGraderAPI, course: Course) -> None:
        """Read the configuration.

        Raises:
            CourseError: it does not name this package's preprocessor.
        """
        self._api, self._course = api, course
        config = api.config.Autograde
        exporter = NotebookExporter(config=api.config)
        for name in (*config.sanitize_preprocessors, *config.autograde_preprocessors):
            exporter.register_preprocessor(name)
        steps = [s for s in exporter._preprocessors if getattr(s, "enabled", True)]
        grade = next((n for n, step in enumerate(steps) if isinstance(step, Grade)), None)
        if grade is None:
            raise CourseError(
                "nbgrader_config.py does not name lenetlab.nbgrader_plugin.Grade among "
                "c.Autograde.autograde_preprocessors; take them from this project's own file."
            )
        self._compute, self._book = steps[: grade + 1], steps[grade + 1 :]

    def grade(self, student: str, submitted: NotebookNode) -> NotebookNode:
        """The graded notebook; nothing is written.

        Raises:
            GradingFailed: a check, the grader or the machine was at fault.
        """
        return self._run(self._compute, student, submitted)

    def book(self, student: str, graded: NotebookNode) -> NotebookNode:
        """Enter the grade into the gradebook and write the notebook to ``autograded/``."""
        course, coursedir = self._course, self._api.coursedir
        timestamp = coursedir.get_existing_timestamp(str(course.folder("submitted", student)))
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            known = {"timestamp": timestamp} if timestamp else {}
            gradebook.update_or_create_submission(course.name, student, **known)
        booked = self._run(self._book, student, graded)
        text = nbformat.writes(booked) + "\n"
        write_whole(course.notebook("autograded", student), text, READ_ONLY)
        return booked

    def _run(self, steps: list[Any], student: str, notebook: NotebookNode) -> NotebookNode:
        marks = {
            "student": student,
            "assignment": self._course.name,
            "notebook": self._course.name,
            "db_url": self._api.coursedir.db_url,
        }
        resources: dict[str, Any] = {"unique_key": self._course.name, "nbgrader": marks}
        for step in steps:
            notebook, resources = step(notebook, resources)
        return notebook
