"""What the replay box is asked to do, step by step, and what of its answers is valid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from lenetlab.boxes.timelimit import TimeLimit, seconds
from lenetlab.boxes.values import Values, believe
from lenetlab.model.types import Data
from lenetlab.notebook.outputs import Output, valid_outputs
from lenetlab.notebook.raised import Raised


class Run(Data, frozen=True, tag="run"):
    """Run a cell; ``key`` is its id."""

    key: str
    source: str


class Describe(Data, frozen=True, tag="describe"):
    """Describe what a test reads; ``key`` is its grade id.

    ``names`` are those that the test reads, each with the attributes that it reads; ``drop`` are
    forgotten afterwards, so that an answer to one question is not taken for the next one's.
    """

    key: str
    names: dict[str, list[str]]
    drop: list[str]


class Request(Data, frozen=True):
    """The steps in their order; ``limit`` is the time for each.

    ``seed`` chooses the points at which activations are sampled; ``figures`` are what the student's
    own run measured, by the class of the object and its attribute; ``stand_ins`` are packages that
    may be stood in for: see :mod:`.standins`.
    """

    steps: list[Run | Describe]
    limit: TimeLimit
    seed: int
    figures: dict[str, dict[str, float]]
    stand_ins: tuple[str, ...] = ()

    @property
    def asked(self) -> dict[str, dict[str, list[str]]]:
        """The names that are described for each test, with the attributes that it reads."""
        return {step.key: step.names for step in self.steps if isinstance(step, Describe)}


def cells(*sources: str) -> bytes:
    """The request that these cells be run, by their numbers, and nothing described."""
    steps = [Run(str(number), source) for number, source in enumerate(sources)]
    return msgspec.json.encode(Request([*steps], seconds(20), seed=0, figures={}))


class Ran(Data, frozen=True, tag="ran"):
    """A cell was run; ``outputs`` are nbformat's, or what a student's code put in their place.

    ``raised`` is the exception that ended it.
    """

    key: str
    outputs: Any
    raised: Raised | None = None


class Described(Data, frozen=True, tag="described"):
    """What a test reads was described: JSON of :data:`.Values`, without what was never made."""

    key: str
    values: msgspec.Raw


_decoder: msgspec.json.Decoder[Ran | Described] = msgspec.json.Decoder(Ran | Described)


@dataclass
class Answers:
    """What was valid: outputs and exceptions by cell id, values by grade id."""

    outputs: dict[str, list[Output]] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    raised: dict[str, Raised] = field(default_factory=dict)
    stand_ins: frozenset[str] = frozenset()  # packages that were stood in for
    reached: int = 0  # the number of the step after the last one that was answered
    malformed: int = 0  # messages that are no answer to a step, or not in its turn


def answers(steps: Sequence[Run | Describe], received: Iterable[bytes]) -> Answers:
    """The valid answers: to steps that were asked for, in their order, within bounds."""
    found = Answers()
    places = {step.key: place for place, step in enumerate(steps)}
    for line in received:  # one at a time: 5 MB of JSON can become 150 of objects
        answer = _decode(line)
        place = -1 if answer is None else places.get(answer.key, -1)
        if place < found.reached:
            found.malformed += 1
            continue
        found.reached = place + 1
        match steps[place], answer:
            case Run(key), Ran(outputs=outputs, raised=raised):
                found.outputs[key] = valid_outputs(outputs)
                if raised is not None:
                    found.raised[key] = raised
            case Describe(key, names), Described(values=sent) if (
                values := believe(bytes(sent), names)
            ) is not None:
                found.values[key] = values
            case _:
                found.malformed += 1
    return found


def _decode(line: bytes) -> Ran | Described | None:
    try:
        return _decoder.decode(line)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
