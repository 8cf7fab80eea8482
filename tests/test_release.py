"""The release gives nothing away and is what the master generates."""

import json
from pathlib import Path

from lenetlab import release
from lenetlab.assignment import Assignment
from tools import make_examples

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "release" / "lenet" / "lenet.ipynb"


def test_the_committed_release_leaks_nothing(assignment: Assignment) -> None:
    assert release.find_leaks(RELEASE, assignment) == []
    text = RELEASE.read_text("utf-8")
    for secret in ("lenetlab", "BEGIN", "1_517_354", "check_choice", "about="):
        assert secret not in text


def test_a_leak_is_found_wherever_it_hides(assignment: Assignment, tmp_path: Path) -> None:
    """In a cell's source, in an output, in metadata of a cell or of the notebook."""
    secret = 'x = Dense(units=84, activation="relu")(x)'
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


def test_the_examples_are_made_of_the_committed_release() -> None:
    release = json.loads(RELEASE.read_text("utf-8"))
    for student in make_examples.STUDENTS:
        committed = (ROOT / "examples" / student / "lenet.ipynb").read_text("utf-8")
        assert committed == make_examples.dump(make_examples.submission(release, student))
