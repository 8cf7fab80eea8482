"""``lenetlab decide``: points or a comment for everyone who has the same finding."""

from __future__ import annotations

import sys
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated

import typer
from rich.table import Table

from lenetlab.cli.explain import did_you_mean
from lenetlab.cli.options import (
    AssignmentName,
    CourseFolder,
    InLanguage,
    app,
    course_of,
    err,
    language_of,
    out,
)
from lenetlab.course import class_report, decisions, lock, lookup
from lenetlab.course.classroom import Classroom
from lenetlab.course.decisions import Decision, Outcome
from lenetlab.course.directory import Course, CourseError, nbgrader_api
from lenetlab.pages import report_findings
from lenetlab.pages.report_findings import Kind
from lenetlab.terminal.changes import show_changes
from lenetlab.terminal.text import Wording, escape, escape_name

_FEW = 5  # students that are named


@app.command()
def decide(
    group: Annotated[
        str | None,
        typer.Argument(help="A group's code; without one the groups are listed."),
    ] = None,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    score: Annotated[
        float | None, typer.Option(help="Points for the item, in place of the automatic ones.")
    ] = None,
    add: Annotated[
        float | None, typer.Option(help="Points to add to the automatic ones, or with - to take.")
    ] = None,
    comment: Annotated[str, typer.Option(help="A comment for the students, in Vietnamese.")] = "",
    item: Annotated[
        str | None, typer.Option(help="For this item alone, such as beta-hidden.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Enter it for several students or items unasked.")
    ] = False,
    lang: InLanguage = None,
) -> None:
    """Give everyone who has the same finding points or a comment, as a person's decision.

    What would change for several students or items is shown first, and you are asked.
    They are nbgrader's manual scores and comments: the formgrader shows them and can change them,
    and grading again leaves them. What a person has scored before is left alone.
    """
    where = course_of(folder, name, True)
    assignment, everyone = lookup.everyone(where)
    wording = Wording.of(assignment, language_of(lang))
    # By what was found, whatever a person has given since: who that is of is listed as left alone.
    found = [replace(one, verdict=one.record.verdict) if one.record else one for one in everyone]
    data = class_report.gather(where, assignment, found, [], where.root)
    groups = [*report_findings.deviations(data), *report_findings.causes(data)]
    if group is None:
        _show(groups, wording)
        return
    if score is None and add is None and not comment.strip():
        raise CourseError("What is decided? Say --score, --add or --comment.")
    if score is not None and add is not None:
        raise CourseError("--score gives points, --add changes them: say one of them.")
    known = [cell.grade_id for cell in assignment.tests]
    if item is not None and item not in known:
        near = get_close_matches(item.casefold(), known, 1, 0.5)
        raise CourseError(f"There is no item {item}.{did_you_mean(near)}")
    chosen = _items(_named(groups, group), item)
    decision = Decision(score, add, comment.strip())
    if not yes and sum(map(len, chosen.values())) > 1:
        with lock.changing(where.root, "decide"):
            tried = decisions.decide(where, assignment, chosen, decision, dry_run=True)
        _ask(tried, wording)
    with lock.changing(where.root, "decide"):
        outcome = decisions.decide(where, assignment, chosen, decision)
        _write_pages(where, sorted(chosen))
    _tell("decided", outcome.scored, wording)
    _tell("commented", outcome.commented, wording)
    _tell("left-alone", outcome.left, wording)


def _tell(label: str, pairs: list[tuple[str, str]], wording: Wording) -> None:
    if pairs:
        told = ", ".join(f"{escape_name(who)} ({name})" for who, name in pairs)
        out.print(f"{wording.label(label)} {told}", soft_wrap=True)


def _ask(tried: Outcome, wording: Wording) -> None:
    """Show what would change and ask; end here unless the answer is yes.

    Raises:
        CourseError: nobody can be asked.
    """
    if not tried.scored and not tried.commented:
        return
    if tried.changes:
        show_changes(out, tried.changes, wording, planned=True, title="decision")
    _tell("decision-comments", tried.commented, wording)
    _tell("left-alone", tried.left, wording)
    if not sys.stdin.isatty():
        raise CourseError("Nothing was changed: say --yes to enter this for all of them unasked.")
    typer.confirm(wording.label("decision-sure"), abort=True, err=True)


def _show(groups: list[Kind], wording: Wording) -> None:
    if not groups:
        out.print(wording.label("no-groups"))
        return
    table = Table(title=wording.label("groups"), title_justify="left")
    table.add_column(wording.label("group"), no_wrap=True)
    table.add_column(wording.label("finding"), overflow="fold")
    table.add_column(wording.label("students"), overflow="fold")
    table.add_column(wording.label("item"), overflow="fold")
    for kind in groups:
        names = ", ".join(escape_name(one) for one in list(kind.students)[:_FEW])
        more = ", …" if kind.n > _FEW else ""
        items = sorted({item for items in kind.items.values() for item in items})
        students = f"{kind.n}: {names}{more}"
        table.add_row(kind.code, escape(kind.title), students, escape(", ".join(items)))
    out.print(table)


def _named(groups: list[Kind], code: str) -> Kind:
    found = [kind for kind in groups if kind.code.startswith(code.casefold())]
    if len(found) == 1:
        return found[0]
    raise CourseError(
        f"{'Several groups begin' if found else 'No group begins'} with {code}; "
        "'lenetlab decide' lists them."
    )


def _items(kind: Kind, item: str | None) -> dict[str, set[str]]:
    if item is None:
        return kind.items
    chosen = {who: items & {item} for who, items in kind.items.items() if item in items}
    if not chosen:
        known = ", ".join(sorted({name for items in kind.items.values() for name in items}))
        raise CourseError(f"Nobody in this group has lost points in {item}, but in {known}.")
    return chosen


def _write_pages(where: Course, students: list[str]) -> None:
    """Write the feedback pages again, which show what was decided."""
    try:
        with nbgrader_api(where) as api:
            Classroom(where, api).write_feedback(students, lambda _: None)
    except CourseError as error:  # a master that has changed, for instance; the decision stands
        err.print(f"[yellow]no pages:[/] {escape(str(error))}", soft_wrap=True)
