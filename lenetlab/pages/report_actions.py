"""What an instructor does about a flag, in Vietnamese, by its code: the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """What to do, in a few words and in a sentence or two; ``command`` where one does it."""

    title: str
    text: str
    command: str = ""


_FORCE, _GRADE = "lenetlab grade --force {students}", "lenetlab grade {students}"
_EXPLAIN = "lenetlab explain {student}"
_ASK = "Báo sinh viên nộp lại đúng file notebook (.ipynb), đặt vào thư mục của bạn ấy rồi chấm lại."
_AGAIN = "Đây là lỗi của máy chấm, không phải của sinh viên; chưa ai bị trừ điểm vì nó."
_CHOOSE = "Mở notebook và trang phản hồi, xem phần nào mới là bài làm; nếu máy chấm chọn nhầm, "
_CHOOSE += "cho điểm bằng tay trong formgrader."
_LOOK = "Mở bài và trang phản hồi để xem điểm bị trừ có đáng không; nếu không, cho điểm bằng tay "
_LOOK += "trong formgrader."

ACTIONS: dict[str, Action] = {
    # The grader, a check or the machine is at fault.
    "check-error": Action(
        "Sửa ô kiểm tra trong notebook gốc",
        f"Một ô kiểm tra tự gặp lỗi, nên các bài này chưa có điểm. {_AGAIN} Sửa ô được nêu tên, "
        "chạy lenetlab release rồi chấm lại.",
        "lenetlab release",
    ),
    "check-died": Action(
        "Xem ô kiểm tra không chạy hết",
        f"Ô kiểm tra bị dừng vì hết giờ hoặc hết bộ nhớ. {_AGAIN} Chấm lại; nếu vẫn thế, làm cho "
        "ô kiểm tra nhẹ hơn.",
        _FORCE,
    ),
    "worker-died": Action(
        "Chấm lại: sandbox đã dừng", f"{_AGAIN} Chấm lại, ít bài một lúc nếu máy yếu.", _FORCE
    ),
    "workers-died": Action(
        "Chấm trên máy khác: máy chấm bị dừng",
        f"{_AGAIN} Hai máy chấm trong cụm đã dừng giữa chừng khi chấm bài này; chấm lại không dùng "
        "cụm.",
        _FORCE,
    ),
    "not-reproduced": Action(
        "Đối chiếu số đo: huấn luyện lại cho kết quả khác",
        "Độ chính xác đã in và độ chính xác khi huấn luyện lại lệch nhau quá mức cho phép. Lệch "
        "nhau chưa chứng tỏ điều gì: hãy xem notebook, hỏi sinh viên, rồi mới kết luận. Không ai "
        "bị trừ điểm vì việc này.",
    ),
    "grading-failed": Action(
        "Chấm lại: việc chấm bị lỗi",
        f"{_AGAIN} Chấm lại; nếu vẫn thế, lời báo lỗi dưới đây nói vì sao.",
        _FORCE,
    ),
    "not-restored": Action("Chấm lại bằng lenetlab", _AGAIN, _FORCE),
    "not-graded": Action("Chấm lại: lần chấm trước chưa xong", _AGAIN, _FORCE),
    "not-recorded": Action(
        "Giải phóng đĩa rồi chấm lại",
        "Kết quả không ghi được vào thư mục autograded/: xem đĩa còn chỗ và có quyền ghi không.",
        _GRADE,
    ),
    "feedback-failed": Action(
        "Tạo lại trang phản hồi", "Điểm đã có, chỉ trang phản hồi chưa tạo được.", _GRADE
    ),
    "no-sandbox": Action(
        "Cân nhắc chấm lại có sandbox",
        "Các bài này đã chạy mà không có gì bảo vệ máy chấm. Lệnh lenetlab doctor cho biết máy "
        "còn thiếu gì.",
        "lenetlab doctor",
    ),
    "waiting": Action("Chấm những bài đang chờ", "Đã nộp mà chưa chấm.", "lenetlab grade"),
    "interrupted": Action(
        "Chấm tiếp", "Lần chấm trước bị dừng trước khi tới các bài này.", "lenetlab grade"
    ),
    # The file is at fault.
    "not-found": Action("Tìm notebook bị thiếu", f"Thư mục không có notebook. {_ASK}", _GRADE),
    "not-taken": Action(
        "Xem vì sao không thu được bài",
        "Khi thu bài không lấy được gì từ những gì sinh viên đã nộp; lý do ở dưới.",
    ),
    "several-notebooks": Action(
        "Chọn notebook được tính",
        "Có nhiều notebook và không rõ bản nào được tính. Lệnh ở dưới chép bản mới nhất vào đúng "
        "chỗ; hỏi sinh viên nếu chưa chắc.",
        _GRADE,
    ),
    "not-a-notebook": Action("Xin lại notebook", f"File không phải là notebook. {_ASK}", _GRADE),
    "not-json": Action("Xin lại notebook bị hỏng", f"Nội dung file bị hỏng. {_ASK}", _GRADE),
    "not-text": Action("Xin lại notebook", f"File không phải là văn bản. {_ASK}", _GRADE),
    "empty": Action("Xin lại notebook trống", f"File không có nội dung. {_ASK}", _GRADE),
    "too-large": Action(
        "Xin lại notebook nhỏ hơn",
        "File quá lớn, thường vì nhiều hình: nhờ sinh viên xoá bớt kết quả của các ô tự thêm.",
        _GRADE,
    ),
    "archive": Action(
        "Giải nén rồi chấm lại", "Sinh viên nộp file nén; lệnh giải nén ở dưới.", _GRADE
    ),
    "not-a-file": Action("Thay bằng một file thật", _ASK, _GRADE),
    "unreadable": Action("Cho phép đọc file", "Máy chấm không đọc được file hay thư mục.", _GRADE),
    "link": Action(
        "Thay liên kết bằng file thật", "Liên kết không được đi theo khi chấm.", _GRADE
    ),
    "which-assignment": Action("Xem đây là bài tập nào", "Không rõ notebook thuộc bài nào."),
    "bad-name": Action(
        "Đổi tên thư mục", "Tên thư mục trong submitted/ không dùng được; lệnh đổi tên ở dưới."
    ),
    "stray-file": Action(
        "Đưa file về đúng chỗ",
        "Những file này không nằm trong thư mục của sinh viên nào, nên không được chấm.",
    ),
    "twins": Action(
        "Xem hai thư mục có phải của một người",
        "Tên chỉ khác nhau ở chữ hoa hoặc cách viết dấu; lệnh ở dưới cất bớt một thư mục.",
    ),
    # Scores that may not be those that count.
    "outdated": Action(
        "Chấm lại: bài hoặc notebook gốc đã đổi",
        "Điểm đang có là của bản trước khi thay đổi.",
        _GRADE,
    ),
    "not-in-gradebook": Action("Chấm lại: sổ điểm chưa có điểm", "", _GRADE),
    "earlier-grade": Action(
        "Xem điểm của bản trước có được tính",
        "Bản mới nộp không chấm được; điểm đang hiện là của bản chấm được trước đó.",
    ),
    "manual-score": Action(
        "Xác nhận điểm đã cho bằng tay",
        "Bài được chấm lại sau khi bạn cho điểm; điểm của bạn vẫn giữ. Vào formgrader xác nhận "
        "hoặc sửa.",
    ),
    "missing": Action(
        "Xem bài từng nộp nay không còn",
        "Sổ điểm có điểm, mà trong submitted/ không còn bài.",
    ),
    "timestamp": Action(
        "Ghi lại thời điểm nộp", "Không đọc được timestamp.txt, nên chưa biết bài có muộn không."
    ),
    # The submission, graded: a person should look.
    "wrong-notebook": Action(
        "Xem có đúng notebook của bài này", f"Notebook thiếu nhiều ô của đề. {_ASK}", _GRADE
    ),
    "denied": Action(
        "Xem ô bị sandbox từ chối",
        f"Một ô xin điều sandbox không cho (mạng, ghi ra ngoài) và mất điểm vì thế. {_LOOK}",
        _EXPLAIN,
    ),
    "cell-died": Action("Xem ô làm dừng Python", f"Một ô không chạy hết. {_LOOK}", _EXPLAIN),
    "malformed-snapshot": Action(
        "Xem dữ liệu sai định dạng",
        f"Bài gửi về dữ liệu mà máy chấm không tin được. {_LOOK}",
        _EXPLAIN,
    ),
    "missing-module": Action(
        "Xem gói mà máy chấm không có",
        f"Bài dùng gói không có trên máy chấm và mất điểm vì thế. {_LOOK}",
        _EXPLAIN,
    ),
    "stand-in": Action(
        "Xem gói đã được thay thế",
        f"Gói chỉ có trên Colab được thay bằng gói rỗng, và có điểm bị mất. {_LOOK}",
        _EXPLAIN,
    ),
    "garbled": Action(
        "Xem mã bị lẫn ký tự lạ",
        f"Mã sẽ chạy được nếu bỏ các ký tự do sao chép hay trộn file để lại. {_LOOK}",
        _EXPLAIN,
    ),
    "duplicate-cell": Action("Xem ô có nhiều bản", _CHOOSE),
    "work-elsewhere": Action("Xem bài làm ở nơi khác", _CHOOSE),
    "matched-by-content": Action("Xem bài làm ở ô khác", _CHOOSE),
    "too-many-cells": Action("Xem notebook có quá nhiều ô", _CHOOSE),
    "missing-cells": Action("Xem notebook thiếu ô", _LOOK, _EXPLAIN),
    "locked-cell-changed": Action(
        "Xem ô khoá đã bị sửa", f"Ô khoá được trả về như đề, và có điểm bị mất. {_LOOK}", _EXPLAIN
    ),
    "passed-before": Action(
        "Xem bài trước đạt, nay không đạt",
        f"Khi sinh viên chạy thì đạt, khi chấm thì không. {_LOOK}",
        _EXPLAIN,
    ),
    "no-measurements": Action(
        "Xem bài không có số đo",
        "Notebook không còn số đo để đối chiếu câu trả lời. Có thể nhờ sinh viên nộp lại bản đã "
        "chạy, hoặc cho điểm bằng tay.",
        _EXPLAIN,
    ),
    "doubtful-evidence": Action(
        "Xem số đo khó tin", "Có số đo không thể đúng; chúng không được dùng để chấm."
    ),
    "checkpoint": Action(
        "Xem bản sao của Jupyter", "File được chấm là bản sao tự lưu, có thể cũ hơn bài thật."
    ),
    "other-notebooks": Action(
        "Xem notebook khác cùng thư mục", "Có notebook khác không được chấm; bản nào mới hơn?"
    ),
}  # fmt: skip
OTHER = Action("Xem các bài này", "Mở bài và trang phản hồi để xem.", _EXPLAIN)
