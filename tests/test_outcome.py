"""What a box sent is taken line by line, and only what is a JSON object within bounds."""

from __future__ import annotations

import pytest

from lenetlab.sandbox import worker
from lenetlab.sandbox.worker import Outcome


@pytest.mark.parametrize(
    "line",
    [
        b"[1]", b"1", b"{", b"\x00", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1e999}',
        b'{"a": "\xff"}', b'{"a":' * 100_000, b'{"a": 1' + b"0" * 5000 + b"}",
    ],
    ids=lambda line: repr(line[:16]),
)  # fmt: skip
def test_a_line_that_is_no_object_is_empty_and_the_next_one_counts(line: bytes) -> None:
    received = Outcome(line + b'\n{"a": "\xc3\xa1"}\n', "done")
    assert list(received.each()) == [{}, {"a": "á"}]
    assert received.messages == [{"a": "á"}]


def test_empty_lines_are_left_out() -> None:
    assert list(Outcome(b'\n\nno JSON\n\n{"a": 1}', "done").each()) == [{}, {"a": 1}]


def test_messages_have_a_size_and_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MAX_LINE", 10)
    monkeypatch.setattr(worker, "MAX_MESSAGES", 3)
    assert list(Outcome(b'{"a": 1}\n{"a": 1000}', "done").each()) == [{"a": 1}, {}]
    # What exceeds the number is left in one line, and no JSON.
    assert list(Outcome(b'{"a": 1}\n' * 5, "done").each()) == [{"a": 1}] * 3 + [{}]
