"""What comes first on the page for manual grading: what was lost, and what a person should look at.

The page is nbgrader's, made by nbconvert; this adds to it and changes none of its fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from traitlets.config import Config

from lenetlab.course import gradebook, standings
from lenetlab.course.directory import Course, load_master
from lenetlab.course.gradebook import Entry
from lenetlab.course.standings import Standing
from lenetlab.formgrader.lists import name_of
from lenetlab.notebook.titles import Titles, titles_of
from lenetlab.records import Flag, Item, as_text, printable

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Lost:
    """An item that did not earn all its points; texts are a student's, and not escaped yet."""

    id: str  # its field on the page has this id
    title: str
    score: str
    max_score: str
    reasons: tuple[str, ...]  # how what the student reads begins, in lines
    by_hand: bool


@dataclass(frozen=True)
class Overview:
    """What was lost, in the notebook's order, and the flags that ask for a person."""

    points: str = ""  # lost altogether
    max_score: str = ""
    penalty: str = ""  # for handing in late, empty where there is none
    lost: tuple[Lost, ...] = ()
    flags: tuple[Flag, ...] = ()
    trouble: str = ""  # why there is no overview, where it could not be made


def overview_of(standing: Standing, titles: Titles) -> Overview:
    """The overview of one submission, with the scores that count."""
    items = [i for i in standing.verdict.items if i.score is not None and i.score < i.max_score]
    flags = [
        Flag(flag.code, printable(flag.message), True)
        for flag in standing.verdict.flags
        if flag.review
    ]
    verdict = standing.verdict
    return Overview(
        as_text(verdict.max_score - (verdict.score or 0.0)),
        as_text(verdict.max_score),
        as_text(standing.entry.penalty or None),
        tuple(_lost(item, titles) for item in items),
        tuple(flags),
    )


def _lost(item: Item, titles: Titles) -> Lost:
    lines = [printable(line.strip()) for line in item.message.splitlines() if line.strip()]
    # Above findings stands what was earned.
    shown = lines[: 2 if item.findings else 1]
    title = str(titles.of(item.id, "en"))
    points = as_text(item.score), as_text(item.max_score)
    return Lost(item.id, title, *points, tuple(shown), item.by_hand)


class SubmissionExporter(HTMLExporter):  # type: ignore[misc]
    """nbgrader's page for manual grading, with the overview above the notebook."""

    def __init__(self, root: Path, db_url: str, templates: str, config: Config) -> None:
        """Make pages of the course at ``root``, whose gradebook is at ``db_url``.

        ``templates`` are nbgrader's, ``config`` is what it makes its own pages with.
        """
        own = Config()
        own.SubmissionExporter.template_name = "overview"
        own.SubmissionExporter.extra_template_basedirs = [str(TEMPLATES), templates]
        own.SubmissionExporter.extra_template_paths = [templates]
        own.merge(config)
        super().__init__(config=own)
        self._root, self._db_url = root, db_url

    def from_filename(
        self, filename: str, resources: dict[str, Any], **keywords: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a graded notebook; ``resources`` are those that nbgrader's handler gives."""
        course = Course(self._root, resources["assignment_id"])
        # nbconvert escapes nothing by itself, and nbgrader writes names as they are.
        safe = {k: escape(v) if isinstance(v, str) else v for k, v in resources.items()}
        entry, overview = self._read(course, resources["student"])
        name = name_of(entry.last_name, entry.first_name, resources["student"])
        # Without names nbgrader shows what it takes for the id.
        safe |= {"last_name": None, "first_name": None, "student": escape(name)}
        safe |= {
            "overview": overview,
            "overview_css": Markup(_text("overview.css")),  # noqa: S704 - own file
            "overview_js": Markup(_text("overview.js")),  # noqa: S704 - own file
        }
        output: tuple[str, dict[str, Any]] = super().from_filename(filename, safe, **keywords)
        return output

    def _read(self, course: Course, student: str) -> tuple[Entry, Overview]:
        entry = Entry()
        try:
            with Gradebook(self._db_url) as book:
                entry = gradebook.entries(book, course.name, student).get(student, entry)
            assignment = load_master(course)
            record = standings.latest_record(course, student)
            standing = standings.standing(course, assignment, student, record, entry)
            return entry, overview_of(standing, titles_of(assignment))
        except Exception as error:  # the notebook can be graded by hand whatever is wrong with this
            return entry, Overview(trouble=printable(f"{type(error).__name__}: {error}"))


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")
