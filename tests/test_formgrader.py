"""The formgrader in a browser: what an instructor clicks and types is what the gradebook holds."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Route, expect, sync_playwright

from lenetlab.course import ledger, lookup
from lenetlab.course.directory import Course, nbgrader_api
from lenetlab.notebook import verdicts
from lenetlab.notebook.master import Assignment
from tools.browser import jupyterlab, launch

from .in_browser import (
    ELSEWHERE,
    MARKED,
    MARKUP,
    MATHJAX,
    PAGE_SECONDS,
    SOLVED,
    Formgrader,
    harm_done,
    keep,
    solve,
    write_markup,
)
from .test_grading import ROOT, expected, scores
from .test_sandbox import descendants, wait_until_gone

pytestmark = pytest.mark.xdist_group("formgrader")

STUDENTS = ("vd03-lam-mot-nua", "vd05-kernel-5x5")
WAITS = "vd01-dung-het"  # is never graded
NAMES = {"vd05-kernel-5x5": ("Lê", "An"), "vd01-dung-het": ("Trần Bình", None)}  # of the roster
# What the instructor gives by hand, for an item that lost points, and writes at its solution.
STUDENT, ITEM, SCORE = "vd05-kernel-5x5", "beta-hidden", 0.75
NAME = "Lê, An"
CELL, COMMENT = "beta-solution", "Nhận 0,75: kernel 5×5 có lý do nêu trong báo cáo."
# Who works in JupyterLab, and what the instructor then gives and writes.
NEW = "22520001"
BY_HAND, REMARK = 0.25, "Ý tưởng đúng, chỉ quên đổi lớp gộp."

# What the first student hands in before the notebook.
WORD = b"PK\x03\x04[Content_Types].xml word/document.xml"
REASON = "this is a Word document, not a notebook"


@dataclass
class Clicked:
    """What a click on a student's button led to."""

    dialog: str
    status: str  # as the list shows it after that
    total: str
    processes: list[int]  # of the server's, by then


def prepare(root: Path) -> None:
    """Release the assignment, enter names, hand in."""
    for student in (*STUDENTS, WAITS):
        folder = root / "submitted" / student / "lenet"
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "examples" / student / "lenet.ipynb", folder)
    write_markup(root / "submitted" / MARKED / "lenet" / "lenet.ipynb")
    with nbgrader_api(Course(root, "lenet")) as api:
        assert api.generate_assignment("lenet")["success"]
        with api.gradebook as book:
            for student, (last, first) in NAMES.items():
                book.add_student(student, last_name=last, first_name=first)
            book.add_student(MARKED, last_name=MARKUP[1], first_name=f'">{MARKUP[0]}')


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formgrader]:
    """A released course with submissions, nothing graded yet; the browser is logged in."""
    root, own = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    images = str(root / "source" / "lenet" / "few_images.npz")
    server = jupyterlab(root, own, lambda: prepare(root), MNIST_NPZ=images)
    with sync_playwright() as playwright, server as lab, launch(playwright, own) as browser:
        url = lab.url
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(1000 * PAGE_SECONDS)
        expect.set_options(timeout=1000 * PAGE_SECONDS)
        opened = Formgrader(root, url, lab.process, page)
        page.on("pageerror", lambda error: opened.errors.append(str(error)))

        def refuse(route: Route) -> None:
            opened.refused.append(route.request.url)
            route.abort()

        page.route(re.compile(f"^(?!{re.escape(url)}|file:|data:)"), refuse)
        page.route(re.compile("/mathjax/"), lambda route: route.fulfill(body=MATHJAX))
        lab.log_in(page, "formgrader/manage_submissions/lenet")
        yield opened
        started = descendants(lab.process.pid)
    assert wait_until_gone(started) == [], "the server ended and left processes behind"


@pytest.fixture(scope="module")
def rejected(formgrader: Formgrader) -> list[str]:
    """The first student's button clicked while the file is no notebook: the status shown after
    that, when the list is opened again, and on the student's own page.
    """
    student = STUDENTS[0]
    path = formgrader.root / "submitted" / student / "lenet" / "lenet.ipynb"
    notebook = path.read_bytes()
    path.write_bytes(WORD)
    formgrader.listed("manage_submissions/lenet")
    formgrader.autograde(student)
    shown = [formgrader.row(student).locator("td.status").inner_text()]
    formgrader.listed("manage_submissions/lenet")
    shown.append(formgrader.row(student).locator("td.status").inner_text())
    formgrader.open(f"manage_students/{student}")
    shown.append(formgrader.page.locator("td.name").inner_text())
    path.write_bytes(notebook)
    return shown


@pytest.fixture(scope="module")
def graded(formgrader: Formgrader, rejected: list[str]) -> dict[str, Clicked]:
    """Every student's button clicked, one after the other."""
    formgrader.listed("manage_submissions/lenet")
    found = {}
    for student in STUDENTS:
        dialog = formgrader.autograde(student)
        row = formgrader.row(student)
        status, total = (row.locator(f"td.{name}").inner_text() for name in ("status", "score"))
        found[student] = Clicked(dialog, status, total, descendants(formgrader.server.pid))
    return found


@pytest.fixture(scope="module")
def hand_graded(formgrader: Formgrader, graded: dict[str, Clicked]) -> Formgrader:
    """STUDENT has SCORE for ITEM and COMMENT at CELL, typed into the page for manual grading.

    For tests of what becomes of them: grade again with ``autograde`` or by a command, then look
    at ``grades``, ``comments`` and the list.
    """
    formgrader.open_submission(NAME)
    formgrader.write(formgrader.score_field(ITEM), str(SCORE))
    formgrader.write(formgrader.comment_field(CELL), COMMENT)
    return formgrader


def shown(points: float, assignment: Assignment) -> str:
    """A total as the formgrader writes it."""
    return f"{round(points, 2):g} / {assignment.max_score:g}"


@pytest.mark.parametrize("student", STUDENTS)
def test_the_autograde_button_gives_the_same_points(
    formgrader: Formgrader, graded: dict[str, Clicked], assignment: Assignment, student: str
) -> None:
    assert f"Successfully autograded 'lenet' for student '{student}'" in graded[student].dialog
    path = formgrader.root / "autograded" / student / "lenet" / "lenet.ipynb"
    verdict = verdicts.record(student, nbformat.read(path, as_version=4)).verdict
    wanted = pytest.approx(expected(student, assignment))
    assert scores(verdict) == wanted
    grades = formgrader.grades(student)
    assert {name: grade["auto_score"] for name, grade in grades.items()} == wanted


def test_the_list_shows_everyone_graded_and_the_totals(
    formgrader: Formgrader, graded: dict[str, Clicked], assignment: Assignment
) -> None:
    totals = {s: shown(sum(expected(s, assignment).values()), assignment) for s in STUDENTS}
    assert {student: clicked.total for student, clicked in graded.items()} == totals
    assert {clicked.status for clicked in graded.values()} == {"graded"}
    assert formgrader.errors == []


def test_one_sandbox_serves_every_click(graded: dict[str, Clicked]) -> None:
    """It is the one that has to be gone when the server is."""
    first, *others = (clicked.processes for clicked in graded.values())
    assert first != []
    assert all(processes == first for processes in others)


def test_a_score_and_a_comment_by_hand_are_kept_and_shown(
    hand_graded: Formgrader, assignment: Assignment
) -> None:
    automatic = expected(STUDENT, assignment)
    grades = hand_graded.grades(STUDENT)
    by_hand = {name: grade["manual_score"] for name, grade in grades.items()}
    assert by_hand == dict.fromkeys(automatic) | {ITEM: SCORE}
    assert hand_graded.comments(STUDENT) == {CELL: COMMENT}
    (line,) = lookup.history(Course(hand_graded.root, "lenet"), STUDENT).changes
    changed = (line.item, line.old, line.new, line.cause, line.person)
    assert changed == (ITEM, automatic[ITEM], SCORE, "person", ledger.user())

    hand_graded.open_submission(NAME)
    expect(hand_graded.score_field(ITEM)).to_have_value(str(SCORE))
    expect(hand_graded.comment_field(CELL)).to_have_value(COMMENT)
    hand_graded.open("manage_submissions/lenet")
    total = shown(sum((automatic | {ITEM: SCORE}).values()), assignment)
    expect(hand_graded.row(STUDENT).locator("td.score")).to_have_text(total)
    assert hand_graded.errors == []


def test_a_rejected_submission_says_why_until_it_is_graded(
    rejected: list[str], graded: dict[str, Clicked], formgrader: Formgrader
) -> None:
    for shown in rejected:
        assert "rejected" in shown and REASON in shown
    assert graded[STUDENTS[0]].status == "graded"
    formgrader.listed("manage_submissions/lenet")
    assert formgrader.row(STUDENTS[0]).locator("td.status").inner_text() == "graded"
    waiting = formgrader.row(WAITS).locator("td.status").inner_text()
    assert waiting == "needs autograding", "nobody has tried to grade it"


def test_students_are_called_by_their_names_else_by_their_ids(
    formgrader: Formgrader, graded: dict[str, Clicked]
) -> None:
    for path, cells in (
        ("manage_submissions/lenet", "td.student-name"),
        ("manage_students", "td.name"),
    ):
        shown = formgrader.listed(path).locator(cells).all_inner_texts()
        assert {NAME, "Trần Bình", STUDENTS[0]} <= set(shown), path
        assert not any("None" in name for name in shown)
    formgrader.open_submission(STUDENTS[0])
    expect(formgrader.page.locator("a.name-shown")).to_have_text(STUDENTS[0])


def test_what_was_lost_comes_first_and_leads_to_the_field_where_a_score_is_typed(
    formgrader: Formgrader, graded: dict[str, Clicked]
) -> None:
    formgrader.open_submission(STUDENTS[0])
    page, overview = formgrader.page, formgrader.page.locator("#overview")
    expect(formgrader.score_field("delta-hidden")).to_be_attached()
    assert page.evaluate("scrollY") == 0
    expect(overview.get_by_role("heading").first).to_be_in_viewport()
    expect(overview).to_contain_text("DeltaCNN chưa chạy được: phần này chưa được viết")
    link = overview.get_by_role("link", name="Delta – hidden check")
    for _ in range(2):  # the second time from the field where it led
        link.click()
        expect(page.locator("#delta-hidden")).to_be_focused()
        expect(page.locator("#delta-hidden")).to_be_in_viewport()
    page.keyboard.press("Tab")  # nbgrader's: on to the next field
    expect(page.locator("#delta-hidden_extra_credit")).to_be_focused()
    assert formgrader.errors == []


def test_the_page_shows_what_was_graded_since_the_server_read_it(
    formgrader: Formgrader, graded: dict[str, Clicked]
) -> None:
    formgrader.open_submission(STUDENTS[0])
    formgrader.score_field("alpha-hidden")
    with Gradebook(f"sqlite:///{formgrader.root / 'gradebook.db'}") as book:
        grade = book.find_grade("alpha-hidden", "lenet", "lenet", STUDENTS[0])
        before, grade.auto_score = grade.auto_score, 0.25
        book.db.commit()
        formgrader.page.reload()
        place = formgrader.score_field("alpha-hidden")
        grade.auto_score = before
        book.db.commit()
    assert place.get_attribute("placeholder") == "0.25"
    item = formgrader.page.locator("#overview li", has_text="Alpha – hidden check")
    expect(item).to_contain_text("0.25 / 1")


def test_markup_of_a_student_does_nothing_to_the_pages_of_an_instructor_and_of_the_student(
    formgrader: Formgrader, graded: dict[str, Clicked]
) -> None:
    page = formgrader.listed("manage_submissions/lenet")
    formgrader.autograde(MARKED)
    name = f'{MARKUP[1]}, ">{MARKUP[0]}'
    for path in ("manage_submissions/lenet", "manage_students", "gradebook/lenet/lenet"):
        formgrader.listed(path)
        page.get_by_label("Search:").fill("onerror")  # the table reads its own cells as HTML
        expect(page.locator("#main-table tr")).to_have_count(1)
        expect(page.get_by_role("link", name=name, exact=True, include_hidden=True)).to_have_count(
            1
        )
        assert harm_done(page) == [None, 0, 0, 0, False], path
    page.get_by_label("Search:").fill("")
    formgrader.open_submission(name)
    expect(formgrader.score_field("alpha-hidden")).to_be_visible()
    assert harm_done(page) == [None, 0, 0, 0, False]
    expect(page.get_by_text("window.attacked = 1").first).to_be_attached()  # as text
    # What failed says what the student's layer is called.
    expect(page.locator("#overview")).to_contain_text(MARKUP[0])

    # A file beside the notebook, by way of a link that a student may write.
    evil = formgrader.root / "submitted" / MARKED / "lenet" / "evil.html"
    evil.write_text("<script>window.attacked = 11</script>seen")
    page.goto(
        f"{page.url.partition('?')[0]}..%2f..%2f..%2fsubmitted%2f{MARKED}%2flenet%2fevil.html"
    )
    expect(page.get_by_text("seen")).to_be_visible()
    assert page.evaluate("window.attacked") is None

    formgrader.listed("manage_submissions/lenet")
    formgrader.click(MARKED, "generate-feedback")
    feedback = formgrader.root / "feedback" / MARKED / "lenet" / "lenet.html"
    page.goto(feedback.as_uri())
    assert harm_done(page) == [None, 0, 0, 0, False]
    assert page.url == feedback.as_uri()
    assert [url for url in formgrader.refused if ELSEWHERE in url] == []


@dataclass(frozen=True)
class Seen:
    """What was on the screen on the way from JupyterLab to the feedback page."""

    checks: dict[str, str]  # what the visible checks said to the student
    dialog: str  # of the button that grades
    overview: str  # of the page for manual grading, before a score was given
    total: str  # in the list of submissions, after that
    feedback: str


@pytest.fixture(scope="module")
def seen(formgrader: Formgrader) -> Seen:
    """A student opens the release, writes Alpha right and Beta wrong, runs all, saves and hands in.

    An instructor has it graded, gives a score and a comment by hand, and makes the feedback page.
    """
    root, page = formgrader.root, formgrader.page
    home = root / "home"  # the student's
    home.mkdir()
    shutil.copy(root / "release" / "lenet" / "lenet.ipynb", home)
    page.goto(f"{formgrader.url}lab/tree/home/lenet.ipynb")
    checks = solve(page)
    submitted = root / "submitted" / NEW / "lenet"
    submitted.mkdir(parents=True)
    shutil.copy(home / "lenet.ipynb", submitted)

    formgrader.listed("manage_submissions/lenet")
    dialog = formgrader.autograde(NEW)
    formgrader.open_submission(NEW)
    overview = page.locator("#overview").inner_text()
    keep(page, "2-instructor-overview")
    formgrader.write(formgrader.score_field("beta-hidden"), str(BY_HAND))
    formgrader.write(formgrader.comment_field("beta-solution"), REMARK)
    keep(page, "3-instructor-comment")
    formgrader.listed("manage_submissions/lenet")
    total = formgrader.row(NEW).locator("td.score").inner_text()
    formgrader.click(NEW, "generate-feedback")
    page.goto((root / "feedback" / NEW / "lenet" / "lenet.html").as_uri())
    keep(page, "4-student-feedback")
    return Seen(checks, dialog, overview, total, page.inner_text("body"))


def test_a_student_sees_one_check_pass_and_the_other_say_what_is_wrong(seen: Seen) -> None:
    assert set(seen.checks) == set(SOLVED)
    assert "✔" in seen.checks["AlphaCNN"] and "0,5/0,5" in seen.checks["AlphaCNN"], seen.checks
    assert "MaxPooling2D" in seen.checks["BetaCNN"] and "0 điểm" in seen.checks["BetaCNN"]


def test_an_instructor_grades_it_and_sees_first_what_was_lost(seen: Seen) -> None:
    assert f"Successfully autograded 'lenet' for student '{NEW}'" in seen.dialog
    assert "Beta – hidden check" in seen.overview and "Alpha – hidden check" not in seen.overview


def test_the_feedback_page_has_the_points_the_score_by_hand_and_the_comment(seen: Seen) -> None:
    # Alpha's two checks, and what the instructor gave; no question is answered.
    assert seen.total.startswith("1.75 /")
    assert "1,75" in seen.feedback and REMARK in seen.feedback
    assert "MaxPooling2D" in seen.feedback, "what is needed, beside what was found"
    assert "GammaCNN chưa chạy được" in seen.feedback
