"""Feedback pages of a class that was really graded.

Every road makes the same, none is lost, all are for everyone to read, and nothing in them runs.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Error, Page, Route, sync_playwright

from lenetlab import records
from lenetlab.course import directory, feedback, interrupts, pool, run
from lenetlab.course.directory import Course
from tools.browser import launch

from .in_browser import ELSEWHERE, MARKED, MARKUP, harm_done, write_markup
from .recorded_class import LATE, PLUGIN, as_course
from .test_grading import ROOT, nbgrader

pytestmark = pytest.mark.xdist_group("feedback")

BY_HAND, EARLIER, PERFECT = "vd05-kernel-5x5", "vd04-omicron-con-gop", "vd01-dung-het"
HALF, NOTHING, BROKEN = "vd03-lam-mot-nua", "vd07-chua-lam", "vd08-loi-cu-phap"
STUDENTS = (PERFECT, HALF, EARLIER, BY_HAND, NOTHING, BROKEN)
FILES = {"pdf": b"%PDF-1.4", "empty": b""}  # of students who handed in no notebook
COMMENT = "Nhận 0,75: <b>có lý do</b>."
NAME = f"Nguyễn {MARKUP[0]}", f"An {MARKUP[3]}"


def grade(course: Course, *students: str, pages: bool = True) -> run.Result:
    """What ``lenetlab grade`` does."""
    return run.grade_class(course, list(students), pages=pages, pool=run.local(pool.cores()))


def book(course: Course) -> Gradebook:
    return Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "cs2230")


def write_more_markup(path: Path) -> None:
    """The submission with markup in names of layers and models, and in an error, too."""
    write_markup(path)
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    named = f"Model(input, output, name={MARKUP[1]!r})"  # Keras takes no name with a slash in it
    gamma, omicron = cells["gamma-solution"], cells["omicron-solution"]
    gamma.source = gamma.source.replace("Model(input, output)", named)
    # Wrong, so that the names are on a card.
    omicron.source = omicron.source.replace("120", f"119, name={MARKUP[1]!r}")
    cells["delta-solution"].source = f"raise ValueError({''.join(MARKUP)!r})"
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The class with its pages: rejected files, a score by hand, a late one, one full of markup."""
    root = tmp_path_factory.mktemp("told") / "course"
    shutil.copytree(ROOT / "source", root / "source")
    config = (ROOT / "nbgrader_config.py").read_text("utf-8")
    (root / "nbgrader_config.py").write_text(config + LATE, "utf-8")
    (root / "late.py").write_text(PLUGIN, "utf-8")
    course = Course(root, "lenet")
    for student in STUDENTS:
        shutil.copytree(ROOT / "examples" / student, course.folder("submitted", student))
    write_more_markup(course.notebook("submitted", MARKED))
    with as_course(root):
        grade(course, *STUDENTS, MARKED, pages=False)
    for student, data in FILES.items():
        course.folder("submitted", student).mkdir(parents=True)
        course.notebook("submitted", student).write_bytes(data)
    path = course.notebook("submitted", EARLIER)
    path.write_bytes(path.read_bytes()[:5000])
    with book(course) as gradebook:
        mark = gradebook.find_grade("beta-hidden", "lenet", "lenet", BY_HAND)
        mark.manual_score, mark.needs_manual_grade = 0.75, False
        place = gradebook.find_comment("beta-solution", "lenet", "lenet", BY_HAND)
        place.manual_comment = COMMENT
        submission = gradebook.find_submission("lenet", BY_HAND)
        submission.timestamp = datetime(2026, 2, 28, 13, 5)
        gradebook.find_assignment("lenet").duedate = datetime(2026, 2, 28, 10)
        last, first = NAME
        gradebook.update_or_create_student(MARKED, last_name=last, first_name=first)
        gradebook.db.commit()
    with as_course(root):
        graded = grade(course, *STUDENTS, *FILES, MARKED)
    assert not graded.stopped
    return course


def text(course: Course, student: str) -> str:
    return course.page(student).read_text("utf-8")


def test_the_class_figures_are_those_of_right_models(told: Course) -> None:
    figures = feedback.class_figures(told).figures
    counts = {model: len(figures[model]["accuracy"]) for model in ("LeNet", "Alpha", "Beta")}
    assert counts == {"LeNet": 7, "Alpha": 6, "Beta": 4}, "Beta's but those of BY_HAND and MARKED"


def test_everyone_of_the_run_has_a_page_and_no_two_are_alike(told: Course) -> None:
    pages = [text(told, student) for student in (*STUDENTS, *FILES, MARKED)]
    assert len({*pages}) == len(pages)
    assert all('<html lang="vi">' in page and page.count("<h1>") == 1 for page in pages)


def test_a_page_shows_what_was_found_by_hand_and_what_being_late_cost(told: Course) -> None:
    page = text(told, BY_HAND)
    assert '<span class="big">8,75</span>' in page  # 9.5 + 0.25 - 1
    assert "kernel_size cần là (3, 3), đang là (5, 5)" in page
    assert "✗ Conv2D 6, 5×5, same, relu" in page and page.count("▶") == 3  # and what it means
    assert (
        "Nhận 0,75: &lt;b&gt;có lý do&lt;/b&gt;." in page and "Điểm này do giảng viên cho" in page
    )
    assert "trừ 1 điểm" in page and "Cả lớp" in page and "Lần chạy mẫu" in page
    for secret in ("HIDDEN TESTS", "lenetlab", "1_517_354", "check_facts"):
        assert secret not in page


def test_rejected_files_have_pages_that_say_how_to_hand_in_again(told: Course) -> None:
    for student, words in (("pdf", "không phải là notebook"), ("empty", "rỗng")):
        page = text(told, student)
        assert words in page and "Cách nộp lại" in page and "Chưa có điểm" in page
    page = text(told, EARLIER)
    assert "Bản bạn nộp sau cùng không chấm được" in page and '<span class="big">8,5</span>' in page
    assert "Omicron – kiểm tra ẩn" in page and "✗ MaxPooling2D 2×2" in page


@pytest.mark.parametrize("student", [BY_HAND, EARLIER, PERFECT, MARKED])
def test_the_formgraders_button_makes_the_same_page(told: Course, student: str) -> None:
    wanted = told.page(student).read_bytes()
    with directory.nbgrader_api(told) as api:
        done = api.generate_feedback("lenet", student, force=True)
    assert done["success"], done
    assert told.page(student).read_bytes() == wanted


@pytest.fixture
def own(told: Course, tmp_path: Path) -> Course:
    """The same class, for a test that changes it."""
    return Course(Path(shutil.copytree(told.root, tmp_path / "course")), "lenet")


def test_nbgraders_command_makes_the_same_where_there_is_no_record_of_anyone(own: Course) -> None:
    """As where nobody ever ran ``lenetlab grade``: all is read off the graded notebooks."""
    there = [student for student in STUDENTS if student != EARLIER]
    wanted = {student: own.page(student).read_bytes() for student in there}
    for path in own.root.glob("autograded/*/lenet.json"):
        path.unlink()
    shutil.rmtree(own.root / "feedback")
    nbgrader(own.root, "generate_feedback", "lenet")
    assert {student: own.page(student).read_bytes() for student in there} == wanted


def written(course: Course, action: Callable[[], Any]) -> set[str]:
    """Students whose pages ``action`` writes."""
    before = {student: course.page(student).stat().st_mtime_ns for student in STUDENTS}
    action()
    return {s for s in STUDENTS if course.page(s).stat().st_mtime_ns != before[s]}


def test_a_page_is_written_again_only_if_it_would_show_something_else(own: Course) -> None:
    there = [student for student in STUDENTS if student != EARLIER]
    assert written(own, lambda: grade(own, *there)) == set()
    with book(own) as gradebook:
        place = gradebook.find_comment("alpha-solution", "lenet", "lenet", PERFECT)
        place.manual_comment = "Gọn."
        gradebook.update_or_create_student(NOTHING, last_name="Trần", first_name="Bình")
        gradebook.db.commit()
    # The class's figures change, too, and are no reason.
    shutil.rmtree(own.root / "autograded" / MARKED)
    assert written(own, lambda: grade(own, *there)) == {PERFECT, NOTHING}
    assert "Gọn." in text(own, PERFECT) and "Trần Bình" in text(own, NOTHING)
    own.page(BY_HAND).unlink()
    grade(own, BY_HAND)
    assert "có lý do" in text(own, BY_HAND)


def test_a_page_that_cannot_be_made_costs_no_grade_and_the_next_run_makes_it(
    own: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> str:
        raise RuntimeError("no template")

    own.page(PERFECT).unlink()
    with monkeypatch.context() as patched:
        patched.setattr(feedback, "page", fails)
        found = next(one for one in grade(own, PERFECT).standings if one.student == PERFECT)
    assert (found.verdict.status, found.verdict.score) == ("review", 10)
    (flag,) = [flag for flag in found.verdict.flags if flag.code == "feedback-failed"]
    assert flag.message == "RuntimeError: no template" and flag.review
    found = next(one for one in grade(own, PERFECT).standings if one.student == PERFECT)
    assert own.page(PERFECT).exists() and found.verdict.status == "graded"


def test_an_interrupt_between_pages_loses_none(
    own: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes while a page is made: that one is finished, the others are left to the next run."""
    chosen = (PERFECT, BY_HAND, NOTHING)
    wanted = {student: own.page(student).read_bytes() for student in chosen}
    for student in chosen:
        own.page(student).unlink()
    make = feedback.page

    def interrupted(*arguments: Any) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return make(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(feedback, "page", interrupted)
        patched.setattr(interrupts, "ignore", lambda: None)  # it would hold for this process
        assert grade(own, *chosen).stopped
    assert [own.page(student).exists() for student in chosen] == [True, False, False]
    record = records.load(own.record(PERFECT))
    assert record is not None and record.page
    assert not grade(own, *chosen).stopped
    assert {student: own.page(student).read_bytes() for student in chosen} == wanted


# --- in Chromium ----------------------------------------------------------------------------------

KINDS = {
    "perfect": PERFECT,
    "partial": BY_HAND,
    "half": HALF,
    "earlier": EARLIER,
    "nothing": NOTHING,
    "rejected": "pdf",
    "markup": MARKED,
}
WIDTHS = {"desktop": (1280, 720), "phone": (360, 640)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    own = tmp_path_factory.mktemp("chromium")
    with sync_playwright() as playwright, launch(playwright, own) as launched:
        yield launched


@pytest.fixture
def opened(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """An empty page, and what it will ask for, print on its console or fail at."""
    page, noise = browser.new_page(), list[str]()

    def refuse(route: Route) -> None:
        noise.append(f"request: {route.request.url}")
        route.abort()

    page.route(re.compile("^(?!file:|data:)"), refuse)
    page.on("console", lambda message: noise.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noise.append(f"error: {error}"))
    yield page, noise
    page.close()


def show(page: Page, course: Course, student: str, width: str) -> None:
    wide, high = WIDTHS[width]
    page.set_viewport_size({"width": wide, "height": high})
    page.goto(course.page(student).as_uri())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["perfect", "partial", "rejected", "markup"])
def test_a_page_is_for_everyone_and_asks_nobody(
    told: Course, opened: tuple[Page, list[str]], kind: str, width: str
) -> None:
    page, noise = opened
    show(page, told, KINDS[kind], width)
    first = page.locator("header").bounding_box()
    assert first is not None
    if kind != "markup":  # which has a name of two hundred letters
        assert first["y"] + first["height"] <= WIDTHS[width][1], "who, how many points, where"
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[width][0]
    assert noise == []
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"]) for one in grave] == []
    order = [one["id"] for one in found]
    assert "heading-order" not in order and "page-has-heading-one" not in order


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "markup"])
def test_on_paper_it_is_two_pages_at_most(
    told: Course, opened: tuple[Page, list[str]], kind: str
) -> None:
    page, _ = opened
    show(page, told, KINDS[kind], "desktop")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) <= 2


def test_markup_of_a_student_does_nothing(told: Course, opened: tuple[Page, list[str]]) -> None:
    page, noise = opened
    for width in WIDTHS:
        show(page, told, MARKED, width)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert harm_done(page) == [None, 0, 0, 0, False]
        assert page.url == told.page(MARKED).as_uri()
    text = page.inner_text("body")
    # In the name, on the cards of layers and errors, in code: all there, as text.
    assert text.count("window.attacked = 1") > 3 and "window.attacked = 2" in text
    assert noise == []


def test_nbgraders_own_page_of_the_same_notebook_runs_it(
    own: Course, opened: tuple[Page, list[str]]
) -> None:
    """As it was handed in: what is graded here has no markup left for its exporter."""
    page, noise = opened
    graded = own.notebook("autograded", MARKED)
    graded.unlink()
    shutil.copy(own.notebook("submitted", MARKED), graded)
    with directory.nbgrader_api(own) as api:
        for section in ("GenerateFeedback", "HTMLExporter"):
            api.config.pop(section)
        done = api.generate_feedback("lenet", MARKED, force=True)
    assert done["success"], done
    # The page also goes elsewhere at once, so that what it sets is told when it is set.
    tells = "Object.defineProperty(window, 'attacked', {set: () => console.log('attacked')})"
    page.add_init_script(tells)
    with page.expect_console_message(lambda message: message.text == "attacked"):
        page.goto(own.page(MARKED).as_uri(), wait_until="commit")
    with suppress(Error):  # of that other page, which is not there
        page.wait_for_load_state()
    assert any(ELSEWHERE in line for line in noise)
