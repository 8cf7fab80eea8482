"""What the fork server imports: everything that submissions use, and the boxes that it offers."""

from __future__ import annotations

import contextlib
import io
import json
import sys

# An optional part of jsonschema, which nothing here uses, compiles a grammar when it is imported:
# a second of four. None makes it one that is not installed.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# ruff: noqa: E402
# Keras's submodules are imported at the first model, the checks by the master's test cells.
import keras
import rich.console
import rich.table
import tensorflow  # noqa: F401

from lenetlab.boxes import cleanroom, opening, replay, shell
from lenetlab.checks import architecture, questions  # noqa: F401
from lenetlab.notebook import intake

_ = keras.Model, keras.layers.Dense


def prepare(data: bytes) -> None:
    """Set up what every shell and every figure sets up anew, run the opening: a JSON list of cells.

    No TensorFlow operation may run here: at its first one TensorFlow starts threads, and then
    forking would be unsafe.
    """
    shell.prepare()
    # Keras prints summaries with rich.
    table = rich.table.Table("Layer (type)", "Param #")
    table.add_row("C1 ([color(4)]Conv2D[/])", "60")
    rich.console.Console(file=io.StringIO()).print(table)
    with contextlib.suppress(ModuleNotFoundError):  # only a course that draws needs matplotlib
        import matplotlib.pyplot

        # Loads fonts, the layout of text and the PNG writer.
        figure, axes = matplotlib.pyplot.subplots()
        axes.imshow([[0, 1], [1, 0]], cmap="gray")
        axes.set_title("Ảnh")
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
        matplotlib.pyplot.close(figure)
    opening.prepare(json.loads(data))


BOXES = {"read": intake.run, "replay": replay.run, "cleanroom": cleanroom.run}
