"""Refuse notebooks that hold outputs: what stands in source/ and release/ has none.

Run: .venv/bin/python tools/refuse_outputs.py FILE...; exit code 1 where one is refused.
"""

import json
import sys
from pathlib import Path


def cells_with_outputs(path: Path) -> list[str]:
    """The ids of the cells that were run, or their numbers where they have no id."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [
        str(cell.get("id", number))
        for number, cell in enumerate(cells)
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]


def main(paths: list[str]) -> int:
    """Print what is refused, one notebook a line, and return the exit code."""
    found = {path: cells for path in paths if (cells := cells_with_outputs(Path(path)))}
    for path, cells in found.items():
        print(f"{path}: clear all outputs; there are some in {', '.join(cells)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
