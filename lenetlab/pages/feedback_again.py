"""What a student reads of a file that could not be graded: what was wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from lenetlab.records import Verdict

_STEPS = (
    "Mở notebook của bạn, chạy lại từ đầu (Restart & Run All) rồi lưu, để bài nộp có đủ kết quả "
    "và số đo.",
    "Tải chính notebook ấy về máy: trong Google Colab chọn File › Download › Download .ipynb; "
    "trong JupyterLab chọn File › Download.",
    "Mở thử file vừa tải: nếu Jupyter hay Colab mở được thì máy chấm cũng đọc được.",
    "Nộp lại file .ipynb ấy, chỉ một file và không nén, ở đúng nơi bạn đã nộp lần trước.",
)
_SIZE = (
    "Xoá kết quả của những ô in ra quá nhiều (Clear Outputs), rồi chạy lại các ô ấy với phần in "
    "ra ngắn hơn."
)

# By the code of a rejection.
_REASONS = {
    "empty": "File bạn nộp rỗng: bên trong không có gì.",
    "not-text": (
        "File bạn nộp không phải là notebook, mà là một loại file khác (chẳng hạn PDF, Word hay "
        "ảnh). Máy chấm chỉ đọc được file .ipynb."
    ),
    "archive": "File bạn nộp là một file nén. Máy chấm cần chính file .ipynb ở trong đó.",
    "not-json": (
        "File bạn nộp không đọc được như một notebook: có thể tải về hay tải lên chưa xong, hoặc "
        "nội dung đã bị một chương trình khác thay đổi."
    ),
    "not-a-notebook": "File bạn nộp mở ra được nhưng không phải là một notebook Jupyter.",
    "too-large": "File bạn nộp quá lớn nên máy chấm không đọc.",
    "not-found": "Trong bài nộp của bạn không có file notebook (.ipynb) nào.",
    "several-notebooks": (
        "Bài nộp của bạn có nhiều notebook, và máy chấm không biết phải chấm file nào."
    ),
    "link": "Bài nộp của bạn là một liên kết (shortcut), không phải chính file notebook.",
    "not-a-file": "Ở chỗ của notebook, bài nộp của bạn không có một file bình thường.",
    "not-taken": "Những file bạn nộp không có file nào được nhận là notebook của bài này.",
}
_UNKNOWN = "Máy chấm không đọc được file bạn nộp."
# Those that the person who grades has to mend: nothing for the student to do.
_OURS = ("unreadable", "bad-name")


@dataclass(frozen=True)
class Trouble:
    """Why a file was not graded, and the steps by which to hand in again; none: nothing to do."""

    reason: str
    steps: tuple[str, ...]

    @property
    def is_for_student(self) -> bool:
        """Whether there is something for the student to do."""
        return bool(self.steps)


def trouble(verdict: Verdict) -> Trouble | None:
    """What is wrong with the file that was handed in last; None where it was graded.

    The flags' own sentences are for instructors; here the code alone decides.
    """
    code = verdict.flags[0].code if verdict.flags else ""
    if verdict.status == "rejected" and code not in _OURS:
        steps = (_SIZE, *_STEPS) if code == "too-large" else _STEPS
        return Trouble(_REASONS.get(code, _UNKNOWN), steps)
    if verdict.status in ("rejected", "failed"):
        return Trouble(
            "Máy chấm gặp trục trặc khi chấm bài của bạn. Đây không phải lỗi của bạn và không làm "
            "bạn mất điểm: giảng viên đã được báo và bài sẽ được chấm lại.",
            (),
        )
    if verdict.status == "interrupted":
        return Trouble(
            "Lần chấm này đã dừng lại trước khi đến bài của bạn. Đây không phải lỗi của bạn: bài "
            "sẽ được chấm trong lần chạy tới.",
            (),
        )
    return None
