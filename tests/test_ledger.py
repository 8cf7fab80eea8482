"""Every change of a score leaves a line with its cause, whoever makes it; attempts are kept."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from lenetlab import files
from lenetlab.course import (
    backup,
    class_report,
    decisions,
    ledger,
    lookup,
    preview,
    run,
)
from lenetlab.course.classroom import Classroom
from lenetlab.course.decisions import Decision
from lenetlab.course.directory import Course, CourseError, nbgrader_api
from lenetlab.course.gradebook import entries
from lenetlab.course.job import Graded
from lenetlab.course.ledger import Change
from lenetlab.notebook.master import Assignment
from lenetlab.records import as_text

from .commands import lenetlab
from .killed_runs import Recorded, gradebook
from .recorded_class import CLASS, as_course, grade
from .test_cli import EXAMPLES

pytestmark = pytest.mark.xdist_group("run")
Results = dict[str, Graded]


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Classroom, "refuse_mistakes", lambda room: None)


def anew(results: Results, part: int, item: str = "", score: float = 0.0) -> Results:
    """The same class graded with another file (0), other tests (1) or another engine (2).

    ``item`` earns whom it cost points before ``score`` now.
    """
    found = {}
    for student, graded in results.items():
        parts = graded.record.of.split("-")
        parts[part] = parts[part][::-1]
        scores = dict(graded.scores)
        if item and not scores[item]:
            scores[item] = score
        record = replace(graded.record, of="-".join(parts))
        found[student] = replace(graded, record=record, scores=scores)
    return found


def told(course: Course, student: str | None = None) -> list[Change]:
    return lookup.history(course, student).changes


def lines(found: list[Change]) -> list[tuple[object, ...]]:
    return sorted((c.student, c.item, c.old, c.new, c.cause) for c in found)


def forced(course: Course, results: Results) -> run.Result:
    """Grade everyone again, with what was recorded."""
    with as_course(course.root):
        return run.grade_class(course, list(CLASS), force=True, pool=lambda room: Recorded(results))


def by_hand(course: Course, student: str, item: str, score: float | None) -> None:
    """As the formgrader saves a score."""
    with nbgrader_api(course) as api, Gradebook(api.coursedir.db_url) as book:
        entry = book.find_grade(item, "lenet", "lenet", student)
        entry.manual_score, entry.needs_manual_grade = score, False
        book.db.commit()


def test_a_corrected_test_changes_what_was_announced_and_undone_it_changes_back(
    course: Course, results: Results
) -> None:
    grade(course, results)
    assert told(course) == [], "a first grading changes nothing, nor does being late"
    by_hand(course, "chi", "gamma-hidden", 0.4)
    first = told(course)
    assert lines(first) == [("chi", "gamma-hidden", 0.0, 0.4, "person")]
    book = f"sqlite:///{course.root / 'gradebook.db'}"
    before = gradebook(book)

    corrected = anew(results, 1, "gamma-hidden", 0.75)
    with as_course(course.root):
        announced = preview.preview(
            course, list(CLASS), force=True, pool=lambda room: Recorded(corrected)
        )
    assert gradebook(book) == before and told(course) == first, "a dry run changes nothing"
    forced(course, corrected)
    done = told(course)[len(first) :]
    assert lines(done) == lines(announced.changes)
    wrong = [who for who in CLASS if not results[who].scores["gamma-hidden"]]
    wanted = [(who, "gamma-hidden", 0.0, 0.75, "test") for who in wrong if who != "chi"]
    assert wanted and lines(done) == sorted(wanted), "a manual score stands"

    forced(course, results)
    back = told(course)[len(first) + len(done) :]
    assert lines(back) == sorted((who, item, b, a, why) for who, item, a, b, why in wanted)
    for who, *_ in wanted:
        assert len(told(course, who)) == 2
    after = [row for row in gradebook(book) if row[0] != "chi"]
    assert after == [row for row in before if row[0] != "chi"], "the old scores are back"


def test_a_line_says_what_had_changed(course: Course, results: Results) -> None:
    grade(course, results)
    forced(course, anew(results, 2, "gamma-hidden", 0.5))
    assert {c.cause for c in told(course)} == {"engine"}
    count = len(told(course))
    forced(course, anew(anew(results, 1), 0))
    assert {c.cause for c in told(course)[count:]} == {"submission+test+engine"}
    with as_course(course.root), closing(sqlite3.connect(course.root / "gradebook.db")) as db, db:
        db.execute("UPDATE assignment SET duedate = '2026-04-01 10:00:00.000000'")
    count = len(told(course))
    grade(course, results)
    report = class_report.write(course, *lookup.everyone(course), []).read_text("utf-8")
    section = report.partition('<section id="changes">')[2].partition("</section>")[0]
    for shown in ("bài nộp mới, bài kiểm tra được sửa", "trừ nộp muộn", "thời điểm hoặc hạn nộp"):
        assert shown in section
    (late,) = (c for c in told(course)[count:] if c.item == ledger.PENALTY)
    assert (late.student, late.old, late.new, late.cause) == ("binh", -1.0, 0.0, "lateness")


@pytest.mark.parametrize("road", ["lenetlab", "nbgrader", "earlier release"])
def test_a_due_date_that_moves_leaves_a_line_on_every_road(
    course: Course, results: Results, road: str
) -> None:
    def due(when: str | None) -> None:
        with closing(sqlite3.connect(course.root / "gradebook.db")) as db, db:
            db.execute("UPDATE assignment SET duedate = ?", [when and f"{when} 10:00:00.000000"])

    def late() -> list[tuple[object, ...]]:
        found = [c for c in told(course) if c.item == ledger.PENALTY]
        return [(c.student, c.old, c.new, c.cause) for c in found]

    if road == "nbgrader":
        with as_course(course.root), nbgrader_api(course) as api:
            assert api.autograde("lenet", "binh", force=True)["success"]
    grade(course, results)
    if road == "earlier release":
        with closing(sqlite3.connect(course.root / "gradebook.db")) as db, db:
            for table in ("lenetlab_change", "lenetlab_attempt", "lenetlab_version"):
                db.execute(f"DROP TABLE {table}")
    due("2026-04-01")
    with as_course(course.root):
        announced = preview.preview(course, list(CLASS), pool=lambda room: Recorded(results))
    grade(course, results)
    assert late() == [("binh", -1.0, 0.0, "lateness")]
    assert lines(announced.changes) == lines(told(course))
    due("2026-03-01")
    grade(course, results)
    assert late()[1:] == [("binh", 0.0, -1.0, "lateness")]


def test_what_is_taken_off_follows_a_due_date_that_stays_before_the_hand_in(
    course: Course, results: Results
) -> None:
    late = (course.root / "late.py").read_text("utf-8")
    (course.root / "late.py").write_text(late.replace("return 1.0", "return seconds / 86400"))
    grade(course, results)
    with closing(sqlite3.connect(course.root / "gradebook.db")) as db, db:
        db.execute("UPDATE assignment SET duedate = '2026-03-01 22:00:00.000000'")
    sys.modules.pop("late", None)
    grade(course, results)
    found = [(c.old, c.new) for c in told(course) if c.item == ledger.PENALTY]
    assert found == [(-1.0, -0.5)]


def test_a_grading_of_nbgraders_that_fails_is_no_attempt(
    course: Course, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(course, results)
    notebook = course.notebook("submitted", "dung")
    shutil.copyfile(EXAMPLES / "vd01-dung-het" / "lenet.ipynb", notebook)

    def fails(*_: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken, as_course(course.root), nbgrader_api(course) as api:
        broken.setattr("nbgrader.preprocessors.SaveAutoGrades.preprocess", fails)
        assert not api.autograde("lenet", "dung", force=True)["success"]
    (only,) = lookup.history(course).attempts["dung"]
    assert only.content == results["dung"].record.of.split("-")[0]


def test_earlier_attempts_are_kept_with_their_scores(course: Course, results: Results) -> None:
    grade(course, results)
    kept = course.attempts("binh")
    assert {path.suffix for path in kept.iterdir()} == {".ipynb", ".json"}
    second = anew(results, 0, "beta-hidden", 1.0)
    forced(course, second)
    (first, last) = lookup.history(course).attempts["binh"]
    total = sum(score or 0 for score in results["binh"].scores.values()) - 1
    assert first.score == pytest.approx(total), "what it had, less the penalty"
    assert last.score is None
    for attempt, graded in ((first, results), (last, second)):
        saved = json.loads((kept / f"{attempt.content}.json").read_text("utf-8"))
        assert saved["of"] == graded["binh"].record.of
        assert (kept / f"{attempt.content}.ipynb").read_text("utf-8") == graded["binh"].notebook
    forced(course, results)
    (one, two) = lookup.history(course).attempts["binh"]
    assert (one.content, two.content) == (last.content, first.content), "went back to the first"
    page = course.page("binh").read_text("utf-8")
    assert "Các lần nộp trước" in page and f"{as_text(total)} điểm".replace(".", ",") in page
    shown = lenetlab("history", "binh", cwd=course.root)
    assert shown.returncode == 0 and "attempt 2: 8.5/10 (counts)" in shown.stdout, shown.stdout
    assert f"autograded/binh/lenet.attempts/{one.content}.ipynb" in shown.stdout


def test_nbgraders_own_command_leaves_the_same_lines(course: Course, results: Results) -> None:
    grade(course, results)
    notebook = course.notebook("submitted", "dung")
    shutil.copyfile(EXAMPLES / "vd01-dung-het" / "lenet.ipynb", notebook)
    with as_course(course.root), nbgrader_api(course) as api:
        done = api.autograde("lenet", "dung", force=True)
        assert done["success"], done["log"]
    found = told(course)
    lost = {name for name, score in results["dung"].scores.items() if score == 0}
    assert lost and lost <= {c.item for c in found if c.old == 0 and c.cause == "submission"}
    (_, last) = lookup.history(course).attempts["dung"]
    assert (course.attempts("dung") / f"{last.content}.ipynb").exists()

    with nbgrader_api(course) as api, Gradebook(api.coursedir.db_url) as book:
        book.remove_submission("lenet", "dung")
    removed = told(course)[len(found) :]
    assert {c.cause for c in removed} == {"removed"} and all(c.new is None for c in removed)


def test_who_has_changed_a_score_is_said(course: Course, results: Results) -> None:
    grade(course, results)
    with closing(sqlite3.connect(course.root / "gradebook.db")) as db, db:  # as a script would
        db.execute(
            "UPDATE grade SET extra_credit = 0.5 FROM base_cell c, submitted_notebook n, "
            "submitted_assignment s WHERE c.id = grade.cell_id AND n.id = grade.notebook_id "
            "AND s.id = n.assignment_id AND c.name = 'alpha-hidden' AND s.student_id = 'an'"
        )
    (line,) = told(course, "an")
    assert (line.cause, line.person) == ("person", "")
    by_hand(course, "binh", "alpha-hidden", 0.5)
    with nbgrader_api(course) as api, Gradebook(api.coursedir.db_url) as book:
        ledger.sign(book.db, "another", ledger.last(book.db))
        book.db.commit()
    (line,) = told(course, "an")
    assert line.person == "", "what others have changed before is not signed"
    with nbgrader_api(course) as api, Gradebook(api.coursedir.db_url) as book:
        ledger.sign(book.db, "co.giao", 0)
        book.db.commit()
    (line,) = told(course, "an")
    assert (line.old, line.new, line.cause, line.person) == (1.0, 1.5, "person", "co.giao")
    shown = lenetlab("history", "--lang", "vi", cwd=course.root)
    assert "người chấm (co.giao)" in " ".join(shown.stdout.split())


def test_a_gradebook_that_takes_nothing_is_read_all_the_same(
    course: Course, results: Results
) -> None:
    grade(course, results)
    with closing(sqlite3.connect(course.root / "gradebook.db")) as db, db:
        for table in ("lenetlab_change", "lenetlab_attempt", "lenetlab_version"):
            db.execute(f"DROP TABLE {table}")
    with nbgrader_api(course):
        read_only = f"sqlite:///file:{course.root / 'gradebook.db'}?mode=ro&uri=true"
        with Gradebook(read_only) as book:
            assert len(entries(book, "lenet")) == len(CLASS)
    assert told(course) == [], "made when it can be"


def test_triggers_that_a_migration_of_nbgraders_has_dropped_are_made_again(
    course: Course, results: Results
) -> None:
    grade(course, results)
    with closing(sqlite3.connect(course.root / "gradebook.db")) as db, db:
        for script in ("CREATE TABLE g AS SELECT * FROM grade", "DROP TABLE grade"):
            db.execute(script)
        db.execute("ALTER TABLE g RENAME TO grade")
    by_hand(course, "an", "alpha-hidden", 0.5)
    assert lines(told(course)) == [("an", "alpha-hidden", 1.0, 0.5, "person")]


# --- decisions ------------------------------------------------------------------------------------


def test_a_whole_group_is_given_points_and_a_comment_once(
    course: Course, results: Results, assignment: Assignment
) -> None:
    grade(course, results)
    by_hand(course, "chi", "beta-hidden", 0.3)
    group = {"binh": {"beta-hidden"}, "chi": {"beta-hidden"}, "dung": {"gamma-hidden"}}
    decision = Decision(added=0.2, comment="Chấp nhận một phần.")
    outcome = decisions.decide(course, assignment, group, decision)
    assert outcome.left == [("chi", "beta-hidden")]
    assert outcome.scored == [("binh", "beta-hidden"), ("dung", "gamma-hidden")]
    again = decisions.decide(course, assignment, group, decision)
    assert again.scored == [], "twice is once"
    part = decisions.decide(course, assignment, group, Decision(comment="một phần."))
    assert part.scored == []
    for points in (float("nan"), float("inf")):
        with pytest.raises(CourseError, match="Points are numbers"):
            decisions.decide(course, assignment, group, Decision(added=points))
    _, everyone = lookup.everyone(course)
    entries = {one.student: one.entry for one in everyone}
    assert entries["binh"].marks["beta-hidden"].manual == 0.7
    assert entries["chi"].marks["beta-hidden"].manual == 0.3
    for student, cell in (("binh", "beta"), ("chi", "beta"), ("dung", "gamma")):
        said = "Chấp nhận một phần.\n\nmột phần."
        assert entries[student].comments == {f"{cell}-solution": said}
    assert {c.person for c in told(course, "binh")} == {ledger.user()}
    assert backup.KEPT and [*(course.root / "backups").glob("*.db")]


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


def test_for_several_students_the_command_shows_what_would_change_and_asks(
    course: Course, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(course, results)
    by_hand(course, "dung", "delta-hidden", 0.3)
    listed = lenetlab("decide", "--lang", "en", cwd=course.root).stdout
    (row,) = (line for line in listed.splitlines() if "Phần này chưa được viết" in line)
    words = (row.split()[1], "--add", "0.25", "--comment", "Xem lại.", "--lang", "en")
    before = told(course)

    refused = lenetlab("decide", *words, cwd=course.root)  # without a terminal
    assert refused.returncode == 1 and "say --yes" in refused.stderr
    (row,) = (
        line for line in refused.stdout.splitlines() if "chi " in line and "Beta – hid" in line
    )
    assert [cell.strip() for cell in row.split("│")[3:5]] == ["0", "0.25"]
    assert (
        "Comments would be written for: chi (alpha-choice), chi (alpha-solution)" in refused.stdout
    )
    assert "scored by hand before: dung (delta-hidden)" in refused.stdout
    monkeypatch.setattr(sys, "stdin", Typed("n\n"))
    stopped = lenetlab("decide", *words, cwd=course.root)
    assert stopped.returncode == 1 and "Enter all of these changes?" in stopped.stderr
    assert told(course) == before, "nothing has changed"

    one = lenetlab("decide", *words, "--item", "gamma-hidden", cwd=course.root)
    assert one.returncode == 1, "two students, one item"
    monkeypatch.setattr(sys, "stdin", Typed("y\n"))
    assert lenetlab("decide", *words, "--item", "gamma-hidden", cwd=course.root).returncode == 0
    assert {change.item for change in told(course)[len(before) :]} == {"gamma-hidden"}
    monkeypatch.undo()
    monkeypatch.setattr(Classroom, "refuse_mistakes", lambda room: None)
    done = lenetlab("decide", *words, "--yes", cwd=course.root)
    assert done.returncode == 0 and "What would change" not in done.stdout, done.stderr
    assert len({change.item for change in told(course)}) > 10


def test_grades_without_their_report_or_table_are_entered_and_end_in_failure(
    course: Course, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(course, results)
    assert lenetlab("grade", "an", cwd=course.root).returncode == 0
    report = course.root / "report.html"
    written, old = files.write_whole, report.read_text("utf-8")

    def full(path: Path, content: str) -> None:
        if path.name in taken:
            raise OSError(28, "No space left on device")
        written(path, content)

    monkeypatch.setattr("lenetlab.course.results.write_whole", full)
    report.write_text(old + "<!-- older -->", "utf-8")
    taken = {"report.html"}
    done = lenetlab("grade", "an", cwd=course.root)
    assert done.returncode == 1 and "grades.csv" in done.stdout
    assert f"no report: {report} cannot be written: No space left on device." in done.stderr
    assert "report.html is that of an earlier run." in done.stderr
    taken = {"grades.csv"}
    done = lenetlab("grade", "an", cwd=course.root)
    assert done.returncode == 1 and "grades.csv cannot be written: No space" in done.stderr
    assert "What was graded is in the gradebook." in done.stderr
    assert "older" not in report.read_text("utf-8"), "the report is not left behind"
    taken = set()
    (course.root / "review.csv").unlink(missing_ok=True)
    (course.root / "review.csv").mkdir()
    done = lenetlab("grade", "an", cwd=course.root)
    assert done.returncode == 1 and "review.csv cannot be written: Is a directory" in done.stderr
    (course.root / "review.csv").rmdir()
    assert lenetlab("grade", "an", cwd=course.root).returncode == 0


def test_a_decision_that_is_not_possible_changes_nothing(
    course: Course, results: Results, assignment: Assignment
) -> None:
    grade(course, results)
    group = {"binh": {"beta-hidden", "alpha-choice-check"}}
    with pytest.raises(CourseError, match="alpha-choice-check gives from 0 to"):
        decisions.decide(course, assignment, group, Decision(score=1.0))
    assert told(course) == []


def test_the_command_lists_the_groups_and_writes_the_pages_again(
    course: Course, results: Results
) -> None:
    grade(course, results)
    listed = lenetlab("decide", cwd=course.root)
    (row,) = (line for line in listed.stdout.splitlines() if "C1: kernel_size ≠ 3×3" in line)
    code = row.split()[1]
    assert "1: binh" in row and "beta-hidden" in row
    words = ("--score", "0.9", "--comment", "Thầy đã xem <b>lại</b>.")
    done = lenetlab("decide", code, *words, cwd=course.root)
    assert done.returncode == 0 and "binh (beta-hidden)" in done.stdout, done.stderr
    page = course.page("binh").read_text("utf-8")
    assert "Thầy đã xem &lt;b&gt;lại&lt;/b&gt;." in page and "0,9" in page
    twice = lenetlab("decide", code, "--score", "0.9", cwd=course.root)
    assert "Left alone, scored by hand before: binh (beta-hidden)" in twice.stdout
    for refused, error in (
        ([code], "What is decided"),
        (["zzz", "--add", "1"], "No group begins with zzz"),
        (
            [code, "--add", "1", "--item", "Beta-hiden"],
            "no item Beta-hiden. Did you mean beta-hidden?",
        ),
        (
            [code, "--add", "1", "--item", "beta-visible"],
            "lost points in beta-visible, but in beta",
        ),
    ):
        done = lenetlab("decide", *refused, cwd=course.root)
        assert done.returncode == 1 and error in done.stderr
