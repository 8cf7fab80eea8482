"""The formgrader in a browser: what an instructor clicks and types is what the gradebook holds."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Locator, Page, Playwright, Response, Route, expect, sync_playwright

from lenetlab.course.directory import Course, nbgrader_api
from lenetlab.notebook import verdicts
from lenetlab.notebook.master import Assignment

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

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = (
    "--no-sandbox",  # root needs it; the browser sees no page but those of this test's server
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Pages for manual grading load MathJax from the internet, and begin when it says that it is done.
MATHJAX = 'var MathJax = {Hub: {Startup: {signal: {Interest: (tell) => tell("End")}}}};'

PAGE_SECONDS = 30
GRADING_SECONDS = 180  # the first click starts the sandbox
SERVER_SECONDS = 60


# What the first student hands in before the notebook.
WORD = b"PK\x03\x04[Content_Types].xml word/document.xml"
REASON = "this is a Word document, not a notebook"

# A submission full of what a page might run, cover itself with, or ask other machines for.
MARKED = "day-the-html"
ELSEWHERE = "https://elsewhere.example/"
MARKUP = (
    "<script>window.attacked = 1</script>",
    '<img src="x" onerror="window.attacked = 2">',
    f'<meta http-equiv="refresh" content="0; url={ELSEWHERE}">',
    '<div id="cover" style="position: fixed; inset: 0; background: white">10/10</div>',
    "<svg onload='window.attacked = 3'></svg><iframe srcdoc='<script>parent.attacked=4</script>'>",
    "<style>body { display: none }</style>",
    f"[10 điểm](javascript:window.attacked=5) ![]({ELSEWHERE}a.png) <{ELSEWHERE}>",
    f"[a]: javascript:window.attacked=6\n\n[a] ![b][b]\n\n[b]: {ELSEWHERE}b.png",
    r"$$\style{position: fixed; inset: 0}{10}\href{javascript:window.attacked=7}{10}$$",
    "```\n</code></pre><script>window.attacked = 8</script>\n```\n~~~\n````\n<b id='cover'>",
    "    <script>window.attacked = 9</script>\n\n\t<div id='cover'>",
)


def write_markup(path: Path) -> None:
    """The solved notebook with the markup in every kind of cell, output and name."""
    notebook = nbformat.read(ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb", as_version=4)
    everything = "\n\n".join(MARKUP)
    for text in (*MARKUP, everything):
        notebook.cells.insert(3, nbformat.v4.new_markdown_cell(text))
        notebook.cells.insert(3, nbformat.v4.new_raw_cell(text, metadata={"format": "text/html"}))
        shows = f"from IPython.display import HTML, Markdown\nprint({text!r})\n"
        shows += f"display(HTML({text!r}), Markdown({text!r}))\n# {text!r}"
        notebook.cells.append(nbformat.v4.new_code_cell(shows))
    attached = nbformat.v4.new_markdown_cell("![x](attachment:x.svg)")
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>window.attacked = 10</script></svg>"
    attached.attachments = {"x.svg": {"image/svg+xml": svg}}
    notebook.cells.append(attached)
    for cell in notebook.cells:
        if "train" in cell.metadata.get("tags", []):
            data = {"text/html": everything, "text/markdown": everything, "text/plain": everything}
            cell.outputs.append(nbformat.v4.new_output("display_data", data))
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "beta-solution":
            cell.source = cell.source.replace("Flatten()", f"Flatten(name={MARKUP[0]!r})")
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


@dataclass
class Formgrader:
    """The formgrader of a running JupyterLab, open in a browser."""

    root: Path
    url: str
    server: subprocess.Popen[bytes]
    page: Page
    errors: list[str] = field(default_factory=list)  # of the pages' scripts
    refused: list[str] = field(default_factory=list)  # requests to other machines

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}formgrader/{path}")

    def row(self, student: str) -> Locator:
        """A student's line in the list of submissions."""
        named = self.page.locator("td.student-id", has_text=re.compile(f"^{student}$"))
        return self.page.locator("#main-table tr").filter(has=named)

    def autograde(self, student: str) -> str:
        """Have a student's submission graded; returns what the dialog said."""
        return self.click(student, "autograde")

    def click(self, student: str, column: str) -> str:
        """Click a student's button in the list of submissions; returns what the dialog said."""
        self.row(student).locator(f"td.{column} a").click()
        dialog = self.page.locator(".modal-content")
        expect(dialog).to_be_visible(timeout=1000 * GRADING_SECONDS)
        text = dialog.inner_text()
        dialog.get_by_role("button", name="OK").click()
        expect(dialog).to_have_count(0)
        return text

    def listed(self, path: str) -> Page:
        """Open a list; it is there once it has rows of its own."""
        self.open(path)
        expect(self.page.locator("#main-table a").first).to_be_attached()
        return self.page

    def open_submission(self, name: str) -> None:
        """Go to a student's page by way of the list for manual grading."""
        self.listed("gradebook/lenet/lenet")  # the button needs the rows
        self.page.get_by_role("button", name="Show All Names").click()
        self.page.get_by_role("link", name=name, exact=True).click()

    def score_field(self, item: str) -> Locator:
        """Where an item's score is typed; ready once it shows what the grader gave."""
        place = self.page.locator(f"#{item}")
        expect(place).to_have_attribute("placeholder", re.compile(r"\d"))
        return place

    def comment_field(self, cell: str) -> Locator:
        """Where a comment is typed, below a cell that students fill in."""
        place = self.page.locator(f"#{cell}-comment")
        expect(place).to_have_attribute("placeholder", re.compile(r"\w"))
        return place

    def write(self, place: Locator, text: str) -> None:
        """Type into a field in place of what it holds, and leave it: the page saves then."""

        def saves(response: Response) -> bool:
            return response.request.method == "PUT"

        with self.page.expect_response(saves) as saved:
            place.click()
            place.press("Control+a")
            place.press_sequentially(text)
            place.press("Tab")
        assert saved.value.ok

    def grades(self, student: str) -> dict[str, dict[str, Any]]:
        """The gradebook's grades of a student by item, with what was given by hand."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            notebook = gradebook.find_submission_notebook("lenet", "lenet", student)
            return {grade.name: grade.to_dict() for grade in notebook.grades}

    def comments(self, student: str) -> dict[str, str]:
        """The gradebook's comments on a student's cells that were written by hand."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            notebook = gradebook.find_submission_notebook("lenet", "lenet", student)
            return {c.name: c.manual_comment for c in notebook.comments if c.manual_comment}


@dataclass
class Clicked:
    """What a click on a student's button led to."""

    dialog: str
    status: str  # as the list shows it after that
    total: str
    processes: list[int]  # of the server's, by then


def browser_path(playwright: Playwright) -> Path:
    """The system's Chromium; Playwright's own where the system has none that it can drive."""
    for path in (CHROMIUM, Path(playwright.chromium.executable_path)):
        if path.exists():
            return path
    pytest.fail(f"There is no {CHROMIUM}. Install chromium: tools/install_system.sh chromium")


@contextmanager
def jupyterlab(
    root: Path, own: Path, meanwhile: Callable[[], None]
) -> Iterator[tuple[subprocess.Popen[bytes], str, str]]:
    """JupyterLab in a course's folder, with no configuration: its process, address and token.

    ``meanwhile`` is called while it starts. Once it has ended, nothing that it started may be left.
    """
    users = ("JUPYTER", "IPYTHON")  # nothing of the user's is read or written
    environment = {k: v for k, v in os.environ.items() if not k.startswith(users)}
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        environment[name] = str(own / name)
    options = ("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0")
    log = own / "jupyterlab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        meanwhile()
        info = own / "JUPYTER_RUNTIME_DIR" / f"jpserver-{server.pid}.json"
        where = json.loads(wait_for_file(info, server, log))
        yield server, where["url"], where["token"]
        started = descendants(server.pid)
        server.terminate()
        assert server.wait(SERVER_SECONDS) == 0, last_words(log)
        assert wait_until_gone(started) == [], "the server ended and left processes behind"
    finally:
        server.kill()
        server.wait()


def wait_for_file(file: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    """What the server writes down once it listens."""
    end = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if file.exists() and (text := file.read_text("utf-8")).endswith("}"):
            return text
        time.sleep(0.05)
    pytest.fail(f"JupyterLab did not start: {last_words(log)}")


def last_words(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-3000:]


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
    with sync_playwright() as playwright:
        path = browser_path(playwright)
        shutil.copytree(ROOT / "source", root / "source")
        shutil.copy(ROOT / "nbgrader_config.py", root)
        # Chromium leaves things in its user's home.
        home: dict[str, str | float | bool] = {**os.environ, "HOME": str(own)}
        with (
            jupyterlab(root, own, lambda: prepare(root)) as (server, url, token),
            playwright.chromium.launch(executable_path=path, args=OPTIONS, env=home) as browser,
        ):
            page = browser.new_page()
            page.set_default_timeout(1000 * PAGE_SECONDS)
            expect.set_options(timeout=1000 * PAGE_SECONDS)
            opened = Formgrader(root, url, server, page)
            page.on("pageerror", lambda error: opened.errors.append(str(error)))

            def refuse(route: Route) -> None:
                opened.refused.append(route.request.url)
                route.abort()

            page.route(re.compile(f"^(?!{re.escape(url)}|file:|data:)"), refuse)
            page.route(re.compile("/mathjax/"), lambda route: route.fulfill(body=MATHJAX))
            # Not by way of a page of the formgrader's: their cookies hold for one folder only.
            page.goto(f"{url}login?token={token}&next=/formgrader/manage_submissions/lenet")
            yield opened


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


def harm_done(page: Page) -> list[Any]:
    """What the student's markup did to the page that is open."""
    return list(
        page.evaluate(
            """() => [
                window.attacked,
                document.querySelectorAll("#cover, svg[onload], iframe, [onerror]").length,
                document.querySelectorAll("meta[http-equiv=refresh]").length,
                [...document.links].filter((link) => link.protocol == "javascript:"
                    && link.textContent.includes("10")).length,
                getComputedStyle(document.body).display == "none",
            ]"""
        )
    )


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
