"""A class that was never graded and looks as if it was: records, gradebook, files, to any size.

What students do wrong, measure and share is drawn at random, with a seed: deviations, errors, cells
that are not written, answers; accuracies and times about those of the reference runs; some share a
run, some hand in late or not at all, some files are no notebooks.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

from nbgrader.api import Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook

from lenetlab import records
from lenetlab.checks import texts
from lenetlab.course.directory import Course
from lenetlab.notebook import fingerprint, reasons
from lenetlab.notebook.master import Assignment, load
from lenetlab.records import Finding, Flag, Item, Record, Verdict, rounded, ungraded

ROOT = Path(__file__).resolve().parent.parent
DUE = datetime(2026, 11, 27, 16, 59)
_LAST = "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ Ngô Dương"
_MIDDLE = "Văn Thị Minh Ngọc Hoàng Đức Thanh Quốc Gia Khánh"
_FIRST = "An Bình Châu Dũng Đạt Giang Hà Hiếu Khoa Linh Long Mai Nam Nhi Phúc Quân Sơn Thảo Tú Vy"
_WRONG = (
    (9, Finding(1, "C1", "Conv2D 'conv2d'", "kernel_size", (3, 3), (5, 5))),
    (6, Finding(3, "C3", "Conv2D 'conv2d_1'", "kernel_size", (3, 3), (5, 5))),
    (2, Finding(1, "C1", "Conv2D 'conv2d'", "kernel_size", (3, 3), (7, 7))),
    (5, Finding(8, "Output", "Dense 'dense_2'", "activation", "softmax", "linear")),
    (4, Finding(6, "F5", "Dense 'dense'", "units", 120, 128)),
    (3, Finding(7, "F6", "Dense 'dense_1'", "units", 84, 64)),
    (3, Finding(3, "C3", "Conv2D 'conv2d_1'", "filters", 16, 32)),
    (3, Finding(1, "C1", "Conv2D 'conv2d'", "activation", "relu", "sigmoid")),
    (3, Finding(2, "S2", "", "type", "MaxPooling2D", "AveragePooling2D")),
    (2, Finding(4, "S4", "", "missing", "MaxPooling2D", None)),
    (2, Finding(2, "", "MaxPooling2D 'pool'", "extra", None, "MaxPooling2D")),
    (2, Finding(1, "C1", "Conv2D 'conv2d'", "padding", "same", "valid")),
    (1, Finding(None, "", "", "params", 106_154, 106_160)),
)
_RAISED = (
    (5, "NameError: name 'MaxPooling2D' is not defined (dòng 4: `x = MaxPooling2D()(x)`)"),
    (4, "SyntaxError: '(' was never closed (dòng 10: `x = Flatten((x)`)"),
    (3, "TypeError: AlphaCNN.build() missing 1 required positional argument: 'input_dim'"),
    (2, "ValueError: A KerasTensor is symbolic"),
    (2, "IndentationError: expected an indented block"),
)
_CONTRADICTED = texts.CONTRADICTED["accuracy"].format(
    first="Alpha", opinion="kém hơn", second="Beta", a="98,61 %", b="97,10 %", note=""
)
_DENIED = (
    "cell alpha-solution asked for what the sandbox denies, which cost points: OSError: network"
)
_ELSEWHERE = (
    "not finished there, but other work that may be meant for it is elsewhere: delta-solution"
)
_UNMEASURED = "the notebook has no measurements of its own to judge answers by"
_COPIES = "beta-solution: 2 copies; graded is the one that its next cell used"
_TORCH = "cell beta-solution imports torch, which is not here; it cost points"
_REVIEW = (
    (4, Flag("duplicate-cell", _COPIES, True)),
    (3, Flag("denied", _DENIED, True)),
    (3, Flag("work-elsewhere", _ELSEWHERE, True)),
    (3, Flag("no-measurements", _UNMEASURED, True)),
    (2, Flag("missing-module", _TORCH, True)),
)


@dataclass(frozen=True)
class _Made:
    """One student of the class."""

    id: str
    last: str
    first: str
    record: Record | None
    handed_in: datetime | None
    by_hand: dict[str, float]


def make(root: Path, number: int, seed: int = 1) -> Course:
    """Write a course with a class of so many students to the empty folder ``root``."""
    shutil.copytree(ROOT / "source", root / "source", dirs_exist_ok=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course(root, "lenet")
    assignment = load(course.master)
    example = root / "example.ipynb"  # every submission is this file, so as to take no room
    shutil.copy(ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb", example)
    everyone = list(
        _students(assignment, number, random.Random(seed), fingerprint.of_file(example, assignment))
    )
    for one in everyone:
        if one.handed_in is None:
            continue
        _link(example, course.notebook("submitted", one.id))
        if one.record is not None:
            if one.record.verdict.score is not None:
                _link(example, course.notebook("autograded", one.id))
                course.page(one.id).parent.mkdir(parents=True)
                course.page(one.id).write_text("<!DOCTYPE html><title>bài</title>", "utf-8")
            records.store(course.record(one.id), one.record)
    _book(root, assignment, everyone)
    return course


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True)
    os.link(source, target)


def _students(
    assignment: Assignment, number: int, chance: random.Random, of: str
) -> Iterator[_Made]:
    shared: list[dict[str, dict[str, list[float]]]] = []
    for place in range(number):
        student = f"23{place:06d}"
        last, middle, first = (chance.choice(n.split()) for n in (_LAST, _MIDDLE, _FIRST))
        name = last, f"{middle} {first}"
        draw = chance.random()
        late = chance.random() < 0.07
        hours = chance.expovariate(1 / 20) if late else -chance.expovariate(1 / 40)
        handed_in = DUE + timedelta(hours=hours)
        if draw < 0.03:
            yield _Made(student, *name, None, None, {})
        elif draw < 0.035:
            yield _Made(student, *name, None, handed_in, {})
        elif draw < 0.055:
            flag = Flag("not-json", "the file is cut off: it ends in the middle", True)
            record = Record(ungraded(student, "rejected", assignment.max_score, flag), of)
            yield _Made(student, *name, record, handed_in, {})
        elif draw < 0.058:
            flag = Flag("check-error", "cell beta-hidden ran into an error: NameError", True)
            record = Record(ungraded(student, "failed", assignment.max_score, flag), of)
            yield _Made(student, *name, record, handed_in, {})
        else:
            skill = chance.betavariate(5, 1.3)
            items = tuple(_items(assignment, skill, chance))
            measured = _measured(assignment, chance)
            if shared and chance.random() < 0.008:
                measured = chance.choice(shared)
            shared.append(measured)
            flags = (_pick(_REVIEW, chance),) if chance.random() < 0.04 else ()
            score = rounded(sum(item.score or 0 for item in items))
            status: records.Status = "review" if flags else "graded"
            verdict = Verdict(student, status, score, assignment.max_score, items, flags)
            seconds = round(0.8 * chance.lognormvariate(0, 0.35), 3)
            lost = [item.id for item in items if (item.score or 0) < item.max_score]
            by_hand = {lost[0]: 0.25} if lost and chance.random() < 0.02 else {}
            record = Record(verdict, of, "", measured, seconds)
            yield _Made(student, *name, record, handed_in, by_hand)


def _pick(weighted: tuple[tuple[int, Any], ...], chance: random.Random) -> Any:
    return chance.choices([one for _, one in weighted], [weight for weight, _ in weighted])[0]


def _items(assignment: Assignment, skill: float, chance: random.Random) -> Iterator[Item]:
    """What a student earns: a model is right, deviates, raises or is not written, as a whole."""
    fate: dict[str, tuple[str, Any]] = {}
    for place, cell in enumerate(assignment.tests):
        group, _, kind = cell.grade_id.partition("-")
        if group not in fate:
            right = chance.random() < skill - 0.02 * place / 4
            bad = chance.choices(("deviates", "raises", "stub"), (6, 3, 3))[0]
            what = _pick(_WRONG, chance) if bad == "deviates" else _pick(_RAISED, chance)
            fate[group] = ("right", None) if right else (bad, what)
        owner = f"{group.capitalize()}CNN"
        state, what = fate[group]
        item = Item(cell.grade_id, cell.points, cell.points, "✔ đạt.")
        if state == "stub":
            item = Item(cell.grade_id, 0.0, cell.points, reasons.not_written(owner, True))
        elif kind in ("visible", "hidden") and state == "raises":
            item = Item(cell.grade_id, 0.0, cell.points, f"{owner} chưa chạy được: {what}.")
        elif kind == "hidden" and state == "deviates":
            earned = 0.0 if what.field in ("type", "missing", "extra") else 0.75 * cell.points
            said = texts.PARTLY.format(earned=earned, points=1) if earned else texts.CHANGE_WRONG
            message = f"{said}\n{texts.report([what])}"
            item = Item(cell.grade_id, earned, cell.points, message, findings=(what,))
        elif "check" in kind and chance.random() > 0.55 + 0.45 * skill:
            message = texts.NO_OPINION if chance.random() < 0.3 else _CONTRADICTED
            item = Item(cell.grade_id, 0.0, cell.points, message)
        yield item


def _measured(assignment: Assignment, chance: random.Random) -> dict[str, dict[str, list[float]]]:
    """About what the reference runs measured, on a machine of the student's own."""
    runs = assignment.lab.reference_runs
    speed = chance.lognormvariate(-0.2, 0.6)
    found = {}
    for model in runs[0]:
        accuracies = [run[model]["accuracy"] for run in runs if run[model]["accuracy"] > 50]
        seconds = fmean(run[model]["seconds"] for run in runs)
        accuracy = chance.gauss(fmean(accuracies), max(0.25, pstdev(accuracies)))
        if model == "LeNet" and chance.random() < 0.35:
            accuracy = chance.choice((9.8, 10.1, 10.28, 11.35))
        time = seconds * speed * chance.lognormvariate(0, 0.08)
        found[model] = {
            "accuracy": [round(min(accuracy, 99.4), 2)],
            "seconds": [round(max(time, 1.2), 1)],
        }
    return found


def _book(root: Path, assignment: Assignment, everyone: list[_Made]) -> None:
    """The gradebook, as releasing and grading leave it."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "cs2230") as book:
        entered = book.add_assignment("lenet", duedate=DUE)
        notebook = book.add_notebook("lenet", "lenet")
        cells = {
            cell.grade_id: book.add_grade_cell(
                cell.grade_id, "lenet", "lenet", max_score=cell.points, cell_type="code"
            ).id
            for cell in assignment.tests
        }
        db = book.db
        rows: dict[type, list[dict[str, Any]]] = {
            Student: [], SubmittedAssignment: [], SubmittedNotebook: [], Grade: [],
        }  # fmt: skip
        for one in everyone:
            rows[Student].append({"id": one.id, "last_name": one.last, "first_name": one.first})
            if one.record is None or one.record.verdict.score is None:
                continue
            rows[SubmittedAssignment].append({
                "id": f"a{one.id}", "assignment_id": entered.id, "student_id": one.id,
                "timestamp": one.handed_in,
            })  # fmt: skip
            rows[SubmittedNotebook].append({
                "id": f"n{one.id}", "assignment_id": f"a{one.id}", "notebook_id": notebook.id,
                "late_submission_penalty": 0.0,
            })  # fmt: skip
            rows[Grade] += [
                {
                    "id": f"{one.id}-{place}", "notebook_id": f"n{one.id}",
                    "cell_id": cells[item.id], "auto_score": item.score,
                    "manual_score": one.by_hand.get(item.id), "needs_manual_grade": False,
                }
                for place, item in enumerate(one.record.verdict.items)
            ]  # fmt: skip
        for table, made in rows.items():
            db.bulk_insert_mappings(table, made)
        db.commit()
