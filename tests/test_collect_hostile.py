"""Archives that mean harm or are broken: each such file is refused alone, with its reason."""

from __future__ import annotations

import csv
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from lenetlab.collect import archives, overview
from lenetlab.collect.collecting import Collected, Wanted, collect
from lenetlab.course.directory import Course

from . import packers
from .test_collect import new_course, tree

pytestmark = pytest.mark.quick

VICTIM = "Trần Bình_77_assignsubmission_file"
Archive = zipfile.ZipFile


def write(archive: Archive, name: str, data: bytes = b"{}", **about: int) -> None:
    """A member of any name, with attributes that writers would not give it."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = about.pop("mode", 0o100644) << 16
    archive.writestr(info, data)


def named(name: str) -> Callable[[Archive], None]:
    return lambda archive: write(archive, name)


def special(kind: int, data: bytes = b"/etc/passwd") -> Callable[[Archive], None]:
    return lambda archive: write(archive, f"{VICTIM}/lenet.ipynb", data, mode=kind | 0o777)


def holding(data: Callable[[], bytes], name: str = "nop.zip") -> Callable[[Archive], None]:
    return lambda archive: write(archive, f"{VICTIM}/{name}", data())


def zipped(name: str, data: bytes = b"{}", times: int = 1, mode: int = 0o100644) -> bytes:
    """The data in ``times`` zips within each other."""
    for _ in range(times):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            write(archive, name, data, mode=mode)
        name, data = "inner.zip", target.getvalue()
    return data


def many() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for n in range(archives.MOST_INSIDE + 1):
            archive.writestr(f"{n}.ipynb", b"")
    return target.getvalue()


def long_directory() -> bytes:
    """An end that says that the list of names is four gigabytes."""
    data = bytearray(zipped("lenet.ipynb"))
    data[-10:-6] = struct.pack("<L", 0xFFFFFFF0)
    return bytes(data)


def hidden_directory(zip64: bool, claimed: int, entries: int = 3 * archives.MOST_INSIDE) -> bytes:
    """A list of names that is longer than the end of the file seems to say."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, *[0] * 8, 1, 400, *[0] * 5)
    names = (entry + b"a" + b"\0" * 400) * entries
    if zip64:
        end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, claimed, len(names), 0)
        end += struct.pack("<4sLQL", b"PK\6\7", 0, len(names), 1)
        return names + end + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 47, 0, 0)
    # In the place of the list's offset, which nobody reads, stands the mark of an end.
    return names + struct.pack(
        "<4s4H2L", b"PK\5\6", 0, 0, claimed, claimed, len(names), 0x06054B50
    ) + b"\0\0"  # fmt: skip


def zeros(megabytes: int) -> bytes:
    return b"\0" * (megabytes << 20)


def twins(archive: Archive) -> None:
    write(archive, f"{VICTIM}/lenet.ipynb")
    write(archive, f"{VICTIM}/LENET.ipynb", b"{ }")


def forms(archive: Archive) -> None:
    write(archive, f"{VICTIM}/bài.ipynb")
    write(archive, f"{VICTIM}/ba\u0300i.ipynb", b"{ }")


def same_twice(archive: Archive) -> None:
    write(archive, f"{VICTIM}/lenet.ipynb")
    with pytest.warns(UserWarning, match="Duplicate name"):
        write(archive, f"{VICTIM}/lenet.ipynb", b"{ }")


UP = "leads out of the archive"
ABSOLUTE = "is absolute"
# What is put into the archive, and words of the reason.
NAMES: dict[str, tuple[Callable[[Archive], None], str]] = {
    "up": (named("../../outside.ipynb"), UP),
    "up-in-the-middle": (named(f"{VICTIM}/../../../outside.ipynb"), UP),
    "up-at-the-end": (named(f"{VICTIM}/.."), UP),
    "up-after-a-dot": (named(f"{VICTIM}/./../x.ipynb"), UP),
    "absolute": (named("/tmp/outside.ipynb"), ABSOLUTE),
    "absolute-twice": (named("//server/share/x.ipynb"), ABSOLUTE),
    "drive": (named("C:/Windows/x.ipynb"), "drive's letter"),
    "drive-relative": (named("c:x.ipynb"), "drive's letter"),
    "backslashes": (named("..\\..\\outside.ipynb"), "backslash"),
    "backslash-in-a-folder": (named(f"{VICTIM}\\lenet.ipynb"), "backslash"),
    "unc": (named("\\\\server\\share\\x.ipynb"), "backslash"),
    "newline": (named(f"{VICTIM}/le\nnet.ipynb"), "control characters"),
    "escape": (named(f"{VICTIM}/\x1b]0;x\x07.ipynb"), "control characters"),
    "c1": (named(f"{VICTIM}/\x9b2J.ipynb"), "control characters"),
    "long-part": (named(f"{VICTIM}/{'x' * 300}.ipynb"), "too long"),
    "long-path": (named(f"{VICTIM}/{'a/' * 600}x.ipynb"), "too long"),
    "only-dots": (named("./."), "no name"),
}
CONTENTS: dict[str, tuple[Callable[[Archive], None], str]] = {
    "link": (special(stat.S_IFLNK), "a link"),
    "link-up": (special(stat.S_IFLNK, b"../../../gradebook.db"), "a link"),
    "character-device": (special(stat.S_IFCHR), "a device"),
    "block-device": (special(stat.S_IFBLK), "a device"),
    "pipe": (special(stat.S_IFIFO), "special file"),
    "socket": (special(stat.S_IFSOCK), "special file"),
    "bomb": (holding(lambda: zeros(20), "lenet.ipynb"), "zip bomb"),
    "too-large": (holding(lambda: os.urandom(1 << 20) + zeros(7), "lenet.ipynb"), "larger than"),
    "bomb-within": (holding(lambda: zipped("lenet.ipynb", zeros(20))), "zip bomb"),
    "bomb-of-zips": (holding(lambda: zipped("lenet.ipynb", zeros(4), 6)), "zips within each other"),
    "link-within": (holding(lambda: zipped("lenet.ipynb", b"/", mode=stat.S_IFLNK)), "a link"),
    "up-within": (holding(lambda: zipped("../../outside.ipynb")), UP),
    "absolute-within": (holding(lambda: zipped("/tmp/outside.ipynb")), ABSOLUTE),
    "too-many-within": (holding(many), "more than"),
    "long-list-within": (holding(long_directory), "more than"),
    "no-zip": (holding(lambda: b"not a zip at all"), "no zip archive"),
    "empty-zip-file": (holding(lambda: b""), "no zip archive"),
    "cut-off-zip": (
        holding(lambda: zipped("lenet.ipynb", os.urandom(999))[:-60]),
        "no zip archive",
    ),
    "twins": (twins, "but for case"),
    "unicode-forms": (forms, "but for case"),
    "same-twice": (same_twice, "but for case"),
}


def run(course: Course, change: Callable[[Archive], None], path: Path) -> Collected:
    with zipfile.ZipFile(path, "w") as archive:
        for n, name in ((1, "Lê An"), (2, "Vũ Châu")):
            data = packers.notebook(name)
            packers.add(archive, f"{name}_{n}_assignsubmission_file/lenet.ipynb", data)
        change(archive)
    return collect(course, [path], [], Wanted())


def check(course: Course, path: Path, found: Collected, words: str) -> None:
    """The reason is told, the others are there, and nothing is anywhere else."""
    told = [reason for _, _, reason in found.refused]
    told += [note for row in found.rows for note in row.notes]
    assert any(words in text for text in told), told
    taken = {row.student for row in found.rows if row.status == "taken"}
    assert {"Lê-An_1", "Vũ-Châu_2"} <= taken
    names = {name.partition("/")[0] for name in tree(path.parent)}
    assert names == {"course", path.name}
    inside = {name.partition("/")[0] for name in tree(course.root)}
    assert inside == {"source", "submitted", "collected"}
    for file in course.root.rglob("*"):
        assert not file.is_symlink() and (file.is_dir() or file.is_file())


@pytest.mark.parametrize("case", NAMES)
def test_a_name_that_leads_elsewhere_is_refused(case: str, tmp_path: Path) -> None:
    change, words = NAMES[case]
    course = new_course(tmp_path / "course")
    found = run(course, change, tmp_path / "all.zip")
    check(course, tmp_path / "all.zip", found, words)
    assert len(found.refused) == 1 and len(found.rows) == 2


def test_a_name_that_is_refused_forges_no_line(tmp_path: Path) -> None:
    evil = "le\n  To mend: rm -rf ~ #\r.ipynb"
    inner = holding(lambda: zipped(evil))
    for n, change in enumerate((named(f"{VICTIM}/{evil}"), inner)):
        found = run(new_course(tmp_path / f"c{n}"), change, tmp_path / "all.zip")
        told = [member for _, member, _ in found.refused]
        told += [note for row in found.rows for note in row.notes]
        assert any("rm -rf" in text for text in told)
        assert all(text.isprintable() for text in told)


def test_no_name_is_a_formula_in_the_table(tmp_path: Path) -> None:
    path, course = tmp_path / "all.zip", new_course(tmp_path / "course")
    with zipfile.ZipFile(path, "w") as archive:
        for member in ("=1+1/lenet.ipynb", "-2+3/lenet.ipynb", "+x.ipynb", "@SUM(1)/../x"):
            packers.add(archive, member, packers.notebook(member))
    table = overview.write(course, collect(course, [path], [], Wanted()))
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8"))))
    assert len(rows) == 5
    assert [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")] == []


@pytest.mark.parametrize("claimed", [1, 3 * archives.MOST_INSIDE])
@pytest.mark.parametrize("zip64", [False, True])
def test_a_long_list_of_names_is_refused_before_it_is_read(
    zip64: bool, claimed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "ZipFile", None)
    file = io.BytesIO(hidden_directory(zip64, claimed))
    with ExitStack() as stack, pytest.raises(archives.Unreadable, match="more than"):
        archives.listed(file, stack, archives.MOST_INSIDE)


def test_a_short_archive_of_the_larger_format_is_read(tmp_path: Path) -> None:
    """As some programs write every archive."""
    data = zipped("lenet.ipynb")
    at, size = data.rfind(b"PK\5\6"), len("lenet.ipynb") + 46
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, at - size)
    end += struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    end += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    with ExitStack() as stack:
        listing = archives.listed(io.BytesIO(data[:at] + end), stack, archives.MOST_INSIDE)
    assert [member.name for member in listing.members] == ["lenet.ipynb"]


@pytest.mark.parametrize("case", CONTENTS)
def test_a_file_that_cannot_be_taken_is_its_students_row(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, words = CONTENTS[case]
    if case == "too-large":
        monkeypatch.setattr(archives, "MOST_BYTES", 7 << 20)
    course = new_course(tmp_path / "course")
    found = run(course, change, tmp_path / "all.zip")
    check(course, tmp_path / "all.zip", found, words)
    row = next(row for row in found.rows if row.student == "Trần-Bình_77")
    assert row.notes, "for a person"
    # Also one of whom nothing could be taken has a folder, so that grading lists the student.
    assert any(course.folder("submitted", row.student).iterdir())


def test_what_one_student_unpacks_is_bounded_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives.Budget, "__init__", lambda self: self.__dict__.update(
        bytes=3 << 20, members=100))  # fmt: skip

    def change(archive: Archive) -> None:
        for n in range(4):
            write(archive, f"{VICTIM}/{n}.ipynb", bytes([65 + n]) * (1 << 20))

    course = new_course(tmp_path / "course")
    found = run(course, change, tmp_path / "all.zip")
    check(course, tmp_path / "all.zip", found, "more than may be unpacked")
    assert len(list(course.folder("submitted", "Trần-Bình_77").iterdir())) == 3


def broken(path: Path, mend: Callable[[bytearray, int, int], None]) -> None:
    """Change the archive's bytes at the victim's local and central headers."""
    data = bytearray(path.read_bytes())
    name = f"{VICTIM}/lenet.ipynb".encode()
    local, central = data.find(name) - 30, data.rfind(name) - 46
    mend(data, local, central)
    path.write_bytes(data)


def crc(data: bytearray, local: int, central: int) -> None:
    data[central + 16] ^= 0xFF
    data[local + 14] ^= 0xFF


def payload(data: bytearray, local: int, central: int) -> None:
    start = local + 30 + len(f"{VICTIM}/lenet.ipynb".encode())
    data[start : start + 4] = b"\xff\xff\xff\xff"


def encrypted(data: bytearray, local: int, central: int) -> None:
    data[central + 8] |= 1
    data[local + 6] |= 1


def unknown_packing(data: bytearray, local: int, central: int) -> None:
    data[central + 10 : central + 12] = data[local + 8 : local + 10] = b"\x63\x00"


def elsewhere(data: bytearray, local: int, central: int) -> None:
    data[central + 42 : central + 46] = struct.pack("<L", 1)


def other_name(data: bytearray, local: int, central: int) -> None:
    data[local + 30] ^= 0x20


def on_top(data: bytearray, local: int, central: int) -> None:
    """The victim's data are those of the member before."""
    data[central + 42 : central + 46] = struct.pack("<L", 3)


@pytest.mark.parametrize(
    ("mend", "words"),
    [
        (crc, "damaged"),
        (payload, "damaged"),
        (encrypted, "encrypted"),
        (unknown_packing, "unknown way"),
        (other_name, "damaged"),
        (elsewhere, ""),
        (on_top, ""),
    ],
)
def test_a_damaged_member_is_refused_and_the_rest_is_taken(
    mend: Callable[[bytearray, int, int], None], words: str, tmp_path: Path
) -> None:
    path, course = tmp_path / "all.zip", new_course(tmp_path / "course")
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("Lê An_1", "Vũ Châu_2", VICTIM.removesuffix("_assignsubmission_file")):
            member = f"{name}_assignsubmission_file/lenet.ipynb"
            packers.add(archive, member, packers.notebook(name))
    broken(path, mend)
    found = collect(course, [path], [], Wanted())
    told = [note for row in found.rows for note in row.notes]
    assert any(words in text for text in told) and told
    assert {row.student for row in found.rows} == {"Lê-An_1", "Vũ-Châu_2", "Trần-Bình_77"}
    assert not course.notebook("submitted", "Trần-Bình_77").exists()
    assert course.notebook("submitted", "Vũ-Châu_2").exists()


def test_members_that_share_their_data_are_refused(tmp_path: Path) -> None:
    """As in a bomb that repeats one block of data under many names."""
    path, course = tmp_path / "all.zip", new_course(tmp_path / "course")
    with zipfile.ZipFile(path, "w") as archive:
        packers.add(archive, "Lê An_1_assignsubmission_file/lenet.ipynb", packers.notebook("an"))
        for n in (2, 3):
            packers.add(archive, f"B_{n}_assignsubmission_file/lenet.ipynb", b"{}" * 99)
        for info in archive.filelist[2:]:
            info.header_offset = archive.filelist[1].header_offset + 1
    found = collect(course, [path], [], Wanted())
    assert [row.student for row in found.rows if row.status == "taken"] == ["B_2", "Lê-An_1"]
    assert any("zip bomb" in note for row in found.rows for note in row.notes)


def test_a_nul_in_a_name_is_seen_although_python_cuts_the_name_there(tmp_path: Path) -> None:
    path, course = tmp_path / "all.zip", new_course(tmp_path / "course")
    with zipfile.ZipFile(path, "w") as archive:
        packers.add(archive, "Lê An_1_assignsubmission_file/lenet.ipynb", packers.notebook("an"))
        packers.add(archive, f"{VICTIM}/lenet.ipynb0.png", b"{}")
    data = path.read_bytes().replace(b"lenet.ipynb0.png", b"lenet.ipynb\0.png")
    path.write_bytes(data)
    found = collect(course, [path], [], Wanted())
    assert [reason for _, _, reason in found.refused] == ["there is a NUL in its name"]
    assert [row.student for row in found.rows] == ["Lê-An_1"]


def test_a_source_that_is_no_archive_does_not_stop_the_others(tmp_path: Path) -> None:
    course = new_course(tmp_path / "course")
    good = packers.moodle(tmp_path / "good.zip", packers.class_of(2))
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.read_bytes()[:-100])
    found = collect(course, [cut, tmp_path / "none.zip", good], [], Wanted())
    assert [Path(path).name for path, _ in found.unreadable] == ["cut.zip", "none.zip"]
    assert "get it again" in found.unreadable[0][1]
    assert [row.status for row in found.rows] == ["taken", "taken"]


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    course, folder = new_course(tmp_path / "course"), tmp_path / "nop"
    (tmp_path / "secret.ipynb").write_bytes(b"secret")
    for name in ("20521001_An", "20521002_Binh"):
        (folder / name).mkdir(parents=True)
    (folder / "20521001_An" / "lenet.ipynb").symlink_to(tmp_path / "secret.ipynb")
    os.mkfifo(folder / "20521001_An" / "pipe.ipynb")
    (folder / "20521002_Binh" / "lenet.ipynb").write_bytes(packers.notebook("binh"))
    (folder / "20521003_Chau").symlink_to(folder / "20521002_Binh")
    found = collect(course, [folder], [], Wanted())
    rows = {row.student: row for row in found.rows}
    assert rows["20521002"].status == "taken" and rows["20521001"].status == "rejected"
    assert sum("a link" in note for note in rows["20521001"].notes) == 2
    assert not any(b"secret" in p.read_bytes() for p in course.root.rglob("*") if p.is_file())


def test_a_students_folder_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    course, outside = new_course(tmp_path / "course"), tmp_path / "outside"
    outside.mkdir()
    students = packers.class_of(2)
    (course.root / "submitted").mkdir()
    (course.root / "submitted" / "Nguyễn-Văn-An_4000").symlink_to(outside)
    found = collect(course, [packers.moodle(tmp_path / "m.zip", students)], [], Wanted())
    rows = {row.student: row for row in found.rows}
    assert "is a link" in rows["Nguyễn-Văn-An_4000"].notes[0] and not any(outside.iterdir())
    assert rows["Trần-Văn-Bình_4007"].status == "taken"


def test_a_student_cannot_hand_in_for_another_by_a_files_name(tmp_path: Path) -> None:
    """Moodle's own mark is the first one; later ones are in names that students give."""
    evil = "Lê An_1_assignsubmission_file_lenet.ipynb"
    students = [
        packers.HandedIn("Lê An", id=1, files=[("lenet.ipynb", packers.notebook("an"))]),
        packers.HandedIn("Kẻ Xấu", id=2, files=[(evil, packers.notebook("evil"))]),
    ]
    for layout in ("flat", "folders", "old"):
        course = new_course(tmp_path / layout)
        path = packers.moodle(tmp_path / f"{layout}.zip", students, layout=layout)
        collect(course, [path], [], Wanted())
        assert course.notebook("submitted", "Lê-An_1").read_bytes() == packers.notebook("an")
        assert course.notebook("submitted", "Kẻ-Xấu_2").read_bytes() == packers.notebook("evil")


LONG = "\U00020000" * 80  # 320 bytes


@pytest.mark.parametrize(("folder", "file"), [(LONG, "b"), ("Lê Mai", LONG)], ids=["dir", "file"])
def test_a_name_of_many_bytes_stops_nobody(folder: str, file: str, tmp_path: Path) -> None:
    """Systems count a name's bytes, not its letters."""
    path, course = tmp_path / "all.zip", new_course(tmp_path / "course")
    with zipfile.ZipFile(path, "w") as archive:
        for member in (f"{folder}/lenet", f"{folder}/{file}", "Vũ Châu/lenet"):
            packers.add(archive, f"{member}.ipynb", packers.notebook(member))
    found = collect(course, [path], [], Wanted())
    assert [row.status for row in found.rows] == ["taken", "taken"]
    assert len(list((course.root / "submitted").glob("*/lenet/*.ipynb"))) == 3


def test_a_folder_that_cannot_be_made_stops_nobody(tmp_path: Path) -> None:
    course = new_course(tmp_path / "course")
    (course.root / "submitted").mkdir()
    (course.root / "submitted" / "Nguyễn-Văn-An_4000").write_bytes(b"a file")
    archive = packers.moodle(tmp_path / "m.zip", packers.class_of(2))
    rows = {row.student: row for row in collect(course, [archive], [], Wanted()).rows}
    assert rows["Trần-Văn-Bình_4007"].status == "taken"
    assert rows["Nguyễn-Văn-An_4000"].status == "rejected"
    assert rows["Nguyễn-Văn-An_4000"].notes[0].startswith("not taken:")
