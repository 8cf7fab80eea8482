"""Feedback pages written: of a few students here, of a large class by several processes.

Those are started anew, not forked, because this one has threads. That takes each a second, which
pays where there are many pages.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor

from lenetlab.course import interrupts
from lenetlab.course.directory import Course, load_master
from lenetlab.course.feedback import Pages
from lenetlab.course.gradebook import Entry
from lenetlab.course.pool import cores
from lenetlab.pages.feedback_measured import Class
from lenetlab.records import Record

MANY = 200  # pages
_AT_ONCE = 20  # pages that a process is given

Written = list[tuple[str, Record | None]]


def write(pages: Pages, students: list[str]) -> Iterator[tuple[str, Record | None]]:
    """Write the pages; for each student, the record to store as :meth:`.Pages.write` returns it.

    Interrupted, it returns when what was begun is written.
    """
    if len(students) < MANY:
        for student in students:
            with interrupts.put_off():
                record = pages.write(student)
            yield student, record
        return
    batches = [students[n : n + _AT_ONCE] for n in range(0, len(students), _AT_ONCE)]
    context = multiprocessing.get_context("spawn")
    given = (pages.course, pages.entries, pages.everyone)
    with ProcessPoolExecutor(cores(), context, _begin, given) as writers:
        futures = [writers.submit(_write, batch) for batch in batches]
        try:
            for future in futures:
                yield from future.result()
        finally:
            for future in futures:
                future.cancel()


_pages: list[Pages] = []  # of this process


def _begin(course: Course, entries: Mapping[str, Entry], everyone: Class) -> None:
    interrupts.ignore()  # the process that started this one says when to end
    _pages[:] = [Pages(course, load_master(course), entries, everyone)]


def _write(students: list[str]) -> Written:
    return [(student, _pages[0].write(student)) for student in students]
