"""The observation questions, judged by what the student measured."""

from __future__ import annotations

from typing import Any

from lenetlab.checks import texts
from lenetlab.checks.architecture import CheckFailed
from lenetlab.checks.context import Pairs, supporting

# Percentage points: "about equal" means a difference of at most EQUAL; this close to that border
# either answer earns the credit, since another run would fall on the other side.
EQUAL, BORDER = 1.0, 0.3
# Training times, as a ratio: this close to 1 nobody can tell faster from slower on a busy machine.
NEAR = 0.10

_FEWER, _MORE, _SAME, _FASTER, _SLOWER, _AS_FAST = range(6)
_PARAMETERS = {"fewer": _FEWER, "more": _MORE, "same": _SAME}
_TIMES = {_FASTER: texts.FASTER, _SLOWER: texts.SLOWER, _AS_FAST: texts.AS_FAST}


def check_choice(choice: Any, *, first: str, second: str) -> None:
    """Judge one answer on two models' accuracies: 1 the first is better, 2 worse, 3 about equal.

    Raises:
        CheckFailed: no opinion, no such option, or the measurements contradict the answer.
    """
    if type(choice) is not int or choice not in range(4):
        raise CheckFailed(texts.NOT_ONE_OPTION)
    if choice == 0:
        raise CheckFailed(texts.NO_OPINION)
    pairs, own = supporting(first, second, "accuracy")
    if not pairs:
        raise CheckFailed(texts.NOT_MEASURED.format(first=first, second=second))
    # Several runs show by themselves how far another run may fall: they need no border.
    border = BORDER if own else 0.0
    if choice in {answer for pair in pairs for answer in _true_answers(*pair, border)}:
        source = texts.OWN_SOURCE if own else texts.REFERENCE_SOURCE
        print(texts.CHOICE_FITS.format(source=source))
        return
    names = {"first": first, "second": second, "opinion": texts.OPINIONS[choice]}
    if own:
        a, b = pairs[0]
        raise CheckFailed(
            texts.CHOICE_CONTRADICTED.format(**names, a=a, b=b, difference=abs(a - b))
        )
    ranges = _ranges(first, second, pairs, "%")
    raise CheckFailed(texts.CHOICE_UNSUPPORTED.format(**names, ranges=ranges))


def check_facts(
    choices: Any, *, variant: str, baseline: str, parameters: str, points: float
) -> float | None:
    """Judge several answers on a variant: half the points for parameters, half for the time.

    ``parameters`` is ``"fewer"``, ``"more"`` or ``"same"``. Returns None for full points, half the
    points where one of the two halves is right.

    Raises:
        CheckFailed: neither half is right, or the answer is no list of options.
    """
    if not isinstance(choices, (list, tuple, set)) or not all(
        type(c) is int and c in range(6) for c in choices
    ):
        raise CheckFailed(texts.NOT_OPTIONS)
    chosen = set(choices)
    if not chosen:
        raise CheckFailed(texts.NO_OPTION)
    complaints = []
    if chosen & set(_PARAMETERS.values()) != {_PARAMETERS[parameters]}:
        complaints.append(texts.PARAMETERS_WRONG.format(variant=variant, baseline=baseline))
    time_complaint = _complaint_on_time(chosen & set(_TIMES), variant, baseline)
    if time_complaint:
        complaints.append(time_complaint)
    if len(complaints) == 2:
        raise CheckFailed("\n".join(complaints))
    if complaints:
        earned = points / 2
        print(texts.FACTS_HALF.format(earned=earned, points=points, complaint=complaints[0]))
        return earned
    print(texts.FACTS_FIT)
    return None


def _true_answers(first: float, second: float, border: float) -> set[int]:
    """Answers that two accuracies (per cent) support, either one within ``border`` of EQUAL."""
    difference = first - second
    answers = set()
    # 1e-9: figures are printed with two digits, and 98.5 - 97.5 is not quite 1 in binary.
    if abs(difference) <= EQUAL + border + 1e-9:
        answers.add(3)
    if abs(difference) >= EQUAL - border - 1e-9:
        answers.add(1 if difference > 0 else 2)
    return answers


def _complaint_on_time(chosen: set[int], variant: str, baseline: str) -> str | None:
    """Why the answers on training time are wrong, None where they are right."""
    names = {"variant": variant, "baseline": baseline}
    if not chosen:
        return texts.TIME_UNSAID.format(**names)
    if _SLOWER in chosen and len(chosen) > 1:
        return texts.TIME_CONFUSED
    pairs, own = supporting(variant, baseline, "seconds")
    if not pairs:
        return texts.NOT_MEASURED.format(first=variant, second=baseline)
    if any(chosen <= _true_times(a / b) for a, b in pairs):
        return None
    opinion = "”, “".join(_TIMES[choice] for choice in sorted(chosen))
    if own:
        a, b = pairs[0]
        return texts.TIME_CONTRADICTED.format(**names, opinion=opinion, a=a, b=b)
    ranges = _ranges(variant, baseline, pairs, texts.SECONDS)
    return texts.TIME_UNSUPPORTED.format(**names, opinion=opinion, ranges=ranges)


def _true_times(ratio: float) -> set[int]:
    """Answers that a ratio of training times, variant to baseline, supports."""
    answers = set()
    if ratio < 1 + NEAR:
        answers.add(_FASTER)
    if ratio > 1 - NEAR:
        answers.add(_SLOWER)
    if ratio <= 1 + 2 * NEAR:  # "about as fast" reaches to NEAR, and its border is as wide
        answers.add(_AS_FAST)
    return answers


def _ranges(first: str, second: str, pairs: Pairs, unit: str) -> str:
    return ", ".join(
        texts.RANGE.format(name=name, least=min(values), most=max(values), unit=unit)
        for name, values in zip((first, second), zip(*pairs, strict=True), strict=True)
    )
