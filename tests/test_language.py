"""Every message exists in both languages, and what a student wrote stays as it is in either."""

import ast
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

import lenetlab
from lenetlab.checks import texts
from lenetlab.course import handed_in, strays
from lenetlab.course.directory import Course
from lenetlab.language import flag_title, label, translate
from lenetlab.language.labels import _file
from lenetlab.language.templates import mismatch
from lenetlab.language.translating import pairs
from lenetlab.notebook import diagnosis, intake, master
from lenetlab.notebook.lab import Lab, LabError, load
from lenetlab.records import Finding, Language, Status
from tests.conftest import MASTER

pytestmark = pytest.mark.quick

PACKAGE = Path(lenetlab.__file__).parent
VIETNAMESE = re.compile(r"[à-ãè-êìíò-õùúýăđĩũơưạ-ỹ]", re.IGNORECASE)
WHERE = "add the pair to lenetlab/language/catalogue.toml"

# Where sentences are made: for students, in Vietnamese alone, and for instructors.
STUDENTS = (
    "checks/texts", "checks/compare", "checks/questions", "checks/architecture", "notebook/reasons",
    "notebook/heirs", "boxes/cleanroom", "boxes/shell", "model/describe", "model/rebuild",
    "notebook/outputs", "export/comments",
)  # fmt: skip
INSTRUCTORS = (
    "notebook/blame", "boxes/client", "grading", "notebook/placing", "notebook/intake",
    "notebook/diagnosis", "notebook/doubts", "notebook/match", "notebook/restore",
    "notebook/verdicts", "notebook/measurements", "course/handed_in", "course/standings",
    "course/strays", "course/timestamps", "course/classroom", "course/preprocessors",
    "course/to_check", "cli/check",
)  # fmt: skip
# Vietnamese that is read in notebooks, not said.
READ = {"notebook/measurements"}
# English that is none of a flag or a rejection: what stops a command, help, what a parser says.
OTHER = re.compile(
    r"Nobody was graded|<div|img \{|Whether submissions run|stopped; not graded|Notebooks, or fold"
    r"|unexpected end of data|There is no notebook in|There are no example|a link to|a special file"
    r"|unknown time zone|Show the items"
)

# How a message begins that is written in two steps.
BEGUN = ("X1 chưa chạy được: X1", "X1 không có `X1` của riêng mình, nên mô hình y hệt X1 gốc")


@pytest.fixture(scope="module")
def lab() -> Lab:
    return load(PACKAGE.parent / "source" / "lenet")


def written(module: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The texts of a module by their lines, each as the literal parts between what is filled in."""
    tree = ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    begun = (n.body[0] for n in ast.walk(tree) if isinstance(n, documented))
    known = {id(first.value) for first in begun if isinstance(first, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [n.value if isinstance(n, ast.Constant) else "\0" for n in node.values]
            known |= {id(n) for n in node.values}
            yield node.lineno, tuple("".join(map(str, parts)).split("\0"))
        elif isinstance(node, ast.Constant) and id(node) not in known:
            text = node.value if isinstance(node.value, str) else ""
            yield node.lineno, tuple(re.split(r"\{[\w!]*\}", text))


def messages(module: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Those of the texts that people read: with Vietnamese, or sentences of English."""
    for line, parts in written(module):
        text = " ".join(parts)
        pattern = re.search(r"\(\?|\\[wsdb.]", text)
        sentence = len(re.findall(r"(?<![\w.`-])[a-z]+(?![\w.`(-])", text)) >= 3 and not pattern
        vietnamese = VIETNAMESE.search(text) and module not in READ
        english = sentence and module in INSTRUCTORS and not OTHER.match(text.strip())
        if vietnamese or english:
            yield line, parts


def is_known(parts: tuple[str, ...], lab: Lab) -> bool:
    """Whether one template has all of the parts in their order, or several make up the text."""
    pattern = ".*".join(re.escape(p.strip("- \n")) for p in parts if re.search(r"\w", p))
    templates = (text for section in pairs().values() for pair in section.items() for text in pair)
    if any(re.search(pattern, each) for each in templates):
        return True
    text = "X1".join(parts)
    whole = [text, *(begun + text[2:] for begun in BEGUN if VIETNAMESE.search(text))]
    return any(all(is_translated(line, lab) for line in each.split("\n")) for each in whole)


def is_translated(text: str, lab: Lab) -> bool:
    """Whether nothing is left of a text's language once it is said in the other."""
    if VIETNAMESE.search(text):
        return not VIETNAMESE.search(translate(text, "en", lab.english))
    said = translate(text, "vi", lab.english)
    words = re.findall(r"\w+", said)
    return not any(f"{one} {other}" in text for one, other in pairwise(words) if len(one) > 2)


@pytest.mark.parametrize("module", [*STUDENTS, *INSTRUCTORS])
def test_every_message_has_its_pair(module: str, lab: Lab) -> None:
    for line, parts in messages(module):
        told = f"lenetlab/{module}.py:{line}: {'…'.join(parts)!r} is in one language only: {WHERE}"
        assert is_known(parts, lab), told


def test_a_message_without_a_pair_is_noticed(lab: Lab) -> None:
    assert not is_known(("Mô hình này ", " quá."), lab)
    assert not is_known(("the file has ", " and is odd"), lab)
    assert is_known(("the file is larger than ", " MB"), lab)


def every_pair(lab: Lab) -> list[tuple[str, str]]:
    return [pair for section in pairs().values() for pair in section.items()] + [
        *lab.english.items()
    ]


def test_both_sides_of_a_pair_have_the_same_placeholders_and_no_other_language(lab: Lab) -> None:
    for pair in every_pair(lab):
        assert not mismatch(pair)
        assert not VIETNAMESE.search(pair[1]), pair
    assert mismatch(("a {x}", "b {y}")) and mismatch(("{x}{y} a", "{y} b {x}"))
    assert mismatch(("{x}", "{x}"))


def test_a_labs_pairs_are_checked_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(
        '[english]\n"cần {number} lớp" = "needs {n} layers"\n', "utf-8"
    )
    with pytest.raises(LabError, match=r"lab\.toml: english: .* the same placeholders"):
        load(tmp_path)


def test_the_hints_of_the_lab_and_what_its_notebook_says_have_pairs(lab: Lab) -> None:
    for hint in lab.hints.values():
        assert is_translated(f"Gợi ý: {hint}", lab)
    helper = next(c for c in master.load(MASTER).cells if c.id == "check-helper").node.source
    for node in ast.walk(ast.parse(helper)):
        for text in said_by(node):
            assert is_known(tuple(text.split("X1")), lab) or is_translated(text, lab), text


def said_by(node: ast.AST) -> Iterator[str]:
    """What the helper cell's calls print, with X1 for what is filled in."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("failed", "passed", "print"):
        for argument in node.args:
            if isinstance(argument, ast.JoinedStr):
                values = [v.value if isinstance(v, ast.Constant) else "3" for v in argument.values]
                text = "".join(map(str, values))
                yield from [text] if VIETNAMESE.search(text) else []


@pytest.mark.parametrize("origin", texts.ORIGIN.values())
def test_each_finding_is_said_in_english(origin: str, lab: Lab) -> None:
    for field in [*texts._SENTENCES, "filters"]:
        for place in (None, 3):
            layer = "Conv2D 'lớp của tôi'"
            found: object = 12_000 if field in ("params", "inputs") else f"Dense{origin}"
            found = "Dense 'x'" if field in ("chain", "activation_layer") else found
            found = "mô hình không có lớp nào" if field == "graph" else found
            expected = 106_154 if field == "params" else "Conv2D"
            shown = 2 if field == "extra" else place
            finding = Finding(shown, "C1", layer, field, expected, found)  # type: ignore[arg-type]
            text = texts.report([finding] * 4).replace("Gợi ý: ", "Gợi ý: thiếu dấu phẩy.")
            said = translate(text, "en", lab.english)
            assert not VIETNAMESE.search(said.replace("lớp của tôi", "")), said
            assert "106 154" not in said and ("lớp của tôi" in said or place is None or
                field in ("graph", "params", "inputs", "outputs"))  # fmt: skip


def test_numbers_follow_the_language() -> None:
    vi = "Kiểm tra ẩn: đúng thay đổi cốt lõi, được 0,25/0,5 điểm."
    assert translate(vi, "en").endswith("0.25/0.5 points.")
    assert translate("Mô hình cần có 106 154 tham số, đang có 9.", "en").count("106,154") == 1
    flag = "Alpha: 0.25 s of training is not believable"
    assert "0,25 giây" in translate(flag, "vi")


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("thêm dấu hai chấm ở cuối dòng.", "en", "add a colon at the end of the line."),
        ("Dense (lớp tự viết) 10, softmax", "en", "Dense (own class) 10, softmax"),
        (
            "Dense 84, f (f(-1) = -0,1; f(1) = 1; f(1000) = ?)",
            "en",
            "Dense 84, f (f(-1) = -0.1; f(1) = 1; f(1000) = ?)",
        ),
        (
            "Bạn trả lời “A tốt hơn B”. Về độ chính xác, notebook đã nộp có số đo của A (95,10 % "
            "hoặc 9,00 %); không có số đo của B. Các lần chạy mẫu không ủng hộ câu trả lời đó: "
            "A từ 1,0 đến 2,5 %, B từ 3,0 đến 4,0 %.",
            "en",
            "You answered “A is better than B”. Of accuracy, the notebook handed in has figures of "
            "A (95.10 % or 9.00 %); has no figures of B. The reference runs do not support that "
            "answer: A from 1.0 to 2.5 %, B from 3.0 to 4.0 %.",
        ),
        (
            "a.pdf: this is a PDF, not a notebook; the student should hand the file in again",
            "vi",
            "a.pdf: đây là một file PDF, không phải notebook; sinh viên cần nộp lại file",
        ),
        (
            "b.zip: this is a zip archive, not a notebook; the student should hand in the .ipynb "
            "file that is in it, not packed; or: python3 -m zipfile -e b.zip unpacked",
            "vi",
            "b.zip: đây là một file nén zip, không phải notebook; sinh viên cần nộp file .ipynb "
            "nằm trong đó, không nén; hoặc: python3 -m zipfile -e b.zip unpacked",
        ),
        (
            "timestamp.txt has 'x', which is no time: whether it was late is not known; write the "
            "time into it, as 2026-03-01 17:00:00 +0700",
            "vi",
            "timestamp.txt có 'x', không phải là thời điểm: không biết bài có nộp muộn không; hãy "
            "ghi thời điểm nộp vào đó, như 2026-03-01 17:00:00 +0700",
        ),
        ("put back from the master: a, b", "en", "put back from the master: a, b"),
        ("✘ việc khác", "en", "✘ việc khác"),
        ("", "vi", ""),
    ],
)
def test_texts_are_said_as_a_person_would(text: str, language: Language, said: str) -> None:
    assert translate(text, language) == said
    assert translate(said, language) == said, "in that language it stays"


def test_what_a_student_wrote_stays_as_it_is(lab: Lab) -> None:
    student = "thêm dấu hai chấm ở cuối dòng."
    text = f"AlphaCNN chưa chạy được: ValueError: {student} (dòng 3: `{student}`). Gợi ý: "
    assert translate(text + student, "en", lab.english) == (
        f"AlphaCNN did not run: ValueError: {student} (line 3: `{student}`). Hint: add a colon at "
        "the end of the line."
    )


@pytest.mark.parametrize(
    "piece",
    [
        "{word} {number} {0} %s ", "A chưa chạy được: ", ": ", "; ", ", ", " (dòng ", "Gợi ý: ",
        "; or: ", "\n- Lớp 3 (", "\n", "\n: ", "\U0001d400", "İ", "1 234",
        "có số đo của A (1 %); ", "\x00", "\ud800",
    ],
)  # fmt: skip
def test_no_text_takes_long_or_stops_it(piece: str, lab: Lab) -> None:
    text = (piece * 100_000)[:100_000]
    translate("", "en", lab.english), translate("", "vi", lab.english)  # the catalogue is read
    languages: tuple[Language, Language] = ("en", "vi")
    for language in languages:
        for longest in (100_000, 3_900, 100):
            lines = "\n".join(text[n : n + longest] for n in range(0, len(text), longest))
            began = time.process_time()
            translate(lines, language, lab.english)
            assert time.process_time() - began < 0.05


def heads() -> dict[str, bytes]:
    """Files that are no notebooks, by what they are."""
    found = {kind: head + b"x" for head, kind, _ in diagnosis._SIGNATURES}
    found |= {kind: b"PK\x03\x04" + name for name, kind in diagnosis._ZIPS}
    found |= {f"page {word}": f"<html> {word}".encode() for word, _, _ in diagnosis._PAGES}
    return found | {
        "zip": b"PK\x03\x04x", "tar": b"x" * 257 + b"ustar", "video": b"xxxxftyp", "empty": b" ",
        "link": b"https://drive.google.com/x", "xml": b"<a>", "diff": b"diff --git a b",
        "printed": b"{'cells': 1}", "text": b"hello", "python": b"import os\n", "html": b"<html>",
        "cut": b'{"cells": [', "extra": b'{"cells": []} x', "changed": b'{"cells": [1,,]}',
        "drive": b'{"doc_id": "x"}', "error": b'{"error": "gone"}', "newer":
        b'{"nbformat": 5, "cells": []}',
        "json": b"[1]", "list": b'{"cells": 3}', "latin": b'{"a": "\xe9"}',
        "binary": b"\x01\xff\x02",
        "letter": b'{"a": "\xc3', "git": b"<<<<<<< a\n>>>>>>> b\n", "deep": b"[" * 100_000,
    }  # fmt: skip


@pytest.mark.parametrize("name", heads())
def test_what_is_said_of_a_file_is_said_in_vietnamese_and_back(name: str) -> None:
    with pytest.raises(intake.Rejected) as rejected:
        intake.decode(heads()[name])
    there_and_back(str(rejected.value))
    there_and_back(f"an.ipynb: {rejected.value}")


def there_and_back(text: str) -> None:
    said = translate(text, "vi")
    assert VIETNAMESE.search(said), said
    assert not re.search(r"(?<!Download )\b(the|this|is|which|and)\b", said), said
    assert translate(said, "en") == text


def test_what_is_said_of_a_folder_is_said_in_vietnamese_and_back(tmp_path: Path) -> None:
    course = Course(tmp_path, "lab")
    (tmp_path / "source" / "lab").mkdir(parents=True)
    (tmp_path / "source" / "lab" / "lab.ipynb").touch()
    for name in (
        "an.ipynb", "x.zip", "x.rar", "x.csv", "no name!.ipynb", "*/lab/a.ipynb", "lab/a.ipynb",
        "an/lab/a.ipynb", "an/lab/b.ipynb", "binh/lab/lab.ipynb", "binh/other.ipynb",
        "binh/lab/other.ipynb", "binh/lab/x.csv", "chi/lab/x.ipynb", "dung/lab/x.csv", "em/lab/",
        "giang/lab/.ipynb_checkpoints/lab-checkpoint.ipynb",
    ):  # fmt: skip
        path = tmp_path / "submitted" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else path.touch()
    (tmp_path / "submitted" / "binh" / "lab" / "link").symlink_to("lab.ipynb")
    (tmp_path / "submitted" / "chi" / "lab" / "timestamp.txt").write_text("yesterday")
    (tmp_path / "submitted" / "hoa").mkdir()
    (tmp_path / "submitted" / "hoa" / "lab").symlink_to("../binh/lab")
    told = [flag.message for flag in strays.strays(course)]
    for student in handed_in.folders(course):
        told += [flag.message for flag in handed_in.look(course, student).flags()]
        try:
            handed_in.find(course, student)
        except intake.Rejected as reason:
            told.append(str(reason))
    assert len(told) >= 15
    for text in told:
        there_and_back(text)


# --- labels and titles ----------------------------------------------------------------------------


def test_labels_and_titles_are_there_in_both_languages() -> None:
    for table in _file().values():
        for key, both in table.items():
            assert set(both) == {"vi", "en"} and all(both.values()), key
    assert label("rejected", "en") == "rejected" and label("missing", "vi") == "chưa nộp"
    with pytest.raises(KeyError):
        label("no such label", "vi")


def test_every_status_has_a_label_and_every_flag_a_title() -> None:
    for status in get_args(Status):
        assert label(status, "vi")
    for path in PACKAGE.rglob("*.py"):
        if "collect" in path.parts:
            continue
        text = path.read_text("utf-8")
        codes = {*re.findall(r'(?:Flag|Doubt|Rejected)\(\s*"([a-z-]+)"', text)}
        codes |= {*re.findall(r'return "([a-z]+-[a-z-]+|archive)", ', text)}
        for code in codes:
            assert flag_title(code, "vi") != code and flag_title(code, "en") != code, (
                f"{path.name}: add a title for {code!r} to lenetlab/language/labels.toml"
            )
    assert flag_title("of-another-version", "vi") == "of-another-version"
