"""A labelled corpus of solutions that measures the grader.

The labels come from the written assignment and the notebook's header, never from the checks' code.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from .case import LAYER_FIELDS, VARIANTS, Case
from .left_open import open_cases
from .right import right_cases
from .wrong import wrong_cases

__all__ = ["LAYER_FIELDS", "VARIANTS", "Case", "all_cases", "right_cases", "sample", "wrong_cases"]


def all_cases() -> list[Case]:
    """Every case, the right ones first, those left open last, always in the same order."""
    cases = [*right_cases(), *wrong_cases(), *open_cases()]
    for what, counts in (
        ("name", Counter(case.name for case in cases)),
        ("source", Counter((case.variant, case.source) for case in cases)),
    ):
        repeated = [key for key, count in counts.items() if count > 1]
        assert not repeated, f"{what} used more than once: {repeated}"
    return cases


def sample(cases: Sequence[Case], number: int) -> list[Case]:
    """About `number` of the cases, some of every kind, right and wrong apart."""
    kinds: dict[tuple[bool, str], list[Case]] = defaultdict(list)
    for case in cases:
        kinds[case.right, case.kind].append(case)
    chosen = []
    for turn, members in enumerate(kinds.values()):
        share = max(1, round(number * len(members) / len(cases)))
        step = len(members) / share
        chosen += [members[int((place + turn / len(kinds)) * step)] for place in range(share)]
    return chosen
