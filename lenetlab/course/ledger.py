"""Every change of a score, in two tables beside nbgrader's, written by the database itself.

Triggers note what changes in nbgrader's table of grades, whoever changes it: a command of this
package or of nbgrader, the formgrader, a script. What a first grading enters is no change.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import Gradebook
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    event,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lenetlab.course.ledger_triggers import statements

# The causes of changes:
# submission  another file was handed in
# test        the master's tests, or the lab's figures, are others
# engine      this package or the libraries are others; or the machine has come to another result
# lateness    points for being late: the due date, or when it was handed in
# person      in the formgrader or by ``lenetlab decide``
# removed     the submission or the test is no longer in the gradebook
PENALTY = "late_submission_penalty"  # in place of an item's id, with the points taken off

_tables = MetaData()
CHANGES = Table(
    "lenetlab_change",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("student", String(128), nullable=False),
    Column("assignment", String(128), nullable=False),
    Column("item", String(128), nullable=False),
    Column("old", Float),
    Column("new", Float),
    Column("cause", String(128), nullable=False),
    Column("person", String(128), nullable=False),
    Column("at", DateTime, nullable=False),
    Index("lenetlab_change_of", "student", "assignment", "item"),
)
ATTEMPTS = Table(
    "lenetlab_attempt",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("student", String(128), nullable=False),
    Column("assignment", String(128), nullable=False),
    Column("content", String(128), nullable=False),  # of the file, see notebook/fingerprint.py
    Column("tests", String(128), nullable=False),
    Column("engine", String(128), nullable=False),
    Column("handed_in", DateTime),
    Column("graded", DateTime, nullable=False),
    Column("cause", String(128), nullable=False),  # of the changes that its grading makes
    Column("score", Float),  # once another attempt counts
    Index("lenetlab_attempt_of", "student", "assignment", "content", unique=True),
)
_VERSION = Table("lenetlab_version", _tables, Column("version", Integer, nullable=False))


@dataclass(frozen=True)
class Change:
    """A score that changed; times are in UTC. ``person`` is empty where it is not known who."""

    student: str
    item: str
    old: float | None
    new: float | None
    cause: str  # one of those above, or several of the first three, joined by "+"
    person: str
    at: datetime


# --- the tables -----------------------------------------------------------------------------------


def _first(engine: Engine) -> None:
    _tables.create_all(engine)


_MIGRATIONS: tuple[Callable[[Engine], None], ...] = (_first,)  # in order, none ever changed


def prepare(engine: Engine) -> None:
    """Bring the ledger of a gradebook, which nbgrader has made, to this version.

    Raises:
        SQLAlchemyError: the database takes nothing.
    """
    with engine.connect() as db:
        missing = not engine.dialect.has_table(db, _VERSION.name)
        version = 0 if missing else db.scalar(select(func.max(_VERSION.c.version))) or 0
        found = set(db.scalars(text(_TRIGGERS[engine.dialect.name])))
    for number, migrate in enumerate(_MIGRATIONS[version:], version + 1):
        migrate(engine)
        with engine.begin() as db:
            db.execute(_VERSION.insert().values(version=number))
    # nbgrader's own migrations may build a table anew, which drops its triggers.
    triggers = statements(engine.dialect.name)
    if triggers.keys() - found:
        with engine.begin() as db:
            for name, parts in triggers.items():
                if name not in found:
                    for part in parts:
                        db.execute(text(part))


_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def guard_nbgrader() -> None:
    """Have each gradebook that this process opens keep the ledger."""
    opened = getattr(Gradebook.__init__, "opened", Gradebook.__init__)

    def opening(self: Gradebook, *arguments: Any, **keywords: Any) -> None:
        opened(self, *arguments, **keywords)
        try:
            if self.engine.dialect.name in _TRIGGERS:
                prepare(self.engine)
        except SQLAlchemyError:  # one that can only be read is read; the next one to write prepares
            self.db.rollback()

    opening.opened = opened  # type: ignore[attr-defined]
    Gradebook.__init__ = opening


# --- lines ----------------------------------------------------------------------------------------


def changes(
    db: Session, assignment: str, student: str | None = None, after: int = 0
) -> list[Change]:
    """The changes of an assignment's scores, in order: all, one student's, those after a line."""
    c = CHANGES.c
    found = select(c.student, c.item, c.old, c.new, c.cause, c.person, c.at)
    found = found.where(c.assignment == assignment, c.id > after).order_by(c.id)
    if student is not None:
        found = found.where(c.student == student)
    return [Change(*row) for row in db.execute(found)]


def last(db: Session) -> int:
    """The last line: what :func:`changes` and :func:`sign` begin after."""
    return db.scalar(select(func.max(CHANGES.c.id))) or 0


def user() -> str:
    """Who works here: the account of JupyterHub, or of the machine."""
    try:
        return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""


def sign(db: Session, person: str, after: int) -> None:
    """Put a name to what a person has changed after that line."""
    unsigned = (CHANGES.c.id > after, CHANGES.c.cause == "person", CHANGES.c.person == "")
    db.execute(update(CHANGES).where(*unsigned).values(person=person))


def sign_all(person: str) -> None:
    """Put the name to whatever this process changes by hand: it is one person's formgrader."""

    def begins(db: Session, *_: Any) -> None:
        if any(type(entry).__name__ == "Grade" for entry in db.dirty):
            with db.no_autoflush:
                db.info[_LAST] = last(db)

    def flushed(db: Session, _: Any) -> None:
        if _LAST in db.info:
            sign(db, person, db.info.pop(_LAST))

    if not _signing:
        _signing.append(person)
        event.listen(Session, "before_flush", begins)
        event.listen(Session, "after_flush", flushed)


_LAST = "lenetlab_last_line"  # in a session: of the ledger, before what is being flushed
_signing: list[str] = []
