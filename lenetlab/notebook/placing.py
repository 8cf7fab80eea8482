"""Where the work of each solution cell stands, by what a student's code defines.

A class that only one solution cell asks for is found wherever it was written. The variable of an
answer is asked for by several cells: it is looked for around its question. What marks say is
followed unless a finished piece of work says otherwise; a cell as handed out never overrides one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from lenetlab.notebook import work
from lenetlab.notebook.match import Match
from lenetlab.notebook.names import names_of_any
from lenetlab.notebook.written import made
from lenetlab.records import Doubt, Flag

_ELSEWHERE = "# Phần này đã được làm ở một ô khác."
_Home = int | str  # the place of a cell, or the code to take out of one


def place_work(match: Match) -> None:
    """Settle where each solution cell's work stands, in ``match``."""
    _Placing(match).settle()


@dataclass(frozen=True)
class _Window:
    """Where an answer may stand: best between the cells around its question and its test."""

    floor: int  # the test of the question before, or the class that this one is about
    low: int
    test: int
    high: int
    whole: bool  # whether question and test are still in this order: else marks are believed


class _Placing:
    def __init__(self, match: Match) -> None:
        self._match, self._master = match, match.master
        self._slots = {n: cell.goals for n, cell in enumerate(match.master) if cell.goals}
        asked = Counter(name for goals in self._slots.values() for name in goals)
        self._shared = {n for n, goals in self._slots.items() if any(asked[g] > 1 for g in goals)}
        self._homes: dict[int, _Home] = {}
        self._all = [p for p in range(len(match.cells)) if match.cells[p].source.strip()]

    def settle(self) -> None:
        """Find a home for every slot, then change the match accordingly."""
        for number, goals in self._slots.items():
            if number not in self._shared:
                self._find_unique(number, goals)
        windows = {number: self._window(number) for number in self._shared}
        for number in sorted(self._shared):
            place = self._match.places.get(number, -1)
            window = windows[number]
            inside = window.low < place < window.high or not window.whole
            if place >= 0 and inside and self._match.has(place, self._slots[number]):
                self._homes[number] = place
                self._look_for_another(number, place, window.test)
        for number in sorted(self._shared - self._homes.keys()):
            self._find_answer(number, windows[number])
        self._enter()
        self._note_doubtful()

    # --- classes and functions ---

    def _find_unique(self, number: int, goals: frozenset[str]) -> None:
        match = self._match
        current = match.places.get(number)
        if current is not None and match.has(current, goals):
            self._homes[number] = current
            self._look_for_another(number, current, self._place_after(number))
            return
        found = [p for p in self._all if p != current and match.has(p, goals)]
        found = [p for p in found if match.is_code(p)] or found
        if not found:
            return
        used = self._place_after(number)
        best = ([place for place in found if place < used] or found)[-1]
        self._homes[number] = self._whole_or_part(best, goals)
        if best > used:
            self._bring_along(number, best, used)
        self._note(number, [match.normal(place) for place in found])

    def _look_for_another(self, number: int, current: int, used: int) -> None:
        """Say where the student's own cell defines the same anew before it is used."""
        match, cell = self._match, self._master[number]
        between = [p for p in match.unused() if current < p < used and match.is_code(p)]
        for place in between:
            same = match.is_stub(place) or match.normal(place) == match.normal(current)
            if match.work(place).defines & cell.goals and not same:
                text = f"{cell.grade_id}: done again below; graded is the last before it is used"
                match.flags.append(Flag("duplicate-cell", text, True))
                break

    def _place_after(self, number: int) -> int:
        """The place of the next cell of the master's, which uses what this one defines."""
        places = self._match.places
        later = (places[n] for n in range(number + 1, len(self._master)) if n in places)
        return next(later, len(self._match.cells))

    def _whole_or_part(self, place: int, goals: frozenset[str]) -> _Home:
        """The place; of a cell that stands for one of another role the part that is work."""
        owner = next((n for n, p in self._match.places.items() if p == place), None)
        if owner is None or owner in self._slots:
            return place
        cell, submitted = self._master[owner], self._match.cells[place]
        code = work.code_of(submitted)
        self._match.taken.add(place)
        return work.part(code, cell.release, goals) if cell.is_code else code

    def _bring_along(self, number: int, place: int, used: int) -> None:
        """Let the student's own cells that a moved one needs come before it, too."""
        needed = {*names_of_any(self._match.work(place).code).reads}
        for other in sorted((p for p in self._match.unused() if used < p < place), reverse=True):
            source = self._match.cells[other].source
            if self._match.is_code(other) and needed & made(source):
                self._match.early[other] = number - 1
                needed |= {*names_of_any(source).reads}

    # --- answers ---

    def _window(self, number: int) -> _Window:
        places, last = self._match.places, len(self._match.cells)
        test = next((n for n in range(number, len(self._master)) if self._is_test(n)), number)
        fixed = {n: p for n, p in places.items() if n not in self._slots}
        low = next((fixed[n] for n in range(number, -1, -1) if n in fixed), -1)
        after = next((fixed[n] for n in range(test, len(self._master)) if n in fixed), last)
        whole = low < after
        if not whole:
            after = min((p for p in fixed.values() if p > low), default=last)
        high = min((p for p in fixed.values() if p > after), default=last)
        alike = [n for n in self._shared if n < number and self._slots[n] & self._slots[number]]
        tests = (n for n in range(max(alike, default=-1) + 1, number) if self._is_test(n))
        floor = next((fixed[n] for n in tests if n in fixed), -1) if alike else -1
        section = max((n for n in self._slots if n < number and n not in self._shared), default=-1)
        floor = max(floor, places.get(section, 0) - 1)
        return _Window(floor, low, after, high, whole)

    def _is_test(self, number: int) -> bool:
        return self._master[number].role == "test"

    def _find_answer(self, number: int, window: _Window) -> None:
        match, goals = self._match, self._slots[number]
        current, answered = match.places.get(number), self._answered(goals)
        free = [p for p in self._all if p not in answered and match.has(p, goals)]
        free = [p for p in free if goals.isdisjoint(match.work(p).repeated)]
        code = [p for p in free if match.is_code(p) and p != current]
        before = [place for place in code if window.low < place < window.test]
        after = [place for place in code if window.test < place < window.high]
        above = [place for place in code if window.floor < place < window.low]
        if window.test in code:
            after.insert(0, window.test)
        found = before[-1:] or after[:1]
        written = "" if found else self._in_text(number, window, goals)
        if found:
            self._homes[number] = self._whole_or_part(found[0], goals)
        elif written:
            self._homes[number] = written
        elif above:  # together with the work before it
            self._homes[number] = above[-1]
        elif current is not None and current in free:
            self._homes[number] = current  # nothing else is there, whatever its place
            return
        else:
            return
        self._note(number, [match.normal(place) for place in before or after])

    def _answered(self, goals: frozenset[str]) -> set[_Home]:
        """The homes of answers of the same name: no two questions are answered by one."""
        alike = {n for n in self._shared if self._slots[n] & goals}
        return {self._homes[n] for n in alike if n in self._homes}

    def _in_text(self, number: int, window: _Window, goals: frozenset[str]) -> str:
        """An answer that was written into the text of the question, or as a text beside it."""
        places = {p: n for n, p in self._match.places.items()}
        for place in self._all:
            if window.low <= place < window.high and not self._match.is_code(place):
                given = self._master[places[place]].release if place in places else ""
                found = work.answers_in(self._match.cells[place].source, given, goals)
                if found:
                    return found
        return ""

    # --- what was found ---

    def _note(self, number: int, found: list[str]) -> None:
        cell = self._master[number]
        doubtful = [cell.id] if len(set(found)) > 1 else []
        self._match.doubts.append(Doubt("matched-by-content", cell.grade_id, doubtful))

    def _enter(self) -> None:
        """Give each home to the first slot that it is of; the others must not override it."""
        places, texts = self._match.places, self._match.texts
        by_place: defaultdict[int, list[int]] = defaultdict(list)
        for number, home in sorted(self._homes.items()):
            if isinstance(home, int):
                by_place[home].append(number)
            else:
                texts[number] = home
                places.pop(number, None)
        for number in self._slots:
            if places.get(number) in by_place and self._homes.get(number) != places[number]:
                del places[number]
        for place, (first, *others) in by_place.items():
            places[first] = place
            if not self._is_between(first, place):
                self._match.moved.add(place)
            for number in others:
                texts[number] = _ELSEWHERE
                places.pop(number, None)

    def _is_between(self, number: int, place: int) -> bool:
        """Whether a slot's place lies between the cells that come before and after it."""
        window = self._window(number)
        return window.low < place < window.test

    def _note_doubtful(self) -> None:
        """Say where work stands that a person may take for what it was meant to be."""
        match = self._match
        for number in sorted(self._slots.keys() - self._homes.keys()):
            cell, goals = self._master[number], self._slots[number]
            place = match.places.get(number)
            if place is not None and work.is_garbled(match.work(place).code):
                match.doubts.append(Doubt("garbled", cell.grade_id, [cell.id]))
            elif number in self._shared and self._is_somewhere(place, goals):
                match.doubts.append(Doubt("answer-elsewhere", cell.grade_id, [cell.id]))

    def _is_somewhere(self, place: int | None, goals: frozenset[str]) -> bool:
        """Whether a cell gives such an answer, and no question has it yet."""
        match, answered = self._match, self._answered(goals)
        if place is not None and goals <= match.work(place).below:
            return True  # below the line that raises NotImplementedError
        return any(p not in answered and match.has(p, goals) for p in self._all)
