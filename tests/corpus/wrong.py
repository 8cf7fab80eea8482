"""Wrong solutions of every variant."""

from .case import Case
from .wrong_activations import activation_cases
from .wrong_branches import branch_cases
from .wrong_combined import combined_cases
from .wrong_fields import field_cases
from .wrong_forgotten import forgotten_cases
from .wrong_frozen import frozen_cases
from .wrong_layouts import layout_cases
from .wrong_mistakes import mistake_cases
from .wrong_no_graph import no_graph_cases
from .wrong_own_code import own_code_cases
from .wrong_separate import separate_cases
from .wrong_slips import slip_cases
from .wrong_structure import structure_cases
from .wrong_unfinished import unfinished_cases


def wrong_cases() -> list[Case]:
    """Every wrong case once: of two that are the same code, the one that names the wrong field."""
    cases = [
        *field_cases(),
        *structure_cases(),
        *branch_cases(),
        *activation_cases(),
        *layout_cases(),
        *mistake_cases(),
        *forgotten_cases(),
        *own_code_cases(),
        *unfinished_cases(),
        *combined_cases(),
        *separate_cases(),
        *frozen_cases(),
        *no_graph_cases(),
        *slip_cases(),
    ]
    distinct: dict[tuple[str, str], Case] = {}
    for case in sorted(cases, key=lambda case: case.field is None):
        distinct.setdefault((case.variant, case.source), case)
    return list(distinct.values())
