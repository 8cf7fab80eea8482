"""What a person does about a submission, by the flag that asks for it."""

from __future__ import annotations

from lenetlab.records import Status

_BY_CODE = {
    "duplicate-cell": "Mở notebook, xem bản được chấm có phải bản sinh viên muốn nộp không.",
    "wrong-notebook": "Hỏi sinh viên: có thể đã nộp nhầm notebook của bài khác.",
    "work-elsewhere": "Mở notebook: phần bài làm có thể nằm ở ô khác. Cho điểm tay nếu đúng.",
    "matched-by-content": "Mở notebook, xem ô được chấm có đúng là phần bài làm không.",
    "locked-cell-changed": "Xem phần sinh viên đã sửa trong ô khoá: mã đó không chạy khi chấm.",
    "garbled": "Mở notebook: mã ở ô này không đọc được trọn vẹn. Cho điểm tay nếu hiểu được.",
    "passed-before": "Mở notebook: kiểm tra này từng đạt khi sinh viên chạy. Tìm chỗ khác nhau.",
    "no-measurements": "Notebook không có số đo: xem sinh viên đã xoá kết quả chạy hay chưa chạy.",
    "doubtful-evidence": "Xem số đo in ra trong notebook: có số không thể đúng.",
    "denied": "Mã cần điều mà máy chấm không cho (mạng, file). Xem mã, cho điểm tay nếu đúng.",
    "missing-module": "Máy chấm thiếu một gói. Cài gói đó rồi chấm lại, hoặc cho điểm tay.",
    "stand-in": "Máy chấm thiếu một gói nên phải thay tạm. Xem phần mất điểm có do gói đó không.",
    "cell-died": "Một ô dùng hết giờ hoặc bộ nhớ. Xem ô đó, cho điểm tay nếu mã đúng.",
    "malformed-snapshot": "Mô hình gửi về không hợp lệ. Xem mã của sinh viên.",
    "too-many-cells": "Notebook có quá nhiều ô: xem phần bị bỏ qua có bài làm không.",
    "manual-score": "Bài đã chấm lại sau khi cho điểm tay: vào formgrader xác nhận hoặc sửa điểm.",
    "outdated": "Bài nộp hoặc đề đã đổi: chạy lại lenetlab grade.",
    "not-in-gradebook": "Sổ điểm chưa có điểm: chạy lại lenetlab grade.",
    "earlier-grade": "Đang dùng điểm của bản nộp trước. Quyết định giữ hay yêu cầu nộp lại.",
    "timestamp": "Sửa timestamp.txt theo giờ nộp thật rồi chạy lại lenetlab grade.",
    "twins": "Hai thư mục có tên dễ lẫn: nếu là một người, cất một thư mục đi.",
    "link": "Trong bài nộp có liên kết (không được đi theo): yêu cầu nộp file thật.",
    "other-notebooks": "Có nhiều notebook: xem bản được chấm có đúng bản muốn nộp không.",
    "checkpoint": "Chỉ có bản tự lưu của trình soạn thảo: yêu cầu nộp bản thật.",
    "stray-file": "Chuyển file vào đúng thư mục theo lệnh gợi ý, rồi chạy lại lenetlab grade.",
    "bad-name": "Đổi tên thư mục theo lệnh gợi ý, rồi chạy lại lenetlab grade.",
    "missing": "Chưa có bài nộp: hỏi sinh viên, hoặc xoá điểm cũ nếu bài đã rút.",
    "feedback-failed": "Không tạo được trang nhận xét: chạy lại lenetlab grade.",
    "interrupted": "Lần chấm bị dừng: chạy lại lenetlab grade.",
    "no-sandbox": "Bài được chấm không có sandbox: chỉ tin điểm nếu tin bài nộp.",
    "check-error": "Lỗi ở ô kiểm tra của đề: sửa notebook gốc, lenetlab release, rồi chấm lại.",
}
_BY_STATUS: dict[Status, str] = {
    "rejected": "Không đọc được bài: nhờ sinh viên nộp lại file notebook (.ipynb).",
    "failed": "Lỗi của máy chấm, không phải của sinh viên: chạy lại lenetlab grade.",
}
_ELSE = "Mở notebook và xem lại."


def action(code: str, status: Status) -> str:
    """What to do, in Vietnamese."""
    return _BY_CODE.get(code) or _BY_STATUS.get(status, _ELSE)
