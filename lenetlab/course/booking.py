"""One submission through the preprocessors that the course's ``nbgrader_config.py`` names.

The same ones that ``nbgrader autograde`` runs, in the same order, but on a notebook in memory.
Until the grade is known, nothing is changed: an earlier grade stands when this one fails or is
stopped.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

from lenetlab.course import timestamps
from lenetlab.course.directory import Course, CourseError
from lenetlab.course.preprocessors import Grade
from lenetlab.records import write_whole


class Pipeline:
    """The configured preprocessors: those that make the graded notebook, and those that book it."""

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
        self._compute = list(takewhile(lambda step: not isinstance(step, SaveAutoGrades), steps))
        self._enter = steps[len(self._compute) :]
        if not any(isinstance(step, Grade) for step in self._compute):
            raise CourseError(
                "nbgrader_config.py does not name lenetlab.nbgrader_plugin.Grade among "
                "c.Autograde.autograde_preprocessors; take them from this project's own file."
            )

    def grade(self, student: str, submitted: NotebookNode) -> NotebookNode:
        """The graded notebook; nothing is written.

        Raises:
            GradingFailed: a check, the grader or the machine was at fault.
        """
        return self._run(self._compute, student, submitted)

    def book(self, student: str, graded: NotebookNode) -> None:
        """Write the notebook to ``autograded/`` and enter its scores into the gradebook.

        The notebook first, read-only as nbgrader leaves it: where that fails, no score is entered.
        """
        text = nbformat.writes(graded) + "\n"
        write_whole(self._course.notebook("autograded", student), text, read_only=True)
        self._enter_submission(student)
        self._run(self._enter, student, graded)

    def book_time(self, student: str) -> None:
        """Enter when a graded submission was handed in, and what being late costs."""
        self._enter_submission(student)
        late = [step for step in self._enter if isinstance(step, AssignLatePenalties)]
        self._run(late, student, nbformat.v4.new_notebook())  # they look at the gradebook alone

    def _enter_submission(self, student: str) -> None:
        course, coursedir = self._course, self._api.coursedir
        timestamp = timestamps.read(course.folder("submitted", student))
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            known = {"timestamp": timestamp} if timestamp else {}
            gradebook.update_or_create_submission(course.name, student, **known)

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
