"""A failed test's message names the student's own error, traced to where it began."""

import nbformat
import pytest
from nbformat import NotebookNode

from lenetlab.notebook.blame import Failures
from lenetlab.notebook.outputs import Output, error_output

CLASSES = frozenset({"LeNetCNN", "AlphaCNN"})
TEST = nbformat.v4.new_code_cell("assert alpha.model.count_params() == 3")
MISSING = error_output("NameError", "Không có `alpha`", [])


def cell(source: str, ename: str = "", evalue: str = "") -> NotebookNode:
    made = nbformat.v4.new_code_cell(source)
    made.outputs = [nbformat.from_dict(error_output(ename, evalue, []))] if ename else []
    return made


def explained(*cells: NotebookNode, error: Output = MISSING) -> str:
    outputs = Failures(list(cells), CLASSES).explain(TEST, [error])
    return str(outputs[-1]["evalue"])


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
    assert text == f"{owner} chưa chạy được: ValueError: too small"


def test_a_missing_name_is_followed_to_the_cell_that_should_have_made_it() -> None:
    text = explained(
        cell("class AlphaCNN(LeNetCNN):\n    x = 1 / 0", "ZeroDivisionError", "division by zero"),
        cell("alpha = AlphaCNN()", "NameError", "name 'AlphaCNN' is not defined"),
    )
    assert text == "AlphaCNN chưa chạy được: ZeroDivisionError: division by zero"


def test_a_cell_that_only_wanted_the_name_is_not_to_blame() -> None:
    text = explained(
        cell("alpha = AlphaCNN()", "NotImplementedError"),
        cell("alpha.summary()", "NameError", "name 'alpha' is not defined"),
    )
    assert text.startswith("AlphaCNN chưa chạy được: phần này chưa được viết")


def test_what_the_test_itself_says_stays_where_it_says_more() -> None:
    error = error_output("AssertionError", "cần 9 lớp", [])
    text = explained(cell("alpha = AlphaCNN()", "ValueError", "no"), error=error)
    assert text == "cần 9 lớp\nAlphaCNN chưa chạy được: ValueError: no"


def test_without_a_failed_cell_nothing_is_added() -> None:
    assert explained(cell("alpha = AlphaCNN()")) == "Không có `alpha`"
    outputs = [{"output_type": "stream", "name": "stdout", "text": "đạt"}]
    assert Failures([cell("alpha = 1", "ValueError", "no")], CLASSES).explain(TEST, outputs) == [
        *outputs
    ]


def test_circles_of_missing_names_end() -> None:
    text = explained(
        cell("alpha = beta", "NameError", "name 'beta' is not defined"),
        cell("beta = alpha", "NameError", "name 'alpha' is not defined"),
    )
    assert "chưa chạy được: NameError" in text


def test_what_the_sandbox_denied_is_remembered_for_a_person() -> None:
    denied = cell("alpha = AlphaCNN()", "OSError", "[Errno 1] Operation not permitted: 'x'")
    failures = Failures([denied], CLASSES)
    failures.explain(TEST, [MISSING])
    assert failures.denied == {denied.id: "OSError: [Errno 1] Operation not permitted: 'x'"}


def test_an_import_that_failed_is_the_cause_of_every_name_in_it() -> None:
    imports = cell("from keras.layers import Dense, Flaten", "ImportError", "no name 'Flaten'")
    create = cell("alpha = Dense(3)", "NameError", "name 'Dense' is not defined")
    assert "ImportError: no name 'Flaten'" in explained(imports, create)
