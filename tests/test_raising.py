"""Cells that raise, on the real road: the first line names the error; packages that are not here.

``bench/verdicts.py`` judges all cases; here a sample keeps the tests fast.
"""

import msgspec
import pytest

from lenetlab.boxes import standins
from lenetlab.boxes.steps import Ran, Run, answers
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.raised import LONGEST_TEXT, Raised
from lenetlab.sandbox.worker import Worker
from tests.corpus.judge_raising import check, raising_rows
from tests.corpus.raising import Raising, raising_cases
from tests.corpus.spec import ARCHITECTURES, functional

SAMPLE = raising_cases()[::12]
RIGHT = functional("alpha", ARCHITECTURES["alpha"])


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name)
def test_the_first_line_names_the_error_that_the_cell_raised(
    case: Raising, assignment: Assignment, worker: Worker
) -> None:
    (row,) = raising_rows(assignment, worker, [case])
    assert row.named, row.messages


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(raising_cases()) >= 150


STUDENTS = {
    "drawn and mounted": "import pandas as pd\nfrom google.colab import drive\ndrive.mount('/x')\n"
    + RIGHT
    + "\npd.DataFrame({'a': [1]}).plot()",
    "on Colab only": "try:\n    import google.colab\n    ON = 1\nexcept ImportError:\n    ON = 0\n"
    + RIGHT.replace("self.model", "assert not ON\n        self.model"),
    "a typo that costs": "import lenet_utils\n" + RIGHT,
    "a typo that costs nothing": "try:\n    import lenet_utils\nexcept ImportError:\n    pass\n"
    + RIGHT,
    "what decides it": "import torch\n" + RIGHT.replace('"relu"', "torch.relu"),
    "Colab's magics": "%tensorflow_version 2.x\n" + RIGHT,
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "score", "flags"),
    [
        ("drawn and mounted", 1.5, [("stand-in", False)]),
        ("on Colab only", 1.5, []),
        ("a typo that costs", 0, [("missing-module", True)]),
        ("a typo that costs nothing", 1.5, []),
        ("what decides it", 0, [("stand-in", True)]),
        ("Colab's magics", 1.5, []),
    ],
)
def test_a_package_that_is_not_here_costs_nothing_or_a_person_looks(
    what: str,
    score: float,
    flags: list[tuple[str, bool]],
    assignment: Assignment,
    worker: Worker,
) -> None:
    verdict = check(STUDENTS[what], "alpha", assignment, worker)
    assert verdict.score == score
    assert [(flag.code, flag.review) for flag in verdict.flags] == flags
    module = {"a typo that costs": "lenet_utils", "what decides it": "torch"}.get(what, "")
    assert all(module in item.message for item in verdict.items)


def test_a_stand_in_survives_what_is_usually_done_with_it() -> None:
    thing = standins.StandIn()
    with thing.no_grad() as inner, thing:
        assert not inner.cuda.is_available()
    thing["a"] = thing["b"].mean(axis=0)
    assert list(thing.tqdm(range(3), desc="x")) == [0, 1, 2] and list(thing) == []

    @thing.jit  # type: ignore[untyped-decorator]
    def double(x: int) -> int:
        return 2 * x

    class Net(thing.nn.Module):  # type: ignore[misc,name-defined]
        pass

    assert double(2) == 4 and Net() is not None and str(thing) == ""
    with pytest.raises(TypeError):
        float(thing)
    with pytest.raises(TypeError):
        len(thing)


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("pandas", "pandas"),
        ("tqdm.auto", "tqdm"),
        ("google.colab", "google.colab"),
        ("google", "google.colab"),
        ("google.protobuf", ""),
        ("lenet_utils", ""),
        ("keras.layers.core", ""),
        ("pandasx", ""),
    ],
)
def test_only_packages_of_the_list_are_stood_in_for(module: str, package: str) -> None:
    assert standins.package_of(module) == package


@pytest.mark.parametrize(
    "told",
    [
        Raised("E", "x" * (LONGEST_TEXT + 1)),
        Raised("E", "", line=-1),
        {"type": "E", "text": 3},
        {"type": "E", "text": "", "hint": "more"},
        "E",
    ],
)
def test_what_is_told_of_an_error_is_believed_within_bounds(told: object) -> None:
    line = msgspec.json.encode({"type": "ran", "key": "a", "outputs": [], "raised": told})
    found = answers([Run("a", "")], [line])
    assert found.malformed == 1 and not found.raised
    good = msgspec.json.encode(Ran("a", [], Raised("E", "x")))
    assert answers([Run("a", "")], [good]).raised == {"a": Raised("E", "x")}
