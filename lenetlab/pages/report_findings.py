"""What goes wrong most often: deviations of models by their data, other causes by their kind."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from lenetlab.checks import texts
from lenetlab.notebook.outputs import clean, cut
from lenetlab.pages.report_data import ClassData, GradedItem, Student
from lenetlab.pages.report_numbers import count
from lenetlab.records import Finding, Item, Simple

MOST = 60  # rows; a hostile class has as many kinds as it likes
AT_ONCE = 12  # rows that are seen without a click
MOST_LINKS = 5
_LONGEST, _LONGEST_VALUE = 240, 60  # characters of an example, of a value


@dataclass
class Kind:
    """Findings that are alike, and whom they are of."""

    title: str
    students: dict[str, Student] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)  # instead of what was expected
    groups: Counter[str] = field(default_factory=Counter)  # variants
    _counted: set[tuple[str, str, str]] = field(default_factory=set)
    example: str = ""
    items: dict[str, set[str]] = field(default_factory=dict)  # by student

    @property
    def code(self) -> str:
        """What a command calls this kind: the same in every run."""
        return hashlib.sha256(self.title.encode()).hexdigest()[:6]

    def add(
        self, student: Student, item: Item, group: str, found: Iterable[str], example: str
    ) -> None:
        """Count a student once: at all, for each variant, for each of what was found."""
        self.students[student.id] = student
        self.items.setdefault(student.id, set()).add(item.id)
        for counter, values in ((self.groups, [group]), (self.found, found)):
            for value in values:
                mark = (student.id, "group" if counter is self.groups else "found", value)
                counter[value] += mark not in self._counted
                self._counted.add(mark)
        self.example = self.example or cut(clean(example).strip(), _LONGEST)

    @property
    def n(self) -> int:
        """How many students it is found of."""
        return len(self.students)

    @property
    def often(self) -> str:
        """What is found most often in place of what was expected."""
        if self.n == 1:
            return ", ".join(list(self.found)[:2])
        return ", ".join(f"{value} ({count(n)})" for value, n in self.found.most_common(2))

    @property
    def where(self) -> str:
        """The variants, with how many students each."""
        return ", ".join(f"{group} {count(n)}" for group, n in self.groups.items() if group)

    @property
    def linked(self) -> list[Student]:
        """A few students to look at."""
        return list(self.students.values())[:MOST_LINKS]


def deviations(data: ClassData) -> list[Kind]:
    """Deviations of the models, the commonest first; a student counts once for each kind."""
    kinds: dict[tuple[object, ...], Kind] = {}
    for one, item, group in _lost(data):
        if not _has_model(item):
            continue
        alike: dict[tuple[object, ...], list[Finding]] = {}
        for finding in item.findings:
            alike.setdefault(_key(finding), []).append(finding)
        for key, findings in alike.items():
            kind = kinds.setdefault(key, Kind(_title(findings[0])))
            instead = {_instead(finding) for finding in findings} - {""}
            kind.add(one, item, group, instead, texts.sentence(findings[0]))
    return _commonest(kinds.values(), data)


def causes(data: ClassData) -> list[Kind]:
    """Other reasons for lost points, the commonest first."""
    kinds: dict[str, Kind] = {}
    named = {item.id: f"Không đạt: {item.title.kind}" for item in data.items}
    for one, item, group in _lost(data):
        if not _has_model(item) and item.message:
            for title, line in causes_of(item.message, named[item.id]):
                kinds.setdefault(title, Kind(title)).add(one, item, group, (), line)
    return _commonest(kinds.values(), data)


def _has_model(item: Item) -> bool:
    """Whether a model was found and deviates; else the message says why there is none."""
    return any(finding.field != "graph" for finding in item.findings)


def _commonest(kinds: Iterable[Kind], data: ClassData) -> list[Kind]:
    """The kinds in order, the variants of each as the assignment has them."""
    order = dict.fromkeys(_group(item) for item in data.items)
    found = sorted(kinds, key=lambda kind: (-kind.n, kind.title))[:MOST]
    for kind in found:
        kind.groups = Counter({group: kind.groups[group] for group in order if kind.groups[group]})
    return found


def _group(item: GradedItem) -> str:
    return item.title.group or str(item.title)


def _lost(data: ClassData) -> Iterator[tuple[Student, Item, str]]:
    """Items that lost points, with their group; what a person has scored is a person's."""
    groups = {item.id: _group(item) for item in data.items}
    for one in data.scored:
        for item in one.verdict.items:
            if not item.by_hand and (item.score or 0) < item.max_score and item.id in groups:
                yield one, item, groups[item.id]


# --- deviations -----------------------------------------------------------------------------------


def _key(finding: Finding) -> tuple[object, ...]:
    """The same for findings that are of one kind, whatever the student called the layers."""
    if finding.field == "extra":
        return ("extra", finding.found)
    if finding.field in ("graph", "chain"):
        return (finding.field,)
    return (finding.role, finding.field, finding.expected)


def _title(finding: Finding) -> str:
    where = f"{finding.role}: " if finding.role else ""
    wanted, found = _value(finding.expected), _value(finding.found)
    special = {
        "graph": "Không đọc được mô hình",
        "chain": "Các lớp không nối thẳng với nhau",
        "extra": f"Thừa một lớp {found}",
        "missing": f"Thiếu lớp {finding.role} ({wanted})".replace(" ()", ""),
        "inputs": "Không có đúng một đầu vào",
        "outputs": "Không có đúng một đầu ra",
        "params": f"Số tham số ≠ {wanted}",
        "type": f"{where}không phải {wanted}",
        "shared": f"{where}dùng chung trọng số với lớp khác",
        "trainable": f"{where}trọng số bị đóng băng",
        "activation_layer": f"{where}activation {wanted} tách thành lớp riêng",
    }
    return special.get(finding.field, f"{where}{finding.field} ≠ {wanted}")


def _instead(finding: Finding) -> str:
    told = ("graph", "chain", "extra", "missing", "shared", "trainable", "activation_layer")
    return "" if finding.field in told else _value(finding.found)


def _value(value: Simple) -> str:
    """A value as one writes it: ``3×3``, ``106 154``."""
    if isinstance(value, tuple) and value and all(isinstance(size, int) for size in value):
        return cut("×".join(map(str, value)), _LONGEST_VALUE)
    if isinstance(value, int) and not isinstance(value, bool):
        return count(value)
    return cut(clean(str(value)), _LONGEST_VALUE)


# --- other causes ---------------------------------------------------------------------------------


def _like(template: str) -> str:
    """A pattern of a line made from a template: how it begins, and the longest text after that."""
    first, *rest = re.split(r"\{\w+\}", template.split("\n")[0])
    telling = max(rest, key=len, default="")
    return rf"^{re.escape(first)}" + (rf"[^\n]*{re.escape(telling)}" if telling.strip() else "")


_ERROR = re.compile(r"^[^\n]{1,80}? chưa chạy được: (?P<type>[^\W\d]\w{0,60})(?:: |\.|$)", re.M)
_MESSAGES: tuple[tuple[str, str], ...] = (
    ("Phần này chưa được viết", r"chưa chạy được: phần này chưa được viết"),
    ("Còn sót dòng raise NotImplementedError()", r"chưa chạy được: còn sót dòng"),
    ("Class không kế thừa class gốc", r"class này không kế thừa"),
    ("Class không có phương thức của riêng mình", r" của riêng mình, nên mô hình y hệt "),
    ("Phương thức không để lại mô hình", r"chưa có mô hình: `?\w+`? đã chạy xong mà"),
    ("Chọn “không có ý kiến”", _like(texts.NO_OPINION)),
    ("Câu trả lời không phải một lựa chọn", _like(texts.NOT_ONE_OPTION)),
    ("Câu trả lời không phải danh sách lựa chọn", _like(texts.NOT_OPTIONS)),
    ("Chưa chọn ý nào", _like(texts.NO_OPTION)),
    ("Nhận xét trái với số đo của chính mình", _like(texts.CONTRADICTED["accuracy"])),
    ("Nhận xét không được lần chạy mẫu nào ủng hộ", _like(texts.UNSUPPORTED["accuracy"])),
    ("Thời gian: trái với số đo của chính mình", _like(texts.CONTRADICTED["seconds"])),
    ("Thời gian: không được lần chạy mẫu nào ủng hộ", _like(texts.UNSUPPORTED["seconds"])),
    ("Thời gian: chưa nhận xét", _like(texts.TIME_UNSAID)),
    ("Thời gian: các ý mâu thuẫn nhau", _like(texts.TIME_CONFUSED)),
    ("Số tham số: nhận xét chưa đúng", _like(texts.PARAMETERS_WRONG)),
    ("Không đọc được mô hình", r"^(?:- )?Không đọc được mô hình: "),
    ("Không có số đo để đối chiếu", _like(texts.UNJUDGED)),
)
_PATTERNS = tuple((title, re.compile(pattern, re.M)) for title, pattern in _MESSAGES)


def causes_of(message: str, otherwise: str) -> list[tuple[str, str]]:
    """The causes that a message names, each with the line that says so; else ``otherwise``."""
    text = cut(message, 5_000)
    found = [(title, match) for title, pattern in _PATTERNS if (match := pattern.search(text))]
    raised = (_ERROR.search(text),) if not found else ()
    errors = [(f"Lỗi khi chạy: {match['type']}", match) for match in raised if match]
    told = [(title, _line(text, match.start())) for title, match in chain(found, errors)]
    return told or [(otherwise, text.partition("\n")[0])]


def _line(text: str, place: int) -> str:
    """The line that is at a place."""
    return text[text.rfind("\n", 0, place) + 1 :].partition("\n")[0]
