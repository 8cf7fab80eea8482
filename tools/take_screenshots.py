"""Take the README's pictures: the notebook, a feedback page, the class report, the terminal.

The demo class is graded in a folder of its own, and what people then see is photographed.
Run: .venv/bin/python -m tools.take_screenshots
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tools.browser import jupyterlab, launch

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
STUDENT = "vd05-kernel-5x5"  # loses some points, and not all
SOLVED = "vd01-dung-het"  # whose notebook really ran
COLOURS = 128  # of a picture: text and lines need no more
COLUMNS = 92  # of the terminal


def main() -> None:
    """Grade the demo class and take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        course, own = Path(folder, "course"), Path(folder, "own")
        own.mkdir()
        for part in ("source", "release", "examples"):
            shutil.copytree(ROOT / part, course / part)
        shutil.copy(ROOT / "nbgrader_config.py", course)
        lenetlab(course, "demo")
        with launch(playwright, own) as browser:
            take(browser, course / "feedback" / STUDENT / "lenet" / "lenet.html", "feedback")
            take(browser, course / "report.html", "report")
            terminal(browser, course, own / "terminal.svg")
            notebook(browser, course, own)


def lenetlab(course: Path, *words: str) -> str:
    """Run a command in the course; returns what it printed, with its colours."""
    look = {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "LENETLAB_LANG": "vi"}
    command = [sys.executable, "-m", "lenetlab", *words]
    done = subprocess.run(
        command, cwd=course, env=os.environ | look, capture_output=True, text=True, check=True
    )
    return done.stdout


def take(browser: Browser, page: Path, name: str) -> None:
    """The first screen of a page on disk."""
    opened = browser.new_page(viewport={"width": 1000, "height": 760})
    opened.goto(page.as_uri())
    save(opened, name)


def terminal(browser: Browser, course: Path, picture: Path) -> None:
    """What the terminal answers to a question after points, as it looks there."""
    command = f"lenetlab explain {STUDENT}"
    said = lenetlab(course, *command.split()[1:])
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(f"$ {command}", highlight=False)
    console.print(Text.from_ansi(said))
    console.save_svg(str(picture), title="lenetlab", theme=MONOKAI)
    opened = browser.new_page(viewport={"width": 1000, "height": 760})
    opened.route("https://**", lambda route: route.abort())  # rich names a font on the internet
    opened.goto(picture.as_uri())
    _, _, width, height = map(float, (opened.locator("svg").get_attribute("viewBox") or "").split())
    opened.set_viewport_size({"width": 1000, "height": round(1000 * height / width)})
    save(opened, "terminal")


def notebook(browser: Browser, course: Path, own: Path) -> None:
    """A variant's exercise, its solution and its check, in JupyterLab."""
    folder = course / "sinh-vien"
    folder.mkdir()
    shutil.copy(course / "examples" / SOLVED / "lenet.ipynb", folder)
    with jupyterlab(course, own) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        server.log_in(page, "lab/tree/sinh-vien/lenet.ipynb")
        cells = page.locator(".jp-Notebook .jp-Cell")
        expect(cells.first).to_be_visible(timeout=60_000)
        page.keyboard.press("Control+b")  # no list of files
        heading = cells.filter(has_text="5.1. Alpha").first
        heading.scroll_into_view_if_needed()
        heading.evaluate("(cell) => cell.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(1000)  # scrolling, and colours of code
        save(page, "notebook")


def save(page: Page, name: str) -> None:
    """What is seen of the page, as a small PNG file."""
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = shown.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
