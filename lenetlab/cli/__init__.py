"""The command line: ``lenetlab release | collect | check | grade | …``.

A module for each command, which registers it; what they share is in ``options``.
"""

from __future__ import annotations

import atexit
import gc
import sys

# At its end Python collects garbage among modules that are half gone; msgspec 0.22 crashes there
# now and then, by the order of imports (as in msgspec's issue 717): exit code -11 in place of the
# command's own. What is frozen is not collected. Registered first, so that it is done last.
atexit.register(gc.freeze)
# What is imported stays: looking through it for garbage, again and again, takes a fifth of a start.
gc.disable()
# An optional part of jsonschema, which nothing here uses, compiles a grammar when it is imported:
# more than half of the time that nbgrader takes to load. None makes it one that is not installed.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# ruff: noqa: E402
from lenetlab.cli import (  # noqa: F401
    check,
    collect,
    decide,
    doctor,
    explain,
    export,
    grade,
    history,
    release,
    report,
)
from lenetlab.cli.options import app, err
from lenetlab.course import directory, interrupts
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.terminal.text import escape

gc.freeze()
gc.enable()
__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; errors that a user can mend are one message, not a traceback.

    An interrupt that no command catches is typer's, which ends with the same exit code.
    """
    interrupts.enable()
    try:
        app()
    except (directory.CourseError, SandboxUnavailable) as error:
        err.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise SystemExit(1) from None
