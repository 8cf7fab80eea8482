"""Where the formgrader's additions are hooked into nbgrader's handlers, in the server's process.

nbgrader has no settings for its pages. Its configuration is read anew for many requests, so that
:func:`install` is called again and again: what it replaces was kept when this module was loaded.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from nbgrader.apps import NbGraderAPI
from nbgrader.server_extensions.formgrader.base import BaseHandler
from nbgrader.server_extensions.formgrader.handlers import SubmissionFilesHandler, template_path

from lenetlab.course import handed_in, ledger
from lenetlab.course.directory import Course, is_student_name, reason
from lenetlab.course.failures import failure_of, record_failure
from lenetlab.formgrader import lists
from lenetlab.formgrader.overview import TEMPLATES, SubmissionExporter
from lenetlab.notebook.intake import Rejected
from lenetlab.records import Flag, GradingFailed

_get_submission = NbGraderAPI.get_submission
_get_submissions = NbGraderAPI.get_submissions
_autograde = NbGraderAPI.autograde


def install() -> None:
    """Have the formgrader of this process make its pages and lists with the additions."""
    BaseHandler.render = _render
    BaseHandler.exporter = property(_exporter)
    SubmissionFilesHandler.set_extra_headers = _sandbox
    NbGraderAPI.get_submission = _submission
    NbGraderAPI.get_submissions = _submissions
    NbGraderAPI.autograde = _graded
    ledger.sign_all(ledger.user())


# --- pages ----------------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    """nbgrader's templates and the few that extend them, with every value escaped: nbgrader's own
    environment writes what stands in an address into the page's scripts.
    """
    original = FileSystemLoader(template_path)
    loader = ChoiceLoader(
        [FileSystemLoader(TEMPLATES), original, PrefixLoader({"nbgrader": original})]
    )
    made = Environment(loader=loader, autoescape=True)
    for name in ("lists.js", "lists.css"):
        text = (TEMPLATES / name).read_text("utf-8")
        made.globals[name.replace(".", "_")] = Markup(text)  # noqa: S704 - own file
    return made


def _render(self: BaseHandler, name: str, **values: Any) -> str:
    """In place of the handlers' ``render``."""
    if "url_prefix" in values:  # a path, which only a script reads
        quoted = htmlsafe_json_dumps(values["url_prefix"])
        values["url_prefix"] = quoted[1:-1]
    if name == "formgrade_404.tpl":
        of = values["resources"]
        course = Course(Path(self.coursedir.root), of["assignment_id"])
        failure = failure_of(course, of["student"])
        values |= {
            "base_url": self.base_url,
            "failure": lists.shown(failure, has_grade=True),
            "name": lists.name_of(of["last_name"], of["first_name"], of["student"]),
        }
    return _environment().get_template(name).render(**values)


def _exporter(self: BaseHandler) -> SubmissionExporter:
    """In place of the handlers' ``exporter``, which makes the page for manual grading."""
    # The server keeps what it once read; commands may have graded since. A new transaction is one
    # that reads again.
    self.gradebook.db.rollback()
    config = self.settings["nbgrader_formgrader"].config
    root = Path(self.coursedir.root)
    return SubmissionExporter(root, self.db_url, template_path, config)


def _sandbox(self: SubmissionFilesHandler, path: str) -> None:
    """Tornado's hook: files of a submission run no script in the name of who grades it."""
    self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")


# --- lists ----------------------------------------------------------------------------------------


def _course(api: NbGraderAPI, assignment: str) -> Course:
    return Course(Path(api.coursedir.root), assignment)


def _submission(
    self: NbGraderAPI,
    assignment_id: str,
    student_id: str,
    ungraded: Any = None,
    students: Any = None,
) -> dict[str, Any] | None:
    """nbgrader's row of a list, with the student's ``failure``."""
    row: dict[str, Any] | None = _get_submission(
        self, assignment_id, student_id, ungraded, students
    )
    if row is not None and ungraded is None:  # else it is asked for by the list, see there
        lists.add_failures(_course(self, assignment_id), [row])
    return row


def _submissions(self: NbGraderAPI, assignment_id: str) -> list[dict[str, Any]]:
    """nbgrader's list of submissions, with failures, and with those that failed elsewhere."""
    course = _course(self, assignment_id)
    rows: list[dict[str, Any]] = _get_submissions(self, assignment_id)
    others = set(lists.left_out(course, rows))
    students = {known["id"]: known for known in self.get_students()} if others else {}
    rows += [_get_submission(self, assignment_id, name, others, students) for name in others]
    rows.sort(key=lambda row: str(row["student"]))
    lists.add_failures(course, rows)
    return rows


def _graded(
    self: NbGraderAPI, assignment_id: str, student_id: str, force: bool = True, create: bool = True
) -> dict[str, Any]:
    """What the button does; where it fails and nobody has said yet why, that is recorded."""
    result: dict[str, Any] = _autograde(self, assignment_id, student_id, force, create)
    if not result["success"] and is_student_name(student_id):
        course = _course(self, assignment_id)
        if failure_of(course, student_id) is None:
            record_failure(course, student_id, _cause(course, student_id, result))
    return result


def _cause(course: Course, student: str, result: dict[str, Any]) -> Exception:
    wanted = course.notebook("submitted", student)
    try:
        path = handed_in.find(course, student)
    except Rejected as why:
        return why
    if path and path != wanted:
        text = f"nbgrader takes {wanted.name} alone; 'lenetlab grade' looks at {path.name}, too"
        return GradingFailed(Flag("other-name", text, True))
    return GradingFailed(Flag("grading-failed", reason(result), True))
