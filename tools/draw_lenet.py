"""Draw the LeNet figure of the lab and embed it in the notebook.

Writes source/lenet/LeNet.png and, if source/lenet/lenet.ipynb exists, puts the same picture into
its "lenet-figure" cell as a data URI; likewise an upright one for narrow screens. What is drawn
follows from LAYERS, so a change to the
network is a change to that list. Run: .venv/bin/python tools/draw_lenet.py
"""

import base64
import io
import json
import math
import re
from functools import partial
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from PIL import Image

LENET_DIR = Path(__file__).resolve().parent.parent / "source" / "lenet"
PNG_PATH = LENET_DIR / "LeNet.png"
NOTEBOOK_PATH = LENET_DIR / "lenet.ipynb"
CELL_ID, TALL_CELL_ID = "lenet-figure", "lenet-figure-tall"
DATA_URI = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]*")

# All lengths are pixels of the picture, with the origin in its lower left corner.
WIDTH, HEIGHT, DPI = 1600, 520, 100
MARGIN_LEFT, MARGIN_RIGHT = 28, 52  # the digits beside the output need the wider one
MIDDLE_Y = 289  # the arrows, and the vertical centre of every layer
NAME_Y, SIZE_Y, ACTIVATION_Y, LEGEND_Y = 90, 58, 28, 488
UNIT = 4.5  # one pixel of a feature map
STACK_DEPTH = 15.5  # times the root of the hidden maps: a deep stack must not take all the room
COLUMN, PITCH, RADIUS, DOT = 26, 21, 7.5, 2.2  # dense: width, neuron distance, radii
COLUMN_GAP = 0.79  # gap before a dense layer, relative to the others: its label is shorter
NAME_PT, SIZE_PT, LABEL_PT = 16, 14, 13.5
TALL_WIDTH, TALL_ROW, TALL_BOX = 476, 78, 48  # the upright figure: a row for each layer

# Okabe-Ito hues: told apart under the common kinds of colour blindness.
COLOURS = {"data": "#6B7280", "conv": "#0072B2", "pool": "#E69F00", "dense": "#009E73"}
LEGEND = {"conv": "Tích chập", "pool": "Gộp trung bình", "dense": "Kết nối đầy đủ"}
LEGEND_X = (520, 695, 925)
INK, FAINT, WINDOW = "#1F2937", "#4B5563", "#C2410C"
DIGIT = 3  # drawn in the input, so this output neuron lights up


class Layer(NamedTuple):
    """One layer, with the operation that leads to it; a dense layer has side 0."""

    name: str
    size: str
    kind: str
    operation: str = ""
    activation: str = ""
    maps: int = 1
    side: int = 0
    window: int = 0  # side of the window that makes one pixel of this layer
    neurons: int = 0  # neurons drawn, not neurons there are

    @property
    def depth(self) -> float:
        """How far the stack's last map is shifted from its first."""
        return STACK_DEPTH * math.sqrt(self.maps - 1)

    @property
    def width(self) -> float:
        """The drawing's width, the stack's depth included."""
        return self.side * UNIT + self.depth if self.side else COLUMN

    @property
    def top(self) -> float:
        """The y of the drawing's upper edge."""
        return MIDDLE_Y + (self.width if self.side else self.neurons * PITCH) / 2


CONV, POOL, DENSE = "Tích chập\n3×3 same", "Gộp trung\nbình 2×2", "Kết nối\nđầy đủ"
LAYERS = [
    Layer("Input", "28×28×1", "data", side=28),
    Layer("C1", "6@28×28", "conv", CONV, "sigmoid", maps=6, side=28, window=3),
    Layer("S2", "6@14×14", "pool", POOL, maps=6, side=14, window=2),
    Layer("C3", "16@14×14", "conv", CONV, "sigmoid", maps=16, side=14, window=3),
    Layer("S4", "16@7×7", "pool", POOL, maps=16, side=7, window=2),
    Layer("Flatten", "784", "data", "Trải\nphẳng", neurons=15),
    Layer("F5", "120", "dense", DENSE, "sigmoid", neurons=13),
    Layer("F6", "84", "dense", DENSE, "sigmoid", neurons=11),
    Layer("Output", "10", "dense", DENSE, "softmax", neurons=10),
]


def tint(kind: str, strength: float) -> tuple[float, float, float]:
    """Mix a colour with white; opaque, unlike alpha, so that the maps of a stack hide others."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(COLOURS[kind]))
    return red, green, blue


def digit_image(side: int) -> npt.NDArray[np.float64]:
    """A stylised 3, white on black as in MNIST: the brightness falls off around two arcs."""
    turn = np.linspace(np.radians(150), np.radians(-90), 60)
    x = np.concatenate([13.2 + 4.6 * np.cos(turn), 13.2 + 5.4 * np.cos(turn)])
    y = np.concatenate([9.2 - 4.4 * np.sin(turn), 18.8 + 5.2 * np.sin(turn)])
    rows, columns = np.mgrid[:side, :side]
    distance = np.hypot(columns[..., None] - x, rows[..., None] - y).min(axis=-1)
    return np.asarray(np.clip(2.0 - distance, 0, 1), dtype=np.float64)


def draw_maps(ax: Axes, layer: Layer, x: float) -> None:
    """A stack of squares, the front one upper left, which leaves the arrows' labels free."""
    side = layer.side * UNIT
    for index in reversed(range(layer.maps)):
        shift = layer.depth * index / max(layer.maps - 1, 1)
        face = tint(layer.kind, 0.5 if index else 0.3)
        corner, edge = (x + shift, layer.top - side - shift), COLOURS[layer.kind]
        ax.add_patch(Rectangle(corner, side, side, facecolor=face, edgecolor=edge, lw=1))
    if layer.kind == "data":
        extent = (x, x + side, layer.top - side, layer.top)
        ax.imshow(digit_image(layer.side), "gray", extent=extent, zorder=1)


def draw_column(ax: Axes, layer: Layer, x: float) -> None:
    """A column of neurons, with dots for those left out."""
    height, complete = layer.neurons * PITCH, str(layer.neurons) == layer.size
    corner, paint = (x, layer.top - height), partial(tint, layer.kind)
    shape, edge = "round,pad=0,rounding_size=9", COLOURS[layer.kind]
    ax.add_patch(FancyBboxPatch(corner, COLUMN, height, shape, fc=paint(0.14), ec=edge))
    for index in range(layer.neurons):
        y, lit = layer.top - (index + 0.5) * PITCH, complete and index == DIGIT
        dots = not complete and abs(index - (layer.neurons - 1) / 2) <= 1
        radius, face = (DOT if dots else RADIUS), paint(1 if dots or lit else 0.42)
        ax.add_patch(Circle((x + COLUMN / 2, y), radius, facecolor=face, edgecolor=edge))
        if complete:
            weight, place = "bold" if lit else "normal", (x + COLUMN + 7, y - 1)
            ax.text(*place, str(index), size=12.5, weight=weight, color=INK, va="center")


def draw_window(ax: Axes, source: Layer, source_x: float, target: Layer, x: float) -> None:
    """Join a pixel of the front map with the window it is computed from, one layer before."""
    row, column = target.side // 5, target.side * 3 // 5
    # Pooling cuts its source into blocks; a convolution window is centred on its own pixel.
    stride, back = (target.window, 0) if target.kind == "pool" else (1, target.window // 2)
    left, top = ((place * stride - back) * UNIT for place in (column, row))
    large = (source_x + left, source.top - top, target.window * UNIT)
    small = (x + column * UNIT, target.top - row * UNIT, UNIT)
    for left, top, side in (large, small):
        ax.add_patch(Rectangle((left, top - side), side, side, fill=False, ec=WINDOW, lw=1.5))
    for corner in (0, 1):  # the upper ones, then the lower ones
        ends = [top - corner * side for _, top, side in (large, small)]
        ax.plot([large[0] + large[2], small[0]], ends, color=WINDOW, lw=1)


def draw() -> Image.Image:
    """Draw the whole figure; a palette keeps it small enough for a notebook."""
    mpl.rcdefaults()  # whoever runs this may have a matplotlibrc of their own
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    ax = figure.add_axes((0, 0, 1, 1))
    write = partial(ax.text, size=LABEL_PT, color=INK, ha="center")
    arrow = {"arrowstyle": "-|>,head_width=0.28,head_length=0.55", "color": FAINT, "lw": 1.8}

    room = WIDTH - MARGIN_LEFT - MARGIN_RIGHT - sum(layer.width for layer in LAYERS)
    gap = room / sum(1 if layer.side else COLUMN_GAP for layer in LAYERS[1:])
    before, before_x, end = LAYERS[0], 0.0, 0.0
    for layer in LAYERS:
        x = end + gap * (1 if layer.side else COLUMN_GAP) if layer.operation else MARGIN_LEFT
        (draw_maps if layer.side else draw_column)(ax, layer, x)
        middle = x + layer.width / 2
        write(middle, NAME_Y, layer.name, size=NAME_PT, weight="bold")
        write(middle, SIZE_Y, layer.size, size=SIZE_PT)
        write(middle, ACTIVATION_Y, layer.activation, style="italic", color=FAINT)
        if layer.operation:
            ax.annotate("", (x - 5, MIDDLE_Y), (end + 7, MIDDLE_Y), arrowprops=arrow)
            for index, line in enumerate(layer.operation.split("\n")):
                # One by one: as a block, diacritics would set lines of labels at odd heights.
                write((end + x) / 2, MIDDLE_Y - 31 - 24 * index, line)
        if layer.window:
            draw_window(ax, before, before_x, layer, x)
        before, before_x, end = layer, x, x + layer.width

    for x, (kind, label) in zip(LEGEND_X, LEGEND.items(), strict=True):
        face, edge = tint(kind, 0.5), COLOURS[kind]
        ax.add_patch(Rectangle((x, LEGEND_Y - 10), 20, 20, facecolor=face, edgecolor=edge))
        write(x + 30, LEGEND_Y - 1, label, ha="left", va="center")

    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))  # last, because imshow changes them
    return picture(figure, ax)


def draw_tall() -> Image.Image:
    """Draw the same layers from top to bottom, as boxes with words."""
    mpl.rcdefaults()
    height = TALL_ROW * len(LAYERS)
    figure = Figure(figsize=(TALL_WIDTH / DPI, height / DPI), dpi=DPI, facecolor="white")
    ax = figure.add_axes((0, 0, 1, 1))
    for row, layer in enumerate(LAYERS):
        bottom = height - (row + 1) * TALL_ROW + (TALL_ROW - TALL_BOX) / 2
        place, shape = (20, bottom), "round,pad=0,rounding_size=9"
        face, edge = tint(layer.kind, 0.3), COLOURS[layer.kind]
        ax.add_patch(FancyBboxPatch(place, 180, TALL_BOX, shape, fc=face, ec=edge))
        middle = bottom + TALL_BOX / 2
        ax.text(32, middle, layer.name, size=13, weight="bold", color=INK, va="center")
        ax.text(190, middle, layer.size, size=12, color=INK, va="center", ha="right")
        words = ", ".join(filter(None, (layer.operation.replace("\n", " "), layer.activation)))
        ax.text(216, middle, words or "ảnh xám", size=12, color=FAINT, va="center")
        if row:
            arrow = {"arrowstyle": "-|>", "color": FAINT, "lw": 1.6}
            ax.annotate("", (100, bottom + TALL_BOX), (100, bottom + TALL_ROW), arrowprops=arrow)
    ax.set(xlim=(0, TALL_WIDTH), ylim=(0, height))
    return picture(figure, ax)


def picture(figure: Figure, ax: Axes) -> Image.Image:
    """The figure as a picture with a palette."""
    ax.axis("off")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return Image.open(buffer).convert("RGB").quantize(colors=128)


def embed(notebook_path: Path, png: bytes, cell_id: str) -> None:
    """Replace the picture in the notebook's cell.

    A data URI, because Colab shows neither cell attachments nor files beside the notebook.
    """
    uri = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    notebook = json.loads(notebook_path.read_text(encoding="utf-8"))
    found = 0
    for cell in notebook["cells"]:
        if cell.get("id") == cell_id:
            source = cell["source"]  # nbformat allows a string or a list of lines; keep which
            lines = [source] if isinstance(source, str) else source
            results = [DATA_URI.subn(uri, line) for line in lines]
            found += sum(count for _, count in results)
            changed = [line for line, _ in results]
            cell["source"] = changed[0] if isinstance(source, str) else changed
    if found != 1:
        raise ValueError(f"{notebook_path}: {found} pictures in cell {cell_id!r}, expected 1")
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    notebook_path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Draw the picture, then embed it if there is a notebook yet."""
    PNG_PATH.parent.mkdir(parents=True, exist_ok=True)
    draw().save(PNG_PATH, optimize=True)
    print(f"{PNG_PATH}: {PNG_PATH.stat().st_size} bytes")
    if NOTEBOOK_PATH.exists():
        embed(NOTEBOOK_PATH, PNG_PATH.read_bytes(), CELL_ID)
        tall = io.BytesIO()
        draw_tall().save(tall, "png", optimize=True)
        embed(NOTEBOOK_PATH, tall.getvalue(), TALL_CELL_ID)


if __name__ == "__main__":
    main()
