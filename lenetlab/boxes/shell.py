"""The shell that runs a student's cells as a Jupyter kernel does, without kernel and terminal."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from functools import cache
from typing import Any

import IPython
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from lenetlab.boxes.timelimit import TimeLimit
from lenetlab.notebook import outputs

_COLAB_MAGICS = ("tensorflow_version", "tensorboard")  # they do nothing here

_collector = outputs.Collector()
_shown: BaseException | None = None  # the exception that the cell showed last


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    def publish(self, data: dict[str, Any], *arguments: Any, **keywords: Any) -> None:
        _collector.display(data)

    def clear_output(self, wait: bool = False) -> None:
        _collector.outputs.clear()


class _Hook(DisplayHook):  # type: ignore[misc]
    def write_output_prompt(self) -> None:
        """Print no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        _collector.display(format_dict, is_result=True)

    def finish_displayhook(self) -> None:
        """Print no newline."""


class _Shell(InteractiveShell):  # type: ignore[misc]
    displayhook_class = _Hook
    display_pub_class = _Publisher

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        global _shown
        _shown = evalue
        _collector.error(etype.__name__, str(evalue), [str(line) for line in stb])

    def _tee(self, channel: Any) -> Any:
        # IPython 9 keeps a second copy of everything printed.
        return contextlib.nullcontext()

    def system(self, cmd: str) -> None:
        """Run a shell command, as ``!command`` does, but without a terminal of its own."""
        done = subprocess.run(
            ["/bin/sh", "-c", self.var_expand(cmd, depth=1)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        print(done.stdout, end="")
        self.user_ns["_exit_code"] = done.returncode

    def ask_exit(self) -> None:
        """Go on: quit() ends a session, and there is none."""

    def enable_gui(self, gui: Any = None) -> None:
        """Offer no event loop."""


def run_cell(
    shell: Any, source: str, limit: TimeLimit | None = None
) -> tuple[list[outputs.Output], BaseException | None]:
    """Run one cell, within its limit where there is one.

    Returns its outputs, and the exception that ended it, or that it showed, where one did.
    """
    global _collector, _shown
    _collector, _shown, error = outputs.Collector(), None, None
    sys.stdout = outputs.Stream(_collector, "stdout")
    sys.stderr = outputs.Stream(_collector, "stderr")
    with limit.interrupting() if limit else contextlib.nullcontext():
        result = shell.run_cell(source, store_history=False)
        # Student code may replace the shell's method.
        for place in ("error_before_exec", "error_in_exec"):
            error = getattr(result, place, None) or error
    return _collector.outputs, error or _shown


@cache
def prepare() -> Any:
    """The shell, made in the fork server: no student code has run there."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor" if IPython.version_info[0] >= 9 else "NoColor"
    shell = _Shell.instance(config=config)
    sys.modules["__main__"] = shell.user_module
    for magic in _COLAB_MAGICS:
        shell.register_magic_function(lambda line: None, "line", magic)
    with contextlib.suppress(ModuleNotFoundError):  # only a course that draws needs matplotlib
        from matplotlib_inline.backend_inline import configure_inline_support

        configure_inline_support(shell, "inline")  # type: ignore[no-untyped-call]
    before = dict(shell.user_ns)
    # The first traceback loads what colours and explains it: a third of a second.
    run_cell(shell, "def fail():\n    raise NotImplementedError()\nfail()")
    shell.user_ns.clear()
    shell.user_ns.update(before)
    return shell
