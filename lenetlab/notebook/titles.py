"""What people call the items that are graded: ``omicron-hidden`` is "Omicron – kiểm tra ẩn"."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lenetlab.notebook.master import Assignment
from lenetlab.records import Language


@dataclass(frozen=True)
class Title:
    """An item's name in two parts: the group that it is of (a variant), and its kind in there."""

    group: str
    kind: str

    def __str__(self) -> str:
        """Both parts, for where the item stands alone."""
        return " – ".join(part for part in (self.group, self.kind) if part)


@dataclass(frozen=True)
class Titles:
    """The titles of an assignment's items.

    ``kinds`` are the lab's names of kinds, by the end of a ``grade_id`` and the language;
    ``models`` the names of its models, which groups are spelt like. Where a lab names no kinds, an
    item is called by its ``grade_id``.
    """

    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    models: Collection[str] = ()

    def of(self, item: str, language: Language) -> Title:
        """The item's title."""
        ends = [end for end in self.kinds if item == end or item.endswith(f"-{end}")]
        if not ends:
            return Title("", item)
        end = max(ends, key=len)
        group = item[: len(item) - len(end)].rstrip("-")
        spelt = {model.casefold(): model for model in self.models}
        return Title(spelt.get(group, group[:1].upper() + group[1:]), self.kinds[end][language])


def titles_of(assignment: Assignment) -> Titles:
    """The titles of an assignment's items."""
    models = assignment.lab.models(assignment.classes)
    return Titles(assignment.lab.items, frozenset(models.values()))
