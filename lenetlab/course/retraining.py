"""A class, or some of it, trained again: who printed what does not come out is for a person."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from lenetlab.course import interrupts
from lenetlab.course.classroom import Classroom
from lenetlab.course.directory import Course, nbgrader_api
from lenetlab.course.job import Job
from lenetlab.course.pool import side_by_side
from lenetlab.course.run import OpenPool
from lenetlab.course.standings import latest_record
from lenetlab.files import as_json, read_json, write_whole
from lenetlab.notebook import intake
from lenetlab.notebook.retraining import Retrained
from lenetlab.records import GradingFailed
from lenetlab.sandbox.confine import SandboxUnavailable


@dataclass
class Outcome:
    """Students whose figures came out again, those for a person, and those not tried."""

    confirmed: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # why
    known: list[str] = field(default_factory=list)  # trained before, as they are now
    stopped: bool = False


def sample(students: list[str], number: int | None) -> list[str]:
    """So many of the students, drawn by lot; all where no number is given."""
    if number is None or number >= len(students):
        return students
    return sorted(random.SystemRandom().sample(students, number))


def train_class(
    course: Course, chosen: list[str], pool: OpenPool, *, force: bool, done: Callable[[str], None]
) -> Outcome:
    """Train the graded ones among the chosen students again, and keep what came of it.

    Raises:
        SandboxUnavailable: submissions cannot be isolated here.
        CourseError: the course itself is not in order.
    """
    outcome = Outcome()
    with nbgrader_api(course) as api:
        room = Classroom(course, api)

        def jobs() -> Iterator[Job]:
            for student in chosen:
                try:
                    job = _job(room, student, force)
                except (intake.Rejected, ValueError, OSError) as error:
                    outcome.failed[student] = str(error)
                else:
                    if job is not None:
                        yield job
                        continue
                    outcome.known.append(student)
                done(student)

        def finish(job: Job, future: Future[Retrained]) -> None:
            try:
                retrained = future.result()
                write_whole(course.retrained(job.student), as_json(retrained))
            except SandboxUnavailable:
                raise
            except (intake.Rejected, GradingFailed, OSError) as error:
                outcome.failed[job.student] = str(error)
            except Exception as error:  # nobody foresaw it: it must not stop the others
                outcome.failed[job.student] = f"{type(error).__name__}: {error}"
            else:
                place = outcome.doubtful if retrained.flags else outcome.confirmed
                place.append(job.student)
            done(job.student)

        try:
            side_by_side(jobs(), lambda: pool(room), finish)
        except KeyboardInterrupt:
            interrupts.ignore()
            outcome.stopped = True
    return outcome


def _job(room: Classroom, student: str, force: bool) -> Job | None:
    """What is to be trained again of a student; None where that was done, as it is now.

    Raises:
        ValueError: it is not graded.
        Rejected: it cannot be read any more.
    """
    record = latest_record(room.course, student)
    if record is None or record.verdict.score is None:
        raise ValueError("it is not graded")
    job = room.submission(student)
    known = read_json(room.course.retrained(student), Retrained)
    return None if known is not None and known.of == job.of and not force else job


def data_of(named: list[str], variables: list[str], environment: dict[str, str]) -> dict[str, Path]:
    """The files to train with: ``VARIABLE=FILE``, or a file alone where the lab has one variable.

    Where none is named, those that the environment names.

    Raises:
        ValueError: a variable is not the lab's, or a file is not there.
    """
    found = {v: Path(environment[v]) for v in variables if not named and environment.get(v)}
    for text in named:
        variable, given, path = text.partition("=")
        if not given and len(variables) == 1:
            variable, path = variables[0], text
        if variable not in variables:
            known = ", ".join(variables) or "none"
            raise ValueError(f"--data {text}: say VARIABLE=FILE; the lab's variables: {known}")
        found[variable] = Path(path)
    for variable, file in found.items():
        if not file.is_file():
            raise ValueError(f"{variable}: there is no file {file}")
        found[variable] = file.resolve()
    return found
