"""Time: how long students trained, how long grading took, when work was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lenetlab.pages.report_data import ClassData, Student
from lenetlab.pages.report_measured import believable
from lenetlab.pages.report_numbers import Spread, spread
from lenetlab.pages.report_scores import Column, columns

_MOST_COLUMNS = 24
_DAY, _HOUR = 24 * 3600.0, 3600.0
_LONG_BEFORE = 30 * _DAY  # what was handed in earlier is counted in the first column


@dataclass(frozen=True)
class Training:
    """Seconds of training that a notebook shows, all its runs together."""

    spread: Spread
    columns: list[Column]
    is_cut: bool  # the last column holds all that are longer, too


def training(data: ClassData) -> Training | None:
    """The class's time of training; None where no notebook shows any."""
    models = set(data.models)
    sums = []
    for one in data.students:
        runs = [
            believable("seconds", kinds.get("seconds", ()))
            for model, kinds in one.measured.items()
            if model in models or not models
        ]
        sums.append(sum(map(sum, runs)))
    found = [seconds for seconds in sums if seconds > 0]
    spread_out = spread(found)
    if spread_out is None:
        return None
    # A few that left a notebook running all night would leave one column for all others.
    in_order = sorted(found)
    most = min(in_order[-1], 3 * in_order[int(0.95 * (len(in_order) - 1))])
    return Training(spread_out, columns(found, 0.0, most, _MOST_COLUMNS), most < in_order[-1])


@dataclass(frozen=True)
class Grading:
    """Seconds that grading took for a notebook."""

    spread: Spread
    total: float
    longest: Student


def grading(data: ClassData) -> Grading | None:
    """The time of grading; None where no record has it."""
    timed = [one for one in data.students if one.seconds > 0]
    spread_out = spread([one.seconds for one in timed])
    if spread_out is None:
        return None
    total = sum(one.seconds for one in timed)
    return Grading(spread_out, total, max(timed, key=lambda one: one.seconds))


@dataclass(frozen=True)
class HandedIn:
    """When work was handed in: in spans as a person counts them, and in equal columns.

    ``columns`` are in units of ``unit`` seconds, after the due date where there is one (so most are
    negative), else after the first day's beginning.
    """

    n: int
    due: datetime | None
    spans: list[tuple[str, int]]
    late: int
    first: datetime
    last: datetime
    columns: list[Column]
    unit: float


def handed_in(data: ClassData) -> HandedIn | None:
    """The times of handing in; None where none is known."""
    timed = [one for one in data.students if one.handed_in]
    times = sorted(one.handed_in for one in timed if one.handed_in)
    if not times:
        return None
    known = {one.due for one in timed if one.due}
    due = known.pop() if len(known) == 1 else None
    since = due or times[0].replace(hour=0, minute=0, second=0, microsecond=0)
    after = [(time - since).total_seconds() for time in times]
    least, most = max(after[0], -_LONG_BEFORE), min(after[-1], _LONG_BEFORE)
    unit = _DAY if most - least > 2 * _DAY else _HOUR
    # Columns begin on whole units, so that one ends at the due date.
    begin, end = least // unit, most // unit + 1
    number = int(end - begin)
    return HandedIn(
        n=len(times),
        due=due,
        spans=_spans(after) if due else _days(times),
        late=sum(seconds > 0 for seconds in after) if due else 0,
        first=times[0],
        last=times[-1],
        columns=columns([seconds / unit for seconds in after], begin, end, number),
        unit=unit,
    )


def _spans(after: list[float]) -> list[tuple[str, int]]:
    """How many handed in how long before or after the due date."""
    edges = [
        ("sớm hơn 7 ngày", -float("inf"), -7 * _DAY),
        ("trước hạn 3–7 ngày", -7 * _DAY, -3 * _DAY),
        ("trước hạn 1–3 ngày", -3 * _DAY, -_DAY),
        ("ngày cuối, trước giờ chót", -_DAY, -_HOUR),
        ("giờ cuối", -_HOUR, 0.0),
        ("muộn đến 1 ngày", 0.0, _DAY),
        ("muộn hơn 1 ngày", _DAY, float("inf")),
    ]
    # At the very second of the due date is in time, as nbgrader counts.
    counted = [(word, sum(least < s <= most for s in after)) for word, least, most in edges]
    return [(word, n) for word, n in counted if n]


def _days(times: list[datetime]) -> list[tuple[str, int]]:
    """How many handed in on each day; of many days, the first and the last ones together."""
    days: dict[str, int] = {}
    for time in times:
        text = f"{time.day}/{time.month}/{time.year}"
        days[text] = days.get(text, 0) + 1
    found = list(days.items())
    if len(found) > 14:
        rest = sum(n for _, n in found[13:])
        found = [*found[:13], ("những ngày sau đó", rest)]
    return found


def span_of(unit: float) -> str:
    """What a column of the picture is: a day or an hour."""
    return "ngày" if timedelta(seconds=unit) >= timedelta(days=1) else "giờ"
