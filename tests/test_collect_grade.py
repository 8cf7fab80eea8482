"""What was collected is graded: by the command, with the roster's names in the tables."""

import csv
import shutil
from datetime import timedelta
from pathlib import Path

from . import labs, packers
from .commands import ROOT, lenetlab


def test_a_class_is_collected_and_graded(tmp_path: Path) -> None:
    course, made = tmp_path / "course", tmp_path / "made.ipynb"
    course.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", course)
    labs.write(course / "source" / "sum" / "sum.ipynb", labs.SUM)
    students = []
    for n, student in enumerate(packers.class_of(5)):
        labs.write(made, [labs.solution("sum-solution", f"total = {3 if n else 4}"), *labs.SUM[1:]])
        work = ("báo cáo.docx", b"x") if n == 4 else (f"sum ({n}).ipynb", made.read_bytes())
        about = student.name, student.number, student.id, [work]
        students.append(packers.HandedIn(*about, time=packers.DUE - timedelta(hours=n)))
    roster = packers.roster(tmp_path / "list.csv", students, extra="6;20521999;Phan;Vắng;v@x.vn")
    archive = packers.moodle(tmp_path / "bai.zip", students)
    done = lenetlab("collect", archive, "--roster", roster, cwd=course)
    assert done.returncode == 0, done.stderr
    assert "20521004: no notebook but báo cáo.docx" in done.stdout
    assert "nothing handed in (1): 20521999" in done.stdout
    done = lenetlab("grade", "--no-feedback", cwd=course)
    assert done.returncode == 1, "one was rejected"
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    points = {who: row["score"] for who, row in rows.items()}
    assert points == {
        "20521000": "0", "20521001": "2", "20521002": "2", "20521003": "2",
        "20521004": "", "20521999": "",
    }  # fmt: skip
    assert [rows[f"2052100{n}"]["status"] for n in (3, 4)] == ["graded", "rejected"]
    assert rows["20521999"]["status"] == "missing"
    assert (rows["20521001"]["last_name"], rows["20521001"]["first_name"]) == ("Trần Văn", "Bình")
    assert rows["20521001"]["timestamp"].startswith("2026-05-01 "), rows["20521001"]
    assert not list((course / "autograded").rglob("*.docx"))
