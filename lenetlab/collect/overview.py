"""What was collected as a CSV file: ``collected.csv``."""

from __future__ import annotations

from pathlib import Path

from lenetlab.collect.collecting import Collected
from lenetlab.course.directory import Course
from lenetlab.files import write_whole
from lenetlab.records import as_csv

_COLUMNS = (
    "student_id", "name", "status", "time", "late", "system", "system_id", "archive", "file",
    "to_do", "remark",
)  # fmt: skip


def write(course: Course, collected: Collected) -> Path:
    """Write the table, where it has changed: students, then what is nobody's."""
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for row in collected.rows:
        about = ("",) * 6
        if row.attempt is not None:
            a = row.attempt
            member = a.files[0].member if a.files else ""
            about = (a.time, "late" if a.late else "", a.system, a.system_id, a.archive, member)
        texts = ("; ".join(row.notes), "; ".join(row.remarks))
        rows.append((row.student, row.name, row.status, *about, *texts))
    for archive, member, reason in collected.refused:
        rows.append(("", "", "refused", "", "", "", "", archive, member, reason, ""))
    for path, reason in collected.unreadable:
        rows.append(("", "", "refused", "", "", "", "", path, "", reason, ""))
    target = course.table("collected")
    new = as_csv(rows)
    if not target.is_file() or target.read_bytes() != new.encode():
        write_whole(target, new)
    return target
