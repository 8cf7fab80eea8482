"""A cell's outputs: collected and taken over within limits, without anything a browser runs."""

from typing import Any

import nbformat
import pytest

from lenetlab.notebook import outputs
from lenetlab.notebook.outputs import (
    Collector,
    DisplayData,
    ErrorOutput,
    ExecuteResult,
    Output,
    Stream,
    StreamOutput,
    as_nodes,
    cut,
    valid_outputs,
    within,
)


def stream(text: str) -> StreamOutput:
    return StreamOutput("stdout", text)


def test_printed_text_of_one_stream_is_one_output() -> None:
    collector = Collector()
    stdout, stderr = Stream(collector, "stdout"), Stream(collector, "stderr")
    for file, text in ((stdout, "a"), (stdout, "b\n"), (stderr, "c"), (stdout, "d")):
        file.write(text)
    assert collector.outputs == [stream("ab\n"), StreamOutput("stderr", "c"), stream("d")]


def test_a_cell_prints_so_much_and_no_more() -> None:
    collector = Collector()
    collector.stream("stdout", "x" * (outputs.MAX_BYTES + 1))
    collector.stream("stdout", "more")
    collector.display({"text/plain": "3"})
    assert collector.outputs == [stream("x" * outputs.MAX_BYTES + outputs.CUT)]


def test_only_text_and_pictures_are_kept_of_a_display() -> None:
    collector = Collector()
    collector.display({"text/html": "<script>", "text/plain": "\x1b[1mTensor", "image/png": "aGk="})
    collector.display({"text/html": "<script>"})
    collector.display({"image/png": "<svg onload=x>"})
    assert collector.outputs == [DisplayData({"text/plain": "Tensor", "image/png": "aGk="})]


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        "text",
        [None, 1, [], {}],
        [{"output_type": "display_data", "data": "no dict"}],
        [{"output_type": "stream", "text": {"a": 1}}],
        [{"output_type": "update_display_data", "data": {"text/plain": "1"}}],
    ],
)
def test_what_is_no_output_is_none(foreign: Any) -> None:
    assert valid_outputs(foreign) == []


def test_valid_outputs_stay_as_they_are() -> None:
    given: list[Output] = [
        stream("a\n"),
        StreamOutput("stderr", "b\n"),
        ExecuteResult({"text/plain": "1"}),
        outputs.error_output("ValueError", "no", ["ValueError: no"]),
    ]
    assert valid_outputs(as_nodes(given)) == given
    in_a_file = {"output_type": "stream", "name": "stdout", "text": ["a", "\n"]}
    assert valid_outputs([in_a_file]) == [stream("a\n")]


def test_outputs_are_valid_in_a_notebook() -> None:
    shown = DisplayData({"image/png": "aGk="})
    given: list[Output] = [stream("a"), shown, ExecuteResult({"text/plain": "1"})]
    given.append(outputs.error_output("ValueError", "no", []))
    cell = nbformat.v4.new_code_cell(outputs=as_nodes(given))
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def test_long_text_keeps_its_beginning_and_its_end() -> None:
    assert cut("short", 20) == "short"
    shown = cut("a" * 50 + "b" * 50, 20)
    assert shown == "a" * 10 + outputs.CUT + "b" * 10


def test_a_notebook_has_so_much_room_and_the_last_words_of_a_cell_are_kept() -> None:
    error = outputs.error_output("ValueError", "no", ["a long trace"])
    long: list[Output] = [stream("early"), stream("b" * 5000), error]
    cells: list[list[Output]] = [[stream("a" * 50)], long, [stream("c")]]
    first, second, third = within(cells, 200)
    assert first == cells[0]
    last_words = stream(cut("b" * 5000, outputs.LEFT_OVER))
    assert second == [last_words, ErrorOutput("ValueError", "no", [])]
    assert third == [stream("c")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mđỏ\x1b[0m", "đỏ"),
        ("\x1b]52;c;aGk=\x07sau", "sau"),
        ("a\bb\x00c", "ab\ufffdc"),
        ("một\tdòng\r\n", "một\tdòng\r\n"),
        ("\ud800", "?"),
        ("a\u202eb\u202c \u2066c\u2069 \u200ed\u200f\u061c", "a�b� �c� �d��"),
    ],
)
def test_text_for_people_has_no_commands_to_a_terminal(text: str, shown: str) -> None:
    assert outputs.clean(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("một\nhai\u2028ba\r\n", "một hai ba"),
        ("Sai. Gợi ý: được 10", "Sai. “Gợi ý”: được 10"),
        ("Go\u031b\u0323i\xa0y\u0301 : x", "“Gợi\xa0ý”: x"),  # in other characters, the same to see
        ("x. Hint: y", "x. “Hint”: y"),
        ("gợi\u200bý: x, Gợi\u00ad ý\u200b\uff1a y", "“gợiý”: x, “Gợi ý”: y"),  # unseen between
        ("def f(hint: int)", "def f(hint: int)"),
    ],
)
def test_foreign_text_in_a_message_begins_no_line_and_no_hint(text: str, shown: str) -> None:
    assert outputs.inline(text) == shown
