"""Runs a student's cells in the sandbox and describes what the test cells will read.

Everything here shares a process with the student's code, so nothing that it reports is trusted by
the receiver; and nothing that is secret is ever sent here: no test cell, no other submission.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import outputs, snapshot

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

    def ask_exit(self) -> None:
        """Go on: quit() ends a session, and there is none."""

    def enable_gui(self, gui: Any = None) -> None:
        """Offer no event loop."""


def run(payload: dict[str, Any]) -> Iterator[Message]:
    """Take the steps of ``payload`` in order.

    ``{"run": key, "source": str}`` runs a cell and yields ``{"cell": key, "outputs": [...]}``;
    ``{"describe": key, "names": {name: attributes}, "drop": [name]}`` yields
    ``{"snapshot": key, "values": {...}}`` and then forgets the names to drop, so that an answer to
    one question is not taken for the answer to the next.
    ``payload["seconds"]`` is the time for one cell.
    """
    global _collector
    shell = prepare()
    # Only the shell's dictionary is kept: a student's `del` or a patched shell concerns themselves.
    namespace = shell.user_ns
    signal.signal(signal.SIGALRM, _on_alarm)
    # Between two tests that follow each other nothing runs: what is described stays as it is.
    described: dict[str, snapshot.Value] = {}
    for step in payload["steps"]:
        if "run" in step:
            described.clear()
            _collector = outputs.Collector()
            outputs.redirect(_collector)
            with contextlib.suppress(CellTimeout):
                signal.setitimer(signal.ITIMER_REAL, payload["seconds"], 1.0)
                try:
                    shell.run_cell(step["source"], store_history=False)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            yield {"cell": step["run"], "outputs": _collector.outputs}
        else:
            values = {name: {"kind": "missing"} for name in step["names"]}
            with contextlib.suppress(CellTimeout):
                signal.setitimer(signal.ITIMER_REAL, payload["seconds"], 1.0)
                try:
                    for name, attributes in step["names"].items():
                        key = f"{name} {attributes}"
                        if name in namespace and key not in described:
                            described[key] = _describe(namespace[name], attributes)
                        if name in namespace:
                            values[name] = described[key]
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            for name in step["drop"]:
                namespace.pop(name, None)
            yield {"snapshot": step["describe"], "values": values}


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
    return shell


def _ipython_at_least(major: int) -> bool:
    import IPython

    return bool(IPython.version_info[0] >= major)


def _on_alarm(signal_number: int, frame: Any) -> None:
    raise CellTimeout("ô này chạy quá thời gian cho phép")


def _describe(value: Any, attributes: list[str]) -> snapshot.Value:
    """Describe one value; whatever its own code does wrong becomes an object without attributes."""
    try:
        return snapshot.describe(value, attributes)
    except Exception as error:
        return {"kind": "object", "type": type(error).__name__[:100], "attributes": {}}
