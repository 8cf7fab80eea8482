"""The command line's own part, in this process: which files, which errors, which exit codes."""

import sys
from pathlib import Path

import pytest

from lenetlab import __version__, cli, doctor
from lenetlab.course import interrupts, to_check
from lenetlab.course.directory import CourseError
from lenetlab.sandbox.confine import SandboxUnavailable

pytestmark = pytest.mark.quick


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code."""
    monkeypatch.setattr(sys, "argv", ["lenetlab", *arguments])
    monkeypatch.setattr(interrupts, "enable", lambda: None)  # pytest's own handlers stay
    with pytest.raises(SystemExit) as exit:
        cli.main()
    return int(exit.value.code or 0)


def test_the_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"lenetlab {__version__}\n"


@pytest.mark.parametrize(
    "command", ["release", "collect", "check", "grade", "export", "demo", "doctor"]
)
def test_each_command_explains_itself(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, command, "-h") == 0
    assert "--course" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CourseError("mend [this]"), "error: mend [this]"),
        (SandboxUnavailable("no bubblewrap"), "error: no bubblewrap"),
    ],
)
def test_an_error_that_a_user_can_mend_is_a_message_and_an_exit_code(
    error: Exception,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(cli, "app", fails)
    assert run(monkeypatch) == 1
    said = capsys.readouterr()
    assert words in said.err and said.out == ""


def test_an_interrupt_that_no_command_catches_ends_with_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(course: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "examine", interrupted)
    assert run(monkeypatch, "doctor") == interrupts.EXIT_CODE
    assert capsys.readouterr() == ("", "")


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
