"""Verdicts at a terminal: who has how many points, why, and what a person should look at."""

import io

import pytest
from rich.console import Console

from lenetlab import tables
from lenetlab.course.gradebook import Entry
from lenetlab.course.standings import Standing
from lenetlab.doctor import Item as Part
from lenetlab.records import Flag, Item, Verdict, ungraded

pytestmark = pytest.mark.quick

GOOD = Item("alpha-hidden", 1.0, 1.0, "not to be shown")
HALF = Item("beta-hidden", 0.5, 1.0, "kernel_size cần là (3, 3)")
NONE = Item("gamma-hidden", 0.0, 1.0, "chưa có mô hình")
GRADED = Verdict("an.ipynb", "graded", 1.5, 3.0, (GOOD, HALF, NONE), (Flag("late", "a note"),))


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200, highlight=False)


def printed(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def line(console: Console, word: str) -> str:
    return next(text for text in printed(console) if word in text)


def test_each_item_says_why_points_are_lost(console: Console) -> None:
    tables.show_verdict(console, GRADED)
    assert "1/1" in line(console, "alpha-hidden")
    assert "not to be shown" not in "\n".join(printed(console)), "nothing is lost there"
    assert "0.5/1" in line(console, "beta-hidden") and HALF.message in line(console, "beta-hidden")
    assert "0/1" in line(console, "gamma-hidden")
    assert "1.5/3" in line(console, "total") and "graded" in line(console, "total")
    assert "note late: a note" in printed(console)[-1]


def test_what_could_not_be_graded_is_one_line_a_reason(console: Console) -> None:
    flags = (Flag("corrupt", "cut off", True), Flag("link", "a link", True))
    tables.show_verdict(console, ungraded("[red]an.ipynb", "rejected", 10.0, *flags))
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
    tables.show_class(console, everyone, {"an"}, [Flag("bad-name", "a folder '*'", True)])
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
    tables.show_class(console, [Standing("an", verdict, Entry())], set(), [])
    assert "item-3 −1, … 2 more" in line(console, "│ an ")
    assert "For a person" not in "\n".join(printed(console))


@pytest.mark.parametrize("isolated", [True, False])
def test_a_machine_says_what_is_missing_and_how_to_get_it(console: Console, isolated: bool) -> None:
    parts = [
        Part("kernel", "ok", "Linux 6"),
        Part("bubblewrap", "missing", "not found", "Install it:\n  apt-get install bubblewrap"),
    ]
    tables.show_items(console, parts, isolated)
    assert printed(console) == [
        "ok       kernel      Linux 6",
        "missing  bubblewrap  not found",
        "                     Install it:",
        "                       apt-get install bubblewrap",
        f"Submissions {'can' if isolated else 'cannot'} be isolated on this machine.",
    ]


def test_nothing_in_a_name_is_a_command_to_rich_or_the_terminal() -> None:
    assert tables.escape("[bold]an\x1b[2J") == "\\[bold]an\\x1b[2J"
