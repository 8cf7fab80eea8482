"""The feedback page as a function of what is known: what it says, marks, cuts and leaves out."""

from __future__ import annotations

import base64
import json
import re
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from lenetlab.notebook.master import Assignment, load
from lenetlab.notebook.titles import titles_of
from lenetlab.pages import feedback_again, feedback_cards, feedback_measured, inert, own_lines
from lenetlab.pages.feedback import Feedback, page
from lenetlab.pages.templating import moment
from lenetlab.records import Finding, Flag, Item, LayerPair, Verdict, ungraded

from . import labs

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
_PICTURE = re.compile(r"data:image/[^\"]+")
CLOCK = timezone(timedelta(hours=7))


def cells(student: str) -> list[Any]:
    text = (ROOT / "examples" / student / "lenet.ipynb").read_text("utf-8")
    return list(json.loads(text)["cells"])


def verdict(assignment: Assignment, *lost: Item, flags: tuple[Flag, ...] = ()) -> Verdict:
    """Everything right but the items that are given."""
    by_id = {item.id: item for item in lost}
    items = [
        by_id.get(t.grade_id, Item(t.grade_id, t.points, t.points, "Đạt."))
        for t in assignment.tests
    ]
    score = sum(item.score or 0 for item in items)
    return Verdict("an", "graded", score, assignment.max_score, tuple(items), flags)


def told(of: Verdict, **more: Any) -> Feedback:
    return Feedback("lenet", "an", of, of, **more)


def size(text: str) -> int:
    """Bytes of a page without its pictures."""
    return len(_PICTURE.sub("", text).encode())


LAYERS = (
    LayerPair("Input", "InputLayer 28×28×1", "InputLayer 28×28×1"),
    LayerPair("C1", "Conv2D 6, 3×3, same, relu", "Conv2D 6, 5×5, same, relu", ("kernel_size",)),
    LayerPair("C3", "Conv2D 16, 3×3, same, relu", "Conv2D 16, 3×3, same, relu"),
    LayerPair("F5", "Dense 120, relu", "", ("missing",)),
    LayerPair("Output", "Dense 10, softmax", "Dense 10, softmax"),
)
LOST = Item(
    "beta-hidden",
    0.5,
    1.0,
    "Kiểm tra ẩn: đúng thay đổi cốt lõi.\n- Lớp 1: kernel_size cần là (3, 3).\n"
    "Gợi ý: xem `summary()`.",
    layers=LAYERS,
)


def test_a_lost_item_has_its_title_points_finding_hint_and_layers(assignment: Assignment) -> None:
    text = page(told(verdict(assignment, LOST)), assignment)
    card = text.split('<article class="card lost"')[1].split("</article>")[0]
    for words in (
        "<h3>Beta – kiểm tra ẩn</h3>",
        "◐ 0,5/1",
        "mất 0,5 điểm",
        "<li>Lớp 1: kernel_size cần là (3, 3).</li>",
        "<strong>Gợi ý:</strong> xem <code>summary()</code>.",
        "✗ Conv2D 6, 5×5, same, relu",
        "<code>kernel_size</code>",
        "✗ thiếu lớp này",
    ):
        assert words in card
    assert card.count('<tr class="off">') == 2
    assert "9,5" in text and "trên 10 điểm" in text and "Bạn làm đúng tất cả" not in text


def test_who_lost_nothing_is_told_so_and_has_no_list_of_losses(assignment: Assignment) -> None:
    text = page(told(verdict(assignment), name="Nguyễn Văn An"), assignment)
    assert "Bạn làm đúng tất cả" in text and "Vì sao mất điểm" not in text
    assert "<strong>Nguyễn Văn An</strong>" in text and "· an" in text
    late = page(told(replace(verdict(assignment), score=9.0), penalty=1.0), assignment)
    assert "trừ 1 điểm" in late and "Bạn không mất điểm ở mục nào" in late


def test_the_head_says_when_and_what_being_late_cost(assignment: Assignment) -> None:
    due = datetime(2026, 11, 27, 17, 0, tzinfo=CLOCK)
    when = {"due": due, "handed_in": due + timedelta(hours=3, minutes=5), "penalty": 0.25}
    text = page(told(verdict(assignment), **when), assignment)
    assert "20:05 ngày 27/11/2026 (GMT+7)" in text
    assert "trừ 0,25 điểm" in text and "hạn 17:00 ngày 27/11/2026 (GMT+7)" in text
    free = page(told(verdict(assignment), **when | {"penalty": 0.0}), assignment)
    assert "không bị trừ điểm" in free
    half = timezone(-timedelta(hours=3, minutes=30))
    assert moment(datetime(2026, 1, 2, 3, 4, tzinfo=half)).endswith("2/1/2026 (GMT-3:30)")


def test_comments_stand_at_their_item_or_in_a_list_and_points_by_hand_say_so(
    assignment: Assignment,
) -> None:
    comments = {"beta-solution": "Lý do <hay>.", "alpha-solution": "Gọn.", "delta-hidden": "Tốt."}
    item = replace(LOST, score=0.75, by_hand=True)
    text = page(
        told(verdict(assignment, item), comments=comments, cells=cells("vd05-kernel-5x5")),
        assignment,
    )
    card, rest = text.split("</article>", 1)
    assert "Lý do &lt;hay&gt;." in card and "Điểm này do giảng viên cho" in card
    remarks, notebook = rest.split("Nhận xét của giảng viên</h2>")[1].split("<details>")
    for title, comment in (("Alpha", "Gọn."), ("Delta – kiểm tra ẩn", "Tốt.")):
        assert re.search(rf"<h3>{title}</h3>\s*<p class=\"said\">{comment}", remarks)
    assert "Lý do &lt;hay&gt;." in notebook and "Gọn." in notebook
    assert "(giảng viên cho điểm)" in text


STRAIGHT = """
class BetaCNN(LeNetCNN):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = Conv2D(6, (5, 5), padding="same", activation="relu")(input)
        x = Conv2D(16, 3, padding="same", activation="relu")(x)
        output = Dense(10, activation="softmax")(x)
        self.model = Model(input, output)
"""
SEQUENTIAL = """
model = Sequential([
    Input(shape=(28, 28, 1)),
    layers.Conv2D(filters=6, kernel_size=5),
    layers.Conv2D(
        filters=16, kernel_size=3),
])
"""


@pytest.mark.parametrize(
    ("source", "marked"),
    [
        (STRAIGHT, [5]),
        (SEQUENTIAL, [4]),
        # Which call made which layer is not certain any more.
        (STRAIGHT.replace("(6, ", "(16, "), []),
        (STRAIGHT.replace("x = Conv2D(16", "if True: x = Conv2D(16"), []),
        (STRAIGHT.replace("Conv2D(16, 3", "Conv2D(16, 3)(Conv2D(6, 3"), []),
        (STRAIGHT + "    def unused(self):\n        Conv2D(6, 3)\n", []),
        (STRAIGHT.replace("x = Conv2D(6", "for n in [6]: x = Conv2D(n"), []),
        (STRAIGHT.replace("self.model", "self.model ="), []),
    ],
)
def test_lines_are_marked_only_where_it_is_certain_which_layer_they_make(
    source: str, marked: list[int]
) -> None:
    lines = own_lines.lines_of(LOST, "beta-solution", {"beta-solution": source}, ())
    assert lines is not None
    assert [line.number for line in lines.lines if line.marked] == marked


def test_the_line_that_an_error_quotes_is_marked_wherever_it_stands() -> None:
    text = "BetaCNN chưa chạy được: NameError: name 'y' is not defined (dòng 42: `x = f(y)`)."
    item = Item("beta-hidden", 0, 1, text)
    long = "\n".join(["pass"] * 41 + ["    x = f(y)"] + ["pass"] * 40)
    lines = own_lines.lines_of(item, "beta-solution", {"beta-solution": "a = 1", "own": long}, ())
    assert lines is not None and lines.cell == "own" and lines.cut
    assert [line.number for line in lines.lines if line.marked] == [42]
    other = own_lines.lines_of(item, "beta-solution", {"beta-solution": "a = 1"}, ())
    assert other is not None and not any(line.marked for line in other.lines)


def test_what_was_handed_out_is_not_shown_as_the_students_work(assignment: Assignment) -> None:
    stub = next(cell.release for cell in assignment.cells if cell.id == "beta-solution")
    sources = {"beta-solution": stub}
    assert own_lines.lines_of(LOST, "beta-solution", sources, assignment.stubs) is None


def test_items_of_one_cell_have_its_lines_once_where_most_is_said(assignment: Assignment) -> None:
    visible = Item("beta-visible", 0, 0.5, "✘ Sai.")
    made = feedback_cards.cards(
        [visible, LOST, Item("gamma-hidden", 0, 1, "✘ Sai.")],
        assignment,
        titles_of(assignment),
        {"beta-solution": STRAIGHT},
        {},
    )
    assert [card.lines is not None for card in made] == [False, True, False]
    assert [card.same_as for card in made] == ["", "", "Beta – kiểm tra trong notebook"]


# --- what a student wrote does nothing ------------------------------------------------------------


class Elements(HTMLParser):
    """The elements and attributes of a page, as a browser would find them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


HOSTILE = (
    "<script>alert(1)</script><svg onload=alert(1)></svg><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)' class=card id=cover style='position:fixed'>10</a>",
    "[10](javascript:alert(1)) ![x](https://elsewhere.example/a.png) <https://elsewhere.example>",
    "![x](data:image/svg+xml;base64,PHN2Zy8+) <image src=x onerror=alert(1)>",
    "<style>body{display:none}</style><iframe srcdoc=x></iframe><form action=x><input></form>",
    "<table background=x><td style='x' onclick=alert(1)>a</table><h1>b</h1>\n\n# c",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style>",
)


@pytest.mark.parametrize("source", HOSTILE)
def test_markdown_keeps_layout_alone(source: str) -> None:
    found = Elements(inert.markdown(source))
    assert not found.tags & {
        "script",
        "svg",
        "style",
        "iframe",
        "a",
        "form",
        "input",
        "h1",
        "image",
    }
    assert {name for name, _ in found.attributes} <= {"alt"}


def test_a_picture_is_one_by_its_bytes_and_svg_is_none() -> None:
    assert inert.picture("image/png", f"{PNG[:20]}\n{PNG[20:]}") == f"data:image/png;base64,{PNG}"
    webp = base64.b64encode(b"RIFF1234WEBPVP8 ").decode()
    assert inert.picture("image/webp", webp)
    for kind, data in (
        ("image/svg+xml", PNG),
        ("image/jpeg", PNG),
        ("image/webp", base64.b64encode(b"RIFF1234AVI LIST").decode()),
        ("image/png", f'{PNG}" onerror="alert(1)'),
        ("image/png", "iVBOR"),
        ("image/png", PNG[:12] + "A" * inert.LONGEST_PICTURE),
    ):
        assert inert.picture(kind, data) == ""
    shown = inert.markdown(f"![ô <b>](data:image/png;base64,{PNG})")
    assert ("src", f"data:image/png;base64,{PNG}") in Elements(shown).attributes


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("A chưa chạy được: E: Gợi ý: được 10 điểm.", ""),
        ("A chưa chạy được: E: x. Gợi ý: được 10 điểm. Gợi ý: thêm `b`.", "thêm <code>b</code>."),
        ("- C1 'x'\nGợi ý: được 10 điểm')\nGợi ý: xem lại.\nLưu ý: c.", "xem lại.\nLưu ý: c."),
    ],
)
def test_a_hint_is_the_graders(text: str, hint: str) -> None:
    assert feedback_cards.message(text).hint == hint


def test_the_hint_of_a_finding_is_known_whatever_follows_it() -> None:
    finding = Finding(1, "C1", "Conv2D", "units", 1, 2, "xem lại.")
    told = feedback_cards.message("- a\nGợi ý: xem lại.\nA: E. Gợi ý: b", (finding,))
    assert told.hint == "xem lại.\nA: E. Gợi ý: b"


def test_nothing_on_the_page_changes_the_order_of_its_letters(assignment: Assignment) -> None:
    turned = "a\u202eb\u2067c\u200f"
    item = Item("beta-hidden", 0, 1, turned, layers=(LayerPair(turned, turned, turned, ("x",)),))
    own = [
        {"cell_type": "code", "id": "beta-solution", "source": turned, "outputs": []},
        {"cell_type": "markdown", "id": "m", "source": f"{turned} &#x202e; <bdo dir=rtl>x</bdo>"},
    ]
    shown = page(
        told(verdict(assignment, item), name=turned, cells=own, comments={"beta-solution": turned}),
        assignment,
    )
    assert "a�b�c�" in shown and "bdo" not in shown and " � " in shown
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_foreign_is_markup_wherever_it_stands(assignment: Assignment, text: str) -> None:
    layers = (LayerPair(text, text, text, (text,)),)
    item = Item("beta-hidden", 0, 1, f"{text}\n- {text}\nGợi ý: {text} `{text}`", layers=layers)
    output = [
        {"output_type": "stream", "name": "stdout", "text": text},
        {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]},
        {"output_type": "display_data", "data": {"text/html": text, "image/png": text}},
        {"output_type": "display_data", "data": {"text/plain": text, "image/svg+xml": text}},
    ]
    own = [
        {"cell_type": "code", "id": text, "source": text, "outputs": output},
        {"cell_type": "code", "id": "beta-solution", "source": [text, "\n"], "outputs": output},
        {"cell_type": "markdown", "id": "m", "source": text},
        {"cell_type": "raw", "id": "r", "source": text},
    ]
    shown = page(
        Feedback(
            "lenet",
            text,
            verdict(assignment, item),
            verdict(assignment, item),
            name=text,
            cells=own,
            comments={"beta-solution": text, "alpha-solution": text},
            measured={text: {"accuracy": [1.0]}},
        ),
        assignment,
    )
    found = Elements(shown)
    assert not found.tags & {"script", "svg", "iframe", "form", "input", "image", "base", "link"}
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert {value for name, value in found.attributes if name in ("href", "src")} == {"#muc-1"}
    assert shown.count("<style>") == shown.count("</style>") == 1
    assert "cover" not in {value for name, value in found.attributes if name == "id"}


def test_a_flag_is_for_instructors_alone(assignment: Assignment) -> None:
    flags = (Flag("colab-account", "run by Trần Thị B", True), Flag("x", "an English sentence"))
    graded = replace(verdict(assignment, flags=flags), status="review")
    text = page(told(graded), assignment)
    assert "Trần Thị B" not in text and "English" not in text
    assert "giảng viên sẽ xem lại" in text


# --- bounds ---------------------------------------------------------------------------------------


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def code(source: str, *outputs: dict[str, Any], key: str = "own") -> dict[str, Any]:
    return {"cell_type": "code", "id": key, "source": source, "outputs": list(outputs)}


PICTURE = {"output_type": "display_data", "data": {"image/png": PNG[:56] + "A" * 900_000}}
LARGE = {
    "long code": [code("x = 1 # đ\n" * 20_000, key="beta-solution")],
    "blanks and dots": [code(" " * 100_000 + "." * 100_000)],
    "one long line": [code("x = '" + "ế" * 190_000 + "'")],
    "thousands of cells": [code(f"y = {n}", stream("ra\n" * 50)) for n in range(5000)],
    "thousands of outputs": [code("z", *(stream(f"{n}\n") for n in range(5000)))],
    "20 MB printed": [code("z", stream("ạ" * 10_000_000))],
    "20 MB of pictures": [code("z", PICTURE) for _ in range(22)],
    "markdown": [{"cell_type": "markdown", "id": "m", "source": "[" * 90_000 + "*a " * 30_000}],
    "no notebook at all": [None, 3, {"cell_type": "code"}, {"outputs": [1, {}]}, code("", {})],
}


@pytest.mark.parametrize("name", LARGE)
def test_no_submission_makes_a_page_large_or_slow(assignment: Assignment, name: str) -> None:
    long = replace(LOST, message="Sai `" * 100_000, layers=LAYERS * 100)
    graded = verdict(assignment, long)
    begun = time.perf_counter()
    text = page(told(graded, cells=LARGE[name]), assignment)
    assert time.perf_counter() - begun < 1.0
    assert size(text) <= 80_000
    assert len(text) < 4_000_000


def test_what_is_cut_says_so_and_the_students_own_comes_first(assignment: Assignment) -> None:
    printed = [code("", stream("của đề\n" * 600), key=cell.id) for cell in assignment.cells[:60]]
    mine = [code(f"mine_{n} = 1", key=f"own-{n}") for n in range(20)]
    text = page(told(verdict(assignment), cells=[*printed, *mine]), assignment)
    assert all(f"mine_{n}" in text for n in range(20))
    assert "chỉ hiện những phần đầu" in text
    assert "bớt phần còn lại" in text or "phần còn lại không hiện" in text
    short = page(told(verdict(assignment), cells=mine), assignment)
    assert "chỉ hiện những phần đầu" not in short


@pytest.mark.parametrize("student", ["vd01-dung-het", "vd04-omicron-con-gop", "vd07-chua-lam"])
def test_an_ordinary_notebook_is_there_without_the_masters_code(
    assignment: Assignment, student: str
) -> None:
    lost = [Item(test.grade_id, 0, test.points, "Sai.") for test in assignment.tests]
    text = page(told(verdict(assignment, *lost), cells=cells(student)), assignment)
    assert size(text) <= 80_000 and "chỉ hiện những phần đầu" not in text
    assert "class AlphaCNN(LeNetCNN)" in re.sub(r"<[^>]+>", "", text)
    assert text.count("<img ") >= 5 and "Độ chính xác của LeNetCNN" in text
    assert "quick_check" not in text and "HIDDEN" not in text and "class LeNetCNN:" not in text


def test_no_test_is_shown_that_another_version_of_the_master_had(assignment: Assignment) -> None:
    hidden = code("assert alpha.model.count_params() == 106154", stream("Sai."), key="older")
    hidden["metadata"] = {"nbgrader": {"grade": True, "grade_id": "older", "solution": False}}
    quoted = Item("beta-hidden", 0, 1, "Sai (dòng 1: `assert alpha`).")
    text = page(told(verdict(assignment, quoted), cells=[hidden, code("mine = 1")]), assignment)
    assert "106154" not in text and "mine = " in text and "count_params" not in text


# --- what is not graded ---------------------------------------------------------------------------


def codes() -> set[str]:
    """The codes by which this package rejects a file."""
    sources = [path.read_text("utf-8") for path in (ROOT / "lenetlab").rglob("*.py")]
    found = {code for text in sources for code in re.findall(r'Rejected\(\s*"([\w-]+)"', text)}
    found |= {c for text in sources for c in re.findall(r'return "([\w-]+)", \(?\s*f?"', text)}
    return found - {"which-assignment"}  # of lenetlab check, which makes no page


def test_every_reason_to_reject_a_file_has_its_sentence(assignment: Assignment) -> None:
    told_of = set[str]()
    assert {"not-json", "archive", "not-text", "several-notebooks"} <= codes()
    for name in codes():
        last = ungraded("an", "rejected", 10.0, Flag(name, "this is a PDF in English", True))
        found = feedback_again.trouble(last)
        assert found is not None
        text = page(told(last), assignment)
        assert found.reason in text and "English" not in text and "Chưa có điểm" in text
        assert ("Cách nộp lại" in text) == found.is_for_student
        assert found.is_for_student or name in ("unreadable", "bad-name")
        told_of.add(found.reason)
    assert len(told_of) == len(codes()) - 1, "two codes share a sentence: those that are not theirs"


@pytest.mark.parametrize("status", ["failed", "interrupted"])
def test_what_went_wrong_here_is_not_put_on_the_student(
    assignment: Assignment, status: str
) -> None:
    last = ungraded("an", status, 10.0, Flag("check-error", "a traceback"))  # type: ignore[arg-type]
    text = page(told(last), assignment)
    assert "Bạn không cần làm gì" in text and "không phải lỗi của bạn" in text
    assert "Cách nộp lại" not in text and "traceback" not in text


def test_an_earlier_grade_is_shown_with_a_notice_of_the_file_that_could_not_be_read(
    assignment: Assignment,
) -> None:
    last = ungraded("an", "rejected", 10.0, Flag("archive", "zip", True))
    text = page(Feedback("lenet", "an", verdict(assignment, LOST), last), assignment)
    assert "Bản bạn nộp sau cùng không chấm được" in text and "file nén" in text
    assert "Điểm của bản nộp trước" in text and "9,5" in text and "Beta – kiểm tra ẩn" in text


# --- measurements ---------------------------------------------------------------------------------


def test_measurements_stand_beside_the_reference_runs_and_the_class() -> None:
    own = {"Alpha": {"accuracy": [96.5, 97.25], "seconds": [11.0]}, "Mine": {"accuracy": [50.0]}}
    runs = [{"Alpha": {"accuracy": 98.0}}, {"Alpha": {"accuracy": 98.5}}]
    everyone = feedback_measured.class_of(
        [own, {"Alpha": {"accuracy": [10.0]}}, own, *(own, own, {})]
    )
    accuracy, seconds = feedback_measured.tables(own, runs, everyone)
    alpha, mine = accuracy.rows
    assert (alpha.own, alpha.runs) == ("96,50; 97,25", "98,00–98,50")
    assert (alpha.middle, alpha.spread, alpha.notebooks) == ("97,25", "", 5)
    assert (mine.middle, mine.notebooks) == ("", 0), "the figures of four tell whose they are"
    assert not seconds.has_runs and not seconds.has_class


def test_of_a_class_the_middle_half_is_shown_which_one_odd_figure_does_not_change() -> None:
    figures = [10.0, 96.0, 96.5, 97.0, 97.5, 98.0, 98.5, 99.0]
    everyone = feedback_measured.class_of({"Alpha": {"accuracy": [x]}} for x in figures)
    (table,) = feedback_measured.tables({"Alpha": {"accuracy": [97.0]}}, [], everyone)
    assert (table.rows[0].middle, table.rows[0].spread) == ("97,25", "96,38–98,12")


def test_without_measurements_there_is_no_empty_table(assignment: Assignment) -> None:
    text = page(told(verdict(assignment)), assignment)
    assert "Số đo của bạn" not in text
    other = page(
        told(verdict(assignment), measured={"Alpha": {"accuracy": [90.0]}}, other_data=True),
        assignment,
    )
    assert "Số đo của bạn" in other and "bộ dữ liệu dự phòng" in other


def test_a_lab_without_titles_headings_and_measurements_has_its_page(tmp_path: Path) -> None:
    path = tmp_path / "sum" / "sum.ipynb"
    labs.write(path, labs.SUM)
    assignment = load(path)
    lost = Item(assignment.tests[0].grade_id, 0, assignment.tests[0].points, "Sai.")
    graded = verdict(assignment, lost)
    text = page(Feedback("sum", "an", graded, graded), assignment)
    assert "<h1>sum</h1>" in text and f"<h3>{lost.id}</h3>" in text
