"""What the fork server imports: everything that submissions use, and the boxes that it offers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

# Keras's submodules are imported at the first model, the checks by the master's test cells.
import keras
import matplotlib.pyplot
import rich.console
import rich.table
import tensorflow  # noqa: F401

from lenetlab.boxes import cleanroom, opening, replay, shell
from lenetlab.checks import architecture, questions  # noqa: F401
from lenetlab.notebook import intake

_ = keras.Model, keras.layers.Dense


def prepare() -> None:
    """Set up what every shell and every figure sets up anew; no TensorFlow operation may run here.

    TensorFlow starts threads at its first one, and then forking would be unsafe.
    """
    shell.prepare()
    # Keras prints summaries with rich.
    table = rich.table.Table("Layer (type)", "Param #")
    table.add_row("C1 ([color(4)]Conv2D[/])", "60")
    rich.console.Console(file=io.StringIO()).print(table)
    # Fonts, the layout of text, the PNG writer.
    figure, axes = matplotlib.pyplot.subplots()
    axes.imshow([[0, 1], [1, 0]], cmap="gray")
    axes.set_title("Ảnh")
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    matplotlib.pyplot.close(figure)


def _lines(run: Callable[[bytes], Iterator[dict[str, Any]]]) -> Callable[[bytes], Iterator[bytes]]:
    """The box that sends what ``run`` yields as lines of JSON."""

    def box(payload: bytes) -> Iterator[bytes]:
        for message in run(payload):
            text = json.dumps(message, allow_nan=False, ensure_ascii=False)
            yield text.encode("utf-8", "replace")

    return box


BOXES = {
    "read": _lines(intake.run),
    "replay": _lines(replay.run),
    "cleanroom": _lines(cleanroom.run),
}
SHARED = {"opening": opening.run}
