"""The files of a student that were graded, one after another: when, by what, for how many points.

The one that was graded last counts. Each one's graded notebook and record stay in
``autograded/<student>/<assignment>.attempts/``.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader import api
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lenetlab.course.directory import Course
from lenetlab.course.ledger import ATTEMPTS
from lenetlab.records import rounded

_PARTS = ("content", "tests", "engine")  # of a fingerprint
_CAUSES = {"content": "submission", "tests": "test", "engine": "engine"}
_FIRST = "first"


@dataclass(frozen=True)
class Attempt:
    """A graded file; times are in UTC. ``score`` is None while this one counts."""

    content: str
    handed_in: datetime | None
    graded: datetime
    score: float | None


def announce(
    db: Session, assignment: str, student: str, of: str, handed_in: datetime | None
) -> None:
    """Enter what is about to be graded, and with that why scores change, if any do.

    ``of`` is the fingerprint; see :mod:`lenetlab.notebook.fingerprint`.
    :func:`settle` says that it was entered.
    """
    parts = dict(zip(_PARTS, of.split("-"), strict=True))
    mine = (ATTEMPTS.c.student == student, ATTEMPTS.c.assignment == assignment)
    db.execute(delete(ATTEMPTS).where(*mine, ATTEMPTS.c.cause != ""))  # never entered
    known = db.execute(select(ATTEMPTS).where(*mine).order_by(ATTEMPTS.c.graded)).all()
    cause = "engine"  # also where nothing has changed: it may come to another result
    if known:
        before = known[-1]._mapping
        changed = [_CAUSES[part] for part in _PARTS if before[part] != parts[part]]
        cause = "+".join(changed) or cause
        if before["content"] != parts["content"]:
            score = _score(db, assignment, student)
            db.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == before["id"]).values(score=score))
    elif _score(db, assignment, student) is None:
        cause = _FIRST  # else a score is of an earlier release of this package, without attempts
    now = datetime.now(UTC).replace(tzinfo=None)
    entered = parts | {"handed_in": handed_in, "graded": now, "cause": cause, "score": None}
    again = next((row.id for row in known if row.content == parts["content"]), None)
    if again is None:
        db.execute(ATTEMPTS.insert().values(student=student, assignment=assignment, **entered))
    else:
        db.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == again).values(**entered))


def settle(db: Session, assignment: str, student: str) -> None:
    """End what :func:`announce` began: what changes from now on has other causes."""
    mine = (ATTEMPTS.c.student == student, ATTEMPTS.c.assignment == assignment)
    db.flush()
    db.execute(update(ATTEMPTS).where(*mine, ATTEMPTS.c.cause != "").values(cause=""))


def _score(db: Session, assignment: str, student: str) -> float | None:
    """What the gradebook has, before it is changed; None where nothing was graded."""
    found = (
        db.query(api.SubmittedAssignment)
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .filter(api.Assignment.name == assignment)
        .filter(api.SubmittedAssignment.student_id == student)
        .one_or_none()
    )
    grades = [grade for notebook in found.notebooks for grade in notebook.grades] if found else []
    if all(grade.auto_score is None and grade.manual_score is None for grade in grades):
        return None
    late = sum(notebook.late_submission_penalty or 0.0 for notebook in found.notebooks)
    return rounded(max(0.0, found.score - late))


def attempts(db: Session, assignment: str) -> dict[str, list[Attempt]]:
    """Everyone's attempts, each one's in the order in which they were graded last.

    Empty where the gradebook has no ledger and takes none.
    """
    c = ATTEMPTS.c
    wanted = select(c.student, c.content, c.handed_in, c.graded, c.score)
    wanted = wanted.where(c.assignment == assignment, c.cause == "").order_by(c.graded)
    try:
        rows = db.execute(wanted).all()
    except DatabaseError:
        db.rollback()
        return {}
    found: dict[str, list[Attempt]] = {}
    for student, *values in rows:
        found.setdefault(student, []).append(Attempt(*values))
    return found


def keep(course: Course, student: str, of: str, notebook: Path, record: Path) -> None:
    """Keep the graded notebook and its record: the next attempt will stand in their place.

    Raises:
        OSError: the folder takes no file.
    """
    folder = course.attempts(student)
    content = of.partition("-")[0]
    folder.mkdir(exist_ok=True)
    for path, ending in ((notebook, "ipynb"), (record, "json")):
        kept = folder / f"{content}.{ending}"
        kept.unlink(missing_ok=True)
        _link(path, kept)


def _link(path: Path, kept: Path) -> None:
    try:
        os.link(path, kept)  # it takes no room; writing whole files leaves this one as it is
    except OSError:
        shutil.copy2(path, kept)
