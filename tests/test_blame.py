"""A failed test's message names the student's own error, traced to where it began."""

import ast
from collections.abc import Collection

import msgspec
import nbformat
import pytest
from nbformat import NotebookNode

from lenetlab.notebook import syntax
from lenetlab.notebook.blame import Failures
from lenetlab.notebook.master import Assignment, Cell
from lenetlab.notebook.outputs import ErrorOutput, Output, StreamOutput, as_nodes, error_output
from lenetlab.notebook.raised import Raised
from lenetlab.notebook.reasons import useful

pytestmark = pytest.mark.quick

BASE = """
class LeNetCNN:
    def __init__(self):
        self.model = None
    def build(self, input_dim):
        self.model = object()
    def summary(self):
        self.model.summary()
"""
SOLVED = """
class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        self.model = object()
"""
STUB = SOLVED.replace("self.model = object()", "raise NotImplementedError()")
CREATE = "alpha = AlphaCNN()\nalpha.build((28, 28, 1))\nalpha.summary()"
TEST = "assert alpha.model.count_params() == 3"
NOT_MADE = error_output("NameError", "Không có `alpha`", [])
WRONG = error_output("AssertionError", "Lớp 1 cần là Conv2D", [])


def cell(
    source: str, ename: str = "", evalue: str = "", name: str = "", **marks: bool
) -> NotebookNode:
    made = nbformat.v4.new_code_cell(source, id=name or f"c{abs(hash(source))}"[:20])
    made.outputs = as_nodes([error_output(ename, evalue, [])] if ename else [])
    made.metadata.nbgrader = nbformat.from_dict(marks)
    return made


def master(name: str, role: str, source: str, release: str = "") -> Cell:
    node = cell(source, name=name)
    return Cell(name, role, name, release or source, False, False, 1.0, "", node)  # type: ignore[arg-type]


ASSIGNMENT = Assignment(
    (
        master("base", "locked", BASE),
        master("solution", "solution", SOLVED, STUB),
        master("create", "locked", CREATE),
        master("test", "test", TEST),
    )
)


def solution(source: str, ename: str = "", evalue: str = "") -> NotebookNode:
    return cell(source, ename, evalue, "solution", solution=True)


def create(ename: str, evalue: str = "") -> NotebookNode:
    return cell(CREATE, ename, evalue, "create", locked=True)


def failures(*cells: NotebookNode, raised: dict[str, Raised] | None = None) -> Failures:
    test = cell(TEST, name="test", grade=True, locked=True)
    return Failures([*cells, test], raised or {}, ASSIGNMENT)


def explained(
    *cells: NotebookNode,
    error: Output = NOT_MADE,
    lacking: Collection[str] = ("alpha",),
    raised: dict[str, Raised] | None = None,
) -> str:
    test = cell(TEST, name="test", grade=True, locked=True)
    outputs = failures(*cells, raised=raised).explain(test, [error], lacking)
    assert isinstance(outputs[-1], ErrorOutput)
    return outputs[-1].evalue


@pytest.mark.parametrize(
    ("source", "owner"),
    [
        ("alpha = AlphaCNN()", "AlphaCNN"),  # the master's class
        ("class Mine:\n    pass\nalpha = Mine()", "Mine"),  # the cell's own
        ("alpha = make()", "alpha"),
        ("alpha = OmegaCNN()", "alpha"),  # nobody's class
        ("class AlphaCNN(LeNetCNN:\nalpha = 1", "AlphaCNN"),  # no Python
        ("class Vgg(Model:\nalpha = 1", "Vgg"),
    ],
)
def test_the_error_is_said_of_what_the_cell_is_about(source: str, owner: str) -> None:
    text = explained(cell(source, "ValueError", "too small\nby far"))
    assert text == f"{owner} chưa chạy được: ValueError: too small."


def test_a_missing_name_is_followed_to_the_cell_that_should_have_made_it() -> None:
    text = explained(
        solution("class AlphaCNN(LeNetCNN):\n    x = 1 / 0", "ZeroDivisionError", "division by 0"),
        create("NameError", "name 'AlphaCNN' is not defined"),
    )
    assert text == "AlphaCNN chưa chạy được: ZeroDivisionError: division by 0."


def test_a_cell_that_only_wanted_the_name_is_not_to_blame() -> None:
    text = explained(
        solution(STUB),
        create("NotImplementedError"),
        cell("alpha.summary()", "NameError", "name 'alpha' is not defined"),
    )
    assert text.startswith("AlphaCNN chưa chạy được: phần này chưa được viết")


def test_a_later_use_of_what_is_empty_is_not_to_blame() -> None:
    later = cell("alpha.model.layers[0]", "AttributeError", "'NoneType' has no 'layers'")
    text = explained(solution(SOLVED), create("ValueError", "too small"), later, error=WRONG)
    assert text == "AlphaCNN chưa chạy được: ValueError: too small."


def test_a_name_inside_a_function_is_not_followed_into_another_cell() -> None:
    """Each solution has an ``x``; an error in one is none of another's."""
    other = cell("class Beta(LeNetCNN:\n    x = 1", "SyntaxError", "'(' was never closed")
    text = explained(other, solution(SOLVED), create("NameError", "name 'x' is not defined"))
    assert text == "AlphaCNN chưa chạy được: NameError: name 'x' is not defined."


def test_what_was_left_in_after_the_work_is_told_from_an_untouched_stub() -> None:
    written = SOLVED + "        raise NotImplementedError()\n"
    text = explained(solution(written), create("NotImplementedError"))
    assert text.startswith("AlphaCNN chưa chạy được: còn sót dòng `raise NotImplementedError()`")


def test_of_a_model_that_exists_the_test_speaks_first() -> None:
    cells = solution(SOLVED), create("ValueError", "no")
    text = explained(*cells, error=WRONG, lacking=())
    assert text == "Lớp 1 cần là Conv2D\nAlphaCNN chưa chạy được: ValueError: no."


def test_without_a_failed_cell_nothing_is_added() -> None:
    assert explained(solution(SOLVED), cell(CREATE), error=WRONG, lacking=()) == WRONG.evalue
    outputs: list[Output] = [StreamOutput("stdout", "đạt")]
    test = cell(TEST, name="test", grade=True)
    assert failures(cell("alpha = 1", "ValueError", "no")).explain(test, outputs, ()) == outputs


def test_circles_of_missing_names_end() -> None:
    text = explained(
        cell("alpha = beta", "NameError", "name 'beta' is not defined"),
        cell("beta = alpha", "NameError", "name 'alpha' is not defined"),
    )
    assert "chưa chạy được: NameError" in text


def test_an_import_that_failed_is_the_cause_of_every_name_in_it() -> None:
    imports = cell("from keras.layers import Dense, Flaten", "ImportError", "no name 'Flaten'")
    text = explained(imports, cell("alpha = Dense(3)", "NameError", "name 'Dense' is not defined"))
    assert "ImportError: no name 'Flaten'" in text


def test_what_a_person_should_know_is_flagged_where_it_cost_points() -> None:
    denied = cell("alpha = AlphaCNN()", "OSError", "[Errno 1] Operation not permitted: 'x'")
    found = failures(denied)
    found.explain(cell(TEST, name="test"), [NOT_MADE], {"alpha"})
    assert [(flag.code, flag.review) for flag in found.flags] == [("denied", True)]
    gone = cell("import lenet_utils\nalpha = 1", "ModuleNotFoundError", "no such", name="gone")
    error = Raised("ModuleNotFoundError", "No module named 'lenet_utils'", name="lenet_utils")
    found = failures(gone, raised={"gone": error})
    (output,) = found.explain(cell(TEST, name="test"), [NOT_MADE], {"alpha"})
    assert isinstance(output, ErrorOutput)
    assert "lenet_utils" in output.evalue and "lenet_utils" in found.flags[0].message
    assert [(flag.code, flag.review) for flag in found.flags] == [("missing-module", True)]


def test_a_line_is_numbered_as_the_student_sees_it() -> None:
    """IPython leaves out the empty lines that a cell begins with."""
    source = "\n\n" + SOLVED.strip().replace("object()", "objekt()")
    error = Raised(
        "NameError", "name 'objekt' is not defined", 3, "        self.model = objekt()\n"
    )
    text = explained(solution(source), create("NameError"), raised={"create": error})
    assert "(dòng 5: `self.model = objekt()`)" in text
    # The master's own line is no line of theirs.
    error = Raised("TypeError", "takes 1", 2, "alpha.build((28, 28, 1))", "<module>")
    text = explained(solution(source), create("TypeError"), raised={"create": error})
    assert text == "AlphaCNN chưa chạy được: TypeError: takes 1."


def test_a_syntax_error_is_that_of_the_whole_cell() -> None:
    text = explained(
        solution("class AlphaCNN(LeNetCNN):\n    def build(", "SyntaxError", "incomplete input"),
        create("NameError", "name 'AlphaCNN' is not defined"),
    )
    assert "SyntaxError: '(' was never closed (dòng 2: `def build(`). Gợi ý: thiếu dấu" in text


@pytest.mark.parametrize("text", ["sai. Gợi ý: được 10 điểm", "\u202eGợi ý: được 10 điểm"])
def test_what_a_student_raises_is_never_the_graders_hint(text: str) -> None:
    line = f'raise type("A\\nGợi ý: x", (Exception,), {{}})("{text}")'
    source = f"class AlphaCNN(LeNetCNN):\n    {line}"
    error = Raised("A\nGợi ý: x", text, 2, f"    {line}", near="a`\nGợi ý: b")
    cells = solution(source), create("NameError", "name 'AlphaCNN' is not defined")
    for raised, hints in ((error, 1), (msgspec.structs.replace(error, near=""), 0)):
        said = explained(*cells, raised={"solution": raised})
        assert said.count("Gợi ý: ") == hints and "\n" not in said and "\u202e" not in said
        assert "“Gợi ý”: được 10 điểm" in said and "(dòng 2: `raise type(" in said
        assert ("có phải ý bạn" in said.partition(". Gợi ý: ")[2]) == bool(hints)


NONE = "AttributeError", "'NoneType' object has no attribute 'summary'"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (SOLVED.replace("self.model", "model"), "vì mô hình chỉ được gán vào biến `model`"),
        (SOLVED.replace("self.model =", "return"), "vì mô hình được trả về (`return`)"),
        (SOLVED.replace("self.model", "self.modle"), "vì mô hình được gán vào `self.modle`"),
        (SOLVED.replace("object()", "None"), "self.model vẫn là None. Gợi ý"),
        (SOLVED.replace("(LeNetCNN)", "(object)"), "class này không kế thừa `LeNetCNN`"),
    ],
    ids=["local", "returned", "typo", "none", "no base"],
)
def test_a_build_that_left_no_model_is_told_what_it_did(source: str, says: str) -> None:
    error = Raised(*NONE, where="LeNetCNN.summary")
    for raised in ({}, {"create": error}):
        cells = solution(source), create(*NONE)
        text = explained(*cells, error=WRONG, raised=raised)
        assert text.startswith("AlphaCNN chưa có mô hình: ") and says in text
        assert WRONG.evalue not in text


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (SOLVED.replace("build", "bulid"), "hàm của bạn tên là `bulid`"),
        (SOLVED.replace("build", "build_model"), "hàm của bạn tên là `build_model`"),
        (
            SOLVED.replace("    def build", "    def __init__(self):\n        def build").replace(
                "        self", "            self"
            ),
            "`build` đang nằm bên trong `__init__`",
        ),
        (
            "class AlphaCNN(LeNetCNN):\n    pass\ndef build(self, d):\n    self.model = 1\n",
            "`build` đang nằm ngoài class",
        ),
        ("class AlphaCNN(LeNetCNN):\n    pass\n", "y hệt LeNet gốc. Gợi ý: viết `def build("),
    ],
    ids=["typo", "longer", "nested", "outside", "none"],
)
def test_a_build_of_nobodys_leaves_the_original_model(source: str, says: str) -> None:
    text = explained(solution(source), cell(CREATE), error=WRONG, lacking=())
    assert text.startswith("AlphaCNN không có `build` của riêng mình, nên mô hình y hệt LeNet gốc")
    assert says in text and WRONG.evalue not in text


@pytest.mark.parametrize(
    "source",
    [
        SOLVED.replace("AlphaCNN", "Mine") + "class AlphaCNN(Mine):\n    x = 1",
        "class AlphaCNN(LeNetCNN):\n    x = 1\nAlphaCNN.build = lambda self, d: None",
        "class AlphaCNN(Mixin, LeNetCNN):\n    x = 1",
        "class AlphaCNN(LeNetCNN):\n    build = make_build('relu')",
    ],
    ids=["inherited", "given later", "of another base", "a value"],
)
def test_a_build_that_comes_from_elsewhere_is_the_students_own(source: str) -> None:
    text = explained(solution(source), cell(CREATE), error=WRONG, lacking=())
    assert text == WRONG.evalue


@pytest.mark.parametrize("name", ["AlphaCnn", "Alpha", "AlphaCNN2", "Alpha_CNN", "MyNet"])
def test_a_class_of_another_name_is_named(name: str) -> None:
    text = explained(
        solution("class Helper:\n    pass\n" + SOLVED.replace("AlphaCNN", name)),
        create("NameError", "name 'AlphaCNN' is not defined"),
    )
    assert f"vì class của bạn tên là `{name}`" in text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Exception encountered when calling MaxPooling2D.call().\n\n\x1b[1mComputed output "
            "size would be negative.\x1b[0m\n\nArguments received by MaxPooling2D.call():\n • x",
            "Computed output size would be negative.",
        ),
        (
            "Exception encountered when calling L.call().\n\n\x1b[1mCould not infer the shape. "
            "Error encountered:\n\n'T' object has no attribute 'foo'\x1b[0m\n\nArguments received",
            "'T' object has no attribute 'foo'",
        ),
        (
            "cannot import name 'X' from 'keras.layers' (/srv/venv/site-packages/keras/l.py)",
            "cannot import name 'X' from 'keras.layers'",
        ),
        ("no file /srv/box/data.npz", "no file data.npz"),
        ("no file /content/own.npz", "no file /content/own.npz"),  # stands in the cell
        ("got <KerasTensor shape=(None, 3), dtype=float32, name=k>", "got KerasTensor (None, 3)"),
        ("bad (of type <class 'keras.src.layers.core.dense.Dense'>)", "bad"),
        ("invalid syntax (<ipython-input-1-9f0c>, line 10)", "invalid syntax"),
        ("Received: <class 'keras.src.layers.Flatten'>", "Received: Flatten"),
    ],
)
def test_of_a_long_error_the_telling_sentence_is_shown(text: str, wanted: str) -> None:
    assert useful(text, "load('/content/own.npz')") == wanted


def test_a_cell_is_read_once_for_all_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are followed from name to name: in a notebook of many cells each would cost minutes."""
    read: list[str] = []
    parse = syntax.parse

    def counted(source: str) -> ast.Module:
        read.append(source)
        return parse(source)

    many = [cell(f"import wandb\nv{n} = lambda: v{n + 1}", name=f"c{n}") for n in range(600)]
    error = Raised("ModuleNotFoundError", "No module named 'wandb'", name="wandb")
    broken = cell("alpha = AlphaCNN(v0)", "ValueError", "no", name="broken")
    test = cell(TEST, name="test", grade=True, locked=True)
    found = Failures([*many, broken, test], {"c0": error}, ASSIGNMENT, ["wandb"])
    monkeypatch.setattr(syntax, "parse", counted)
    for _ in range(3):
        found.explain(test, [NOT_MADE], {"alpha"})
    assert 600 <= len(read) < 3 * 600
