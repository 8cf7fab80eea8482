"""The SQL that notes changes of scores, for SQLite and for PostgreSQL.

A score is what nbgrader counts: the manual one, else the automatic one, and extra credit.
"""

from __future__ import annotations

from string import Template

# A line, for the row $row of the grades. Without an earlier score it is none, unless there was one.
_LINE = Template(
    """
    INSERT INTO lenetlab_change (student, assignment, item, old, new, cause, person, at)
    SELECT s.student_id, a.name, c.name, $old, $new, $cause, '', $now
    FROM submitted_notebook n
    JOIN submitted_assignment s ON s.id = n.assignment_id
    JOIN assignment a ON a.id = s.assignment_id
    JOIN base_cell c ON c.id = $row.cell_id
    WHERE n.id = $row.notebook_id
    AND ($old IS NOT NULL OR EXISTS (
        SELECT 1 FROM lenetlab_change k
        WHERE k.student = s.student_id AND k.assignment = a.name AND k.item = c.name));
    """
)
# Points for being late, which the first grading enters without a line.
_LATE_LINE = Template(
    """
    INSERT INTO lenetlab_change (student, assignment, item, old, new, cause, person, at)
    SELECT s.student_id, a.name, 'late_submission_penalty', $old, $new, 'lateness', '', $now
    FROM submitted_assignment s
    JOIN assignment a ON a.id = s.assignment_id
    WHERE s.id = NEW.assignment_id
    AND COALESCE($attempt, '') <> 'first';
    """
)
_ATTEMPT = """(
        SELECT t.cause FROM lenetlab_attempt t
        WHERE t.student = s.student_id AND t.assignment = a.name
        ORDER BY t.graded DESC LIMIT 1)"""
_GRADED = f"COALESCE(NULLIF(NULLIF({_ATTEMPT}, ''), 'first'), 'engine')"
_CAUSE = Template(
    "CASE WHEN OLD.manual_score $differs NEW.manual_score "
    f"OR OLD.extra_credit $differs NEW.extra_credit THEN 'person' ELSE {_GRADED} END"
)
_NOW = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now')",  # as SQLAlchemy writes times
    "postgresql": "(now() AT TIME ZONE 'utc')",
}
_DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


def _score(row: str) -> str:
    parts = f"COALESCE({row}.manual_score, {row}.auto_score) + COALESCE({row}.extra_credit, 0)"
    return f"round(CAST({parts} AS NUMERIC), 6)"


def _late(row: str) -> str:
    return f"(0 - COALESCE({row}.late_submission_penalty, 0))"


def statements(dialect: str) -> dict[str, list[str]]:
    """For each trigger, by its name, the statements that make it."""
    now, differs = _NOW[dialect], _DIFFERS[dialect]
    cause = _CAUSE.substitute(differs=differs)
    old, new = _score("OLD"), _score("NEW")
    late = {"old": _late("OLD"), "new": _late("NEW"), "attempt": _ATTEMPT, "now": now}

    def line(row: str, old: str, new: str, cause: str) -> str:
        return _LINE.substitute(row=row, old=old, new=new, cause=cause, now=now)

    triggers = {  # when, on what, under which condition, and what is done
        "lenetlab_score_changed": (
            "UPDATE OF auto_score, manual_score, extra_credit ON grade",
            f"{old} {differs} {new}",
            line("NEW", old, new, cause),
        ),
        "lenetlab_score_entered": (
            "INSERT ON grade",
            f"{new} IS NOT NULL",
            line("NEW", "NULL", new, _GRADED),
        ),
        "lenetlab_score_removed": (
            "DELETE ON grade",
            f"{old} IS NOT NULL",
            line("OLD", old, "NULL", "'removed'"),
        ),
        "lenetlab_penalty_changed": (
            "UPDATE OF late_submission_penalty ON submitted_notebook",
            f"{_late('OLD')} <> {_late('NEW')}",
            _LATE_LINE.substitute(late),
        ),
    }
    return {name: _made(dialect, name, *parts) for name, parts in triggers.items()}


def _made(dialect: str, name: str, when: str, condition: str, body: str) -> list[str]:
    head = f"CREATE TRIGGER {name} AFTER {when} FOR EACH ROW WHEN ({condition})"
    if dialect == "sqlite":
        return [f"{head} BEGIN {body} END"]
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN NULL; END $$"
    )
    return [function, f"{head} EXECUTE FUNCTION {name}()"]
