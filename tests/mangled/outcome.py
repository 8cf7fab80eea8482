"""What came of a mangled notebook, beside what a fair teaching assistant expects."""

from __future__ import annotations

from typing import Literal

from lenetlab.records import Verdict

from . import Case, originals

Outcome = Literal["right", "needless review", "silent loss", "gain", "abort"]
OUTCOMES: tuple[Outcome, ...] = ("right", "needless review", "silent loss", "gain", "abort")
LEAST = 0.001


def outcome(case: Case, verdict: Verdict) -> Outcome:
    """Which outcome the verdict is.

    Where a case is ambiguous, a person who is asked settles it: then points do not matter.
    """
    if verdict.status not in ("graded", "review", "rejected"):
        return "abort"
    if case.expected == "rejected":
        return "right" if verdict.status == "rejected" and verdict.flags else "gain"
    asked = verdict.status != "graded"
    if asked and case.expected != "same":
        return "right" if verdict.flags else "abort"
    more, less = differences(case, verdict)
    if more:
        return "gain"
    if asked:
        return "needless review"
    return "silent loss" if less and case.expected != "gone" else "right"


def differences(case: Case, verdict: Verdict) -> tuple[dict[str, float], dict[str, float]]:
    """The items with more points than the original has, and those with less."""
    before = originals.points(case.original)
    after = {item.id: item.score or 0.0 for item in verdict.items}
    changes = {item: after.get(item, 0.0) - points for item, points in before.items()}
    return (
        {item: by for item, by in changes.items() if by > LEAST},
        {item: by for item, by in changes.items() if by < -LEAST},
    )


def reason(case: Case, verdict: Verdict) -> str:
    """One line: what changed, and what the flags say."""
    parts = [
        f"{item} {by:+g}" for found in differences(case, verdict) for item, by in found.items()
    ]
    parts = parts[:6] + ["…"] * (len(parts) > 6)
    flags = [f"{flag.code}{'!' if flag.review else ''}: {flag.message}" for flag in verdict.flags]
    return f"{verdict.status} {verdict.score}; {', '.join(parts)}; " + " | ".join(flags)[:220]
