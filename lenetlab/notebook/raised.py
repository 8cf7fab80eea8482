"""An exception of a student's cell, as data: what the process that ran the cell tells of it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

LONGEST_TEXT, LONGEST_CODE, LONGEST_NAME = 5000, 500, 200  # characters

# Without lone surrogates, which JSON can carry (as escapes) and UTF-8 cannot.
_CARRIED = r"\A[^\ud800-\udfff]*\Z"
_Text = Annotated[str, Meta(max_length=LONGEST_TEXT, pattern=_CARRIED)]
_Code = Annotated[str, Meta(max_length=LONGEST_CODE, pattern=_CARRIED)]
_Name = Annotated[str, Meta(max_length=LONGEST_NAME, pattern=_CARRIED)]


class Raised(Struct, frozen=True, forbid_unknown_fields=True):
    """One exception. A student's process says it, so it is believed for messages only.

    ``line`` and ``code`` are the place in a cell, the innermost one that the exception went
    through; 0 and empty where there is none. ``where`` is the function there, as Python names it
    (``AlphaCNN.build``, ``<module>``). ``name`` is the name that was missing or not understood,
    ``near`` what was perhaps meant by it, ``add`` an import that brings it.
    """

    type: _Name
    text: _Text
    line: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    code: _Code = ""
    where: _Name = ""
    name: _Name = ""
    near: _Name = ""
    add: _Name = ""
