"""The observation questions, judged by what the student measured."""

from __future__ import annotations

from typing import Any

from lenetlab.checks.architecture import CheckFailed
from lenetlab.notebook.measurements import supporting

# Percentage points: "about equal" means a difference of at most EQUAL; this close to that border
# either answer earns the credit, since another run would fall on the other side.
EQUAL, BORDER = 1.0, 0.3
# Training times, as a ratio: this close to 1 nobody can tell faster from slower on a busy machine.
NEAR = 0.10

# Without measurements of its own, and without reference runs of the models, there is no verdict.
UNJUDGED = "nên chưa xét được câu trả lời"
_UNMEASURED = (
    "notebook đã nộp không có đủ số đo của {first} và {second}, "
    + UNJUDGED
    + ". Hãy chạy lại toàn bộ notebook, lưu cùng kết quả rồi nộp lại."
)

_FEWER, _MORE, _SAME, _FASTER, _SLOWER, _AS_FAST = range(6)
_PARAMETERS = {"fewer": _FEWER, "more": _MORE, "same": _SAME}
_TIMES = {_FASTER: "nhanh hơn", _SLOWER: "chậm hơn", _AS_FAST: "nhanh ngang hoặc nhanh hơn"}


def check_choice(choice: Any, *, first: str, second: str) -> None:
    """Judge one answer on two models' accuracies: 1 the first is better, 2 worse, 3 about equal.

    Raises:
        CheckFailed: no opinion, no such option, or the measurements contradict the answer.
    """
    if type(choice) is not int or choice not in range(4):
        raise CheckFailed("Câu trả lời cần là một số nguyên từ 0 đến 3.")
    if choice == 0:
        raise CheckFailed(
            "Bạn chọn “không có ý kiến”, nên câu này chưa có điểm. Lần sau cứ mạnh dạn "
            "nhận xét theo số đo của mình nhé."
        )
    pairs, own = supporting(first, second, "accuracy")
    if not pairs:
        raise CheckFailed("Độ chính xác: " + _UNMEASURED.format(first=first, second=second))
    # Several runs show by themselves how far another run may fall: they need no border.
    border = BORDER if own else 0.0
    if choice in {answer for pair in pairs for answer in _true_answers(*pair, border)}:
        source = "số đo của bạn" if own else "các lần chạy mẫu"
        print(f"Câu trả lời phù hợp với {source}.")
        return
    opinion = {1: "tốt hơn", 2: "kém hơn", 3: "ngang với"}[choice]
    if own:
        a, b = pairs[0]
        raise CheckFailed(
            f"Bạn trả lời “{first} {opinion} {second}”, nhưng chính bạn đo được {first} "
            f"{a:.2f} % và {second} {b:.2f} % (chênh {abs(a - b):.2f} điểm phần trăm)."
        )
    raise CheckFailed(
        f"Bạn trả lời “{first} {opinion} {second}”. Notebook đã nộp không có đủ số đo của bạn, "
        f"và các lần chạy mẫu không ủng hộ điều đó: {_ranges(first, second, pairs, '%')}."
    )


def check_facts(
    choices: Any, *, variant: str, baseline: str, parameters: str, points: float
) -> float | None:
    """Judge several answers on a variant: half the points for parameters, half for the time.

    ``parameters`` is ``"fewer"``, ``"more"`` or ``"same"``. Returns None for full points, half the
    points where one of the two halves is right.

    Raises:
        CheckFailed: neither half is right, or the answer is no list of options.
    """
    if not isinstance(choices, (list, tuple, set)) or not all(
        type(c) is int and c in range(6) for c in choices
    ):
        raise CheckFailed("Câu trả lời cần là một danh sách các số nguyên từ 0 đến 5.")
    chosen = set(choices)
    if not chosen:
        raise CheckFailed("Bạn chưa chọn ý nào.")
    complaints = []
    if chosen & set(_PARAMETERS.values()) != {_PARAMETERS[parameters]}:
        complaints.append(
            f"Số tham số: nhận xét chưa đúng, hãy so dòng Total params của {variant} và {baseline}."
        )
    time_complaint = _complaint_on_time(chosen & set(_TIMES), variant, baseline)
    if time_complaint:
        complaints.append(time_complaint)
    if len(complaints) == 2:
        raise CheckFailed("\n".join(complaints))
    if complaints:
        print(f"Đúng một nửa, được {points / 2:g}/{points:g} điểm.\n{complaints[0]}")
        return points / 2
    print("Nhận xét phù hợp.")
    return None


def _true_answers(first: float, second: float, border: float) -> set[int]:
    """Answers that two accuracies (per cent) support, either one within ``border`` of EQUAL."""
    difference = first - second
    answers = set()
    # 1e-9: figures are printed with two digits, and 98.5 - 97.5 is not quite 1 in binary.
    if abs(difference) <= EQUAL + border + 1e-9:
        answers.add(3)
    if abs(difference) >= EQUAL - border - 1e-9:
        answers.add(1 if difference > 0 else 2)
    return answers


def _complaint_on_time(chosen: set[int], variant: str, baseline: str) -> str | None:
    """Why the answers on training time are wrong, None where they are right."""
    if not chosen:
        return (
            f"Thời gian: bạn chưa nhận xét {variant} huấn luyện nhanh hay chậm so với {baseline}."
        )
    if _SLOWER in chosen and len(chosen) > 1:
        return "Thời gian: các ý bạn chọn mâu thuẫn với nhau."
    pairs, own = supporting(variant, baseline, "seconds")
    if not pairs:
        return "Thời gian: " + _UNMEASURED.format(first=variant, second=baseline)
    if any(chosen <= _true_times(a / b) for a, b in pairs):
        return None
    opinion = "”, “".join(_TIMES[choice] for choice in sorted(chosen))
    if own:
        a, b = pairs[0]
        return (
            f"Thời gian: bạn cho rằng so với {baseline}, {variant} “{opinion}”, nhưng chính "
            f"bạn đo được {variant} {a:.1f} giây và {baseline} {b:.1f} giây."
        )
    return (
        f"Thời gian: bạn cho rằng so với {baseline}, {variant} “{opinion}”. Notebook đã nộp không "
        "có đủ số đo của bạn, và các lần chạy mẫu cho thấy "
        f"{_ranges(variant, baseline, pairs, 'giây')}."
    )


def _true_times(ratio: float) -> set[int]:
    """Answers that a ratio of training times, variant to baseline, supports."""
    answers = set()
    if ratio < 1 + NEAR:
        answers.add(_FASTER)
    if ratio > 1 - NEAR:
        answers.add(_SLOWER)
    if ratio <= 1 + 2 * NEAR:  # "about as fast" reaches to NEAR, and its border is as wide
        answers.add(_AS_FAST)
    return answers


def _ranges(first: str, second: str, pairs: list[tuple[float, float]], unit: str) -> str:
    parts = []
    for name, values in zip((first, second), zip(*pairs, strict=True), strict=True):
        parts.append(f"{name} từ {min(values):.1f} đến {max(values):.1f} {unit}")
    return ", ".join(parts)
