"""What a box sent, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

MAX_LINE = 5_000_000  # bytes of one message
MAX_MESSAGES = 5000
_decoder = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True)
class Outcome:
    """What a box sent, and how it ended.

    ``end`` is ``done``, ``time``, ``memory``, ``output``, ``exit N``, or ``died`` where the fork
    server itself did not answer any more.
    """

    received: bytes
    end: str

    def lines(self) -> Iterator[bytes]:
        """The messages in their order, each a line; what a receiver makes of one is its business.

        At most ``MAX_MESSAGES``; the rest would come as one more.
        """
        return filter(None, self.received.split(b"\n", MAX_MESSAGES))

    def each(self) -> Iterator[dict[str, Any] | None]:
        """The messages in their order, None for a line that is too long or no JSON object.

        One at a time: five megabytes of JSON can become a hundred and fifty of objects.
        """
        return map(_parse, self.lines())

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All messages: for boxes in which no student's code runs."""
        return [message for message in self.each() if message is not None]


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        return _decoder.decode(line) if len(line) <= MAX_LINE else None
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
