"""The command line's own part, in this process: which files, which errors, which exit codes."""

import io
import sys
from pathlib import Path

import pytest

from lenetlab import __version__, cli, doctor
from lenetlab.cli import options
from lenetlab.course import interrupts, to_check
from lenetlab.course.directory import CourseError
from lenetlab.course.gradebook import Entry
from lenetlab.course.standings import Standing
from lenetlab.records import Item, LayerPair, Verdict
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.terminal.grades import show_class
from lenetlab.terminal.text import Wording
from lenetlab.terminal.verdict import show_verdict

from .commands import lenetlab

pytestmark = pytest.mark.quick


def test_the_version() -> None:
    done = lenetlab("--version")
    assert (done.returncode, done.stdout) == (0, f"lenetlab {__version__}\n")


@pytest.mark.parametrize(
    "command", ["release", "collect", "check", "grade", "export", "demo", "doctor"]
)
def test_each_command_explains_itself(command: str) -> None:
    done = lenetlab(command, "-h")
    assert done.returncode == 0 and "--course" in done.stdout


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CourseError("mend [this]"), "error: mend [this]"),
        (SandboxUnavailable("no bubblewrap"), "error: no bubblewrap"),
    ],
)
def test_an_error_that_a_user_can_mend_is_a_message_and_an_exit_code(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(cli, "app", fails)
    done = lenetlab()
    assert done.returncode == 1
    assert words in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    ("stream", "columns", "wrapped"),
    [("file", None, False), ("file", "60", True), ("terminal", None, True)],
)
def test_lines_are_wrapped_at_a_terminal_alone(
    stream: str, columns: str | None, wrapped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    written = io.StringIO()
    written.isatty = lambda: stream == "terminal"  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdout", written)
    message = "lớp 1 (C1): kernel_size cần là (3, 3) " * 9
    lost = Item(
        "beta-hidden", 0.5, 1.0, f"- {message}\n- ngắn", layers=(LayerPair("C1", "a", "b"),)
    )
    entry = Standing(
        "a-name-of-a-student " * 9, Verdict("an", "graded", 0.5, 1.0, (lost,)), Entry()
    )
    console = options.console(stderr=False)
    show_class(console, [entry], set(), [], Wording("en"))
    show_verdict(console, entry.verdict, Wording("en"), everything=True)
    text = written.getvalue()
    assert (entry.student.strip() in text, message.strip() in text) == (not wrapped, not wrapped)
    assert max(map(len, text.splitlines())) < 500, "nothing is filled up with spaces"


def test_an_interrupt_that_no_command_catches_ends_with_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(course: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "examine", interrupted)
    done = lenetlab("doctor")
    assert (done.returncode, done.stdout, done.stderr) == (interrupts.EXIT_CODE, "", "")


def test_a_folder_is_every_notebook_in_it_but_editors_copies(tmp_path: Path) -> None:
    for name in ("b/lenet.ipynb", "a/lenet.ipynb", "a/notes.txt", ".ipynb_checkpoints/x.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    named = tmp_path / "no-such-file.ipynb"
    assert to_check.notebooks([named, tmp_path]) == [
        named,
        tmp_path / "a" / "lenet.ipynb",
        tmp_path / "b" / "lenet.ipynb",
    ]


def test_a_folder_without_notebooks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no notebook in the folder"):
        to_check.notebooks([tmp_path])
