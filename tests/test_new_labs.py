"""A new variant and a new lab take a notebook and no Python: released, checked, graded, judged."""

import copy
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode

from . import labs
from .commands import ROOT, lenetlab


def course(root: Path) -> Path:
    """A course without an assignment."""
    (root / "source").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


def handed_in(root: Path, name: str, student: str, **cells: str) -> Path:
    """The release with the master's solutions, or with ``cells`` in their place.

    The text of a cell ``…_printed`` is what the student's own run printed there.
    """
    release = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
    master = nbformat.read(root / "source" / name / f"{name}.ipynb", as_version=4)
    for cell, solved in zip(release.cells, master.cells, strict=True):
        key = cell.id.replace("-", "_")
        if solved.metadata.get("nbgrader", {}).get("solution"):
            cell.source = cells.get(key, re.sub(r"\s*### (BEGIN|END) SOLUTION", "", solved.source))
        if f"{key}_printed" in cells:
            text = cells[f"{key}_printed"]
            cell.outputs = [nbformat.v4.new_output("stream", text=text)]
    path = root / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(release, path)
    return path


def checked(root: Path, *options: object) -> list[dict[str, Any]]:
    done = lenetlab("check", "--json", *options, cwd=root)
    assert done.returncode == 0, done.stderr
    verdicts: list[dict[str, Any]] = json.loads(done.stdout)
    return verdicts


def item(verdict: dict[str, Any], name: str) -> tuple[float, str]:
    found = next(item for item in verdict["items"] if item["id"] == name)
    return found["score"], found["message"]


# --- a sixth variant ------------------------------------------------------------------------------

RENAMED = {"Beta": "Epsilon", "beta": "epsilon"}
IN_TANH = {"relu": "tanh", '"pooling"': '"activation"', "{1.0: 1, -1.0: 0}": "{0.0: 0}"}
EPSILON = """
    ("EpsilonCNN", "EpsilonCNN", 'quick_check("EpsilonCNN"', 0.5),
    ("Câu hỏi Epsilon", "your_choice", 'quick_choice(your_choice, "Beta", "Epsilon")', None),
""".strip("\n")
ACCURACY = "Độ chính xác của {}CNN trên tập kiểm tra: {} %\n"


def epsilon(cell: NotebookNode) -> NotebookNode:
    """Beta's cell made one of Epsilon's: Beta with tanh."""
    made = copy.deepcopy(cell)
    made.id = cell.id.replace("beta", "epsilon")
    if "nbgrader" in made.metadata:
        made.metadata.nbgrader.grade_id = made.id
    for old, new in (RENAMED | IN_TANH).items():
        made.source = made.source.replace(old, new)
    made.source = made.source.replace('"Alpha"', '"Beta"')
    return made


@pytest.fixture(scope="module")
def with_epsilon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose master has one variant more; nothing else of it was edited."""
    root = course(tmp_path_factory.mktemp("epsilon"))
    shutil.copytree(ROOT / "source" / "lenet", root / "source" / "lenet")
    path = root / "source" / "lenet" / "lenet.ipynb"
    master = nbformat.read(path, as_version=4)
    steps = ("solution", "create", "visible", "hidden", "train", "eval", "choice", "choice-check")
    of_beta = {f"beta-{step}": None for step in steps}
    added = [epsilon(cell) for cell in master.cells if cell.id in of_beta]
    assert len(added) == len(steps)
    last = next(n for n, cell in enumerate(master.cells) if cell.id == "beta-choice-check")
    master.cells[last + 1 : last + 1] = added
    for cell in master.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"(\bthang(?: điểm)?) 10\b", r"\1 11,8", cell.source)
        elif cell.id == "receipt":
            rows = [line for line in cell.source.split("\n") if 'quick_check("BetaCNN"' in line]
            cell.source = cell.source.replace(rows[0], f"{rows[0]}\n{EPSILON}")
    nbformat.write(master, path)
    done = lenetlab("release", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def test_a_sixth_variant_is_a_change_of_the_master_alone(with_epsilon: Path) -> None:
    figures = {
        "beta_eval_printed": ACCURACY.format("Beta", "98.40"),
        "epsilon_eval_printed": ACCURACY.format("Epsilon", "95.10"),
    }
    right = handed_in(with_epsilon, "lenet", "an", epsilon_choice="your_choice = 1", **figures)
    wrong = handed_in(with_epsilon, "lenet", "binh", epsilon_choice="your_choice = 2", **figures)
    unmeasured = handed_in(with_epsilon, "lenet", "chi", epsilon_choice="your_choice = 1")
    best, contradicted, unjudged = checked(with_epsilon, right, wrong, unmeasured)
    assert (best["score"], best["max_score"]) == (11.8, 11.8)
    assert item(best, "epsilon-hidden")[0] == 1.0
    assert item(best, "epsilon-choice-check") == (
        0.3,
        "Bạn chọn 1: Beta tốt hơn Epsilon.\nCâu trả lời phù hợp với số đo của bạn.",
    )
    score, message = item(contradicted, "epsilon-choice-check")
    assert score == 0 and "Beta 98,40 % và Epsilon 95,10 %" in message
    score, message = item(unjudged, "epsilon-choice-check")
    assert score == 0 and message.startswith("Chưa có đủ số đo của Beta và Epsilon")
    done = lenetlab("grade", "--no-feedback", cwd=with_epsilon)
    assert done.returncode == 0, done.stderr
    assert "11.8/11.8" in done.stdout and "11.5/11.8" in done.stdout


def test_a_wrong_sixth_variant_is_told_what_is_wrong(with_epsilon: Path) -> None:
    beta = nbformat.read(with_epsilon / "source" / "lenet" / "lenet.ipynb", as_version=4)
    source = next(cell.source for cell in beta.cells if cell.id == "beta-solution")
    source = re.sub(r"\s*### (BEGIN|END) SOLUTION", "", source).replace("Beta", "Epsilon")
    path = handed_in(with_epsilon, "lenet", "dung", epsilon_solution=source)
    (verdict,) = checked(with_epsilon, path)
    score, message = item(verdict, "epsilon-hidden")
    assert score == 0 and "activation cần là tanh, đang là relu" in message
    assert item(verdict, "beta-hidden")[0] == 1.0


# --- another lab in a second folder ---------------------------------------------------------------

LAB = """
[measurements]
accuracy = "Mạng {model} đoán đúng {number} % số ảnh"

[data]
TINY_IMAGES = "tiny.npz"

[hints]
filters = "mỗi khối nhân đôi số filter của khối trước."
"""
BUILD = """
def build(shape):
    ### BEGIN SOLUTION
    input = Input(shape=shape)
    x = Conv2D(8, 3, padding="same", activation="relu")(input)
    x = Conv2D(8, 3, padding="same", activation="relu")(x)
    x = MaxPooling2D(2)(x)
    x = Conv2D(16, 3, padding="same", activation="relu")(x)
    x = MaxPooling2D(2)(x)
    return Model(input, Dense(10, activation="softmax")(Flatten()(x)))
    ### END SOLUTION
"""
HIDDEN = """
### BEGIN HIDDEN TESTS
from lenetlab.expect import check, conv, dense, flatten, image, max_pool

check(
    vgg,
    image(32, 32, 3, name="images"),
    conv(8, 3, "relu", name="block1_conv1"),
    conv(8, 3, "relu", name="block1_conv2"),
    max_pool(2, name="block1_pool"),
    conv(16, 3, "relu", name="block2_conv1"),
    max_pool(2, name="block2_pool"),
    flatten(name="flatten"),
    dense(10, "softmax", name="predictions"),
    params=12_226,
    about="convolution",
    points=2.0,
)
### END HIDDEN TESTS
"""
QUESTION = """
### BEGIN HIDDEN TESTS
from lenetlab.questions import check_choice

check_choice(better, first="vgg", second="small")
### END HIDDEN TESTS
"""
VGG = [
    labs.locked(
        "setup",
        "import os\nimport numpy as np\nfrom keras import Input, Model, Sequential\n"
        "from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D\n"
        'x = np.load(os.environ["TINY_IMAGES"])["x"]',
    ),
    labs.solution("vgg-build", BUILD.strip()),
    labs.locked("vgg-make", "vgg = build(x.shape[1:])"),
    labs.graded("vgg-check", HIDDEN.strip(), points=2.0),
    labs.locked("small-make", "small = Sequential([Input(x.shape[1:]), Flatten(), Dense(10)])"),
    labs.locked("measure", "measure(vgg, small)", train=True),
    labs.solution("better-choice", "### BEGIN SOLUTION\nbetter = 1\n### END SOLUTION"),
    labs.graded("better-check", QUESTION.strip(), points=0.5),
]
PRINTED = "Mạng vgg đoán đúng 71,5 % số ảnh\nMạng small đoán đúng 40 % số ảnh\n"
WRONG_BUILD = (
    "def build(shape):\n"
    "    input = Input(shape=shape)\n"
    "    x = Conv2D(8, 3, padding='same', activation='relu')(input)\n"
    "    x = Conv2D(9, 3, padding='same', activation='relu')(x)\n"
    "    x = MaxPooling2D(2)(x)\n"
    "    x = Conv2D(16, 3, padding='same', activation='relu')(x)\n"
    "    x = MaxPooling2D(3, padding='same')(x)\n"
    "    return Model(input, Dense(10, activation='softmax')(Flatten()(x)))\n"
)


@pytest.fixture(scope="module")
def with_vgg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with a second folder in source/."""
    root = course(tmp_path_factory.mktemp("vgg"))
    shutil.copytree(ROOT / "source" / "lenet", root / "source" / "lenet")
    folder = root / "source" / "vgg"
    labs.write(folder / "vgg.ipynb", VGG)
    (folder / "lab.toml").write_text(LAB, "utf-8")
    np.savez(folder / "tiny.npz", x=np.zeros((4, 32, 32, 3), np.float32))
    done = lenetlab("release", "--assignment", "vgg", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def test_another_lab_is_a_folder(with_vgg: Path) -> None:
    assert [path.name for path in (with_vgg / "release" / "vgg").iterdir()] == ["vgg.ipynb"]
    right = handed_in(with_vgg, "vgg", "an", measure_printed=PRINTED)
    wrong = handed_in(with_vgg, "vgg", "binh", vgg_build=WRONG_BUILD, better_choice="better = 3")
    open_ = handed_in(
        with_vgg, "vgg", "chi", vgg_build="def build(shape):\n    raise NotImplementedError()"
    )
    solved, deviating, undone = checked(with_vgg, "--assignment", "vgg", right, wrong, open_)
    assert (solved["score"], solved["max_score"], solved["flags"]) == (2.5, 2.5, [])
    assert item(solved, "better-check")[1] == "Câu trả lời phù hợp với số đo của bạn."
    _, message = item(deviating, "vgg-check")
    assert "block1_conv2" in message and "filters cần là 8, đang là 9" in message
    assert "block2_pool" in message and "mỗi khối nhân đôi" in message
    assert "vgg và small" in item(deviating, "better-check")[1]
    assert "vgg chưa chạy được: phần này chưa được viết" in item(undone, "vgg-check")[1]
    done = lenetlab("grade", "--assignment", "vgg", cwd=with_vgg)
    assert done.returncode == 0 and "2.5/2.5" in done.stdout, done.stderr
    pages = [path.read_text("utf-8") for path in with_vgg.glob("feedback/*/vgg/vgg.html")]
    assert len(pages) == 3
    said = json.dumps([solved, deviating, undone], ensure_ascii=False) + done.stdout
    own_words = re.sub(re.escape(str(with_vgg)), "", said)
    assert not re.search(r"LeNet|\bC[135]\b|\bS[24]\b|\bF[56]\b|phần 1", own_words)
