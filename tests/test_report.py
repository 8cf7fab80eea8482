"""The class report as a function of what is known of a class: what it counts, says and escapes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lenetlab.checks import texts
from lenetlab.notebook import reasons
from lenetlab.notebook.titles import Title
from lenetlab.pages import (
    report,
    report_findings,
    report_measured,
    report_numbers,
    report_queue,
    report_scores,
    report_times,
)
from lenetlab.pages.report_actions import ACTIONS
from lenetlab.pages.report_data import ClassData, GradedItem, Student
from lenetlab.records import Finding, Flag, Item, Status, Verdict

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = "<script>window.attacked = 1</script><img src=x onerror='window.attacked=2'>\"' $\\frac{$"
ITEMS = (
    GradedItem("alpha-hidden", Title("Alpha", "kiểm tra ẩn"), 1.0),
    GradedItem("beta-hidden", Title("Beta", "kiểm tra ẩn"), 1.0),
    GradedItem("beta-choice", Title("Beta", "câu hỏi"), 0.3),
)
KERNEL = Finding(1, "C1", "Conv2D 'conv2d_7'", "kernel_size", (3, 3), (5, 5))
NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
Runs = dict[str, dict[str, list[float]]]


def student(
    name: str,
    *points: float | None,
    status: Status = "graded",
    flags: tuple[Flag, ...] = (),
    findings: tuple[Finding, ...] = (),
    message: str = "",
    measured: Runs | None = None,
) -> Student:
    """A student with these points in the first items; findings and message are of lost ones."""
    items = []
    for item, score in zip(ITEMS, points, strict=False):
        lost = score is not None and score < item.points
        said = (message, findings) if lost else ("", ())
        items.append(Item(item.id, score, item.points, said[0], findings=said[1]))
    scored = [score for score in points if score is not None]
    total = sum(scored) if scored else None
    verdict = Verdict(name, status, total, 2.3, tuple(items), flags)
    return Student(name, verdict, word=name, measured=measured or {})


def school(*students: Student) -> ClassData:
    return ClassData("lenet", NOW, students, ITEMS, 2.3, models=("LeNet", "Alpha", "Beta"))


def runs(*figures: tuple[str, float, float]) -> Runs:
    return {model: {"accuracy": [a], "seconds": [s]} for model, a, s in figures}


# --- who is counted as what -----------------------------------------------------------------------


def test_what_was_not_graded_is_counted_and_is_no_zero() -> None:
    told = school(
        student("a", 1.0, 1.0, 0.3),
        student("b", 0.0, 0.0, 0.0),
        student("c", status="rejected", flags=(Flag("empty", "the file is empty", True),)),
        student("d", status="missing"),
    )
    states = {state.word: state.n for state in report_scores.states(told)}
    assert states["đã chấm"] == 2 and states["không chấm được file"] == 1
    assert states["chưa nộp"] == 1 and states["cần xem lại"] == 0
    scores = report_scores.scores(told)
    assert scores is not None
    assert (scores.spread.n, scores.full, scores.zero) == (2, 1, 1)
    assert [text for _, text in report_scores.rows(told)[2].cells] == ["–", "–", "–"]


def test_scores_stand_in_the_column_that_they_begin_and_none_is_lost() -> None:
    points = [round(0.3 * step, 1) for step in range(11)]
    columns = report_scores.columns(points, 0.0, 3.0, 10)
    assert [column.n for column in columns] == [1] * 9 + [2], "the last column includes its end"
    assert sum(column.n for column in report_scores.columns([-1, 99], 0.0, 3.0, 10)) == 2


def test_few_figures_have_no_quartiles() -> None:
    few, many = report_numbers.spread([1.0, 2.0]), report_numbers.spread([1.0] * 8)
    assert few is not None and few.q1 is None and few.median is None
    assert many is not None and many.q1 == 1.0
    assert report_numbers.spread([]) is None


def test_an_item_shows_how_many_have_all_some_and_none_of_its_points() -> None:
    told = school(student("a", 1.0), student("b", 0.5), student("c", 0.0), student("d", None))
    ((group, (success,)),) = report_scores.successes(told)
    assert group == "Alpha"
    assert (success.n, success.full, success.partly, success.zero) == (3, 1, 1, 1)
    assert success.earned == 0.5


@pytest.mark.parametrize(
    ("part", "said"),
    [(0, "0 %"), (1, "dưới 1 %"), (999, "trên 99 %"), (1000, "100 %"), (500, "50 %")],
)
def test_few_are_not_rounded_to_nobody(part: int, said: str) -> None:
    assert report_numbers.share(part, 1000).replace("\N{NO-BREAK SPACE}", " ") == said


# --- what a person has to do ----------------------------------------------------------------------


def test_every_flag_that_asks_for_a_person_says_what_to_do() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "lenetlab").rglob("*.py"))
    codes = set(re.findall(r"\bFlag\(\s*\"([a-z-]+)\"", sources))
    codes |= set(re.findall(r"\bRejected\(\s*\"([a-z-]+)\"", sources))
    codes |= set(re.findall(r"\bDoubt\(\s*\"([a-z-]+)\"", sources))
    assert {"denied", "not-json", "garbled"} <= codes, "the patterns find them"
    notes = {"other-name", "other-files", "colab-account"}  # never for a person
    assert codes - notes - ACTIONS.keys() == set()


def test_the_queue_begins_with_what_is_urgent_and_names_the_students() -> None:
    told = school(
        student("a", 1.0, status="review", flags=(Flag("duplicate-cell", "x", True),)),
        student("b", status="failed", flags=(Flag("check-error", "cell x", True),)),
        student("c", status="waiting"),
        student("d", status="rejected", flags=(Flag("empty", "the file is empty", True),)),
        student("e", 1.0, flags=(Flag("colab-account", "run in Colab by someone", False),)),
    )
    groups = report_queue.queue(replace(told, strays=(Flag("stray-file", "a.zip", True),)))
    codes = [group.code for group in groups]
    assert codes == ["check-error", "waiting", "empty", "stray-file", "duplicate-cell"]
    by_code = {group.code: group for group in groups}
    assert by_code["empty"].command == "lenetlab grade d"
    assert by_code["stray-file"].entries[0].student is None


def test_a_long_queue_is_bounded_and_its_command_stays_short() -> None:
    flag = Flag("outdated", "grade again", True)
    number = report_queue.MOST + 20
    everyone = [student(f"s{n}", 1.0, status="review", flags=(flag,)) for n in range(number)]
    (group,) = report_queue.queue(replace(school(*everyone), option=" --assignment lenet"))
    assert (len(group.entries), group.left_out) == (report_queue.MOST, 20)
    assert group.command == "lenetlab grade --assignment lenet", "which grades all that changed"


# --- what goes wrong ------------------------------------------------------------------------------


def test_a_deviation_counts_each_student_once_and_says_where_and_what() -> None:
    other = replace(KERNEL, layer="Conv2D 'mine'", found=(7, 7))
    told = school(
        student("a", 0.5, 0.5, findings=(KERNEL,)),
        student("b", 1.0, 0.5, findings=(KERNEL, other)),
        student("c", 1.0, 1.0),
    )
    (kind,) = report_findings.deviations(told)
    assert (kind.title, kind.n) == ("C1: kernel_size ≠ 3×3", 2)
    assert kind.where == "Alpha 1, Beta 2" and kind.often == "5×5 (2), 7×7 (1)"
    assert "kernel_size cần là (3, 3)" in kind.example
    assert [one.id for one in kind.linked] == ["a", "b"]


def test_what_a_person_has_scored_is_counted_as_no_mistake() -> None:
    one = student("a", 0.5, findings=(KERNEL,))
    items = tuple(replace(item, by_hand=True) for item in one.verdict.items)
    told = school(replace(one, verdict=replace(one.verdict, items=items)))
    assert report_findings.deviations(told) == []


@pytest.mark.parametrize(
    ("message", "titles"),
    [
        (reasons.not_written("AlphaCNN", True), ["Phần này chưa được viết"]),
        (reasons.not_written("AlphaCNN", False), ["Còn sót dòng raise NotImplementedError()"]),
        (reasons.misnamed("AlphaCNN", ""), ["Lỗi khi chạy: NameError"]),
        (reasons.no_heir("AlphaCNN", "LeNetCNN"), ["Class không kế thừa class gốc"]),
        (
            reasons.not_overridden("AlphaCNN", "LeNetCNN", "build", "", "", False),
            ["Class không có phương thức của riêng mình"],
        ),
        (reasons.never_set("AlphaCNN", "build", "model", ""), ["Phương thức không để lại mô hình"]),
        (texts.NO_OPINION, ["Chọn “không có ý kiến”"]),
        (texts.NOT_ONE_OPTION, ["Câu trả lời không phải một lựa chọn"]),
        (texts.CONTRADICTED["accuracy"], ["Nhận xét trái với số đo của chính mình"]),
        (texts.UNSUPPORTED["accuracy"], ["Nhận xét không được lần chạy mẫu nào ủng hộ"]),
        (texts.UNSUPPORTED["seconds"], ["Thời gian: không được lần chạy mẫu nào ủng hộ"]),
        (texts.NOT_MEASURED, ["Không có số đo để đối chiếu"]),
        (
            f"{texts.PARAMETERS_WRONG}\n{texts.CONTRADICTED['seconds']}",
            ["Thời gian: trái với số đo của chính mình", "Số tham số: nhận xét chưa đúng"],
        ),
        ("✘ AlphaCNN cần 9 lớp.", ["Không đạt: câu hỏi"]),
    ],
)
def test_what_a_student_reads_is_counted_by_its_cause(message: str, titles: list[str]) -> None:
    said = re.sub(r"\{\w+\}", "Alpha", message)
    assert [title for title, _ in report_findings.causes_of(said, "Không đạt: câu hỏi")] == titles


def test_where_there_is_no_model_the_message_says_why() -> None:
    graph = Finding(None, "", "", "graph", None, texts.NO_MODEL)
    said = reasons.not_written("AlphaCNN", True)
    told = school(student("a", 0.0, findings=(graph,), message=said))
    assert report_findings.deviations(told) == []
    assert [kind.title for kind in report_findings.causes(told)] == ["Phần này chưa được viết"]


# --- what was measured ----------------------------------------------------------------------------


def test_students_who_share_runs_are_listed_and_equal_accuracies_alone_are_not() -> None:
    mine = runs(("Alpha", 98.61, 66.5), ("Beta", 98.56, 75.0))
    same_seed = runs(("Alpha", 98.61, 12.1), ("Beta", 98.56, 13.9))
    one_alike = runs(("Alpha", 98.61, 66.5), ("Beta", 97.01, 70.2))
    told = school(
        student("a", 1.0, measured=mine),
        student("b", 1.0, measured=mine),
        student("c", 1.0, measured=same_seed),
        student("d", 1.0, measured=one_alike),
    )
    sharing = report_measured.sharing(told)
    (group,) = sharing.groups
    assert [one.id for one in group.students] == ["a", "b"] and group.models == 2
    assert [run for run, _ in group.runs] == [("Alpha", 98.61, 66.5), ("Beta", 98.56, 75.0)]


def test_a_class_of_thousands_that_is_one_notebook_is_one_group() -> None:
    """Comparing everybody with everybody would not end."""
    mine = runs(*((f"M{n}", 90.0 + n, 10.0 + n) for n in range(8)))
    everyone = [student(f"s{n}", 1.0, measured=mine) for n in range(5000)]
    (group,) = report_measured.sharing(school(*everyone)).groups
    assert len(group.students) == 5000 and group.models == 8


def test_the_figures_of_a_model_are_each_students_last_and_can_be_drawn() -> None:
    told = school(
        student("a", 1.0, measured={"Alpha": {"accuracy": [10.0, 98.5], "seconds": [5.0]}}),
        student("b", 1.0, measured={"Alpha": {"accuracy": [-3.0, 1e9], "seconds": [0.0, -1.0]}}),
        student("c", 1.0, measured={"Unknown": {"accuracy": [50.0], "seconds": [5.0]}}),
    )
    told = replace(told, reference=({"Alpha": {"accuracy": 98.0}},))
    (model,) = report_measured.measured(told)
    assert model["accuracy"].figures == [98.5] and model["accuracy"].reference == [98.0]
    assert model["seconds"].figures == [5.0] and model["seconds"].reference == []


# --- when -----------------------------------------------------------------------------------------


def test_late_is_what_came_after_the_due_date_to_the_second() -> None:
    hours = (-80, -30, -2, -0.5, 0, 3, 100)
    told = school(
        *(
            replace(student(f"s{h}", 1.0), handed_in=NOW + timedelta(hours=h), due=NOW)
            for h in hours
        )
    )
    found = report_times.handed_in(told)
    assert found is not None and (found.n, found.late) == (7, 2)
    spans = dict(found.spans)
    assert spans["giờ cuối"] == 2 and spans["muộn đến 1 ngày"] == 1
    assert sum(spans.values()) == sum(column.n for column in found.columns) == 7
    assert {column.least % 1 for column in found.columns} == {0}, "one begins at the due date"


def test_no_due_date_is_no_lateness() -> None:
    times = (NOW, NOW + timedelta(days=3))
    found = report_times.handed_in(
        school(*(replace(student(f"{time:%d}", 1.0), handed_in=time) for time in times))
    )
    assert found is not None and found.due is None and found.late == 0
    assert found.spans == [("28/11/2026", 1), ("1/12/2026", 1)]
    assert report_times.handed_in(school(student("a", 1.0))) is None


# --- the page -------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """What a browser would make of a page: its tags, and the addresses in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def hostile_class() -> ClassData:
    """Everything that others write is markup."""
    finding = Finding(1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    extra = replace(finding, field="extra")
    measured = {HOSTILE: {"accuracy": [98.5], "seconds": [12.5]}, "$x$": {"accuracy": [98.5]}}
    measured["b"] = {"accuracy": [97.5], "seconds": [13.5]}
    everyone = [
        replace(
            student(
                f"{HOSTILE}{number}", 0.5, 0.5, 0.0, status="review",
                flags=(Flag("denied", HOSTILE, True), Flag(HOSTILE, HOSTILE, True)),
                findings=(finding, extra) if number % 2 else (),
                message=f"{HOSTILE} chưa chạy được: Error: {HOSTILE}", measured=measured,
            ),
            name=HOSTILE, word=HOSTILE, page="feedback/x.html", notebook="submitted/x.ipynb",
            seconds=1.0,
        )
        for number in range(9)
    ]  # fmt: skip
    titled = tuple(replace(item, title=Title(HOSTILE, HOSTILE)) for item in ITEMS)
    told = replace(school(*everyone), models=(), items=titled, assignment=HOSTILE)
    return replace(told, strays=(Flag("stray-file", HOSTILE, True),), option=HOSTILE)


def test_what_others_wrote_is_text_wherever_it_stands() -> None:
    page = report.page(hostile_class())
    found = Tags(page)
    assert found.names.count("script") == 1, "the one that sorts"
    assert not {name for name in found.attributes if name.startswith("on")}
    allowed = ("#", "feedback/", "submitted/", "data:image/svg+xml;base64,")
    assert {a for a in found.addresses if not a.startswith(allowed)} == set()
    assert "window.attacked = 1&lt;/script&gt;" in page
    turned = report.page(
        school(replace(student("a\u202eb", 0.0, message="\u2067c"), name="\u200fd"))
    )
    assert "a�b" in turned and not re.search("[\u200f\u202e\u2067]", turned)


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_a_small_class_has_a_report_without_empty_boxes(number: int) -> None:
    measured = runs(("Alpha", 98.61, 66.5))
    page = report.page(school(*(student(f"s{n}", 1.0, measured=measured) for n in range(number))))
    words = re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"\b(None|nan|inf)\b", words)
    assert "tứ phân vị" not in words
    assert "Không có bài nào cần người xem." in words


def test_the_same_class_gives_the_same_page() -> None:
    told = hostile_class()
    assert report.page(told) == report.page(told)
