"""Names in archives: read as they were meant, and refused where they lead anywhere else."""

from __future__ import annotations

import re
import struct
import unicodedata
from pathlib import PurePosixPath
from zipfile import ZipInfo
from zlib import crc32

LONGEST_PART, LONGEST = 255, 1000  # characters of one folder or file, and of all
MOST_BYTES = 160  # of a name that is given: a system takes 255, with all that is put around it
_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_CLUTTER = {
    "__macosx",
    ".ds_store",
    "thumbs.db",
    "desktop.ini",
    ".ipynb_checkpoints",
    "__pycache__",
}
_COPY = re.compile(  # what browsers, systems and people add to the name of a second copy
    r"(\(\d+\)|-\s?\d{1,2}|-?\s?copy(\s?\(?\d+\)?)?|-?copy\d*|-?\s?bản sao)$", re.IGNORECASE
)
_LONGEST_COPY = 20  # characters of such a mark: the rest of a long name is not looked through
_BETWEEN = "_-" + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)


def of_member(info: ZipInfo) -> str:
    """The member's name as its archiver meant it.

    Without the flag for UTF-8 the format says cp437; macOS writes UTF-8 all the same, Windows the
    code page of its language, others add the name once more as an extra field.
    """
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    extra = extra_field(info, _UNICODE_PATH)
    if len(extra) > 5 and extra[0] == 1 and struct.unpack("<L", extra[1:5])[0] == crc32(raw):
        raw = extra[5:]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError:
        return info.orig_filename
    letters = (c for c in text if ord(c) > 127)
    return text if all(c.isalpha() for c in letters) else info.orig_filename


def extra_field(info: ZipInfo, kind: int) -> bytes:
    """The member's extra field of that kind, empty where there is none."""
    rest = info.extra
    while len(rest) >= 4:
        found, size = struct.unpack("<HH", rest[:4])
        if found == kind:
            return rest[4 : 4 + size]
        rest = rest[4 + size :]
    return b""


def why_unsafe(name: str) -> str:
    """Why nothing of this name is taken, empty where it may be."""
    if "\0" in name:
        return "there is a NUL in its name"
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        return "there are control characters in its name"
    if "\\" in name:
        return "there is a backslash in its name"
    if name.startswith("/"):
        return "its path is absolute"
    if re.match(r"[A-Za-z]:", name):
        return "its path begins with a drive's letter"
    parts = name.rstrip("/").split("/")
    if ".." in parts:
        return "its path leads out of the archive (..)"
    if not name.strip("/. "):
        return "it has no name"
    if len(name) > LONGEST or any(len(part) > LONGEST_PART for part in parts):
        return "its name is too long"
    return ""


def parts_of(name: str) -> tuple[str, ...]:
    """The folders and the file of a path, in one Unicode form."""
    return tuple(p for p in unicodedata.normalize("NFC", name).split("/") if p not in ("", "."))


def is_clutter(parts: tuple[str, ...]) -> bool:
    """Whether this is what systems and editors leave about, and nobody handed in."""
    return parts[-1].startswith("._") or any(part.casefold() in _CLUTTER for part in parts)


def is_notebook(name: str) -> bool:
    """Whether the name is a notebook's, also one to which a mail program added ``.txt``."""
    return _NOTEBOOK.search(name) is not None


def is_zip(name: str) -> bool:
    """Whether the name is a zip archive's."""
    return name.casefold().endswith(".zip")


def stem(name: str, whole: str = "") -> str:
    """The name without ending and without the marks of a copy: ``lenet (1).ipynb`` is ``lenet``.

    Of ``whole``, an assignment's name that a name may end with, nothing is such a mark: ``lab-1``.
    """
    found = _NOTEBOOK.sub("", name)
    found = found if found != name else PurePosixPath(name).stem
    while mark := _COPY.search(found, max(0, len(found) - _LONGEST_COPY)):
        shorter = found[: mark.start()].rstrip(_BETWEEN)
        if not shorter or (whole and found.casefold().endswith(whole.casefold())):
            break
        found = shorter
    return found.strip()


def as_file(name: str) -> str:
    """A file's name with which nothing can go wrong: in a shell, in nbgrader's patterns, hidden."""
    ending = "".join(c for c in PurePosixPath(name).suffix if c.isalnum() or c == ".")[:10]
    bare = name[: len(name) - len(PurePosixPath(name).suffix)]
    return (_cut(re.sub(r"[^\w .()@+-]", "-", bare).strip(". ")) or "file") + ending


def as_folder(text: str) -> str:
    """A readable name for a student's folder, empty where nothing of the text is left."""
    found = re.sub(r"[^\w.@]+", "-", unicodedata.normalize("NFC", text))
    return _cut(re.sub(r"^[\W_]+|[\W_]+$", "", found))


def _cut(text: str) -> str:
    """As much of the text as a name may be: systems count bytes, of which a letter has up to 4."""
    return text[:80].encode()[:MOST_BYTES].decode(errors="ignore")
