"""The release gives nothing away and is what the master generates; the examples are made of it."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lenetlab.course import directory, release
from lenetlab.course.directory import Course, CourseError
from lenetlab.grading import worker_for
from lenetlab.notebook.master import Assignment, load
from lenetlab.sandbox.worker import Worker
from tools import make_examples

ROOT = Path(__file__).resolve().parent.parent
MASTER = ROOT / "source" / "lenet" / "lenet.ipynb"
RELEASE = ROOT / "release" / "lenet" / "lenet.ipynb"


def test_the_committed_release_leaks_nothing(assignment: Assignment) -> None:
    assert release.find_leaks(RELEASE, assignment) == []
    text = RELEASE.read_text("utf-8")
    for secret in ("lenetlab", "BEGIN", "1_517_354", "check_choice", "about="):
        assert secret not in text


# What is changed in the master, and what the refusal must say.
BROKEN = {
    "wrong params": ("params=106_154", "params=106_155", "cell alpha-hidden: the solved notebook"),
    "misspelt about": (
        'about="activation"',
        'about="poling"',
        "cell alpha-hidden ran into an error",
    ),
    "bad import": ("lenetlab.expect import", "lenetlab.expects import", "ModuleNotFoundError"),
    "unknown activation": ('conv(6, 3, "relu"', 'conv(6, 3, "rleu"', "called 'rleu'"),
    "misspelt word": ('dense(120, "relu"', 'dens(120, "relu"', "name 'dens' is not defined"),
    "no Python": ("    params=106_154,", "    params=106_154", "cell alpha-hidden: SyntaxError"),
    "misspelt marker": ("### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TEST", "no pair"),
    "lost marker": ("### BEGIN HIDDEN TESTS\n", "", "markers that are no pair: ### END HIDDEN"),
    "other points": ("points=1.0", "points=2.0", "cell alpha-hidden: points=2 in its check, 1 in"),
    "wrong attribute": ("    alpha.model,", "    alpha.modle,", "cell alpha-hidden: the solved"),
    "answer in the release": ("your_choices = []", "your_choices = [1, 4]", "untouched notebook"),
    "solution fails its check": (
        "MaxPooling2D(pool_size=(2, 2))(input)",
        "MaxPooling2D(pool_size=(3, 3))(input)",
        "cell delta-visible: the solved notebook earns 0 of 0.5",
    ),
}


def new_course(root: Path) -> Course:
    """A course with this lab, of which nothing is released yet."""
    shutil.copytree(MASTER.parent, root / "source" / "lenet")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return Course(root, "lenet")


@pytest.mark.parametrize("name", BROKEN)
def test_a_master_whose_checks_are_wrong_is_refused_with_the_cell_and_the_reason(
    name: str, tmp_path: Path, worker: Worker
) -> None:
    old, new, reason = BROKEN[name]
    master = nbformat.read(MASTER, as_version=4)
    cell = next(c for c in master.cells if c.cell_type == "code" and old in c.source)
    cell.source = cell.source.replace(old, new, 1)
    where = new_course(tmp_path)
    nbformat.write(master, where.master)
    with pytest.raises(CourseError) as refusal:
        release.generate(where, worker)
    assert reason in str(refusal.value)
    assert not where.release.exists()


def test_what_is_refused_leaves_an_earlier_release_as_it_was(
    tmp_path: Path, worker: Worker
) -> None:
    where = new_course(tmp_path)
    release.generate(where, worker)
    before = where.release.read_bytes()
    master = nbformat.read(MASTER, as_version=4)
    locked = next(c for c in master.cells if c.metadata.get("nbgrader", {}).get("locked"))
    locked.source += "\nimport lenetlab"
    nbformat.write(master, where.master)
    with pytest.raises(CourseError, match="this package, which students do not have"):
        release.generate(where, worker)
    assert where.release.read_bytes() == before


def test_points_that_do_not_add_up_to_what_the_text_says_are_refused(
    tmp_path: Path, worker: Worker
) -> None:
    master = nbformat.read(MASTER, as_version=4)
    cell = next(c for c in master.cells if c.metadata.get("nbgrader", {}).get("points") == 1.0)
    cell.metadata.nbgrader.points = 1.2
    cell.source = cell.source.replace("points=1.0", "points=1.2")
    where = new_course(tmp_path)
    nbformat.write(master, where.master)
    mistakes = release.find_mistakes(load(where.master), worker)
    text = "the text says 10 points, the test cells add up to 10.2"
    assert [mistake.text for mistake in mistakes] == [text]


def test_a_master_is_in_order_also_where_nothing_isolates(assignment: Assignment) -> None:
    with worker_for(assignment, sandboxed=False) as worker:
        assert release.find_mistakes(assignment, worker) == []


def test_a_leak_is_found_wherever_it_hides(assignment: Assignment, tmp_path: Path) -> None:
    """In a cell's source, in an output, in metadata of a cell or of the notebook."""
    secret = "x = MaxPooling2D(pool_size=(2, 2))(x)"
    for place in ("source", "output", "cell metadata", "notebook metadata"):
        notebook = json.loads(RELEASE.read_text("utf-8"))
        cell = next(c for c in notebook["cells"] if c["id"] == "alpha-train")
        if place == "source":
            cell["source"].append(secret)
        elif place == "output":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [secret]}]
        elif place == "cell metadata":
            cell["metadata"]["note"] = secret
        else:
            notebook["metadata"]["note"] = secret
        leaking = tmp_path / "lenet.ipynb"
        leaking.write_text(json.dumps(notebook), "utf-8")
        assert release.find_leaks(leaking, assignment), place


LAB_FILES = {"lab.toml", "few_images.npz", "reference_runs.csv"}


def test_students_do_not_receive_the_labs_files(tmp_path: Path, worker: Worker) -> None:
    """The configuration leaves them out; a release by an older one is refused."""
    where = Course(tmp_path, "lenet")
    shutil.copytree(MASTER.parent, where.master.parent)
    config = (ROOT / "nbgrader_config.py").read_text("utf-8")
    older = re.sub(r"c\.CourseDirectory\.ignore = \[.*?\]", "", config, flags=re.DOTALL)
    assert older != config
    (tmp_path / "nbgrader_config.py").write_text(older, "utf-8")
    with pytest.raises(CourseError) as refusal:
        release.generate(where, worker)
    for name in LAB_FILES:
        assert f"the lab's file {name}" in str(refusal.value)
    assert "c.CourseDirectory.ignore" in str(refusal.value)
    assert not where.release.parent.exists()
    (tmp_path / "nbgrader_config.py").write_text(config, "utf-8")
    release.generate(where, worker)
    assert {path.name for path in where.release.parent.iterdir()} == {"lenet.ipynb", "LeNet.png"}
    assert {path.name for path in where.master.parent.iterdir()} > LAB_FILES
    # nbgrader's own command asks nobody; with an older configuration it releases them.
    (where.release.parent / "lab.toml").touch()
    with directory.nbgrader_api(where) as api, pytest.raises(CourseError, match=r"holds lab\.toml"):
        release.refuse_stale(load(where.master), "lenet", "lenet", api.coursedir.db_url)


# What students added to the release, and which of its cells they deleted; solutions aside.
BAR = "alpha.model.evaluate(x_test_norm, y_test_oh)"
ADDED: dict[str, list[str]] = {
    "vd02-cach-viet-khac": [BAR],
    "vd05-kernel-5x5": [BAR],
    "vd09-khong-y-kien": [BAR],
    "vd10-lon-xon-o": ["print(alpha.model.count_params())", "alpha-visible"],
}
DELETED = {"vd10-lon-xon-o": ["beta-hidden"]}
NEWER = ["receipt-story", "receipt"]  # in the release since the class ran


def marks(cell: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


@pytest.mark.parametrize("student", make_examples.STUDENTS)
def test_the_examples_are_made_of_the_committed_release(student: str) -> None:
    """Every cell but solutions is the release's, with its marks; solutions are the student's."""
    handed_out = json.loads(RELEASE.read_text("utf-8"))["cells"]
    path = ROOT / "examples" / student / "lenet.ipynb"
    handed_in = json.loads(path.read_text("utf-8"))["cells"]

    def others(cells: list[dict[str, Any]]) -> Counter[tuple[str, str, str]]:
        return Counter(
            (cell["cell_type"], json.dumps(marks(cell), sort_keys=True), "".join(cell["source"]))
            for cell in cells
            if not marks(cell).get("solution") and not "".join(cell["source"]).startswith("SEED =")
        )

    of_id = {cell["id"]: cell for cell in handed_out}
    added = others(handed_in) - others(handed_out)
    wanted = [of_id[a] if a in of_id else own_cell(a) for a in ADDED.get(student, [])]
    assert added == others(wanted)
    deleted = others(handed_out) - others(handed_in)
    assert deleted == others([of_id[name] for name in [*DELETED.get(student, []), *NEWER]])

    solutions = [cell for cell in handed_in if marks(cell).get("solution")]
    names = [marks(cell)["grade_id"] for cell in solutions]
    twice = ["omicron-solution"] if student == "vd12-hai-ban-omicron" else []
    stubs = [cell["id"] for cell in handed_out if marks(cell).get("solution")]
    assert Counter(names) == Counter(stubs + twice)
    written = make_examples.STUDENTS[student].solutions
    for name, cell in zip(names, solutions, strict=True):
        source = "".join(cell["source"])
        if name.partition("-")[0] + "-solution" not in written:
            assert source == "".join(of_id[name]["source"])
        elif name in written:
            assert source == written[name] or names.count(name) == 2
        else:
            assert re.fullmatch(r"your_choice = [0-3]|your_choices = \[[0-5](, [0-5])*\]", source)


def own_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": [source]}


def test_a_master_without_ids_or_whole_marks_says_which_cell(tmp_path: Path) -> None:
    """Without ids in the file every reading would make others, and nothing be unchanged."""
    where = new_course(tmp_path)
    master = json.loads(MASTER.read_text("utf-8"))
    graded = next(c for c in master["cells"] if c["metadata"].get("nbgrader", {}).get("grade"))
    del graded["metadata"]["nbgrader"]["points"]
    where.master.write_text(json.dumps(master), "utf-8")
    with pytest.raises(CourseError, match=f"cell {graded['id']}: nbgrader's marks lack points"):
        directory.load_master(where)
    for cell in master["cells"]:
        del cell["id"]
    master["nbformat_minor"] = 4
    where.master.write_text(json.dumps(master), "utf-8")
    with pytest.raises(CourseError, match="its cells have no ids"):
        directory.load_master(where)
