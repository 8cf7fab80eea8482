"""What is written about a submission, and read again, also by a later version or after a crash."""

import json
from pathlib import Path

import pytest

from lenetlab import files, records
from lenetlab.records import Flag, Item, Record, Verdict

pytestmark = pytest.mark.quick

VERDICT = Verdict(
    "an",
    "review",
    0.5,
    1.0,
    (Item("alpha-hidden", 0.5, 1.0, "kernel_size cần là (3, 3)", by_hand=True),),
    (Flag("denied", "cell a asked for the network", True),),
)


def test_a_record_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    path = tmp_path / "an" / "lenet.json"
    records.store(path, Record(VERDICT, "fingerprint", page="page"))
    assert records.load(path) == Record(VERDICT, "fingerprint", page="page")
    assert "cần" in path.read_text("utf-8"), "readable as it is"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"verdict": {}}', "\udcff"])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lenet.json"
    assert records.load(path) is None, "there is no file"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert records.load(path) is None


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    files.write_whole(path, "old")
    (tmp_path / ".grades.csv.new").write_text("left by a run that was killed", "utf-8")
    with pytest.raises(UnicodeEncodeError):
        files.write_whole(path, "\ud800")
    assert path.read_text("utf-8") == "old"
    with files.prepared(path, "new", read_only=True) as new:
        assert path.read_text("utf-8") == "old"
        new.replace(path)
    assert path.read_text("utf-8") == "new" and path.stat().st_mode & 0o222 == 0
    files.write_whole(path, "newer")
    assert path.read_text("utf-8") == "newer"
    assert [file.name for file in tmp_path.iterdir()] == ["grades.csv"]


@pytest.mark.parametrize(
    ("points", "text"),
    [(None, ""), (0.0, "0"), (10.0, "10"), (100.0, "100"), (3.60, "3.6"), (0.1 + 0.2, "0.3")],
)
def test_points_are_written_as_people_write_them(points: float | None, text: str) -> None:
    assert records.as_text(points) == text


def test_json_has_no_score_where_nothing_was_graded() -> None:
    flag = Flag("empty", "the file is empty", True)
    verdict = records.ungraded("a.ipynb", "rejected", 10.0, flag)
    assert json.loads(json.dumps(verdict.as_json())) == {
        "file": "a.ipynb",
        "status": "rejected",
        "score": None,
        "max_score": 10.0,
        "items": [],
        "flags": [{"code": "empty", "message": "the file is empty"}],
        "receipt": "",
        "receipt_printed": "",
    }


def test_json_has_the_fields_that_the_readme_promises() -> None:
    item = VERDICT.as_json()["items"][0]
    assert {"id", "score", "max_score", "message"} <= set(item)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Nguyễn Văn An\nB", "Nguyễn Văn An\nB"),
        ("a\tb\rc", "a b c"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egpj", "\\u202egpj"),
    ],
)
def test_text_for_a_terminal_holds_no_command(text: str, shown: str) -> None:
    assert records.printable(text) == shown


def test_a_name_is_shown_on_one_line() -> None:
    shown = records.printable_name("Bài\n\r\t\x1b\u2028\udcff.ipynb")
    assert shown == r"Bài\n\r\t\x1b\u2028\udcff.ipynb"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "' =1"),
        ("\r@x", "' @x"),
        (" \n=1", '"\' \n=1"'),
        ("\x1b[2J", "\\x1b[2J"),
        ("-0.5", "-0.5"),
        (-2, "-2"),
        (None, ""),
        ("Lê An", "Lê An"),
    ],
)
def test_no_cell_of_a_table_is_a_formula(cell: object, written: str) -> None:
    assert records.as_csv([[cell, "x"]]) == f"{written},x\r\n"
