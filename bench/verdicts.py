"""Verdicts on the corpus of right and wrong architectures, beside an ordinary autograder's.

Usage: ``python bench/verdicts.py [--every N]``. The ordinary autograder checks the number of
layers, four types and one layer's behaviour. Every case takes both roads: the student's live model,
and the model carried through the snapshot and rebuilt.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lenetlab.notebook.master import load  # noqa: E402 - the corpus is found from the root
from tests.corpus import Case, all_cases  # noqa: E402
from tests.corpus.judge import Judgement, build, carry, judge, notebook_namespace  # noqa: E402

Row = tuple[Case, Judgement, Judgement]


def judge_share(share: tuple[int, int]) -> list[Row]:
    """Judge every ``share[1]``-th case from ``share[0]`` on."""
    import keras

    assignment = load(ROOT / "source" / "lenet" / "lenet.ipynb")
    namespace = notebook_namespace(assignment)
    rows = []
    for number, case in enumerate(all_cases()[share[0] :: share[1]]):
        if number % 200 == 0:
            keras.backend.clear_session()
        made = build(case, namespace)
        carried = None if made is None else carry(made)
        rows.append((case, judge(case, made, assignment), judge(case, carried, assignment)))
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


def matrix(rows: list[Row]) -> Table:
    """The confusion matrix with counts."""
    table = Table(title=f"{len(rows)} architectures")
    for column in (
        "grader",
        "right, full marks",
        "right, lost",
        "wrong, lost",
        "wrong, full marks",
    ):
        table.add_column(column, justify="left" if column == "grader" else "right")
    verdicts = {
        "ordinary autograder": [(case.right, live.baseline) for case, live, _ in rows],
        "this, live model": [(case.right, live.full) for case, live, _ in rows],
        "this, carried model": [(case.right, carried.full) for case, _, carried in rows],
        "this, hidden check alone": [(case.right, c.hidden == 1.0) for case, _, c in rows],
    }
    for name, pairs in verdicts.items():
        count = Counter(pairs)
        table.add_row(
            name,
            str(count[True, True]),
            str(count[True, False]),
            str(count[False, False]),
            str(count[False, True]),
        )
    return table


def main() -> None:
    """Judge the corpus in two processes and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every", type=int, default=1, help="take every N-th case only")
    every = parser.parse_args().every
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        shares = [(number * every, 2 * every) for number in range(2)]
        rows = [row for share in pool.map(judge_share, shares) for row in share]
    console = Console()
    console.print(matrix(rows))
    for case, live, carried in rows:
        if case.right != carried.full or (case.right and live.hidden < 1.0):
            console.print(f"  {case.name}: live {live}, carried {carried}", markup=False)
    unlike = [row for row in rows if row[1].hidden != row[2].hidden]
    console.print(f"Hidden check not worth the same live and carried: {len(unlike)} of {len(rows)}")
    for case, live, carried in unlike:
        console.print(f"  {case.name}: live {live.hidden:g}, carried {carried.hidden:g}")
    single = [(c, j) for c, _, j in rows if c.field and c.layer is not None and j.message]
    named = [names_layer_and_field(case, judgement) for case, judgement in single]
    console.print(
        f"Single-field mistakes whose first message names layer and field: "
        f"{sum(named)} of {len(named)}"
    )
    for (case, judgement), good in zip(single, named, strict=True):
        if not good:
            console.print(
                f"  {case.name} ({case.layer}, {case.field}): {judgement.message[:160]!r}"
            )
    console.print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
