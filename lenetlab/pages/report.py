"""The report of a class: one page for the instructor, everything in it, numbers beside pictures."""

from __future__ import annotations

from lenetlab.pages import (
    report_changes,
    report_findings,
    report_measured,
    report_numbers,
    report_pictures,
    report_queue,
    report_scores,
    report_times,
)
from lenetlab.pages.report_data import ClassData
from lenetlab.pages.report_measured import Measured
from lenetlab.pages.report_numbers import Spread
from lenetlab.pages.templating import environment, render

_FOR_STRIPS = 3  # figures of a model; fewer are read faster as text
_FOR_COLUMNS = report_numbers.FEW  # figures of a histogram, likewise


def page(data: ClassData) -> str:
    """The report as HTML: no other file, no request to anywhere; its one script only sorts."""
    filters = environment().filters
    for filter_ in ("number", "fixed", "count", "share", "duration"):
        filters[f"report_{filter_}"] = getattr(report_numbers, filter_)
    scores = report_scores.scores(data)
    training, handed_in = report_times.training(data), report_times.handed_in(data)
    models = report_measured.measured(data)
    return render(
        "report.html",
        styles=["base.css", "report.css"],
        script="report.js",
        data=data,
        states=report_scores.states(data),
        queue=report_queue.queue(data),
        at_once=report_queue.AT_ONCE,
        scores=scores,
        scores_picture=_scores_picture(scores),
        successes=report_scores.successes(data),
        deviations=report_findings.deviations(data),
        causes=report_findings.causes(data),
        few_kinds=report_findings.AT_ONCE,
        models=models,
        has_quartiles=any(
            one.spread is not None and one.spread.q1 is not None
            for model in models
            for one in model.values()
        ),
        models_picture=report_pictures.strips(models) if _is_drawn(models) else "",
        sharing=report_measured.sharing(data),
        training=training,
        training_picture=_training_picture(training),
        grading=report_times.grading(data),
        handed_in=handed_in,
        handed_in_picture=_handed_in_picture(handed_in),
        span=report_times.span_of(handed_in.unit) if handed_in else "",
        changes=report_changes.changes(data),
        rows=report_scores.rows(data),
        groups=_groups(data),
    )


def _is_drawn(models: list[dict[str, Measured]]) -> bool:
    return any(len(one.figures) >= _FOR_STRIPS for model in models for one in model.values())


def _is_pictured(spread: Spread) -> bool:
    return spread.n >= _FOR_COLUMNS


def _scores_picture(scores: report_scores.Scores | None) -> str:
    if scores is None or not _is_pictured(scores.spread):
        return ""
    middle = scores.spread.median
    mark = f"trung vị {report_numbers.number(middle)}"
    return report_pictures.histogram(scores.columns, "điểm", marked=middle, mark=mark)


def _training_picture(training: report_times.Training | None) -> str:
    if training is None or not _is_pictured(training.spread):
        return ""
    scale, unit = (60.0, "phút") if training.columns[-1].most > 300 else (1.0, "giây")
    shown = [report_scores.Column(c.least / scale, c.most / scale, c.n) for c in training.columns]
    middle = training.spread.median
    mark = f"trung vị {report_numbers.duration(middle)}"
    marked = middle / scale if middle is not None else None
    label = f"tổng thời gian huấn luyện trong một notebook ({unit})"
    return report_pictures.histogram(shown, label, marked=marked, mark=mark)


def _handed_in_picture(handed_in: report_times.HandedIn | None) -> str:
    if handed_in is None or handed_in.n < _FOR_COLUMNS:
        return ""
    span = report_times.span_of(handed_in.unit)
    if handed_in.due is None:
        first = handed_in.first
        label = f"{span} kể từ 0:00 ngày {first.day}/{first.month}/{first.year}"
        return report_pictures.histogram(handed_in.columns, label)
    return report_pictures.histogram(
        handed_in.columns,
        f"{span} so với hạn nộp (số âm: trước hạn)",
        marked=0.0 if handed_in.columns[-1].most >= 0 else None,
        mark="hạn nộp",
        late_from=0.0,
    )


def _groups(data: ClassData) -> list[tuple[str, int]]:
    """The items' groups as they stand side by side, with how many items each."""
    found: list[tuple[str, int]] = []
    for item in data.items:
        if found and found[-1][0] == item.title.group:
            found[-1] = (item.title.group, found[-1][1] + 1)
        else:
            found.append((item.title.group, 1))
    return found
