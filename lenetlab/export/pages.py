"""Everyone's feedback page in one archive, as Moodle takes several feedback files at once.

Whose a file is it reads off the name of a folder, see Moodle's
mod/assign/feedback/file/importziplib.php: what stands between the first "_" and the second one is
the participant's id, and files that begin with "." or "~" are passed over without a word.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lenetlab.collect import origin
from lenetlab.course import feedback
from lenetlab.course.directory import Course
from lenetlab.export.marks import Mark, Note

FILE = "feedback.html"


def ids_of(course: Course, marks: list[Mark]) -> dict[str, str]:
    """The unique ids that ``lenetlab collect`` has kept, by student: of the hand-in that counts.

    Where that one has none, of the others, if they agree.
    """
    found = {}
    for mark in marks:
        known = origin.load(course, mark.student)
        ids = {a.system_id for a in known.others if a.system == "moodle"} - {""}
        if known.current and known.current.system == "moodle" and known.current.system_id:
            ids = {known.current.system_id}
        if len(ids) == 1:
            found[mark.student] = ids.pop()
    return found


def archive(
    course: Course, marks: list[Mark], ids: Mapping[str, str]
) -> tuple[bytes, int, list[Note]]:
    """The archive with the pages of all whose page may leave the course; how many, and the rest.

    ``ids`` are the participants' in Moodle.
    """
    notes, count, target = list[Note](), 0, io.BytesIO()
    shared = Counter(ids.values())
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        for mark in marks:
            page, id = course.page(mark.student), ids.get(mark.student, "")
            if not mark.page:
                if page.is_file():
                    status = mark.standing.verdict.status
                    notes.append(Note("export-page-held", mark.student, (), status))
            elif not page.is_file():
                notes.append(Note("export-no-page", mark.student))
            elif not (id.isascii() and id.isdecimal()):
                notes.append(Note("export-no-id", mark.student))
            elif shared[id] > 1:
                notes.append(Note("export-same-id", mark.student, (id,)))
            else:
                if not feedback.is_current(mark.standing.record, mark.standing.entry):
                    notes.append(Note("export-old-page", mark.student))
                name = f"{mark.student.replace('_', '-')}_{id}_assignsubmission_file/{FILE}"
                made.writestr(_info(name, page.stat().st_mtime), page.read_bytes())
                count += 1
    return target.getvalue(), count, notes


def _info(name: str, changed: float) -> ZipInfo:
    info = ZipInfo(name, datetime.fromtimestamp(changed).timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o100644 << 16
    return info
