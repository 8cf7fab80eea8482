"""A cell's outputs: collected and taken over within limits, without anything a browser runs."""

from typing import Any

import pytest

from lenetlab.notebook import outputs
from lenetlab.notebook.outputs import Collector, Stream, cut, valid_outputs, within


def stream(text: Any, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def test_printed_text_of_one_stream_is_one_output() -> None:
    collector = Collector()
    for name, text in (("stdout", "a"), ("stdout", "b\n"), ("stderr", "c"), ("stdout", "d")):
        Stream(collector, name).write(text)
    assert collector.outputs == [stream("ab\n"), stream("c", "stderr"), stream("d")]


def test_a_cell_prints_so_much_and_no_more() -> None:
    collector = Collector()
    collector.stream("stdout", "x" * (outputs.MAX_BYTES + 1))
    collector.stream("stdout", "more")
    collector.display({"text/plain": "3"})
    (output,) = collector.outputs
    assert output["text"] == "x" * outputs.MAX_BYTES + outputs.CUT


def test_only_text_and_pictures_are_kept_of_a_display() -> None:
    collector = Collector()
    collector.display({"text/html": "<script>", "text/plain": "\x1b[1mTensor", "image/png": "aGk="})
    collector.display({"text/html": "<script>"})
    collector.display({"image/png": "<svg onload=x>"})
    assert collector.outputs == [
        {
            "output_type": "display_data",
            "data": {"text/plain": "Tensor", "image/png": "aGk="},
            "metadata": {},
        }
    ]


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
    given = [
        stream("a\n"),
        stream("b\n", "stderr"),
        {
            "output_type": "execute_result",
            "data": {"text/plain": "1"},
            "metadata": {},
            "execution_count": 1,
        },
        outputs.error_output("ValueError", "no", ["ValueError: no"]),
    ]
    assert valid_outputs(given) == given
    assert valid_outputs([stream(["a", "\n"])]) == [stream("a\n")], "as a file has it"


def test_long_text_keeps_its_beginning_and_its_end() -> None:
    assert cut("short", 20) == "short"
    shown = cut("a" * 50 + "b" * 50, 20)
    assert shown == "a" * 10 + outputs.CUT + "b" * 10


def test_a_notebook_has_so_much_room_and_the_last_words_of_a_cell_are_kept() -> None:
    error = outputs.error_output("ValueError", "no", ["a long trace"])
    cells = [[stream("a" * 50)], [stream("early"), stream("b" * 5000), error], [stream("c")]]
    first, second, third = within(cells, 200)
    assert first == cells[0]
    assert [o["output_type"] for o in second] == ["stream", "error"]
    assert second[0]["text"] == cut("b" * 5000, outputs.LEFT_OVER) and second[1]["traceback"] == []
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
        ("def f(hint: int)", "def f(hint: int)"),
    ],
)
def test_foreign_text_in_a_message_begins_no_line_and_no_hint(text: str, shown: str) -> None:
    assert outputs.inline(text) == shown
