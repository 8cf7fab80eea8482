"""The observation questions, judged by what the student measured."""

from __future__ import annotations

from typing import Any

from lenetlab.checks import texts
from lenetlab.checks.architecture import CheckFailed
from lenetlab.checks.context import current, supporting

# Percentage points: "about equal" means a difference of at most EQUAL; this close to that border
# either answer earns the credit, since another run would fall on the other side.
EQUAL, BORDER = 1.0, 0.3
# Training times, as a ratio: this close to 1 nobody can tell faster from slower on a busy machine.
# There the notebook accepts each of the three answers on time; "about as fast or faster" also where
# a model is faster, alone or with "faster", because it is true of it.
NEAR = 0.10

_PARAMETERS = {"fewer": 0, "more": 1, "same": 2}
_FASTER, _SLOWER, _AS_FAST = 3, 4, 5
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
    own = _judge({choice}, texts.OPINIONS[choice], "accuracy", first, second)
    print(texts.CHOICE_FITS.format(source=texts.OWN_SOURCE if own else texts.REFERENCE_SOURCE))


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
    try:
        _judge_times(chosen & set(_TIMES), variant, baseline)
    except CheckFailed as complaint:
        complaints.append(str(complaint))
    if len(complaints) == 2:
        raise CheckFailed("\n".join(complaints))
    if complaints:
        earned = points / 2
        shares = {"earned": texts.number(earned), "points": texts.number(points)}
        print(texts.FACTS_HALF.format(**shares, complaint=complaints[0]))
        return earned
    print(texts.FACTS_FIT)
    return None


def _judge_times(chosen: set[int], variant: str, baseline: str) -> None:
    """Judge the answers on training time.

    Raises:
        CheckFailed: there are none, they contradict each other, or the measurements them.
    """
    if not chosen:
        raise CheckFailed(texts.TIME_UNSAID.format(first=variant, second=baseline))
    if _SLOWER in chosen and len(chosen) > 1:
        raise CheckFailed(texts.TIME_CONFUSED)
    opinion = "”, “".join(_TIMES[choice] for choice in sorted(chosen))
    _judge(chosen, opinion, "seconds", variant, baseline)


def _judge(chosen: set[int], opinion: str, key: str, first: str, second: str) -> bool:
    """Judge what was chosen by measurements; returns whether they are the student's own.

    Raises:
        CheckFailed: there are none, or they contradict the ``opinion``.
        ValueError: nobody's could be known: that is the lab's fault.
    """
    pairs, own = supporting(first, second, key)
    if not pairs and key not in current().kinds:
        raise ValueError(
            f"nothing to judge {first} and {second} by: lab.toml has no sentence for {key}, and "
            "no reference run has both"
        )
    said = {"first": first, "second": second, "opinion": opinion}
    if not pairs:
        raise CheckFailed(texts.NOT_MEASURED.format(**said, known=_known(first, second, key)))
    true_answers = {"accuracy": _true_choices, "seconds": _true_times}[key]
    if any(chosen <= true_answers(a, b, own) for a, b in pairs):
        return own
    if own:
        a, b = (texts.figures(key, _own(model, key)) for model in (first, second))
        apart = texts.number(abs(pairs[0][0] - pairs[0][1]), 2)
        note = texts.APART[key].format(difference=apart) if len(pairs) == 1 else texts.SEVERAL_RUNS
        raise CheckFailed(texts.CONTRADICTED[key].format(**said, a=a, b=b, note=note))
    ranges = ", ".join(
        texts.spread(name, key, values)
        for name, values in zip((first, second), zip(*pairs, strict=True), strict=True)
    )
    known = _known(first, second, key)
    raise CheckFailed(texts.UNSUPPORTED[key].format(**said, known=known, ranges=ranges))


def _own(model: str, key: str, *, doubtful: bool = False) -> list[float]:
    """The student's figures of a model."""
    context = current()
    return (context.doubtful if doubtful else context.measured).get(model, {}).get(key, [])


def _known(first: str, second: str, key: str) -> str:
    """What of the two models the notebook shows and what it does not."""
    parts = []
    for model in (first, second):
        if figures := _own(model, key):
            parts.append(texts.SHOWN.format(model=model, figures=texts.figures(key, figures)))
        elif figures := _own(model, key, doubtful=True):
            parts.append(texts.DOUBTFUL.format(model=model, figures=texts.figures(key, figures)))
        else:
            parts.append(texts.NOT_SHOWN.format(model=model))
    if parts == [texts.NOT_SHOWN.format(model=model) for model in (first, second)]:
        parts = [texts.NEITHER_SHOWN.format(first=first, second=second)]
    other = texts.OTHER_DATA if current().other_data else ""
    return texts.KNOWN.format(what=texts.KINDS[key], parts="; ".join(parts), other=other)


def _true_choices(first: float, second: float, own: bool) -> set[int]:
    """Answers that two accuracies (per cent) support."""
    difference = first - second
    # Several runs show by themselves how far another run may fall: they need no border.
    # 1e-9: figures are printed with two digits, and 98.5 - 97.5 is not quite 1 in binary.
    border = (BORDER if own else 0) + 1e-9
    answers = set()
    if abs(difference) <= EQUAL + border:
        answers.add(3)
    if abs(difference) >= EQUAL - border:
        answers.add(1 if difference > 0 else 2)
    return answers


def _true_times(first: float, second: float, _own: bool) -> set[int]:
    """Answers that two training times support."""
    ratio = first / second
    answers = set()
    if ratio < 1 + NEAR:
        answers.add(_FASTER)
    if ratio > 1 - NEAR:
        answers.add(_SLOWER)
    if ratio <= 1 + 2 * NEAR:  # "about as fast" reaches to NEAR, and its border is as wide
        answers.add(_AS_FAST)
    return answers
