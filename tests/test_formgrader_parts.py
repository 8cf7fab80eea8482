"""What the formgrader is told of each submission, and that no text becomes markup on its pages."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbgrader.apps import NbGraderAPI
from nbgrader.server_extensions.formgrader.base import BaseHandler
from nbgrader.server_extensions.formgrader.handlers import SubmissionFilesHandler, template_path
from traitlets.config import Config

from lenetlab import nbgrader_plugin, records
from lenetlab.course import directory
from lenetlab.course.directory import Course
from lenetlab.course.failures import failure_of, record_failure
from lenetlab.course.gradebook import Entry
from lenetlab.course.standings import Standing
from lenetlab.formgrader import hooks, lists
from lenetlab.formgrader.overview import SubmissionExporter, overview_of
from lenetlab.notebook.intake import Rejected
from lenetlab.notebook.titles import Titles
from lenetlab.records import Finding, Flag, GradingFailed, Item, Record, Verdict, ungraded

from .commands import ROOT
from .conftest import MASTER

REFUSED = Rejected("not-text", "this is a Word document, not a notebook")
SCRIPT = '"><script>window.attacked = 1</script>'


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied: to make one takes nbgrader two seconds."""
    root = tmp_path_factory.mktemp("gradebook")
    with directory.nbgrader_api(Course(root, "lenet")) as api, api.gradebook:
        return root / "gradebook.db"


@pytest.fixture
def course(tmp_path: Path, empty_gradebook: Path) -> Course:
    shutil.copytree(MASTER.parent, tmp_path / "source" / "lenet")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copy(empty_gradebook, tmp_path)
    return Course(tmp_path, "lenet")


def hand_in(course: Course, student: str, text: str = "PK") -> Path:
    path = course.notebook("submitted", student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def graded_notebook(course: Course, student: str) -> Path:
    """A graded notebook that is newer than any record."""
    path = course.notebook("autograded", student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    return path


@pytest.mark.parametrize(
    ("last", "first", "name"),
    [
        ("Nguyễn", "An", "Nguyễn, An"),
        ("Nguyễn Văn An", None, "Nguyễn Văn An"),
        (None, "An", "An"),
        ("", "", "sv01"),
        (None, None, "sv01"),
    ],
)
def test_a_student_is_called_by_the_names_that_are_known_else_by_the_id(
    last: str | None, first: str | None, name: str
) -> None:
    assert lists.name_of(last, first, "sv01") == name


def test_a_reason_is_short_in_a_list_and_whole_when_expanded() -> None:
    flags = (Flag("a", "long words " * 30 + "\x1b[2J"), Flag("b", "another"))
    shown = lists.shown(Verdict("an", "failed", None, 10, (), flags), has_grade=True)
    assert shown is not None and shown["status"] == "failed"
    assert len(shown["reason"]) <= lists.SHORT and shown["reason"].endswith(" …")
    assert shown["lines"] == ["long words " * 30 + "\\x1b[2J", "another", lists.EARLIER]
    assert lists.shown(None, has_grade=True) is None


def test_a_rejection_counts_until_the_file_is_another_or_is_graded(course: Course) -> None:
    hand_in(course, "an")
    assert failure_of(course, "an") is None, "nobody has tried to grade it"
    record_failure(course, "an", REFUSED)
    verdict = failure_of(course, "an")
    assert verdict is not None and verdict.status == "rejected" and verdict.max_score == 10
    assert [flag.message for flag in verdict.flags] == [str(REFUSED)]

    graded = graded_notebook(course, "an")
    assert failure_of(course, "an") is None
    os.utime(graded, (0, 0))  # an earlier one: the rejection is of what was handed in since
    assert failure_of(course, "an") == verdict

    shutil.copy(ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb", hand_in(course, "an"))
    assert failure_of(course, "an") is None, "this file was never tried"
    shutil.rmtree(course.root / "submitted" / "an")
    record_failure(course, "an", REFUSED)
    assert failure_of(course, "an") is None, "nothing is handed in any more"


def test_what_failed_or_was_interrupted_says_so(course: Course) -> None:
    for student in ("an", "binh"):
        hand_in(course, student)
    record_failure(course, "an", GradingFailed(Flag("check-error", "alpha-hidden: NameError")))
    flag = Flag("interrupted", "the run was stopped", True)
    records.store(course.record("binh"), Record(ungraded("binh", "interrupted", 10, flag)))
    found = [failure_of(course, student) for student in ("an", "binh")]
    assert [verdict and verdict.status for verdict in found] == ["failed", "interrupted"]


def test_a_failure_is_recorded_and_shown_where_the_master_cannot_be_read(course: Course) -> None:
    hand_in(course, "an")
    course.master.write_text("{")
    record_failure(course, "an", REFUSED)
    verdict = failure_of(course, "an")
    assert verdict is not None and verdict.flags[0].code == "not-text"


def test_a_record_that_cannot_be_read_or_written_stops_nothing(course: Course) -> None:
    hand_in(course, "an")
    course.record("an").parent.mkdir(parents=True)
    course.record("an").write_text("{")
    assert failure_of(course, "an") is None
    shutil.rmtree(course.record("an").parent)
    course.record("an").parent.write_text("a file in the folder's place")
    record_failure(course, "an", REFUSED)
    assert failure_of(course, "an") is None


@pytest.fixture
def api(course: Course, monkeypatch: pytest.MonkeyPatch) -> Iterator[NbGraderAPI]:
    """nbgrader's API as the formgrader's server has it, its hooks put in twice as it happens."""
    replaced = {
        NbGraderAPI: ("get_submission", "get_submissions", "autograde"),
        BaseHandler: ("render", "exporter"),
        SubmissionFilesHandler: ("set_extra_headers",),
    }
    for owner, names in replaced.items():
        for name in names:
            monkeypatch.setattr(owner, name, getattr(owner, name))  # as it was, after this
    hooks.install()
    hooks.install()
    with directory.nbgrader_api(course) as api:
        yield api


def test_lists_have_every_failure_and_those_that_failed_where_nbgrader_does_not_look(
    course: Course, api: NbGraderAPI
) -> None:
    for student in ("an", "waits"):
        hand_in(course, student)
    archive = course.root / "submitted" / "packed" / "bài.rar"
    archive.parent.mkdir()
    archive.write_bytes(b"Rar!")
    for student in ("an", "packed", "gone"):
        record_failure(course, student, REFUSED)
    with api.gradebook as book:
        book.add_student("packed", last_name="Lê")
    rows = {row["student"]: row for row in api.get_submissions("lenet")}
    assert list(rows) == ["an", "packed", "waits"]
    assert rows["packed"]["last_name"] == "Lê"
    assert rows["waits"]["failure"] is None
    shown = {"status": "rejected", "reason": str(REFUSED), "lines": [str(REFUSED)]}
    assert rows["an"]["failure"] == rows["packed"]["failure"] == shown
    # One row anew, as after a click; a key that is absent would leave the old text on the page.
    for student, failure in (("an", shown), ("waits", None)):
        assert api.get_submission("lenet", student)["failure"] == failure
        assert api.get_student_submissions(student)[0]["failure"] == failure


def test_a_failure_in_one_assignment_says_nothing_of_another(
    course: Course, api: NbGraderAPI
) -> None:
    other = Course(course.root, "other")
    other.master.parent.mkdir()
    shutil.copy(course.master, other.master)
    for one in (course, other):
        hand_in(one, "an")
    record_failure(other, "an", REFUSED)
    rows = {row["name"]: row["failure"] for row in api.get_student_submissions("an")}
    assert rows["lenet"] is None and rows["other"]["status"] == "rejected"
    assert [row["failure"] for row in api.get_submissions("lenet")] == [None]


def test_the_button_says_why_where_nbgrader_finds_no_notebook(
    course: Course, api: NbGraderAPI
) -> None:
    hand_in(course, "an").rename(course.folder("submitted", "an") / "bài làm.ipynb")
    hand_in(course, "two").rename(course.folder("submitted", "two") / "a.ipynb")
    (course.folder("submitted", "two") / "b.ipynb").write_text("{}")
    for student, status, text in (
        ("an", "failed", "'lenetlab grade' looks at bài làm.ipynb"),
        ("two", "rejected", "which one counts?"),
    ):
        assert not api.autograde("lenet", student)["success"]
        failure = api.get_submission("lenet", student)["failure"]
        assert failure["status"] == status and text in failure["lines"][0]
    assert not api.autograde("lenet", "*")["success"], "a pattern is nobody's name"
    assert not course.record("*").exists()


def test_commands_load_no_web_server(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers = "nbgrader.server_extensions.formgrader.handlers"
    called: list[bool] = []
    monkeypatch.setattr(hooks, "install", lambda: called.append(True))
    monkeypatch.delitem(sys.modules, handlers, raising=False)
    nbgrader_plugin.guard_nbgrader()
    assert called == []
    monkeypatch.setitem(sys.modules, handlers, hooks)
    nbgrader_plugin.guard_nbgrader()
    assert called == [True]


# --- the page for manual grading ------------------------------------------------------------------

FINDING = Finding(1, "C1", "Conv2D", "filters", 6, 8)
VERDICT = Verdict(
    "an",
    "review",
    1.25,
    3.0,
    (
        Item("alpha-hidden", 1.0, 1.0, "✔"),
        Item("beta-hidden", 0.5, 1.0, "Được 0,5 điểm.\n- C1\n- C3", True, (FINDING,)),
        Item("beta-choice", 0.0, 0.5, f"\n{SCRIPT}\nmore"),
        Item("other", None, 0.5),
    ),
    (Flag("denied", f"asked for the network {SCRIPT}", True), Flag("other-files", "not used")),
)
TITLES = Titles({"hidden": {"vi": "kiểm tra ẩn", "en": "hidden check"}}, ["Beta"])


def test_the_overview_has_what_was_lost_and_the_flags_that_ask_for_a_person() -> None:
    overview = overview_of(Standing("an", VERDICT, Entry(penalty=0.25)), TITLES)
    assert (overview.points, overview.max_score, overview.penalty) == ("1.75", "3", "0.25")
    assert [(o.id, o.title, o.score, o.max_score, o.by_hand) for o in overview.lost] == [
        ("beta-hidden", "Beta – hidden check", "0.5", "1", True),
        ("beta-choice", "beta-choice", "0", "0.5", False),
    ]
    # Above findings stands what was earned, which says little.
    assert [one.reasons for one in overview.lost] == [("Được 0,5 điểm.", "- C1"), (SCRIPT,)]
    assert [flag.code for flag in overview.flags] == ["denied"]


def page(
    course: Course, student: str, notebook: nbformat.NotebookNode, *, stock: bool = False
) -> str:
    """The page for manual grading as nbgrader's handler makes it."""
    path = course.notebook("autograded", student)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    resources: dict[str, Any] = {
        "assignment_id": "lenet", "notebook_id": "lenet", "submission_id": "1", "index": 0,
        "total": 1, "base_url": "", "notebook_path": SCRIPT, "student": student,
        "last_name": SCRIPT, "first_name": "An",
    }  # fmt: skip
    database = f"sqlite:///{course.root / 'gradebook.db'}"
    ours = SubmissionExporter(course.root, database, template_path, config)
    exporter = HTMLExporter(config=config) if stock else ours
    return exporter.from_filename(str(path), resources)[0]


def a_test_cell() -> nbformat.NotebookNode:
    marks = {"grade": True, "solution": False, "grade_id": "beta-hidden", "points": 1.0}
    cell = nbformat.v4.new_code_cell("assert True", metadata={"nbgrader": marks})
    return nbformat.v4.new_notebook(cells=[cell])


def test_the_page_shows_the_overview_before_the_notebook_with_every_text_escaped(
    course: Course, api: NbGraderAPI
) -> None:
    hand_in(course, "an")
    with api.gradebook as book:
        book.add_student("an", last_name=SCRIPT, first_name="An")
    notebook = course.notebook("autograded", "an")
    notebook.parent.mkdir(parents=True)
    notebook.write_text("{}")
    items = tuple(i for i in VERDICT.items if i.score is not None)
    verdict = Verdict("an", "review", 1.5, 10.0, items, VERDICT.flags)
    records.store(course.record("an"), Record(verdict))
    os.utime(course.record("an"), (2_000_000_000, 2_000_000_000))  # later than the page's notebook
    html = page(course, "an", a_test_cell())
    overview = html.index('id="overview"')
    assert overview < html.index('href="#beta-hidden"') < html.index('id="beta-hidden"')
    soup = BeautifulSoup(html, "html.parser")
    assert not any("attacked" in script.text for script in soup.find_all("script"))
    (shown,) = soup.select("#overview")
    assert SCRIPT in shown.text and f"asked for the network {SCRIPT}" in shown.text
    (name,) = soup.select("a.name-shown")
    assert (name.text.strip(), name["data-link"]) == (f"{SCRIPT}, An", SCRIPT)


def test_the_page_opens_where_nothing_is_known_of_the_submission(course: Course) -> None:
    course.master.write_text("{")
    html = page(course, "an", a_test_cell())
    assert "What was lost cannot be shown: CourseError: The master notebook" in html
    assert 'id="beta-hidden"' in html and "<script>window" not in html


def rendered(name: str, **values: Any) -> str:
    class Handler:
        base_url = ""

    return hooks._render(Handler(), name, base_url="", **values)


def test_what_stands_in_an_address_becomes_no_script() -> None:
    for value in (SCRIPT, '";window.attacked = 1;"'):
        html = rendered("manage_students_assignments.tpl", student_id=value)
        assert value not in html and str(Markup.escape(value)) in html


def test_stock_nbgrader_runs_what_stands_in_an_address_and_in_a_name(course: Course) -> None:
    """What the hooks are there for; where this fails, nbgrader has mended it."""
    stock = Environment(loader=FileSystemLoader(template_path))  # as nbgrader has it
    template = stock.get_template("manage_students_assignments.tpl")
    assert 'var student_id = "";window.attacked = 1;"";' in template.render(
        student_id='";window.attacked = 1;"'
    )
    html = page(course, "an", a_test_cell(), stock=True)
    assert "<script>window.attacked = 1</script>" in html


def test_a_path_comes_whole_to_the_script_that_opens_it() -> None:
    html = rendered("manage_assignments.tpl", url_prefix="AI & ML's")
    assert r'var url_prefix = "AI \u0026 ML\u0027s";' in html
