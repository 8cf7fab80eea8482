"""Verdicts on the corpus of right and wrong architectures, beside an ordinary autograder's.

Usage: ``python bench/verdicts.py [--every N] [--only TEXT] [--kernel N]``. The ordinary autograder
checks the number of layers, four types and one layer's behaviour. Every case takes both roads: the
student's live model, and the model carried through the snapshot and rebuilt; some run in a Jupyter
kernel too. Points are set beside those of a fair TA (the corpus's labels). Cases whose verdict the
assignment's text leaves open are counted apart.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lenetlab import grading  # noqa: E402 - the corpus is found from the root
from lenetlab.notebook.master import load  # noqa: E402
from tests.corpus import Case, all_cases, sample  # noqa: E402
from tests.corpus.judge import Judgement, build, carry, judge, notebook_namespace  # noqa: E402
from tests.corpus.judge_raising import raising_rows  # noqa: E402
from tests.corpus.kernel import at_home  # noqa: E402
from tests.corpus.measured_judge import measured_rows  # noqa: E402
from tests.corpus.raising import raising_cases  # noqa: E402

MASTER = ROOT / "source" / "lenet" / "lenet.ipynb"
MUCH = 0.25  # points; a difference from a fair TA's that is worth a look is larger


class Row(NamedTuple):
    """A case, judged on the student's live model and on the carried one."""

    case: Case
    live: Judgement
    carried: Judgement

    @property
    def difference(self) -> float | None:
        """Points given above a fair TA's, of the checks for which the text settles them."""
        if self.case.open:
            return None
        given = self.carried
        pairs = [(given.hidden, self.case.hidden), (given.visible, self.case.visible)]
        known = [points - fair for points, fair in pairs if fair is not None]
        return sum(known) if known else None


def judge_share(share: tuple[int, int, str]) -> list[Row]:
    """Judge every ``share[1]``-th case from ``share[0]`` on, of those named with ``share[2]``."""
    import keras

    warnings.simplefilter("ignore")  # Keras's, about how students write their models
    assignment = load(MASTER)
    namespace = notebook_namespace(assignment)
    rows = []
    cases = [case for case in all_cases() if share[2] in case.name]
    for number, case in enumerate(cases[share[0] :: share[1]]):
        if number % 200 == 0:
            keras.backend.clear_session()
        made = build(case, namespace)
        carried = None if made is None else carry(made)
        rows.append(Row(case, judge(case, made, assignment), judge(case, carried, assignment)))
    return rows


def names_layer_and_field(case: Case, judgement: Judgement) -> bool:
    """Whether the first message names the layer and the field that the case changed."""
    first = judgement.message.split("\n")[0]
    if first.startswith("Kiểm tra ẩn"):  # the verdict's own line comes before the findings
        first = judgement.message.split("\n")[1]
    if f"lớp {case.layer} " not in first.lower():
        return False
    words = {"missing": "Thiếu", "extra": "Thừa", "type": " cần là "}
    return words.get(str(case.field), f"{case.field}") in first


def print_matrix(console: Console, rows: list[Row]) -> None:
    """The confusion matrix with counts, and the cases in its wrong corners."""
    closed = [row for row in rows if not row.case.open]
    table = Table(title=f"{len(closed)} architectures")
    for column in (
        "grader",
        "right, full marks",
        "right, lost",
        "wrong, lost",
        "wrong, full marks",
    ):
        table.add_column(column, justify="left" if column == "grader" else "right")
    full: dict[str, Callable[[Row], bool]] = {
        "ordinary autograder": lambda row: row.live.baseline,
        "this, live model": lambda row: row.live.full,
        "this, carried model": lambda row: row.carried.full,
        "this, hidden check alone": lambda row: row.carried.hidden == 1.0,
    }
    for name, verdict in full.items():
        count = Counter((row.case.right, verdict(row)) for row in closed)
        pairs = ((True, True), (True, False), (False, False), (False, True))
        table.add_row(name, *(str(count[pair]) for pair in pairs))
    console.print(table)
    bad = [
        row
        for row in closed
        if row.case.right != row.carried.full or (row.case.right and row.live.hidden < 1.0)
    ]
    _list(
        console,
        bad,
        lambda row: (
            f"{row.carried.visible:g} + {row.carried.hidden:g}: "
            f"{' '.join(row.carried.message.split())[:160]}"
        ),
    )
    left_open = [row for row in rows if row.case.open]
    marks = sum(row.carried.full for row in left_open)
    console.print(f"Left open by the text: {marks} full marks, {len(left_open) - marks} less")


def print_roads(console: Console, rows: list[Row]) -> None:
    """Cases whose check is not worth the same on the live and on the carried model."""
    for check in ("visible", "hidden"):
        unlike = [row for row in rows if getattr(row.live, check) != getattr(row.carried, check)]
        console.print(f"{check} check not worth the same live and carried: {len(unlike)}")
        _list(console, unlike, lambda row: f"live {row.live.visible:g} + {row.live.hidden:g}, "
              f"carried {row.carried.visible:g} + {row.carried.hidden:g}")  # fmt: skip


def print_messages(console: Console, rows: list[Row]) -> None:
    """Whether the first message names layer and field, where one thing is wrong."""
    single = [row for row in rows if row.case.field and row.carried.message]
    silent = [row for row in single if not names_layer_and_field(row.case, row.carried)]
    console.print(
        "Single-field mistakes whose first message names layer and field: "
        f"{len(single) - len(silent)} of {len(single)}"
    )
    _list(
        console,
        silent,
        lambda row: (
            f"({row.case.layer}, {row.case.field}) {' '.join(row.carried.message.split())[:160]}"
        ),
    )


def print_points(console: Console, rows: list[Row]) -> None:
    """Points given beside those of a fair TA, by kind where they differ."""
    known = [(row, row.difference) for row in rows]
    differences = [difference for _, difference in known if difference is not None]
    count = max(len(differences), 1)
    strict = [(row, d) for row, d in known if d is not None and d < -MUCH]
    kind = [(row, d) for row, d in known if d is not None and d > MUCH]
    console.print(
        f"Points beside a fair TA's, {len(differences)} cases: "
        f"mean difference {sum(differences) / count:+.4f}, "
        f"mean absolute difference {sum(map(abs, differences)) / count:.4f}; "
        f"too strict by more than {MUCH:g}: {len(strict)}, too kind: {len(kind)}"
    )
    table = Table(title="kinds where the points differ")
    for column in ("kind", "cases", "differ", "strict", "kind", "mean difference", "one of them"):
        table.add_column(column, overflow="fold")
    kinds: dict[str, list[tuple[Row, float]]] = defaultdict(list)
    for row, difference in known:
        if difference is not None:
            kinds[row.case.kind].append((row, difference))
    for name, members in sorted(kinds.items()):
        unlike = [(row, d) for row, d in members if d]
        if unlike:
            table.add_row(
                name,
                str(len(members)),
                str(len(unlike)),
                str(sum(d < -MUCH for _, d in unlike)),
                str(sum(d > MUCH for _, d in unlike)),
                f"{sum(d for _, d in members) / len(members):+.3f}",
                unlike[0][0].case.name,
            )
    console.print(table)
    _list(
        console,
        [row for row, _ in strict + kind],
        lambda row: (
            f"{row.carried.visible:g} + {row.carried.hidden:g} for "
            f"{row.case.visible} + {row.case.hidden}"
        ),
    )


def print_kernel(console: Console, rows: list[Row], number: int) -> None:
    """The visible check in a student's kernel beside the graded one, for a sample of the cases."""
    chosen = {case.name for case in sample([row.case for row in rows], number)}
    asked = [row for row in rows if row.case.name in chosen]
    home = at_home([row.case for row in asked], load(MASTER))
    unlike = [row for row, points in zip(asked, home, strict=True) if row.carried.visible != points]
    console.print(
        f"Visible check not worth the same in a student's kernel: {len(unlike)} of {len(asked)}"
    )
    _list(console, unlike, lambda row: f"graded {row.carried.visible:g}")


def _list(console: Console, rows: Iterable[Row], text: Callable[[Row], str]) -> None:
    for row in rows:
        console.print(f"  {row.case.name}: {text(row)}", markup=False)


def print_raising(console: Console, every: int) -> None:
    """Cells that raise, or leave no model: whether the first line names the error."""
    assignment = load(MASTER)
    with grading.worker_for(assignment, sandboxed=True) as worker:
        rows = list(raising_rows(assignment, worker, raising_cases()[::every]))
    named = sum(row.named for row in rows)
    console.print(f"Cells that raise, the error named first and alone: {named} of {len(rows)}")
    for row in rows:
        if not row.named:
            console.print(f"  {row.case.name}: {row.messages}", markup=False)


def print_measured(console: Console) -> None:
    """Notebooks with measurements: the questions' points beside a fair TA's."""
    rows = measured_rows()
    difference = sum(row.earned - row.fair for row in rows) / len(rows)
    same = sum(not row.different for row in rows)
    console.print(
        f"Notebooks of measurements judged as a fair TA does: {same} of {len(rows)}, mean "
        f"difference {difference:+.3f} points"
    )
    for row in rows:
        if row.different:
            console.print(f"  {row.case.name}: {row.different}", markup=False)


def main() -> None:
    """Judge the corpus in two processes and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every", type=int, default=1, help="take every N-th case only")
    parser.add_argument("--only", default="", help="cases with this in their name")
    parser.add_argument("--kernel", type=int, default=60, help="cases that run in a kernel too")
    options = parser.parse_args()
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        shares = [(n * options.every, 2 * options.every, options.only) for n in range(2)]
        rows = [row for share in pool.map(judge_share, shares) for row in share]
    console = Console()
    for section in (print_matrix, print_roads, print_messages, print_points):
        section(console, rows)
    if options.kernel:
        print_kernel(console, rows, options.kernel)
    if not options.only:
        print_raising(console, options.every)
        print_measured(console)
    console.print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
