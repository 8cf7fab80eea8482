"""One submission from JupyterLab to its feedback page, in a browser, as people do it.

A student opens the release, writes Alpha right and Beta wrong, runs all and saves. An instructor
grades it in the formgrader, gives a score and a comment by hand, and makes the feedback page.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from lenetlab.course.directory import Course, nbgrader_api
from tools.browser import jupyterlab, launch

from .in_browser import Formgrader
from .test_grading import ROOT

pytestmark = pytest.mark.xdist_group("formgrader")

PICTURES = ROOT / "build" / "screenshots"
STUDENT = "22520001"
RUN_SECONDS = 120  # TensorFlow is imported and three models are trained, on forty images
BY_HAND, COMMENT = 0.25, "Ý tưởng đúng, chỉ quên đổi lớp gộp."

ALPHA = """class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = Conv2D(6, 3, padding="same", activation="relu")(input)
        x = AveragePooling2D(2)(x)
        x = Conv2D(16, 3, padding="same", activation="relu")(x)
        x = AveragePooling2D(2)(x)
        x = Flatten()(x)
        x = Dense(120, activation="relu")(x)
        x = Dense(84, activation="relu")(x)
        output = Dense(10, activation="softmax")(x)
        self.model = Model(input, output)"""
BETA = ALPHA.replace("AlphaCNN", "BetaCNN")  # which forgets what Beta is about
SOLVED = {"AlphaCNN": ALPHA, "BetaCNN": BETA}


@dataclass(frozen=True)
class Seen:
    """What was on the screen."""

    checks: dict[str, str]  # what the visible checks said to the student
    dialog: str  # of the button that grades
    overview: str  # of the page for manual grading, before a score was given
    total: str  # in the list of submissions, after that
    feedback: str


def code_cell(page: Page, text: str) -> Locator:
    """The first code cell of the notebook that has this in its source."""
    source = page.locator(".jp-InputArea").filter(has_text=text)
    return page.locator(".jp-CodeCell").filter(has=source).first


def solve(page: Page) -> dict[str, str]:
    """Write the solutions, run all cells and save; returns what the visible checks said."""
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=60_000)
    for name, code in SOLVED.items():
        editor = code_cell(page, f"class {name}").locator(".cm-content")
        editor.scroll_into_view_if_needed()
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(code)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    # It stops at the first variant that is not written.
    stopped = code_cell(page, "class GammaCNN").locator(".jp-OutputArea-output")
    expect(stopped.first).to_contain_text("NotImplementedError", timeout=1000 * RUN_SECONDS)
    checks = {}
    for name in SOLVED:
        cell = code_cell(page, f"# Kiểm tra nhanh {name}")
        cell.scroll_into_view_if_needed()
        checks[name] = cell.locator(".jp-OutputArea").inner_text()
        keep(page, f"1-student-{name}")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    return checks


def grade(formgrader: Formgrader) -> tuple[str, str, str]:
    """Click what an instructor clicks: the dialog, the overview, and the total in the end."""
    formgrader.listed("manage_submissions/lenet")
    dialog = formgrader.autograde(STUDENT)
    formgrader.open_submission(STUDENT)
    overview = formgrader.page.locator("#overview")
    told = overview.inner_text()
    keep(formgrader.page, "2-instructor-overview")
    formgrader.write(formgrader.score_field("beta-hidden"), str(BY_HAND))
    formgrader.write(formgrader.comment_field("beta-solution"), COMMENT)
    keep(formgrader.page, "3-instructor-comment")
    formgrader.listed("manage_submissions/lenet")
    total = formgrader.row(STUDENT).locator("td.score").inner_text()
    formgrader.click(STUDENT, "generate-feedback")
    return dialog, told, total


def keep(page: Page, name: str) -> None:
    """Keep a picture of what is seen, for a person to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    root, own = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("own")
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    with nbgrader_api(Course(root, "lenet")) as api:
        assert api.generate_assignment("lenet")["success"]
    home = root / "home"  # the student's
    home.mkdir()
    shutil.copy(root / "release" / "lenet" / "lenet.ipynb", home)
    images = str(root / "source" / "lenet" / "few_images.npz")
    with (
        sync_playwright() as playwright,
        launch(playwright, own) as browser,
        jupyterlab(root, own, MNIST_NPZ=images, TF_CPP_MIN_LOG_LEVEL="3") as server,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        server.log_in(page, "lab/tree/home/lenet.ipynb")
        checks = solve(page)
        submitted = root / "submitted" / STUDENT / "lenet"
        submitted.mkdir(parents=True)
        shutil.copy(home / "lenet.ipynb", submitted)
        page.close()
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        server.log_in(page, "formgrader/manage_submissions/lenet")
        done = grade(Formgrader(root, server.url, server.process, page))
        page.goto((root / "feedback" / STUDENT / "lenet" / "lenet.html").as_uri())
        keep(page, "4-student-feedback")
        yield Seen(checks, *done, page.inner_text("body"))


def test_a_student_sees_one_check_pass_and_the_other_say_what_is_wrong(seen: Seen) -> None:
    assert re.search(r"✔|0,5", seen.checks["AlphaCNN"]), seen.checks
    assert "MaxPooling2D" in seen.checks["BetaCNN"] and "0 điểm" in seen.checks["BetaCNN"]


def test_an_instructor_grades_and_sees_first_what_was_lost(seen: Seen) -> None:
    assert f"Successfully autograded 'lenet' for student '{STUDENT}'" in seen.dialog
    assert "Beta – hidden check" in seen.overview and "Alpha – hidden check" not in seen.overview


def test_the_feedback_page_shows_the_points_the_score_by_hand_and_the_comment(seen: Seen) -> None:
    # Alpha's two checks, and what the instructor gave; no question is answered.
    assert seen.total.startswith("1.75 /")
    assert "1,75" in seen.feedback and COMMENT in seen.feedback
    assert "MaxPooling2D" in seen.feedback, "what is needed, beside what was found"
    assert "GammaCNN chưa chạy được" in seen.feedback


