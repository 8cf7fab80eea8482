"""One submission from JupyterLab to its feedback page, in a browser, as people do it.

A student opens the release, writes Alpha right and Beta wrong, runs all and saves. An instructor
grades it in the formgrader, gives a score and a comment by hand, and makes the feedback page.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from .formgrader import Formgrader
from .test_grading import ROOT

pytestmark = pytest.mark.xdist_group("formgrader")

PICTURES = ROOT / "build" / "screenshots"
STUDENT = "sv-22520001"
RUN_SECONDS = 120  # TensorFlow is imported and three models are trained, on forty images
BY_HAND, COMMENT = 0.25, "Ý tưởng đúng, chỉ quên đổi lớp gộp."

ALPHA = """class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = Conv2D(6, 3, padding="same", activation="relu")(input)
        x = AveragePooling2D()(x)
        x = Conv2D(16, 3, padding="same", activation="relu")(x)
        x = AveragePooling2D()(x)
        x = Flatten()(x)
        x = Dense(120, activation="relu")(x)
        x = Dense(84, activation="relu")(x)
        output = Dense(10, activation="softmax")(x)
        self.model = Model(input, output)"""
BETA = ALPHA.replace("AlphaCNN", "BetaCNN")  # which forgets what Beta is about
SOLVED = {"AlphaCNN": ALPHA, "BetaCNN": BETA}


@dataclass(frozen=True)
class Seen:
    """What was on the screen: outputs of the visible checks, and the text of the feedback page."""

    checks: dict[str, str]
    colours: dict[str, str]
    feedback: str
    total: str  # in the formgrader's list, after the score by hand


def cell(page: Page, text: str) -> Locator:
    """The notebook's code cell with this line in its source."""
    source = page.locator(".jp-CodeCell").filter(
        has=page.locator(".jp-InputArea").filter(has_text=text)
    )
    return source.first


def solve(page: Page, formgrader: Formgrader, path: str) -> None:
    """Open the notebook, write the solutions, run all cells and save."""
    page.goto(f"{formgrader.url}lab/tree/{path}")
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=60_000)
    for name, code in SOLVED.items():
        editor = cell(page, f"class {name}").locator(".cm-content")
        editor.scroll_into_view_if_needed()
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(code)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    # It stops at the first variant that is not written.
    stopped = page.locator(".jp-OutputArea-output").filter(has_text="NotImplementedError")
    expect(stopped.first).to_be_attached(timeout=1000 * RUN_SECONDS)


def test_placeholder() -> None:
    assert RUN_SECONDS and COMMENT and BY_HAND and shutil and nbformat and re and Path and Seen
