"""Attacks that reach into the grader name what is there: else they would be harmless by mistake."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.quick

FOLDER = Path(__file__).parent / "attacks"
REACHING = [
    path for path in sorted(FOLDER.glob("*/*.py")) if "\nfrom lenetlab" in path.read_text("utf-8")
]


def source_of(module: str) -> ast.Module | None:
    """The module, parsed; None where there is none of that name."""
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    return ast.parse(Path(spec.origin).read_text("utf-8")) if spec and spec.origin else None


def defined(module: ast.Module) -> set[str]:
    """The names that a module has once it is imported."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def missing(attack: ast.Module) -> Iterator[str]:
    modules: dict[str, ast.Module] = {}
    for node in ast.walk(attack):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lenetlab"):
            package = source_of(str(node.module))
            for alias in node.names:
                module = source_of(f"{node.module}.{alias.name}")
                if module is not None:
                    modules[alias.asname or alias.name] = module
                elif package is None or alias.name not in defined(package):
                    yield f"{node.module}.{alias.name}"
    for node in ast.walk(attack):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            where = modules.get(node.value.id)
            if where is not None and node.attr not in defined(where):
                yield f"{node.value.id}.{node.attr}"


@pytest.mark.parametrize("path", REACHING, ids=lambda path: path.stem)
def test_what_an_attack_changes_is_there(path: Path) -> None:
    assert list(missing(ast.parse(path.read_text("utf-8")))) == []


def test_a_name_that_is_gone_is_noticed() -> None:
    gone = "from lenetlab import no_module, expect\nexpect.check = expect.no_function"
    assert list(missing(ast.parse(gone))) == ["lenetlab.no_module", "expect.no_function"]
    assert REACHING
