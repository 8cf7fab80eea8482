"""Archives as learning systems pack them, by their own code: names, flags and times."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

DUE = datetime(2026, 5, 1, 17, 0)
NOTEBOOK = '{{"cells": [{{"cell_type": "markdown", "metadata": {{}}, "source": "{}"}}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'  # noqa: E501


def notebook(text: str) -> bytes:
    """A small notebook that is nobody else's."""
    return NOTEBOOK.format(text).encode()


@dataclass(frozen=True)
class HandedIn:
    """What one student uploaded, and what systems know of the student."""

    name: str  # family name first, as in Viet Nam
    number: str = ""
    id: int = 0  # Moodle's unique id, Canvas's user id
    files: Sequence[tuple[str, bytes]] = ()
    time: datetime = DUE - timedelta(hours=5)
    late: bool = False
    text: str = ""  # what was written into a text box


class _NoFlag(zipfile.ZipInfo):
    """A member whose name is in UTF-8 without the flag that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(), self.flag_bits & ~0x800


class _Stream(io.RawIOBase):
    """What a server writes an archive to: it cannot go back, so that sizes follow the data."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def add(
    archive: zipfile.ZipFile, name: str, data: bytes, time: datetime = DUE, *, flag: bool = True
) -> None:
    """One member with Unix's attributes."""
    info = (zipfile.ZipInfo if flag else _NoFlag)(name, time.timetuple()[:6])
    info.external_attr = 0o100644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def clean_filename(name: str) -> str:
    """Moodle's: clean_param(..., PARAM_FILE)."""
    return re.sub(r"\.\.+", "", re.sub(r"[\x00-\x1f&<>\"`|':\\/]", "", name))


def moodle(
    path: Path, students: Sequence[HandedIn], *, layout: str = "folders", blind: str = "",
    made: datetime | None = None,
) -> Path:  # fmt: skip
    """``folders`` as Moodle 4.1 and later, ``old`` as 3.1 to 4.0, ``flat`` without folders.

    ``blind`` is Moodle's word for a participant, ``made`` when a version packed that writes no
    times of its own.
    """
    stream = _Stream(path) if layout == "folders" else path.open("wb")
    with stream, zipfile.ZipFile(stream, "w") as archive:
        for student in students:
            shown = (blind or student.name).replace("_", " ")
            prefix = clean_filename(f"{shown}_{student.id}")
            time = made or student.time
            for file, data in student.files:
                kind = clean_filename(f"{prefix}_assignsubmission_file")
                name = {"folders": f"{kind}/{file}", "old": f"{kind}_/{file}"}.get(
                    layout, clean_filename(f"{kind}_{file}")
                )
                add(archive, name, data, time)
            if student.text:
                kind = clean_filename(f"{prefix}_assignsubmission_onlinetext")
                name = f"{kind}/onlinetext.html" if layout != "flat" else f"{kind}_onlinetext.html"
                add(archive, name, student.text.encode(), time)
    return path


def canvas(
    path: Path, students: Sequence[HandedIn], *, anonymous: bool = False, first: int = 70_000,
    made: datetime = DUE + timedelta(days=3),
) -> Path:  # fmt: skip
    """rubyzip's archives: names in UTF-8 without the flag, and no time but that of the packing."""
    used: set[str] = set()
    with zipfile.ZipFile(path, "w") as archive:
        for n, student in enumerate(students):
            family, _, given = student.name.partition(" ")
            shown = re.sub(r"_(\d+)_", r"\1", f"{family}, {given}").lower()
            id = f"anon_{chr(97 + n % 26)}X{student.id}" if anonymous else str(student.id)
            parts = [None if anonymous else shown, "LATE" if student.late else None, id]
            prefix = re.sub(r"\W", "", "_".join(part for part in parts if part))
            if student.text:
                add(archive, f"{prefix}_text.html", student.text.encode(), made, flag=False)
            for k, (file, data) in enumerate(student.files):
                file = re.sub(r'[\x00/\\:*?"<>|]+', "_", file)
                name = f"{prefix}_{first + 10 * n + k}_{file}"
                assert name not in used
                used.add(name)
                add(archive, name, data, made, flag=False)
    return path


def drive(path: Path, folder: str, students: Sequence[HandedIn]) -> Path:
    """A folder of Google Drive: all in one more folder, one for each student."""
    with zipfile.ZipFile(path, "w") as archive:
        for student in students:
            for file, data in student.files:
                add(archive, f"{folder}/{student.number} {student.name}/{file}", data, student.time)
    return path


def zipped(*files: tuple[str, bytes]) -> bytes:
    """A zip archive as a student makes one on a Mac: with clutter, in decomposed Unicode."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files:
            add(archive, unicodedata.normalize("NFD", name), data, flag=False)
        add(archive, "__MACOSX/._" + files[0][0].rpartition("/")[2], b"\0\5\x16\7", flag=False)
        add(archive, ".DS_Store", b"\0\0\0\1Bud1", flag=False)
    return target.getvalue()


_FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Vũ", "Võ", "Đặng", "Bùi"]
_MIDDLES = ["Văn", "Thị", "Quốc", "Thuỳ", "Đức", "Ngọc Ánh"]
_GIVEN = ["An", "Bình", "Châu", "Dũng", "Hoà", "Hương"]


def class_of(count: int, *, number: int = 20521000, id: int = 4000) -> list[HandedIn]:
    """Students with Vietnamese names, each with a notebook of the assignment's name."""
    found = []
    for n in range(count):
        family, middle = _FAMILIES[n % 10], _MIDDLES[n // 10 % 6]
        given = _GIVEN[(n + n // 10) % 6]
        more = "".join(f" {_FAMILIES[int(digit)]}" for digit in str(n // 60)) if n > 59 else ""
        name = f"{family} {middle}{more} {given}"
        time = DUE - timedelta(minutes=37 * n)
        own = [("lenet.ipynb", notebook(f"{name} {number + n}"))]
        found.append(HandedIn(name, str(number + n), id + 7 * n, own, time))
    return found


def roster(path: Path, students: Sequence[HandedIn], *, extra: str = "") -> Path:
    """The list of a faculty's office, as Excel saves it in Viet Nam."""
    lines = ["STT;MSSV;Họ;Tên;Email"]
    for n, student in enumerate(students, 1):
        last, _, first = student.name.rpartition(" ")
        lines.append(f"{n};{student.number};{last};{first};{student.number}@gm.uit.edu.vn")
    path.write_text("\r\n".join([*lines, extra]) + "\r\n", "utf-8-sig")
    return path
