"""The class report in a browser, and by the commands that make it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from lenetlab.cli import grade as grading
from lenetlab.course import class_report
from lenetlab.course.directory import Course
from lenetlab.course.run import Result
from lenetlab.notebook.master import Assignment
from lenetlab.pages import report
from tools.browser import launch

from . import made_class
from .commands import lenetlab
from .test_report import hostile_class

pytestmark = pytest.mark.xdist_group("report")  # one browser, one class

WIDTHS = {"desktop": (1280, 900), "phone": (360, 740)}
STUDENTS = 30


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that was made up, and its report by the command."""
    made = made_class.make(tmp_path_factory.mktemp("class"), STUDENTS, seed=3)
    done = lenetlab("report", cwd=made.root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "Report: report.html"
    return made


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """A page, and all that it asks other machines for or complains of."""
    noise: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright, tmp_path_factory.mktemp("home"))
        page = browser.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                noise.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None
            ),
        )
        yield page, noise
        browser.close()


def show(opened: tuple[Page, list[str]], file: Path, width: str = "desktop") -> Page:
    page, noise = opened
    noise.clear()
    wide, high = WIDTHS[width]
    page.set_viewport_size({"width": wide, "height": high})
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["class", "markup"])
def test_the_report_is_for_everyone_and_asks_nobody(
    course: Course, opened: tuple[Page, list[str]], tmp_path: Path, kind: str, width: str
) -> None:
    file = course.root / "report.html"
    if kind == "markup":
        file = tmp_path / "report.html"
        file.write_text(report.page(hostile_class()), "utf-8")
    page = show(opened, file, width)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[width][0]
    assert opened[1] == [], "no request, no error, and nothing refused"
    assert page.evaluate("window.attacked") is None
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"]) for one in grave] == []
    order = [one["id"] for one in found]
    assert "heading-order" not in order and "page-has-heading-one" not in order


def test_the_table_sorts_by_any_column_and_finds_names(
    course: Course, opened: tuple[Page, list[str]]
) -> None:
    page = show(opened, course.root / "report.html")
    rows = page.locator("#heat tbody tr")
    expect(rows).to_have_count(STUDENTS)

    def column(place: int) -> list[str]:
        cells = f"#heat tbody tr:not([hidden]) > :nth-child({place})"
        return page.locator(cells).all_inner_texts()

    total = page.get_by_role("columnheader", name="tổng")
    assert total.get_attribute("aria-sort") is None
    total.get_by_role("button").click()
    expect(total).to_have_attribute("aria-sort", "descending")
    points = [float(text.replace(",", ".")) for text in column(3) if text != "–"]
    assert points == sorted(points, reverse=True) and len(set(points)) > 5
    assert column(3)[-1] == "–", "who has no points is at the end, not among the zeros"
    total.get_by_role("button").press("Enter")
    expect(total).to_have_attribute("aria-sort", "ascending")

    item = page.locator("#heat th.kind").last
    item.get_by_role("button").click()
    expect(item).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#heat [aria-sort]")).to_have_count(1)
    marks = [text.split()[0] for text in column(20)]
    graded = [float(mark.replace(",", ".")) for mark in marks if mark != "–"]
    assert graded == sorted(graded, reverse=True)

    name = column(1)[0].split(" (")[0]
    page.get_by_label("Tìm sinh viên").fill(name)
    assert column(1) and all(name in text for text in column(1))
    page.get_by_label("Tìm sinh viên").fill("NGUYEN")  # without accents, as one types
    assert column(1) and all("Nguyễn" in text for text in column(1))


def test_links_lead_to_pages_and_notebooks_from_wherever_the_report_is(
    course: Course, opened: tuple[Page, list[str]]
) -> None:
    target = course.root / "elsewhere" / "báo cáo.html"
    target.parent.mkdir()
    done = lenetlab("report", "--out", target, cwd=course.root)
    assert done.returncode == 0, done.stderr
    page = show(opened, target)
    found = page.locator("a[href]").evaluate_all("links => [...new Set(links.map(l => l.href))]")
    files = [link for link in found if "#" not in link]
    assert len(files) > STUDENTS / 2
    for link in files:
        assert Path(re.sub("^file://", "", link)).exists(), link


def test_without_its_script_it_is_a_table(course: Course, opened: tuple[Page, list[str]]) -> None:
    browser = opened[0].context.browser
    assert browser is not None
    page = browser.new_page(java_script_enabled=False)
    page.goto((course.root / "report.html").as_uri())
    expect(page.locator("#heat tbody tr")).to_have_count(STUDENTS)
    expect(page.locator("#heat button")).to_have_count(0)
    expect(page.locator("#find")).to_be_hidden()
    page.close()


def test_a_report_that_cannot_be_made_costs_nobody_a_grade(
    assignment: Assignment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object, **__: object) -> Path:
        raise RuntimeError("[bold]no fonts")

    monkeypatch.setattr(class_report, "write", broken)
    graded = Result(assignment, [], set(), stopped=False)
    assert grading._report(Course(tmp_path, "lenet"), graded, []) is None
    said = capsys.readouterr().err
    assert "no report: RuntimeError: [bold]no fonts" in said and "try 'lenetlab report'" in said


def test_a_report_that_cannot_be_written_is_an_error_that_says_what_to_do(course: Course) -> None:
    target = course.root / "taken"
    target.mkdir()
    done = lenetlab("report", "--out", target, cwd=course.root)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith(f"error: {target} cannot be written: Is a directory.")
    assert "no folder of that name" in done.stderr
