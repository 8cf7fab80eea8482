"""What a student reads of a check, in Vietnamese: verdicts, a sentence for each finding, hints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lenetlab.notebook.outputs import inline
from lenetlab.records import Finding

MOST = 3  # findings shown; more would bury the ones that matter

# The hidden check of an architecture.
RIGHT = "Kiểm tra ẩn: kiến trúc đúng như đề bài."
PARTLY = "Kiểm tra ẩn: đúng thay đổi cốt lõi, được {earned}/{points} điểm."
CHANGE_WRONG = "Kiểm tra ẩn: thay đổi cốt lõi của biến thể chưa đúng, nên mục này 0 điểm."
TOO_MANY = "Kiểm tra ẩn: quá nhiều chỗ sai lệch, nên mục này 0 điểm."
NO_MODEL = "chưa có mô hình"
NOT_KERAS = "{type} không phải là mô hình Keras"
# After the name of a layer's class, by the class's origin.
ORIGIN = {"layer": "", "own": " (lớp tự viết)", "operation": " (phép tính trên tensor)"}

# Templates by field: {where} is the layer, {expected} and {found} are values in Python's notation.
_SENTENCES = {
    "graph": "Không đọc được mô hình: {found}.",
    "params": "Mô hình cần có {expected} tham số, đang có {found}.",
    "inputs": "Mô hình cần đúng một đầu vào, đang có {found}.",
    "outputs": "Mô hình cần đúng một đầu ra, là lớp cuối cùng.",
    "chain": "{where} cần nối thẳng với {expected}, đang nối với {found}.",
    "missing": "Thiếu {where}: cần một lớp {expected} ở vị trí này.",
    "extra": "Thừa một lớp: lớp {place} trong mô hình của bạn ({layer}).",
    "type": "{where} cần là {expected}, đang là {found}.",
    "shape": "{where}: dạng của dữ liệu vào (shape) cần là {expected}, đang là {found}.",
    "batch_size": "{where}: không được cố định batch_size, nhưng đang là {found}.",
    "trainable": "{where}: trainable cần là True, đang có trọng số bị đóng băng.",
    "shared": "{where} dùng chung trọng số với một lớp khác; mỗi lớp cần trọng số riêng.",
    "padding": "{where}: padding cần giữ nguyên kích thước ảnh ({expected}), đang là {found}.",
    "activation": "{where}: activation cần là {expected}, đang là {found}.",
    "activation_layer": "{where}: activation cần là {expected} ngay trong lớp này, đang tách thành "
    "lớp riêng ({found}).",
}
_SETTING = "{where}: {field} cần là {expected}, đang là {found}."

# By field; a lab may have hints of its own, which speak of its text.
_HINTS = {
    "graph": "dùng Model(input, output), hoặc Sequential bắt đầu bằng Input(shape=input_dim).",
    "params": "đối chiếu từng dòng của summary() với đề bài.",
    "inputs": "chỉ dùng một Input(shape=input_dim).",
    "outputs": "gọi Model(input, output) với output là kết quả của lớp Dense cuối.",
    "chain": "mỗi lớp nhận kết quả của lớp ngay trước nó, không rẽ nhánh.",
    "missing": "đếm lại các lớp theo yêu cầu của biến thể.",
    "extra": "xoá lớp này, hoặc xem lại yêu cầu của biến thể.",
    "type": "xem lại yêu cầu của biến thể: lớp nào thay cho lớp nào.",
    "shape": "dùng Input(shape=input_dim).",
    "batch_size": "viết Input(shape=input_dim), bỏ batch_size.",
    "trainable": "bỏ chỗ đặt trainable=False.",
    "shared": "tạo một đối tượng lớp mới cho mỗi vị trí.",
    "padding": 'thử padding="same".',
    "activation": "truyền activation=... cho chính lớp đó, theo yêu cầu của biến thể.",
    "activation_layer": "chuyển hàm vào activation=... của chính lớp này, rồi xoá lớp riêng ấy.",
    "use_bias": "mọi lớp tích chập và Dense đều giữ bias mặc định.",
    "filters": "xem số filter trong đề bài.",
    "kernel_size": "xem kích thước kernel trong đề bài.",
    "strides": "bỏ strides để dùng giá trị mặc định.",
    "pool_size": "xem kích thước cửa sổ gộp trong đề bài.",
    "units": "xem số nơ-ron trong đề bài.",
}
_HINT = "dùng giá trị mặc định của Keras."
_MOVE = "chuyển hàm kích hoạt này vào activation=... của lớp ngay trước, rồi xoá lớp này."
_NO_ACTIVATION = "biến thể này không có hàm kích hoạt ở đây: bỏ activation đi."

# The observation questions.
NOT_ONE_OPTION = "Câu trả lời cần là một số nguyên từ 0 đến 3."
NO_OPINION = (
    "Bạn chọn “không có ý kiến”, nên câu này chưa có điểm. Lần sau cứ mạnh dạn "
    "nhận xét theo số đo của mình nhé."
)
CHOICE_FITS = "Câu trả lời phù hợp với {source}."
OWN_SOURCE, REFERENCE_SOURCE = "số đo của bạn", "các lần chạy mẫu"
OPINIONS = {1: "tốt hơn", 2: "kém hơn", 3: "ngang với"}
# By what was measured.
UNITS = {"accuracy": "%", "seconds": "giây"}
KINDS = {"accuracy": "độ chính xác", "seconds": "thời gian huấn luyện"}
CONTRADICTED = {
    "accuracy": "Bạn trả lời “{first} {opinion} {second}”, nhưng chính bạn đo được {first} {a} và "
    "{second} {b}{note}.",
    "seconds": "Thời gian: bạn cho rằng so với {second}, {first} “{opinion}”, nhưng chính "
    "bạn đo được {first} {a} và {second} {b}{note}.",
}
UNSUPPORTED = {
    "accuracy": "Bạn trả lời “{first} {opinion} {second}”. {known} Các lần chạy mẫu không ủng hộ "
    "câu trả lời đó: {ranges}.",
    "seconds": "Thời gian: bạn cho rằng so với {second}, {first} “{opinion}”. {known} Các lần chạy "
    "mẫu cho thấy {ranges}.",
}
APART = {"accuracy": " (chênh {difference} điểm phần trăm)", "seconds": ""}
SEVERAL_RUNS = " (tuỳ lần chạy)"
# What the notebook shows of two models.
KNOWN = "Về {what}, notebook đã nộp {parts}.{other}"
SHOWN = "có số đo của {model} ({figures})"
NOT_SHOWN = "không có số đo của {model}"
NEITHER_SHOWN = "không có số đo của {first} và {second}"
DOUBTFUL = "chỉ có một số đo không thể đúng của {model} ({figures})"
OTHER_DATA = " Kết quả chạy mẫu là của MNIST, không phải của bộ dữ liệu bạn dùng."
NOT_MEASURED = (
    "Chưa có đủ số đo của {first} và {second} để đối chiếu. {known} Hãy huấn luyện và đánh giá cả "
    "hai mô hình rồi nộp notebook còn nguyên các số đo đã in ra."
)
UNJUDGED = NOT_MEASURED.partition("{")[0]  # how that begins
NOT_OPTIONS = "Câu trả lời cần là một danh sách các số nguyên từ 0 đến 5."
NO_OPTION = "Bạn chưa chọn ý nào."
PARAMETERS_WRONG = (
    "Số tham số: nhận xét chưa đúng, hãy so dòng Total params của {variant} và {baseline}."
)
TIME_UNSAID = "Thời gian: bạn chưa nhận xét {first} huấn luyện nhanh hay chậm so với {second}."
TIME_CONFUSED = "Thời gian: các ý bạn chọn mâu thuẫn với nhau."
FASTER, SLOWER, AS_FAST = "nhanh hơn", "chậm hơn", "nhanh ngang hoặc nhanh hơn"
FACTS_FIT = "Nhận xét phù hợp."
FACTS_HALF = "Đúng một nửa, được {earned}/{points} điểm.\n{complaint}"


def sentence(finding: Finding) -> str:
    """The finding as a sentence: the layer, what is needed, what was found."""
    template = _SENTENCES.get(finding.field, _SETTING)
    text = template.format(
        where=_where(finding),
        place=finding.place,
        layer=finding.layer,
        field=finding.field,
        expected=_value(finding.expected),
        found=_value(finding.found),
    )
    return inline(text[:1].upper() + text[1:])


def hint(finding: Finding, own: Mapping[str, str]) -> str:
    """One line that says where to look; a lab's ``own`` hints by field come before the general."""
    general = _HINTS.get(finding.field, _HINT)
    if finding.field == "activation" and finding.expected == "linear":
        general = _NO_ACTIVATION
    if finding.field == "extra" and finding.expected not in (None, "linear"):
        return _MOVE
    return own.get(finding.field, general)


def report(findings: Sequence[Finding]) -> str:
    """At most :data:`MOST` sentences, and the first finding's hint."""
    lines = [f"- {sentence(finding)}" for finding in findings[:MOST]]
    if len(findings) > MOST:
        lines.append(f"- … và {len(findings) - MOST} chỗ sai lệch khác.")
    lines.append(f"Gợi ý: {findings[0].hint}")
    return "\n".join(lines)


def _where(finding: Finding) -> str:
    if finding.place is None:
        return "cả mô hình"
    names = ", ".join(name for name in (finding.role, finding.layer) if name)
    return f"lớp {finding.place} ({names})" if names else f"lớp {finding.place}"


def _value(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:
        return f"{value:,}".replace(",", " ")
    return str(value)


def number(value: float, digits: int | None = None) -> str:
    """A figure with the decimal comma that Vietnamese has."""
    return (f"{value:g}" if digits is None else f"{value:.{digits}f}").replace(".", ",")


_DIGITS = {"accuracy": 2, "seconds": 1}


def figures(kind: str, values: Sequence[float]) -> str:
    """Figures of one model: ``95,10 % hoặc 98,55 %``; of many, the first three."""
    texts = [f"{number(value, _DIGITS[kind])} {UNITS[kind]}" for value in values[:3]]
    return ("; ".join(texts) + "; …") if len(values) > 3 else " hoặc ".join(texts)


def spread(name: str, kind: str, values: Sequence[float]) -> str:
    """From the least to the largest figure of the reference runs."""
    least, most = number(min(values), 1), number(max(values), 1)
    return f"{name} từ {least} đến {most} {UNITS[kind]}"
