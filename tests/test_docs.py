"""What the documents name is there, and the list of modules names them all."""

import re
import tomllib
from pathlib import Path

import pytest

from tools import draw_architecture

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    "README.md", "README.vi.md", "CONTRIBUTING.md",
    "docs/architecture.md", "docs/cluster.md", "docs/collect.md", "docs/export.md",
    "docs/handing-in.md",
    "docs/performance.md", "docs/security.md",
]  # fmt: skip
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
CODE = re.compile(r"`((?:[\w.]+/)*[\w.]+(?:\.py|/))`")  # a module or a folder of the repository


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = LINK.findall(text)
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
    places = (ROOT, ROOT / "lenetlab", ROOT / "tests" / "attacks")
    names = CODE.findall(text)
    assert [name for name in names if not any((place / name).exists() for place in places)] == []


def test_the_architecture_lists_every_module() -> None:
    """Sizes may be a little old; names may not: make figure refreshes both."""
    page = draw_architecture.PAGE.read_text("utf-8")
    listed = re.findall(r"^\| `([\w/]+\.py)` \|", page, re.MULTILINE)
    present = {
        path.relative_to(draw_architecture.PACKAGE).as_posix()
        for path in draw_architecture.PACKAGE.rglob("*.py")
    }
    assert sorted(listed) == sorted(
        name for name in present if not Path(name).stem.startswith("__")
    )


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_link_to_colab_leads_to_the_release_where_the_project_is_published(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    repository = project["urls"]["Repository"].removeprefix("https://github.com/")
    start = f"https://colab.research.google.com/github/{repository}/blob/main/"
    links = re.findall(r"https://colab[^\s)]+", (ROOT / name).read_text("utf-8"))
    assert links
    for link in links:
        assert link.startswith(start) and (ROOT / link.removeprefix(start)).is_file()
