"""What tests do in a browser: the formgrader, a notebook in JupyterLab, pages full of markup."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from playwright.sync_api import Locator, Page, Response, expect

from .test_grading import ROOT

PICTURES = ROOT / "build" / "screenshots"
# Pages for manual grading load MathJax from the internet, and begin when it says that it is done.
MATHJAX = 'var MathJax = {Hub: {Startup: {signal: {Interest: (tell) => tell("End")}}}};'

PAGE_SECONDS = 30
GRADING_SECONDS = 180  # the first click starts the sandbox
RUN_SECONDS = 120  # TensorFlow is imported and models are trained, on forty images


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


# What a student writes.
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
    # Variants that are not written stop nothing: the last cell sums up what there is.
    last = code_cell(page, 'MODELS = ["LeNet"').locator(".jp-OutputArea-output")
    expect(last.first).to_be_attached(timeout=1000 * RUN_SECONDS)
    checks = {}
    for name in SOLVED:
        cell = code_cell(page, f"# Kiểm tra nhanh {name}")
        cell.scroll_into_view_if_needed()
        checks[name] = cell.locator(".jp-OutputArea").inner_text()
        keep(page, f"1-student-{name}")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    return checks


def keep(page: Page, name: str) -> None:
    """Keep a picture of what is seen, for a person to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
