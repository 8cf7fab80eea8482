"""Verdicts at a terminal: who has how many points, why, and what a person should look at."""

import io
import re

import pytest
from rich.console import Console

from lenetlab.course.gradebook import Entry
from lenetlab.course.standings import Standing
from lenetlab.doctor import Item as Part
from lenetlab.notebook.titles import Titles
from lenetlab.records import Finding, Flag, Item, LayerPair, Verdict, ungraded
from lenetlab.terminal.grades import show_class
from lenetlab.terminal.machine import show_machine
from lenetlab.terminal.text import Wording, escape
from lenetlab.terminal.verdict import show_verdict

pytestmark = pytest.mark.quick

GOOD = Item("alpha-hidden", 1.0, 1.0, "not to be shown")
HALF = Item("beta-hidden", 0.5, 1.0, "kernel_size cần là (3, 3)")
NONE = Item("gamma-hidden", 0.0, 1.0, "chưa có mô hình")
GRADED = Verdict("an.ipynb", "graded", 1.5, 3.0, (GOOD, HALF, NONE), (Flag("late", "a note"),))

TITLES = Titles({"hidden": {"vi": "kiểm tra ẩn", "en": "hidden check"}})
ENGLISH, VIETNAMESE = Wording("en", TITLES), Wording("vi", TITLES)


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200, highlight=False)


def printed(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def line(console: Console, word: str) -> str:
    return next(text for text in printed(console) if word in text)


def test_what_lost_points_is_shown_by_variant_and_the_rest_if_asked(console: Console) -> None:
    show_verdict(console, GRADED, ENGLISH, everything=False)
    assert printed(console)[0] == "an.ipynb: 1.5/3 graded"
    text = "\n".join(printed(console))
    assert "alpha" not in text.casefold() and "✓" not in text, "nothing is lost there"
    assert "± 0.5/1 hidden check beta-hidden" in line(console, "beta-hidden")
    assert printed(console).index("  Beta") < printed(console).index("  Gamma")
    assert HALF.message in text and "✗ 0/1" in line(console, "gamma-hidden")
    assert "note late: a note" in printed(console)[-1]
    show_verdict(console, GRADED, ENGLISH, everything=True)
    assert "✓ 1/1" in line(console, "alpha-hidden")
    assert "not to be shown" not in "\n".join(printed(console))


def test_layers_needed_and_found_stand_side_by_side(console: Console) -> None:
    layers = (
        LayerPair("C1", "Conv2D 6, 3×3", "Conv2D 6, 5×5 [red]", ("kernel_size",)),
        LayerPair("S2", "MaxPooling2D 2×2", "MaxPooling2D 2×2"),
        LayerPair("F6", "Dense 84", "", ("missing",)),
    )
    finding = Finding(1, "C1", "Conv2D 'c'", "kernel_size", (3, 3), (5, 5), "xem đề bài.")
    item = Item("beta-hidden", 0.0, 1.0, "sai", findings=(finding,), layers=layers)
    verdict = Verdict("an.ipynb", "graded", 0.0, 1.0, (item,))
    show_verdict(console, verdict, ENGLISH, everything=False)
    assert re.search(r"needed +found", "\n".join(printed(console)))
    assert re.search(
        r"C1 +Conv2D 6, 3×3 +≠ +Conv2D 6, 5×5 \[red\] +kernel_size", line(console, "C1")
    )
    assert re.search(r"S2 +MaxPooling2D 2×2 +=", line(console, "S2"))
    assert re.search(r"F6 +Dense 84 +≠ +— +missing", line(console, "F6"))


def test_points_and_labels_are_in_the_language_that_is_asked_for(console: Console) -> None:
    show_verdict(console, GRADED, VIETNAMESE, everything=False)
    assert printed(console)[0] == "an.ipynb: 1,5/3 đã chấm"
    assert "± 0,5/1 kiểm tra ẩn" in line(console, "beta-hidden")


def test_what_could_not_be_graded_is_one_line_a_reason(console: Console) -> None:
    flags = (Flag("corrupt", "cut off", True), Flag("link", "a link", True))
    verdict = ungraded("[red]an.ipynb", "rejected", 10.0, *flags)
    show_verdict(console, verdict, ENGLISH, everything=False)
    assert printed(console) == [
        "[red]an.ipynb: rejected: cut off",
        "[red]an.ipynb: rejected: a link",
    ]


def test_a_class_has_a_row_a_student_and_a_list_for_a_person(console: Console) -> None:
    review = Verdict("binh", "review", 10.0, 10.0, (), (Flag("denied", "the network", True),))
    missing = ungraded("chi", "missing", 10.0)
    everyone = [
        Standing(name, verdict, Entry())
        for name, verdict in (("an", GRADED), ("binh", review), ("chi", missing))
    ]
    show_class(console, everyone, {"an"}, [Flag("bad-name", "a folder '*'", True)], ENGLISH)
    row = line(console, "│ an ")
    assert "1.5/3" in row and "graded (unchanged)" in row
    assert "beta-hidden −0.5, gamma-hidden −1" in row and "alpha" not in row
    assert "—" in line(console, "│ chi ") and "missing" in line(console, "│ chi ")
    assert printed(console)[-3:] == [
        "For a person to look at:",
        "  binh: denied: the network",
        "  bad-name: a folder '*'",
    ]


def test_many_lost_items_are_counted(console: Console) -> None:
    items = tuple(Item(f"item-{number}", None, 1.0) for number in range(6))
    verdict = Verdict("an", "graded", 0.0, 6.0, items)
    show_class(console, [Standing("an", verdict, Entry())], set(), [], ENGLISH)
    assert "item-3 −1, … 2 more" in line(console, "│ an ")
    assert "For a person" not in "\n".join(printed(console))


@pytest.mark.parametrize("isolated", [True, False])
def test_a_machine_says_what_is_missing_and_how_to_get_it(console: Console, isolated: bool) -> None:
    parts = [
        Part("kernel", "ok", "Linux 6"),
        Part("bubblewrap", "missing", "not found", "Install it:\n  apt-get install bubblewrap"),
    ]
    show_machine(console, parts, isolated)
    assert printed(console) == [
        "ok       kernel      Linux 6",
        "missing  bubblewrap  not found",
        "                     Install it:",
        "                       apt-get install bubblewrap",
        f"Submissions {'can' if isolated else 'cannot'} be isolated on this machine.",
    ]


def test_nothing_in_a_name_is_a_command_to_rich_or_the_terminal() -> None:
    assert escape("[bold]an\x1b[2J") == "\\[bold]an\\x1b[2J"
