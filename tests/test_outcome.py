"""What a box sent is taken line by line, within bounds, and only an answer to what was asked."""

from __future__ import annotations

import pytest

from lenetlab.boxes.steps import Describe, Run, answers
from lenetlab.sandbox import worker
from lenetlab.sandbox.worker import Outcome

STEPS: list[Run | Describe] = [Run("a", ""), Describe("t", {"x": []}, []), Run("b", "")]
RAN = b'{"type":"ran","key":"a","outputs":[]}'
DESCRIBED = b'{"type":"described","key":"t","values":{"x":{"kind":"value","value":1}}}'


def test_answers_are_taken_in_their_order() -> None:
    found = answers(STEPS, Outcome(RAN + b"\n" + DESCRIBED + b"\n", "done").answers)
    assert (found.reached, found.malformed, found.outputs) == (2, 0, {"a": []})
    assert found.values["t"]["x"].value == 1  # type: ignore[union-attr]
    again = answers(STEPS, [DESCRIBED, RAN])
    assert (again.reached, again.malformed, again.outputs) == (2, 1, {}), "not in its turn"


@pytest.mark.parametrize(
    "line",
    [
        b"", b"[1]", b"1", b"{", b"\x00", b"{}", b'{"type":"ran"}', b'{"type":"ran","key":1}',
        RAN.replace(b"[]", b"NaN"), RAN.replace(b"[]", b"1e999"), RAN.replace(b"[]", b'"\xff"'),
        RAN.replace(b'"a"', b'"z"'), RAN.replace(b"[]", b'[],"more":1'),
        b'{"a":' * 100_000, b'{"a": 1' + b"0" * 5000 + b"}",
    ],
    ids=lambda line: repr(line[:40]),
)  # fmt: skip
def test_a_line_that_is_no_answer_counts_as_malformed_and_the_next_one_counts(line: bytes) -> None:
    found = answers(STEPS, [line, RAN])
    assert (found.reached, found.malformed, found.outputs) == (1, 1, {"a": []})


@pytest.mark.parametrize(
    "line",
    [
        DESCRIBED.replace(b'"t"', b'"a"'), RAN.replace(b'"a"', b'"t"'),
        DESCRIBED.replace(b'"x"', b'"y"'), DESCRIBED.replace(b":1}", b":[{}]}"),
    ],
)  # fmt: skip
def test_an_answer_of_the_wrong_kind_is_malformed_and_its_step_is_over(line: bytes) -> None:
    found = answers(STEPS, [line])
    assert found.malformed == 1 and found.reached > 0 and not found.outputs and not found.values


def test_answers_have_a_size_a_number_and_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Outcome(b"\n\na\n\nb\n", "done").answers == [b"a", b"b"]
    assert Outcome(b"a\nb", "time").answers == [b"a", b""], "cut off"
    monkeypatch.setattr(worker, "MAX_LINE", 10)
    monkeypatch.setattr(worker, "MAX_MESSAGES", 3)
    assert Outcome(b"a\n" + b"b" * 11 + b"\n", "done").answers == [b"a", b""]
    assert Outcome(b"a\n" * 5, "done").answers == [b"a", b"a", b"a", b""]
