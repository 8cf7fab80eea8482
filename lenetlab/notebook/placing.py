"""Where the work of each solution cell stands, by what a student's code defines.

A class that only one solution cell asks for is found wherever it was written. The variable of an
answer is asked for by several cells: it is looked for around its question. What marks say is
followed unless a finished piece of work says otherwise; a cell as handed out never overrides one.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from lenetlab.notebook import work
from lenetlab.notebook.match import Match
from lenetlab.notebook.names import names_of_any
from lenetlab.notebook.windows import Window, window_of
from lenetlab.records import Doubt, Flag

_ELSEWHERE = "# Phần này đã được làm ở một ô khác."
_LONGEST_NEEDED = 20_000  # characters of a cell that a moved one may need
_Home = int | str  # the place of a cell, or the code to take out of one


def place_work(match: Match) -> None:
    """Settle where each solution cell's work stands, in ``match``."""
    _Placing(match).settle()


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
        windows = {
            number: window_of(number, self._match, self._slots, self._shared)
            for number in self._shared
        }
        for number in sorted(self._shared):
            place = self._match.places.get(number, -1)
            window = windows[number]
            inside = window.low < place < window.high or not window.whole
            finished = place >= 0 and inside and self._match.has(place, self._slots[number])
            if finished or (place >= 0 and self._is_own(number, place)):
                self._keep(number, place, window.test, [])
        for number in sorted(self._shared - self._homes.keys()):
            self._find_answer(number, windows[number])
        self._enter()
        self._note_doubtful()

    # --- classes and functions ---

    def _find_unique(self, number: int, goals: frozenset[str]) -> None:
        match = self._match
        current = match.places.get(number)
        own = current is not None and match.has(current, goals)
        taken = {*match.places.values()} if own else set[int]()
        found = [p for p in self._all if p not in {current, *taken} and match.has(p, goals)]
        if current is not None and (own or self._is_own(number, current)):
            self._keep(number, current, self._place_after(number), found)
            return
        found = [p for p in found if match.is_code(p)] or found
        if not found:
            return
        used = self._place_after(number)
        best = ([place for place in found if place < used] or found)[-1]
        self._homes[number] = self._whole_or_part(best, goals)
        if best > used:
            self._bring_along(number, best, used)
        self._note(number, [match.normal(place) for place in found])

    def _is_own(self, number: int, place: int) -> bool:
        """Whether a slot's own cell is about what it asks for, finished or not: then it stays."""
        match, goals = self._match, self._slots[number]
        found = match.work(place)
        if match.is_stub(place) or goals <= found.unset or not self._is_between(number, place):
            return False
        others = frozenset().union(*(g for n, g in self._slots.items() if n not in self._shared))
        exchanged = not goals & found.defines and (others - goals) & found.defines
        return not exchanged and not goals.isdisjoint(work.words_of(found.code))

    def _keep(self, number: int, place: int, used: int, others: list[int]) -> None:
        """Leave a slot's own cell in its place, and say what else may be meant for it."""
        self._homes[number] = place
        self._look_for_another(number, place, used)
        known = self._match.normal(place)
        if any(self._match.normal(other) != known for other in others):
            cell = self._master[number]
            self._match.doubts.append(Doubt("work-elsewhere", cell.grade_id, [cell.id]))

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
            source = self._match.cells[other].source[:_LONGEST_NEEDED]
            if self._match.is_code(other) and needed & names_of_any(source).made:
                self._match.early[other] = number - 1
                needed |= {*names_of_any(source).reads}

    # --- answers ---

    def _find_answer(self, number: int, window: Window) -> None:
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
        written = [] if found else self._in_text(window, goals)
        if found:
            self._homes[number] = self._whole_or_part(found[0], goals)
        elif len(written) == 1:
            self._homes[number] = written[0]
        elif written:
            self._note(number, written)  # nobody can tell which of them is meant
            return
        elif above:  # together with the work before it
            self._homes[number] = self._whole_or_part(above[-1], goals)
        elif current is not None and current in free:
            self._homes[number] = current  # nothing else is there, whatever its place
            return
        else:
            return
        # What a text says may have been meant otherwise.
        doubtful = [*written, ""] if written else []
        self._note(number, doubtful or [match.normal(place) for place in before or after])

    def _answered(self, goals: frozenset[str]) -> set[_Home]:
        """The homes of answers of the same name: no two questions are answered by one."""
        alike = {n for n in self._shared if self._slots[n] & goals}
        return {self._homes[n] for n in alike if n in self._homes}

    def _in_text(self, window: Window, goals: frozenset[str]) -> list[str]:
        """The answers that stand in the text of the question, or in a text beside it."""
        places = {p: n for n, p in self._match.places.items()}
        found: dict[str, None] = {}
        for place in self._all:
            if window.low <= place < window.high and not self._match.is_code(place):
                given = self._master[places[place]].release if place in places else ""
                source = self._match.cells[place].source
                found |= dict.fromkeys(work.answers_in(source, given, goals))
        return [*found]

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
        window = window_of(number, self._match, self._slots, self._shared)
        return window.low < place < window.test

    def _note_doubtful(self) -> None:
        """Say where work stands that a person may take for what it was meant to be."""
        match = self._match
        for number, goals in self._slots.items():
            cell, place = self._master[number], match.places.get(number)
            if number in self._homes and (place is None or match.has(place, goals)):
                continue
            if place is not None and work.is_garbled(match.work(place).code):
                match.doubts.append(Doubt("garbled", cell.grade_id, [cell.id]))
            elif number in self._shared and self._is_somewhere(place, goals):
                match.doubts.append(Doubt("work-elsewhere", cell.grade_id, [cell.id]))

    def _is_somewhere(self, place: int | None, goals: frozenset[str]) -> bool:
        """Whether a cell gives such an answer, and no question has it yet."""
        match, answered = self._match, self._answered(goals)
        if place is not None and goals <= match.work(place).below:
            return True  # below the line that raises NotImplementedError
        if any(isinstance(p, int) and goals & match.work(p).repeated for p in answered):
            return True  # of several answers in one cell this may be one
        return any(p not in answered and match.has(p, goals) for p in self._all)
