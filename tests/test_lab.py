"""A lab's file: what it may hold, and what is said of one that is wrong."""

from pathlib import Path
from typing import Any

import nbformat
import pytest

from lenetlab.course.directory import Course, CourseError, load_master
from lenetlab.notebook import fingerprint, lab, measurements
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.intake import KEY
from lenetlab.notebook.lab import Lab, LabError
from lenetlab.records import Doubt, Finding, Flag

from .conftest import MASTER

RUNS = "seed,model,accuracy,seconds\n1,Vgg,91.5,20\n1,Wide,93,\n2,Vgg,90,21\n"


def written(folder: Path, text: str, **files: str) -> Path:
    (folder / "lab.toml").write_text(text, "utf-8")
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, "utf-8")
    return folder


def cell(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": [{"output_type": "stream", "text": text}]}


def test_this_lab_has_its_data_beside_its_master() -> None:
    loaded = lab.load(MASTER.parent)
    assert loaded.kinds == ["accuracy", "seconds"] and loaded.least_seconds == 1.0
    assert loaded.attributes == {"accuracy": "accuracy", "seconds": "train_seconds"}
    assert loaded.class_of("Alpha") == "AlphaCNN"
    assert loaded.data == {"MNIST_NPZ": MASTER.with_name("few_images.npz")}
    names = {"lab.toml", "few_images.npz", "reference_runs.csv"}
    assert {path.name for path in loaded.files} == names
    assert "bảng ở phần 1" in loaded.hints["params"]


def test_without_a_file_a_lab_is_empty(tmp_path: Path) -> None:
    assert lab.load(tmp_path) == Lab()
    assert lab.load(written(tmp_path, "")).kinds == []


def test_other_words_are_found_of_the_names_that_the_master_makes(tmp_path: Path) -> None:
    text = '[measurements]\naccuracy = "{model}: trúng {number} trên 100 (tập thử)"\n'
    loaded = lab.load(written(tmp_path, text))
    printed = "vgg: trúng 91,5 trên 100 (tập thử)\nwide: trúng 88 trên 100 (tập thử)\n"
    names = {"vgg", "model"}
    assert measurements.read([cell(printed)], loaded, names) == {"vgg": {"accuracy": [91.5]}}
    assert measurements.read([cell(printed)], Lab(), names) == {}


def test_a_models_name_may_be_part_of_a_word_that_the_master_makes(tmp_path: Path) -> None:
    text = '[measurements]\nseconds = "{number} s cho Net{model}_v2"\n'
    loaded = lab.load(written(tmp_path, text))
    for names, found in ({"NetA_v2"}, {"A"}), ({"A"}, set[str]()), ({"NetA"}, set[str]()):
        assert set(measurements.read([cell("12.5 s cho NetA_v2")], loaded, names)) == found


def test_a_row_of_a_table_has_columns_and_may_lack_a_count(tmp_path: Path) -> None:
    loaded = lab.load(written(tmp_path, '[measurements]\nrow = "| {model} | {seconds} s |"\n'))
    printed = "| vgg | 20.5 s |\nvgg 21 s\n| vgg | 22 s | ja |\n| wide |   9 s  |\n"
    assert loaded.kinds == ["seconds"]
    assert measurements.read([cell(printed)], loaded, {"vgg"}) == {"vgg": {"seconds": [20.5]}}


def test_reference_runs_have_what_was_measured(tmp_path: Path) -> None:
    loaded = lab.load(written(tmp_path, 'reference_runs = "runs.csv"', runs_csv=RUNS))
    assert loaded.reference_runs == (
        {"Vgg": {"accuracy": 91.5, "seconds": 20.0}, "Wide": {"accuracy": 93.0}},
        {"Vgg": {"accuracy": 90.0, "seconds": 21.0}},
    )


WRONG = {
    "no TOML": ("measurements = [", "Invalid"),
    "unknown table": ("[measurement]\n", "measurement"),
    "unknown key": ('[measurements]\nacuracy = "{model}: {number}"', "acuracy"),
    "no text": ("[measurements]\naccuracy = 3", "$.measurements.accuracy"),
    "no column": ('[measurements]\nrow = "{model} {number}"', "measurements.row: the row needs"),
    "unknown kind": ('[measurements.attributes]\nloss = "loss"', "loss"),
    "no model": ('[measurements]\nseconds = "{number} s"', "measurements.seconds: the sentence"),
    "no number": ('[measurements]\nseconds = "{model}"', "one {model} and one {number}"),
    "two models": ('[measurements]\nseconds = "{model} {model} {number}"', "measurements.seconds"),
    "no file": ('[data]\nIMAGES = "few.npz"', "data.IMAGES: there is no file few.npz"),
    "a folder's file": ('[data]\nIMAGES = "../few.npz"', "$.data"),
    "no variable": ('[data]\n"a=b" = "lab.toml"', "$.data"),
    "no table": ('reference_runs = "runs.csv"', "reference_runs: there is no file runs.csv"),
    "no seed": ('reference_runs = "noseed.csv"', "there is no column 'seed'"),
    "no figure": ('reference_runs = "nofigure.csv"', "could not convert string to float: 'high'"),
    "hints": ("hints = 3", "$.hints"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_an_error_that_names_it_and_the_key(name: str, tmp_path: Path) -> None:
    text, reason = WRONG[name]
    folder = tmp_path / "source" / "vgg"
    folder.mkdir(parents=True)
    tables = {"noseed_csv": "model,accuracy\nVgg,1\n", "nofigure_csv": RUNS.replace("91.5", "high")}
    written(folder, text, **tables)
    with pytest.raises(LabError) as refusal:
        lab.load(folder)
    assert reason in str(refusal.value) and str(folder) in str(refusal.value)
    nbformat.write(nbformat.v4.new_notebook(), folder / "vgg.ipynb")
    with pytest.raises(CourseError, match=r"lab\.toml|\.csv"):
        load_master(Course(tmp_path, "vgg"))


def test_the_lab_is_part_of_what_a_grade_is_of(tmp_path: Path) -> None:
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "vgg.ipynb")
    course = Course(tmp_path, "vgg")
    folder = course.master.parent
    folder.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(), course.master)
    prints = set()
    for text in ("", '[hints]\nunits = "x"', '[hints]\nunits = "y"'):
        written(folder, text)
        prints.add(fingerprint.of_file(tmp_path / "vgg.ipynb", load_master(course)))
        assert load_master(course) is load_master(course), "read once until a file changes"
    (folder / "circle").symlink_to(folder / "circle")
    load_master(course)
    assert len(prints) == 3


FINDING = Finding(3, "C3", "Conv2D conv", "filters", 16, (1, 2), "xem bảng")
HANDOVER = Handover(
    [Flag("a", "b", True)],
    {"Beta": {"accuracy": [98.0]}},
    [Doubt("garbled", "c", ["d"])],
    graded=True,
    of="of",
    findings={"beta-hidden": [FINDING]},
)


def test_what_passes_on_in_a_notebook_comes_back() -> None:
    notebook = nbformat.v4.new_notebook()
    HANDOVER.store(notebook)
    again = nbformat.reads(nbformat.writes(notebook), as_version=4)
    assert Handover.load(again) == HANDOVER


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        3,
        {},
        {"flags": [], "evidence": 3},
        {"flags": [{"code": 3, "message": ""}], "evidence": {}},
        {"flags": [], "evidence": {"Beta": {"accuracy": "high"}}},
        {"flags": [], "evidence": {}, "graded": "yes"},
    ],
)
def test_what_others_wrote_there_is_none(foreign: Any) -> None:
    notebook = nbformat.v4.new_notebook()
    assert Handover.load(notebook) is None
    notebook.metadata[KEY] = foreign
    assert Handover.load(notebook) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[hints]\nunits = "x"\nreference_runs = "runs.csv"\n', "before the first [table]"),
        ("[measurements]\nleast_seconds = -1.0\n", "least_seconds"),
        ('reference_runs = "runs.csv"\n', "there is no run with accuracy or seconds"),
    ],
)
def test_what_would_leave_questions_without_a_judge_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(LabError) as refused:
        lab.load(written(tmp_path, text, runs_csv="seed,model,score\n1,Vgg,91\n"))
    assert words in str(refused.value)
