"""nbgrader's side: the preprocessors that ``nbgrader_config.py`` names.

``Restore`` heads ``Autograde.sanitize_preprocessors``; ``Grade`` stands in ``Execute``'s place in
``Autograde.autograde_preprocessors``. So the command line, the formgrader's button and
``lenetlab grade`` grade alike. Feedback: :mod:`lenetlab.course.feedback`.
"""

from __future__ import annotations

import atexit
import html
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from lenetlab import grading
from lenetlab.boxes import client
from lenetlab.course import attempts, handed_in, timestamps, walk
from lenetlab.course.directory import BAD_NAME, Course, is_student_name, master_at
from lenetlab.course.failures import record_failure
from lenetlab.course.release import refuse_stale
from lenetlab.course.standings import latest_record
from lenetlab.notebook import intake
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore
from lenetlab.records import printable_name
from lenetlab.sandbox.worker import Worker

Resources = dict[str, Any]
LONGEST_COLOURED = 4_000  # characters of a cell in the formgrader; the lab's have at most 2,000


_shared: dict[tuple[Any, ...], Worker] = {}


def shared_worker(assignment: Assignment, sandboxed: bool) -> Worker:
    """This process's worker: started at the first notebook, kept for the next ones.

    One that was started for another assignment is stopped: each takes half a gigabyte.
    """
    key = (sandboxed, assignment.opening, tuple(assignment.lab.data.items()))
    if key not in _shared or _shared[key].is_stopped:
        _shared[key] = grading.worker_for(assignment, sandboxed)
        atexit.register(_shared[key].close)
    for other, worker in _shared.items():
        if other != key:
            worker.close()
    return _shared[key]


def _assignment(resources: Resources) -> Assignment:
    """The master of the notebook in hand; nbgrader's converters run in the course's root.

    Raises:
        CourseError: the master has changed since the release was generated.
    """
    marks = resources["nbgrader"]
    name, notebook = marks["assignment"], marks["notebook"]
    assignment = master_at(Path("source", name, f"{notebook}.ipynb"))
    refuse_stale(assignment, name, notebook, marks["db_url"])
    return assignment


class MendingExporter(NotebookExporter):  # type: ignore[misc]
    """nbconvert's notebook exporter, reading files as :mod:`lenetlab.notebook.intake` does."""

    def from_filename(
        self, filename: str, resources: Resources, **keywords: Any
    ) -> tuple[str, Resources]:
        """Read and mend the notebook, then run the preprocessors on it.

        A submission is read in the sandbox, the file that nbgrader has made of it here. What ends
        the grading is recorded: nbgrader keeps nothing but a log of it.
        """
        try:
            notebook = self._read(Path(filename), resources)
            output: tuple[str, Resources] = self.from_notebook_node(notebook, resources, **keywords)
        except Exception as error:
            marks = resources["nbgrader"]
            record_failure(Course(Path.cwd(), marks["assignment"]), marks["student"], error)
            raise
        return output

    def _read(self, path: Path, resources: Resources) -> NotebookNode:
        if path.parts[-4:-3] != ("submitted",):
            return intake.read(path)
        if walk.is_elsewhere(path.parent) or not path.is_file() or path.is_symlink():
            raise intake.Rejected("link", f"{printable_name(str(path))} is a link, or no file")
        if not is_student_name(path.parts[-3]):
            raise intake.Rejected("bad-name", BAD_NAME.format(name=path.parts[-3]))
        sandboxed = self.config.Grade.get("sandbox", True)
        return client.read(path, shared_worker(_assignment(resources), sandboxed))


def before_autograde(*, assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's hook: let nbgrader's copying find no link that it would follow, nor a device.

    Each is replaced by a text file that says what was there. ``student`` may be a pattern;
    ``notebooks`` are one student's.
    """
    folder = Path(notebooks[0]).parent
    if walk.is_elsewhere(folder):
        return  # refused when the notebook is read; what is there is not a submission's
    for path in walk.links(folder):
        kind = f"a link to {path.readlink()}" if path.is_symlink() else "a special file"
        path.unlink()
        note = path.with_name(f"{path.name}{timestamps.REFUSED}")
        # Made anew or not at all: a link of this name would be written through.
        with suppress(FileExistsError), note.open("x") as file:
            file.write(f"{kind}\n")
    names = [Path(notebook).name for notebook in notebooks]
    if f"{assignment}.ipynb" not in names:
        # nbgrader goes on, and ends with words that lead astray; its log has these before.
        text = f"{folder} has no {assignment}.ipynb, which nbgrader needs, but {', '.join(names)}: "
        raise intake.Rejected("not-found", text + "'lenetlab grade' looks for what is meant")


def after_autograde(*, assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's hook: remove its copies of what was handed in beside the notebook.

    They would go on to the feedback folder as they are, pages with scripts among them. What was
    graded is kept, since the next attempt will stand in its place.
    """
    owner = Path(notebooks[0]).parts[-3]
    for path in Path("autograded", owner, assignment).iterdir():
        time = path.name == timestamps.NAME and path.is_file()
        if path.suffix != ".ipynb" and not time:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if (owner, assignment) in _announced:
        with Gradebook(_announced.pop((owner, assignment))) as book:
            attempts.settle(book.db, assignment, owner)
            book.db.commit()
    with suppress(OSError):
        course = Course(Path.cwd(), assignment)
        record = latest_record(course, owner)
        if record is not None and record.of:
            notebook = course.notebook("autograded", owner)
            attempts.keep(course, owner, record.of, notebook, course.record(owner))


class Restore(NbGraderPreprocessor):  # type: ignore[misc]
    """Gives a submission the assignment's shape; see :mod:`lenetlab.notebook.restore`."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook restored.

        Raises:
            CourseError: the master has changed since the release was generated.
        """
        assignment = _assignment(resources)
        marks = resources["nbgrader"]
        course = Course(Path.cwd(), marks["assignment"])
        of = handed_in.look(course, marks["student"]).fingerprint(assignment)
        return restore(nb, assignment, of), resources


class Grade(NbGraderPreprocessor):  # type: ignore[misc]
    """Replays a restored notebook and runs its tests apart from the student's code."""

    sandbox = Bool(
        True,
        help="Whether submissions run isolated. False grades on machines that cannot isolate: only "
        "for submissions that you trust; every grade is then marked.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with the outputs that nbgrader scores.

        Raises:
            GradingFailed: a check, the grader or the machine was at fault: nothing is recorded, an
                earlier grade stands, and nbgrader's log has the reason.
        """
        assignment = _assignment(resources)
        grading.grade(nb, shared_worker(assignment, self.sandbox), assignment)
        _announce(nb, resources["nbgrader"])
        return nb, resources


def _announce(notebook: NotebookNode, marks: dict[str, str]) -> None:
    """Say what is about to be entered, for the ledger."""
    handover, student = Handover.load(notebook), marks["student"]
    if handover is None or not handover.of:
        return
    time = timestamps.read(Course(Path.cwd(), marks["assignment"]).folder("submitted", student))
    with Gradebook(marks["db_url"]) as book:
        attempts.announce(book.db, marks["assignment"], student, handover.of, time)
        book.db.commit()
    _announced[student, marks["assignment"]] = marks["db_url"]


_announced: dict[tuple[str, str], str] = {}  # the gradebook's address; until it is entered


def highlight(source: str, language: str | None = None, metadata: Any = None) -> str:
    """Code in colours, where that takes no time: the lexer is quadratic in blanks and in dots."""
    source = re.sub(r"[ \t]+$", "", source, flags=re.MULTILINE)
    if len(source) > LONGEST_COLOURED:
        return f'<div class="highlight"><pre>{html.escape(source)}</pre></div>'
    return str(Highlight2HTML(pygments_lexer="ipython3")(source, language, metadata))


def unchanged(text: str) -> str:
    """The text as it is: in place of a filter of nbconvert's."""
    return text
