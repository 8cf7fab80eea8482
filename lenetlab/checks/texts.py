"""What a student reads: one Vietnamese sentence per finding, and a hint."""

from __future__ import annotations

from typing import Any

from lenetlab.checks.compare import Finding

MOST = 3  # findings shown; more would bury the ones that matter

# Templates by field: {where} is the layer, {expected} and {found} are values in Python's notation.
_SENTENCES = {
    "graph": "Không đọc được mô hình: {found}.",
    "params": "Mô hình cần có {expected} tham số, đang có {found}.",
    "inputs": "Mô hình cần đúng một đầu vào, đang có {found}.",
    "outputs": "Mô hình cần đúng một đầu ra, là lớp cuối cùng.",
    "chain": "{where} cần nối thẳng với {expected}, đang nối với {found}.",
    "missing": "Thiếu {where}: cần một lớp {expected} ở vị trí này.",
    "extra": "Thừa {where}: đề bài không có lớp này.",
    "type": "{where} cần là {expected}, đang là {found}.",
    "shape": "{where}: dạng của dữ liệu vào (shape) cần là {expected}, đang là {found}.",
    "batch_size": "{where}: không được cố định batch_size, nhưng đang là {found}.",
    "trainable": "{where}: trainable cần là True, lớp này đang bị đóng băng.",
    "shared": "{where} dùng chung trọng số với một lớp khác; mỗi lớp cần trọng số riêng.",
    "padding": "{where}: padding cần giữ nguyên kích thước ảnh ({expected}), đang là {found}.",
    "activation": "{where}: activation cần là {expected}, đang là {found}.",
}
_SETTING = "{where}: {field} cần là {expected}, đang là {found}."

_HINTS = {
    "graph": "dựng mô hình bằng Model(input, output) trong build, với Input(shape=input_dim).",
    "params": "đối chiếu từng dòng của summary() với bảng ở phần 1.",
    "inputs": "chỉ dùng một Input(shape=input_dim).",
    "outputs": "gọi Model(input, output) với output là kết quả của lớp Dense cuối.",
    "chain": "mỗi lớp nhận kết quả của lớp ngay trước nó, không rẽ nhánh.",
    "missing": "đếm lại các lớp theo bảng ở phần 1 và yêu cầu của biến thể.",
    "extra": "xoá lớp này, hoặc xem lại yêu cầu của biến thể.",
    "type": "xem lại yêu cầu của biến thể: lớp nào thay cho lớp nào.",
    "shape": "dùng Input(shape=input_dim).",
    "batch_size": "viết Input(shape=input_dim), bỏ batch_size.",
    "trainable": "bỏ dòng đặt trainable=False.",
    "shared": "tạo một đối tượng lớp mới cho mỗi vị trí.",
    "padding": 'thử padding="same".',
    "activation": "truyền activation=... cho chính lớp đó, theo yêu cầu của biến thể.",
    "use_bias": "mọi lớp tích chập và Dense đều giữ bias mặc định.",
    "filters": "xem số filter trong bảng ở phần 1.",
    "kernel_size": "xem kích thước kernel trong bảng ở phần 1.",
    "strides": "bỏ strides để dùng giá trị mặc định.",
    "pool_size": "xem kích thước ô gộp trong bảng ở phần 1.",
    "units": "xem số nơ-ron trong bảng ở phần 1.",
}
_HINT = "dùng giá trị mặc định của Keras."


def sentence(finding: Finding) -> str:
    """The finding as a sentence in Vietnamese: the layer, what is needed, what was found."""
    template = _SENTENCES.get(finding.field, _SETTING)
    text = template.format(
        where=_where(finding),
        field=finding.field,
        expected=_value(finding.expected),
        found=_value(finding.found),
    )
    return text[:1].upper() + text[1:]


def hint(finding: Finding) -> str:
    """One line that says where to look."""
    if finding.field == "activation" and finding.expected == "linear":
        return "biến thể này không có hàm kích hoạt ở đây: bỏ activation đi."
    return _HINTS.get(finding.field, _HINT)


def report(findings: list[Finding]) -> str:
    """At most :data:`MOST` sentences, and the first finding's hint."""
    lines = [f"- {sentence(finding)}" for finding in findings[:MOST]]
    if len(findings) > MOST:
        lines.append(f"- … và {len(findings) - MOST} chỗ sai lệch khác.")
    lines.append(f"Gợi ý: {hint(findings[0])}")
    return "\n".join(lines)


def _where(finding: Finding) -> str:
    names = ", ".join(name for name in (finding.role, finding.layer) if name)
    return f"lớp {finding.place} ({names})" if names else f"lớp {finding.place}"


def _value(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:
        return f"{value:,}".replace(",", " ")
    return str(value)
