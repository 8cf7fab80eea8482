"""Runs a student's cells in the sandbox and describes what the test cells will read.

Everything here shares a process with the student's code, so nothing that it reports is trusted by
the receiver; and nothing that is secret is ever sent here: no test cell, no other submission.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from lenetlab.boxes import snapshot
from lenetlab.boxes.values import Missing, ObjectValue, Value
from lenetlab.model import activations
from lenetlab.notebook import outputs

Message = dict[str, Any]


class CellTimeout(KeyboardInterrupt):
    """The cell's time is over; interrupts it as Ctrl+C would."""


_collector = outputs.Collector()


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    def publish(self, data: dict[str, Any], *arguments: Any, **keywords: Any) -> None:
        _collector.display(data)

    def clear_output(self, wait: bool = False) -> None:
        _collector.outputs.clear()


class _Hook(DisplayHook):  # type: ignore[misc]
    def write_output_prompt(self) -> None:
        """Print no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        _collector.display(format_dict, result_count=1)

    def finish_displayhook(self) -> None:
        """Print no newline."""


class _Shell(InteractiveShell):  # type: ignore[misc]
    displayhook_class = _Hook
    display_pub_class = _Publisher

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
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


def run(data: bytes) -> Iterator[Message]:
    """Take the steps of the payload, JSON, in order.

    ``{"run": key, "source": str}`` runs a cell and yields ``{"cell": key, "outputs": [...]}``;
    ``{"describe": key, "names": {name: attributes}, "drop": [name]}`` yields
    ``{"snapshot": key, "values": {...}}`` and then forgets the names to drop, so that an answer to
    one question is not taken for the answer to the next.
    ``payload["seconds"]`` is the time for one cell, ``payload["seed"]`` chooses the points at which
    activations are sampled.
    """
    shell = prepare()
    # Only the shell's dictionary is kept: a student's `del` or a patched shell concerns themselves.
    namespace = shell.user_ns
    payload = json.loads(data)
    steps, seconds = payload["steps"], payload["seconds"]
    activations.reseed(payload["seed"])
    signal.signal(signal.SIGALRM, _on_alarm)
    begun = 0
    if _begins_with_opening(steps):
        namespace.update(_opening.names)
        if _opening.random is not None:
            random.setstate(_opening.random)  # Python seeds it anew in every child
        begun = len(_opening.cells)
    # Between two tests that follow each other nothing runs: what is described stays as it is.
    described: dict[str, Value] = {}
    for number, step in enumerate(steps):
        if "run" in step:
            described.clear()
            if number < begun:
                printed = _opening.outputs[number]
            else:
                printed = _run_cell(shell, step["source"], seconds)
            yield {"cell": step["run"], "outputs": printed}
        else:
            values: dict[str, Value] = {name: Missing() for name in step["names"]}
            with _time_limit(seconds):
                for name, attributes in step["names"].items():
                    key = f"{name} {attributes}"
                    if name in namespace and key not in described:
                        described[key] = _describe(namespace[name], attributes)
                    if name in namespace:
                        values[name] = described[key]
            for name in step["drop"]:
                namespace.pop(name, None)
            yield {"snapshot": step["describe"], "values": msgspec.to_builtins(values)}


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what runs within after so long, and again every second."""
    with contextlib.suppress(CellTimeout):
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _run_cell(shell: Any, source: str, seconds: float | None) -> list[outputs.Output]:
    """Run one cell, for at most ``seconds``; returns its outputs."""
    global _collector
    _collector = outputs.Collector()
    outputs.redirect(_collector)
    with _time_limit(seconds) if seconds is not None else contextlib.nullcontext():
        shell.run_cell(source, store_history=False)
    return _collector.outputs


@dataclass(frozen=True)
class _Opening:
    """Cells that every honest notebook begins with, run once: their outputs and their names."""

    cells: list[str] = field(default_factory=list)
    outputs: list[list[outputs.Output]] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    random: tuple[Any, ...] | None = None


_opening = _Opening()


def _begins_with_opening(steps: list[dict[str, Any]]) -> bool:
    sources = [step.get("source") for step in steps[: len(_opening.cells)]]
    return sources == _opening.cells


def rehearse(data: bytes) -> Iterator[Message]:
    """Run ``payload["cells"]`` in a child; yields for each ``{"safe": bool}``.

    Safe is a cell that ends without an error and leaves nothing but names: what the warm process
    has beside them, its children would share (open files), lack (threads) or find gone (files in
    the folder that is emptied between boxes, other processes).
    """
    payload = json.loads(data)
    shell = prepare()
    signal.signal(signal.SIGALRM, _on_alarm)
    before = _footprint()
    for source in payload["cells"]:
        printed = _run_cell(shell, source, payload["seconds"])
        after = _footprint()
        yield {"safe": before is not None and before == after and not _has_failed(printed)}
        before = after


def _has_failed(printed: list[outputs.Output]) -> bool:
    return any(output["output_type"] == "error" for output in printed)


def _footprint() -> tuple[Any, ...] | None:
    """What this process has beside Python's objects; None where the system does not tell."""
    try:
        threads = sum(1 for _ in Path("/proc/self/task").iterdir())
        # matplotlib keeps fonts open, and opens them again in every child.
        opened = sorted(
            f"{link} {link.readlink()}"
            for link in Path("/proc/self/fd").iterdir()
            if link.is_file() and link.readlink().suffix not in (".ttf", ".otf", ".ttc")
        )
    except OSError:
        return None
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        children = True
    except ChildProcessError:
        children = False
    handlers = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
    files = sorted(str(path) for path in Path(os.environ["LENETLAB_WORK"]).rglob("*"))
    return threads, opened, children, handlers, files, Path.cwd(), dict(os.environ)


def open_with(payload: dict[str, Any]) -> None:
    """Run ``payload["cells"]``, the master's own, in the warm process and keep what they made.

    The names are put aside: a box whose steps begin otherwise finds none of them. There is no time
    limit, since a rehearsal came to its end, and may not be: as pid 1 this process is spared all
    signals from inside its namespace for which it has no handler.

    Raises:
        RuntimeError: a cell failed that did not fail when it was rehearsed.
    """
    global _opening
    shell = prepare()
    before = dict(shell.user_ns)
    cells = list(payload["cells"])
    printed = [_run_cell(shell, source, None) for source in cells]
    if any(map(_has_failed, printed)):
        raise RuntimeError("the opening failed")
    made = {k: v for k, v in shell.user_ns.items() if k not in before or before[k] is not v}
    shell.user_ns.clear()
    shell.user_ns.update(before)
    shell.user_ns["_oh"].clear()
    _opening = _Opening(cells, printed, made, random.getstate())


@cache
def prepare() -> Any:
    """The shell, made in the warm process: no student code has run there."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor" if _ipython_at_least(9) else "NoColor"
    shell = _Shell.instance(config=config)
    sys.modules["__main__"] = shell.user_module
    from matplotlib_inline.backend_inline import configure_inline_support

    configure_inline_support(shell, "inline")  # type: ignore[no-untyped-call]
    before = dict(shell.user_ns)
    # The first traceback loads what colours and explains it: a third of a second.
    _run_cell(shell, "def fail():\n    raise NotImplementedError()\nfail()", None)
    shell.user_ns.clear()
    shell.user_ns.update(before)
    return shell


def _ipython_at_least(major: int) -> bool:
    import IPython

    return bool(IPython.version_info[0] >= major)


def _on_alarm(signal_number: int, frame: Any) -> None:
    raise CellTimeout("ô này chạy quá thời gian cho phép")


def _describe(value: Any, attributes: list[str]) -> Value:
    """Describe one value; whatever its own code does wrong becomes an object without attributes."""
    try:
        return snapshot.describe(value, attributes)
    except Exception as error:
        return ObjectValue(snapshot.type_name(error), {})
