"""What is handed in beside a notebook, in its place, or under a name that is no student's."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from lenetlab.course import preprocessors

from .commands import ROOT
from .test_cli import EXAMPLES

pytestmark = pytest.mark.xdist_group("handed-in")

NO_STUDENTS = ("*", "[a-z]*", "?n", ".hidden", "..an", "=1+1", "a,b", "x ", "a\nb", "\x9b31m")
SECONDS = 150  # a pipe that somebody reads has no end
EVIL = "\x1b]52;c;YXR0YWNrZWQ=\x07\x9b31m"
# What only the course's own files hold.
SECRETS = ("BEGIN SOLUTION", "params=106_154")


@dataclass
class Ran:
    """A course after a command, with what that printed."""

    root: Path
    printed: str

    def kept(self, student: str) -> list[str]:
        """All that is in a student's folders of graded notebooks and pages."""
        folders = [self.root / step / student / "lenet" for step in ("autograded", "feedback")]
        return sorted(path.name for folder in folders for path in folder.rglob("*"))

    def leaked(self) -> list[str]:
        """Files behind those folders that hold what only the course's own files hold."""
        found = []
        for step in ("autograded", "feedback"):
            for path in (self.root / step).rglob("*"):
                # Graded notebooks have the hidden tests.
                notebook = step == "autograded" and path.suffix == ".ipynb"
                if path.is_file() and not notebook:
                    text = path.read_text("utf-8", "replace")
                    found += [str(path) for secret in SECRETS if secret in text]
        return found

    def scores(self) -> dict[str, float]:
        """The gradebook's scores, of those who have any."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as book:
            submissions = book.assignment_submissions("lenet")
            return {s.student_id: s.score for s in submissions if s.score}


def run(root: Path, *command: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=root,
        env=os.environ | {"COLUMNS": "300", "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def hand_in(root: Path, student: str) -> Path:
    """An honest submission; returns its folder."""
    folder = root / "submitted" / student / "lenet"
    folder.mkdir(parents=True)
    shutil.copy(EXAMPLES / "vd01-dung-het" / "lenet.ipynb", folder)
    return folder


def new_course(root: Path, names: Iterable[str]) -> Path:
    """A class of one honest student, and of others with links, pipes, pages and odd names."""
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    hand_in(root, "an")
    master = root / "source" / "lenet" / "lenet.ipynb"
    folder = hand_in(root, "extras")
    for place in (folder, folder / "deep" / "inside"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "notes.txt").symlink_to(master)
        (place / ".hidden").symlink_to(master)
        (place / "pictures").symlink_to(master.parent)
        (place / "gone").symlink_to("/nowhere")
        (place / "around").symlink_to(place)
        os.mkfifo(place / "lenet.png")
        for name in ("index.html", "page.svg", "code.js", f"{EVIL}.pdf", f"{EVIL}.ipynb"):
            (place / name).write_text("<script>window.attacked = 1</script>", "utf-8")
    folder = root / "submitted" / "link-for-notebook" / "lenet"
    folder.mkdir(parents=True)
    (folder / "lenet.ipynb").symlink_to(master)
    folder = root / "submitted" / "pipe-for-notebook" / "lenet"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "lenet.ipynb")
    (root / "submitted" / "link-for-folder").mkdir()
    (root / "submitted" / "link-for-folder" / "lenet").symlink_to(master.parent)
    # A folder of this name would be kept, pages and all, and reach the feedback.
    (root / "submitted" / "extras" / "lenet" / "timestamp.txt").mkdir()
    page = root / "submitted" / "extras" / "lenet" / "timestamp.txt" / "page.html"
    page.write_text("<script>window.attacked = 1</script>", "utf-8")
    (hand_in(root, "when") / "timestamp.txt").write_text("yesterday")
    for name in names:
        hand_in(root, name)
    return root


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The class after ``lenetlab grade``."""
    root = new_course(tmp_path_factory.mktemp("class"), NO_STUDENTS)
    return Ran(root, run(root, sys.executable, "-m", "lenetlab", "grade"))


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The class after nbgrader's own commands."""
    # nbgrader itself stops at a name with a line break in it, before it has asked this package.
    names = [name for name in NO_STUDENTS if "\n" not in name]
    root = new_course(tmp_path_factory.mktemp("stock"), names)
    commands = ("generate_assignment", "autograde", "generate_feedback")
    return Ran(root, "".join(run(root, "nbgrader", command, "lenet") for command in commands))


@pytest.fixture(params=["lenetlab", "nbgrader"])
def ran(request: pytest.FixtureRequest) -> Ran:
    found = request.getfixturevalue("graded" if request.param == "lenetlab" else "stock")
    assert isinstance(found, Ran)
    return found


def test_nothing_but_the_notebook_is_kept(ran: Ran) -> None:
    for student in ("an", "extras"):
        kept = set(ran.kept(student)) - {"timestamp.txt"}
        assert kept == {"lenet.html", "lenet.ipynb"}
    assert ran.leaked() == []


NO_FILES = {"link-for-notebook", "pipe-for-notebook", "link-for-folder"}


def test_a_link_or_a_pipe_in_place_of_a_notebook_or_its_folder_is_no_submission(ran: Ran) -> None:
    for student in NO_FILES:
        pages = [ran.root / "feedback" / student / "lenet" / name for name in ran.kept(student)]
        assert {page.name for page in pages} <= {"lenet.html"}  # which says how to hand in again
        assert all("Cách nộp lại" in page.read_text("utf-8") for page in pages)
    assert ran.scores() == {"an": 10, "extras": 10, "when": 10}


def test_a_folder_under_no_students_name_is_nobodys(ran: Ran) -> None:
    for step in ("autograded", "feedback"):
        made = {path.parent.parent.name for path in (ran.root / step).glob("*/lenet/lenet.*")}
        assert made - NO_FILES == {"an", "extras", "when"}
    assert ran.scores() == {"an": 10, "extras": 10, "when": 10}


def test_links_pipes_and_names_are_for_a_person(graded: Ran) -> None:
    with (graded.root / "review.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (graded.root / "grades.csv").open(encoding="utf-8", newline="") as file:
        states = {row["student_id"]: row["status"] for row in csv.DictReader(file)}
    refused = ("link-for-notebook", "pipe-for-notebook", "link-for-folder")
    graded_ones = {"an": "graded", "extras": "review", "when": "review"}
    assert states == graded_ones | dict.fromkeys(refused, "rejected")
    assert {r["student_id"] for r in rows if r["code"] == "timestamp"} == {"extras", "when"}
    links = {row["student_id"] for row in rows if row["code"] == "link"}
    assert links == {"extras", *refused}
    assert len([row for row in rows if row["code"] == "bad-name"]) == len(NO_STUDENTS)
    for row in rows:
        assert None not in row and None not in row.values(), "as many fields as columns"
        assert [v for v in row.values() if v[:1] in tuple("=+-@\t\r")] == [], "a formula"


def test_tables_hold_no_command_to_a_terminal(graded: Ran) -> None:
    for name in ("review.csv", "grades.csv"):
        text = (graded.root / name).read_text("utf-8")
        assert {c for c in text if (c < " " and c not in "\r\n") or "\x7f" <= c <= "\x9f"} == set()


def test_what_a_link_is_replaced_by_is_not_written_through_another(tmp_path: Path) -> None:
    """nbgrader's hook writes a text beside each link; a link may stand there already."""
    victim = tmp_path / "victim"
    victim.write_text("as it was")
    folder = tmp_path / "submitted" / "x" / "lenet"
    folder.mkdir(parents=True)
    for n in range(20):
        (folder / f"{n}").symlink_to("/nowhere")
        for name in (f"{n}.refused.txt", f"{n}.refused.txt.refused.txt"):
            (folder / name).symlink_to(victim)
    notebook = folder / "lenet.ipynb"
    notebook.touch()
    preprocessors.before_autograde(assignment="lenet", student="x", notebooks=[str(notebook)])
    assert victim.read_text() == "as it was"
    assert [path for path in folder.rglob("*") if path.is_symlink()] == []


def test_a_link_is_found_among_many_files(tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "x" / "lenet"
    folder.mkdir(parents=True)
    for n in range(10_100):
        (folder / str(n)).touch()
    for n in range(50):
        (folder / f"link{n}").symlink_to("/nowhere")
    notebook = folder / "lenet.ipynb"
    notebook.touch()
    try:
        preprocessors.before_autograde(assignment="lenet", student="x", notebooks=[str(notebook)])
    except Exception:
        return  # so many files are refused
    assert [path for path in folder.rglob("*") if path.is_symlink()] == []


def test_a_file_that_is_too_large_is_not_read_to_be_recognised(tmp_path: Path) -> None:
    """A sparse file takes no room on the disk, and all that there is in memory."""
    file = tmp_path / "lenet.ipynb"
    file.touch()
    os.truncate(file, 16 << 30)
    script = (
        "import resource, sys; from pathlib import Path;"
        "from lenetlab.notebook import fingerprint, master;"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30));"
        "fingerprint.of_file(Path(sys.argv[2]), master.load(Path(sys.argv[1]))); print('done')"
    )
    master = str(ROOT / "source" / "lenet" / "lenet.ipynb")
    assert run(ROOT, sys.executable, "-c", script, master, str(file)).endswith("done\n")


def test_links_elsewhere_stay(tmp_path: Path) -> None:
    """The hook removes links in a submission; a submission that is a link itself is elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lenet.ipynb").touch()
    (elsewhere / "link").symlink_to("/nowhere")
    folder = tmp_path / "submitted" / "x" / "lenet"
    folder.parent.mkdir(parents=True)
    folder.symlink_to(elsewhere)
    notebooks = [str(folder / "lenet.ipynb")]
    try:
        preprocessors.before_autograde(assignment="lenet", student="x", notebooks=notebooks)
    except Exception as refusal:
        print(refusal)
    assert (elsewhere / "link").is_symlink()


def test_folders_without_end_and_names_that_are_no_text_stop_nobody(tmp_path: Path) -> None:
    """As zip files of other systems hold them."""
    shutil.copytree(ROOT / "source", tmp_path / "source")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for student in ("an", "deep", "names"):
        hand_in(tmp_path, student)
    deep = b"/".join([os.fsencode(tmp_path / "submitted" / "deep" / "lenet"), *[b"d"] * 900])
    for length in range(len(deep) - 2 * 899, len(deep) + 1, 2):
        os.mkdir(deep[:length])  # noqa: PTH102 - a Path so deep is what fails
    os.chdir(deep)
    try:
        for _ in range(300):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
    finally:
        os.chdir(ROOT)
    names = os.fsencode(tmp_path / "submitted" / "names" / "lenet")
    for name in (b"b\xe0i.pdf", b"b\xe0i.ipynb"):
        shutil.copy(os.fsencode(tmp_path / "nbgrader_config.py"), names + b"/" + name)
    for number in range(300):
        Path(tmp_path / "submitted" / "names" / "lenet" / f"{number}{'x' * 200}.ipynb").touch()
    other = os.fsencode(tmp_path / "submitted") + b"/t\xean/lenet"
    os.makedirs(other)  # noqa: PTH103
    shutil.copy(os.fsencode(EXAMPLES / "vd01-dung-het" / "lenet.ipynb"), other)
    try:
        printed = run(tmp_path, sys.executable, "-m", "lenetlab", "grade", "--no-feedback")
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "submitted" / "deep")], check=True)
    assert "Traceback" not in printed
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert scores["an"] == scores["names"] == "10"
    with (tmp_path / "review.csv").open(encoding="utf-8", newline="") as file:
        messages = {row["code"]: row["message"] for row in csv.DictReader(file)}
    assert messages.keys() >= {"bad-name", "other-notebooks"}
    assert len(messages["other-notebooks"]) < 5000 and "and 291 more" in messages["other-notebooks"]


def test_checking_a_folder_follows_no_link(tmp_path: Path) -> None:
    """The course's own notebook is no submission, and some files have no end."""
    (tmp_path / "a.ipynb").symlink_to(ROOT / "source" / "lenet" / "lenet.ipynb")
    (tmp_path / "b.ipynb").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "c.ipynb")
    printed = run(ROOT, sys.executable, "-m", "lenetlab", "check", str(tmp_path))
    assert "10/10" not in printed and "Traceback" not in printed
