"""The code of a student's work: what the notebook prints at home is what the page shows.

The students' notebooks really run, in kernels that have no lenetlab.
"""

import copy
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from lenetlab.course import directory, pool, run
from lenetlab.course.directory import Course
from lenetlab.notebook import intake, receipt
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment, load
from lenetlab.notebook.restore import restore
from tools.run_notebook import Run, as_colab, as_jupyterlab, as_vs_code

from . import labs
from .commands import lenetlab
from .conftest import IMAGES, MASTER

pytestmark = pytest.mark.xdist_group("receipt")

ROOT = MASTER.parents[2]
RELEASE = ROOT / "release" / "lenet" / "lenet.ipynb"
CODE = r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}"
NO_CODE = "Hãy chạy lại cả notebook: Run All."
LANGUAGE = {"name": "python", "version": "3.12.0", "pygments_lexer": "ipython3"}


class Student:
    """A notebook in a kernel, cell by cell as its student runs it."""

    def __init__(self, notebook: NotebookNode, client: NotebookClient) -> None:
        self.notebook, self._client = notebook, client

    def cell(self, identity: str) -> NotebookNode:
        return next(cell for cell in self.notebook.cells if cell.id == identity)

    def run(self, identity: str, source: str = "") -> str:
        """What the cell prints, after its source was changed where one is given."""
        cell = self.cell(identity)
        cell.source = source or cell.source
        self._client.execute_cell(cell, self.notebook.cells.index(cell))
        text = "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
        return re.sub(r"\x1b\[\d*m", "", text)

    def run_all(self) -> str:
        """Everything but training, which takes minutes; what the last cell prints."""
        cells = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        for cell in cells:
            tags = cell.metadata.get("tags", [])
            if "train" not in tags or "receipt" in tags:
                printed = self.run(cell.id)
        return printed

    def receipt(self) -> str:
        """The code that the last cell prints now."""
        printed = re.findall(f"Mã bài làm: ({CODE})", self.run("receipt"))
        return printed[0] if printed else ""


def solved() -> NotebookNode:
    """The release, filled in."""
    release, master = (nbformat.read(path, as_version=4) for path in (RELEASE, MASTER))
    for cell, given in zip(release.cells, master.cells, strict=True):
        if given.metadata.get("nbgrader", {}).get("solution"):
            cell.source = re.sub(r"\s*### (BEGIN|END) SOLUTION", "", given.source)
    return release


def at_home(notebook: NotebookNode) -> Iterator[Student]:
    client = NotebookClient(notebook, timeout=120, allow_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_NPZ", str(IMAGES))
        with client.setup_kernel():
            yield Student(notebook, client)


@pytest.fixture(scope="module")
def student() -> Iterator[Student]:
    yield from at_home(solved())


@pytest.fixture(scope="module")
def printed(student: Student) -> str:
    """What the last cell prints after Run All."""
    return student.run_all()


@pytest.fixture
def ran(student: Student, printed: str) -> Iterator[Student]:
    """The notebook after Run All; after the test it is as it was, and was run so."""
    before = copy.deepcopy(student.notebook.cells)
    yield student
    student.notebook.cells = before
    for name in ("beta-solution", "beta-create", "beta-visible", "gamma-choice"):
        student.run(name)
    student.run("gamma-choice-check")
    assert student.receipt() in printed


def code_in(text: str) -> str:
    (code,) = re.findall(CODE, text)
    return str(code)


def graded(notebook: NotebookNode | str, assignment: Assignment) -> Handover:
    """What the grader says of the file, which is read as every file is."""
    text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
    submitted = intake.read_small(text.encode())
    assert submitted is not None
    handover = Handover.load(restore(submitted, assignment))
    assert handover is not None
    return handover


# --- at home --------------------------------------------------------------------------------------


def test_run_all_prints_each_check_the_points_and_a_code_to_compare(printed: str) -> None:
    head, *lines = printed.split("\n")
    assert head.startswith("Kiểm tra nhanh: 2,5/2,5 điểm.")
    assert lines[0] == "✔ AlphaCNN: đạt kiểm tra nhanh"
    assert sum(line.startswith("✔ ") for line in lines) == 12
    assert re.search(rf"^Mã bài làm: {CODE}$", printed, re.MULTILINE)
    assert "lưu notebook rồi nộp" in printed and "trang phản hồi" in printed


def test_what_is_wrong_or_was_not_run_again_is_said(ran: Student) -> None:
    right = ran.cell("beta-solution").source
    code = ran.receipt()
    ran.run("beta-solution", right.replace("MaxPooling2D(", "AveragePooling2D("))
    assert "✘ BetaCNN: ô bài làm đã chạy lại, ô kiểm tra thì chưa" in ran.run("receipt")
    for name in ("beta-create", "beta-visible"):
        ran.run(name)
    ran.run("gamma-choice", "your_choice = None")
    ran.run("gamma-choice-check")
    said = ran.run("receipt")
    assert "Kiểm tra nhanh: 2/2,5 điểm" in said
    assert "✘ BetaCNN: chưa đạt, xem thông báo ở ô kiểm tra" in said
    assert "✘ Câu hỏi Beta và Gamma: chưa có câu trả lời đúng dạng" in said
    assert code_in(said) != code, "unfinished work has its code, too"


def test_a_kernel_that_started_anew_gives_no_code_and_says_what_to_do() -> None:
    notebook = solved()
    kept = {"gamma-choice", "receipt"}
    for student in at_home(notebook):
        student.run("gamma-choice")
        said = student.run("receipt")
        assert kept <= {cell.id for cell in notebook.cells if cell.get("execution_count")}
    assert said.count("✘") == 12 and "Kiểm tra nhanh: 0/2,5 điểm" in said
    assert "✘ AlphaCNN: chưa chạy ô kiểm tra" in said
    assert NO_CODE in said and not re.search(CODE, said)


# --- at home and here -----------------------------------------------------------------------------


def test_the_file_has_the_code_that_was_printed(
    ran: Student, printed: str, assignment: Assignment
) -> None:
    handover = graded(ran.notebook, assignment)
    assert handover.receipt == handover.receipt_printed == code_in(printed)


def _beta_first(student: Student) -> None:
    for name in ("beta-solution", "beta-create", "beta-visible", "alpha-solution", "alpha-create"):
        student.run(name)
    student.run("alpha-visible")


def _wrong_at_first(student: Student) -> None:
    source = student.cell("beta-solution").source
    student.run("beta-solution", "class BetaCNN(LeNetCNN):\n    pass")
    student.run("beta-solution", source)


def _other_choice(student: Student) -> None:
    student.run("gamma-choice", "your_choice = 3")
    student.run("gamma-choice-check")


def _without_an_answer(student: Student) -> None:
    student.run("gamma-choice", "your_choice = None\n# YOUR CODE HERE\nraise NotImplementedError()")
    student.run("gamma-choice-check")


def _a_second_version_below(student: Student) -> None:
    made = nbformat.v4.new_code_cell(student.cell("beta-solution").source + "  # gọn hơn")
    student.notebook.cells.insert(46, made)
    student.run(made.id)


def _notes_between(student: Student) -> None:
    made = nbformat.v4.new_code_cell('print("your_choice = 3", alpha)  # class AlphaCNN')
    student.notebook.cells.insert(60, made)
    student.run(made.id)


WAYS: dict[Callable[[Student], None], bool] = {  # and whether the work is as it was
    _beta_first: True,
    _wrong_at_first: True,
    _notes_between: True,
    _other_choice: False,
    _without_an_answer: False,
    _a_second_version_below: False,
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_however_it_was_run_the_file_has_the_code_of_what_ran_last(
    ran: Student, printed: str, assignment: Assignment, way: Callable[[Student], None]
) -> None:
    way(ran)
    code = ran.receipt()
    assert (code == code_in(printed)) == WAYS[way]
    handover = graded(ran.notebook, assignment)
    assert handover.receipt == handover.receipt_printed == code


@pytest.mark.parametrize("save", ["jupyterlab", "vs-code", "colab", "windows", "apple"])
def test_every_program_saves_the_same_work(
    ran: Student, printed: str, assignment: Assignment, save: str
) -> None:
    notebook = copy.deepcopy(ran.notebook)
    notebook.cells[31].source += "  \n\n"
    if save == "apple":  # letters and their marks one by one
        for cell in notebook.cells:
            cell.source = unicodedata.normalize("NFD", cell.source)
    done = Run(notebook, LANGUAGE, {})
    if save == "colab":
        text = as_colab(done, "An", "1")
    else:
        text = as_vs_code(done) if save == "vs-code" else as_jupyterlab(done)
    if save == "windows":
        content: dict[str, Any] = json.loads(text)
        for cell in content["cells"]:
            cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
        text = json.dumps(content)
    handover = graded(text, assignment)
    assert handover.receipt == handover.receipt_printed == code_in(printed)


def test_a_cell_that_was_changed_after_it_ran_gives_another_code(
    ran: Student, printed: str, assignment: Assignment
) -> None:
    changed = {
        "beta-solution": "x = 1",
        "alpha-choice": "your_choice = 3",
        "delta-facts": "# so sánh lại\nyour_choices = [0]",
    }
    for identity, source in changed.items():
        notebook = copy.deepcopy(ran.notebook)
        (cell,) = [cell for cell in notebook.cells if cell.id == identity]
        cell.source += f"\n{source}"
        handover = graded(notebook, assignment)
        assert handover.receipt_printed == code_in(printed)
        assert re.fullmatch(CODE, handover.receipt) and handover.receipt not in printed


# --- the page, by both roads ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(
    tmp_path_factory: pytest.TempPathFactory, student: Student, printed: str
) -> Iterator[Course]:
    """A class: as it ran, changed after it ran, without the cell, and no notebook."""
    where = Course(tmp_path_factory.mktemp("receipt") / "course", "lenet")
    shutil.copytree(ROOT / "source", where.root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", where.root)
    changed = copy.deepcopy(student.notebook)
    (beta,) = [cell for cell in changed.cells if cell.id == "beta-solution"]
    beta.source += "\n# một dòng nữa"
    older = (ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb").read_text("utf-8")
    files = {
        "home": nbformat.writes(student.notebook),
        "changed": nbformat.writes(changed),
        "older": older,
        "none": "",
    }
    for name, text in files.items():
        path = where.notebook("submitted", name)
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    result = run.grade_class(where, list(files), pool=run.local(pool.cores()))
    assert not result.stopped
    yield where


def _head(course: Course, student: str) -> str:
    """What a page begins with, as it reads."""
    text = course.page(student).read_text("utf-8").split("<h2")[0].split("<body>")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_page_shows_the_code_that_was_printed_at_home(course: Course, printed: str) -> None:
    head = _head(course, "home")
    assert f"Mã bài làm {code_in(printed)}" in head and "✓ đúng mã notebook đã in" in head


def test_the_page_says_kindly_that_something_was_changed(course: Course, printed: str) -> None:
    head = _head(course, "changed")
    shown, told = re.findall(CODE, head)
    assert told == code_in(printed) != shown
    assert "◐ khác mã notebook đã in" in head and "Bài được chấm là file bạn nộp." in head


def test_a_notebook_without_the_cell_is_graded_as_before(course: Course) -> None:
    """It has a code, too; nothing is said of what it could not have."""
    record = directory_record(course, "older")
    assert (record["status"], record["score"], record["flags"]) == ("graded", 10.0, [])
    head = _head(course, "older")
    assert f"để so với mã notebook đã in {record['receipt']}" in head and "Ô cuối" not in head


def directory_record(course: Course, student: str) -> dict[str, Any]:
    verdict: dict[str, Any] = json.loads(course.record(student).read_text("utf-8"))["verdict"]
    return verdict


def test_what_could_not_be_graded_has_no_code(course: Course) -> None:
    assert directory_record(course, "none")["receipt"] == ""
    assert "Mã bài làm" not in course.page("none").read_text("utf-8")


def test_nbgraders_own_commands_make_the_same_page(course: Course) -> None:
    def shown() -> str:
        # When it was graded is another time.
        return re.sub(r"\d\d:\d\d ngày [\d/]+", "", course.page("changed").read_text("utf-8"))

    wanted = shown()
    course.record("changed").unlink()
    with directory.nbgrader_api(course) as api:
        for step in (api.autograde, api.generate_feedback):
            done = step("lenet", "changed", force=True)
            assert done["success"], done
    assert shown() == wanted


def test_the_terminal_says_the_code_and_another_that_was_printed(
    course: Course, printed: str
) -> None:
    code = directory_record(course, "changed")["receipt"]
    changed = lenetlab("explain", "changed", "--lang", "en", cwd=course.root).stdout
    assert f"code of the work: {code}; the notebook printed another: {code_in(printed)}" in changed
    home = lenetlab("explain", "home", "--lang", "vi", cwd=course.root).stdout
    assert f"mã bài làm: {code_in(printed)}\n" in home


# --- the master -----------------------------------------------------------------------------------


def test_the_receipt_costs_nothing_and_measures_nothing(
    ran: Student, assignment: Assignment
) -> None:
    notebook = solved()
    (cell,) = [cell for cell in notebook.cells if cell.id == "receipt"]
    cell.outputs = ran.cell("receipt").outputs
    handover = graded(notebook, assignment)
    assert handover.evidence == {} == handover.doubtful and handover.flags == []
    (own,) = [cell for cell in assignment.cells if cell.receipt]
    assert own is assignment.cells[-1] and own.points == 0 and own.skipped


def test_a_part_of_the_work_that_the_receipt_forgets_is_a_mistake_of_the_master(
    tmp_path: Path,
) -> None:
    def mistakes(old: str, new: str) -> list[str]:
        master = nbformat.read(MASTER, as_version=4)
        assert old in master.cells[-1].source
        master.cells[-1].source = master.cells[-1].source.replace(old, new)
        nbformat.write(master, tmp_path / "lenet.ipynb")
        return receipt.mistakes(load(tmp_path / "lenet.ipynb"))

    line = """    ("GammaCNN", "GammaCNN", 'quick_check("GammaCNN"', 0.5),\n"""
    assert mistakes("# Từng phần", "# từng phần") == []
    assert mistakes(line, "") == ["cell gamma-solution: the receipt has no part for it"]
    (text,) = mistakes('"GammaCNN", \'quick', '"GamaCNN", \'quick')
    assert "a part that is not in the solved notebook" in text
    (text,) = mistakes("def receipt_of(", "def receipt(")
    assert text == "the receipt's receipt_of fails: KeyError: 'receipt_of'"


PARTS = """PARTS = [
    ("Hàm", "double", "check_double(", 1.0),
    ("Tổng", "answer", 'check_answer(answer, "sum")', None),
    ("Tích", "answer", 'check_answer(answer, "product")', None),
]
"""
CHECKS = """
def check_double(f):
    print("✔" if f(2) == 4 else "✘")

def check_answer(answer, what):
    return None if answer else 0
"""
OTHER_LAB = [
    labs.locked("helper", CHECKS.strip()),
    labs.solution(
        "double", "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    ),
    labs.graded("double-check", "check_double(double)", 1.0),
    labs.solution("sum", "answer = None\n### BEGIN SOLUTION\nanswer = 3\n### END SOLUTION"),
    labs.graded("sum-check", 'check_answer(answer, "sum")', 1.0),
    labs.solution("product", "answer = None\n### BEGIN SOLUTION\nanswer = 2\n### END SOLUTION"),
    labs.graded("product-check", 'check_answer(answer, "product")', 1.0),
]


def test_another_lab_has_codes_of_its_own_work(tmp_path: Path, assignment: Assignment) -> None:
    """Its receipt is this lab's cell with a table of its own."""
    source = re.sub(r"PARTS = \[.*?\n\]\n", PARTS, assignment.cells[-1].release, flags=re.DOTALL)
    own = labs.locked("receipt", source, train=True)
    own.metadata.tags.append("receipt")
    labs.write(tmp_path / "sums.ipynb", [*OTHER_LAB, own])
    other = load(tmp_path / "sums.ipynb")
    assert receipt.mistakes(other) == []
    labs.write(tmp_path / "handed_in.ipynb", [*OTHER_LAB, own])
    notebook = nbformat.read(tmp_path / "handed_in.ipynb", as_version=4)
    for student in at_home(notebook):
        said = student.run_all()
        assert said.startswith("Kiểm tra nhanh: 1/1 điểm.")
        codes = {code_in(said), _after(student, "sum", "answer = 4", "sum-check")}
        codes.add(_after(student, "product", "answer = 5", "product-check"))
        codes.add(_after(student, "double", "def double(x):\n    return x", "double-check"))
        assert len(codes) == 4 and "✘ Hàm: chưa đạt" in student.run("receipt")
    handover = graded(notebook, other)
    assert handover.receipt == handover.receipt_printed in codes


def _after(student: Student, identity: str, source: str, check: str) -> str:
    student.run(identity, source)
    student.run(check)
    return student.receipt()


def test_a_lab_without_a_receipt_has_no_codes(tmp_path: Path) -> None:
    labs.write(tmp_path / "sum.ipynb", labs.SUM)
    lab = load(tmp_path / "sum.ipynb")
    assert receipt.mistakes(lab) == []
    assert graded(nbformat.read(tmp_path / "sum.ipynb", as_version=4), lab).receipt == ""
