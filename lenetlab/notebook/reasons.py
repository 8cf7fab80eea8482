"""What a student reads where a cell raised: the error, where it stands, and the fix where known."""

from __future__ import annotations

import re

from lenetlab.notebook.outputs import clean, inline
from lenetlab.notebook.raised import Raised

_LONGEST, _LONGEST_LINE = 300, 90  # characters: of what the error says, of a line of code

# What to do, by "type: text" of the error and, in a line below, the code where it was raised. The
# first that fits is taken; the groups of its pattern fill the hint.
_HINTS: tuple[tuple[str, str], ...] = (
    # Python's names and calls
    (r"^UnboundLocalError: .*'([A-Z]\w*)'", "đừng đặt tên biến trùng với tên lớp `{0}`."),
    (
        r"^UnboundLocalError: .*'(x|inputs?)'",
        "ở dòng này `{0}` chưa có giá trị; lớp đầu tiên được gọi trên kết quả của Input.",
    ),
    (r"^UnboundLocalError: .*'(\w+)'", "ở dòng này `{0}` chưa có giá trị."),
    (r"\.build\(\) (?:takes|missing) ", "khai báo `def build(self, input_dim):`."),
    (r"\.__init__\(\) takes 1 .* given", "bỏ đối số thừa."),
    (r"\w+CNN\.__init__\(\) missing ", "bỏ tham số thêm vào, hoặc bỏ hẳn `__init__`."),
    (r"missing \d+ required positional arguments?: '(\w+)'", "viết thêm `{0}=...`."),
    (r"'NoneType' object has no attribute '(\w+)'", "giá trị đứng trước `.{0}` đang là None."),
    (r"^FileNotFoundError|File not found", "khi chấm chỉ có notebook này, không có file khác."),
    (r"^ModuleNotFoundError: .*'(?:keras|tensorflow)\.", "phiên bản Keras này không có module đó."),
    (r"^ModuleNotFoundError", "máy chấm không có gói này, và bài không cần gói nào thêm."),
    (r"^RecursionError", "một hàm đang gọi lại chính nó; có thể bạn cần `super()`."),
    # Keras's calls of layers
    (
        r"(?:Only input tensors may|puts` values must be KerasTensors).*?<(\w+) name=",
        "lớp `{0}` chưa được gọi: viết `{0}(...)(x)`.",
    ),
    (
        r"`inputs` values must be KerasTensors|Only input tensors may be passed",
        "bắt đầu bằng `input = Input(shape=input_dim)`.",
    ),
    (r"`outputs` values must be KerasTensors.*None", "gán cho `output` kết quả của lớp cuối."),
    (
        r"(?:data_format=|identifier: )[Kk]eras[Tt]ensor.*\n.*?\b([A-Z]\w*)\(",
        "tạo lớp rồi mới gọi nó trên `x`: `{0}(...)(x)`.",
    ),
    (r"'KerasTensor' object is not callable", "mỗi lớp chỉ gọi một lần: `Lớp(...)(x)`."),
    (
        r"KerasTensor cannot be used as input|A KerasTensor is symbolic",
        "ở đây cần một lớp của `keras.layers`, không phải một hàm của TensorFlow hay NumPy.",
    ),
    (
        r"`units`.*Received: units=\d+\n.*['\"]\d+['\"]",
        "viết số nguyên, không đặt trong dấu nháy.",
    ),
    (r"min_ndim=4, found ndim=2", "lớp này cần ảnh, mà sau Flatten chỉ còn một véc-tơ."),
    (r"min_ndim=4, found ndim=3", "ảnh cần cả số kênh: `Input(shape=input_dim)`."),
    (
        r"size would be (?:zero or )?negative|Negative dimension size",
        "ảnh đã nhỏ hơn kernel hoặc cửa sổ gộp: xem lại số lớp gộp, kích thước và padding.",
    ),
    (r"Cannot convert '.*' to a shape", "dùng `Input(shape=input_dim)`."),
    (r"should be tensors\. Got 'None'", "giá trị đưa vào lớp là None: hàm phụ cần `return x`."),
    (r"Only instances of `keras.Layer`.*Received: ([A-Z]\w+)$", "thêm cặp ngoặc: `{0}()`."),
    (r"The name .* is used \d+ times", "đặt cho mỗi lớp một tên khác nhau."),
    # no Python
    (r"\n```", "xoá dòng đánh dấu khối mã; ô này chỉ chứa mã Python."),
    (r"invalid syntax\n(?:[^\W\d_]+ ){2,}", "nếu đây là lời ghi chú thì đặt `#` ở đầu dòng."),
    (r"was never closed", "thiếu dấu đóng ngoặc."),
    (r"expected ':'", "thêm dấu hai chấm ở cuối dòng."),
    (r"forgot a comma", "thiếu dấu phẩy."),
    (r"unterminated", "thiếu dấu nháy đóng."),
    (r"invalid character '[“”‘’]'", 'dùng dấu nháy thẳng `"`.'),
    (r"non-printable character", "có ký tự lạ, thường do sao chép: xoá chỗ đó rồi gõ lại."),
    (r"incomplete input|unexpected EOF", "ô này chưa viết xong."),
    (r"expected an indented block", "phần bên trong cần thụt vào, và cần có ít nhất một dòng."),
    (r"^IndentationError|^TabError", "thụt đầu dòng như các dòng cùng khối, chỉ dùng dấu cách."),
    (r"positional argument follows", "đối số theo vị trí phải đứng trước đối số có tên."),
    (r"keyword argument repeated", "mỗi đối số chỉ viết một lần."),
)


def of_error(owner: str, raised: Raised, source: str, line: int) -> str:
    """What ``owner`` lacks because of ``raised``, in a line: the error, its place, the fix.

    ``source`` is the cell's, ``line`` the number of the line in a cell of the student's, else 0.
    """
    says = useful(raised.text, source)
    text = f"{owner} chưa chạy được: {raised.type}: {says}".rstrip(": .")
    code = clean(raised.code).strip().split("\n")[0].strip()
    if code and line:
        quote = "" if "`" in code else "`"
        text += f" (dòng {line}: {quote}{_cut(code, _LONGEST_LINE)}{quote})"
    hint = _hint(raised, f"{raised.type}: {says}\n{code}")
    text = inline(text)
    return f"{text}. Gợi ý: {hint}" if hint else f"{text}."


def not_written(owner: str, stub: bool) -> str:
    """The line that stands where students write is still there; ``stub``: nothing was written."""
    line = "`raise NotImplementedError()`"
    if stub:
        text = f"phần này chưa được viết, còn nguyên dòng {line}"
        return f"{owner} chưa chạy được: {text}. Gợi ý: viết phần của bạn rồi xoá dòng đó."
    return f"{owner} chưa chạy được: còn sót dòng {line}. Gợi ý: xoá dòng đó."


def _hint(raised: Raised, says: str) -> str:
    near, add = inline(raised.near), inline(raised.add)
    if near and add:
        return f"có phải ý bạn là `{near}`? Khi đó thêm `{add}`."
    if near:
        return f"có phải ý bạn là `{near}`?"
    if add:
        return f"{'thêm' if raised.type == 'NameError' else 'viết'} `{add}`."
    for pattern, hint in _HINTS:
        found = re.search(pattern, says, re.MULTILINE)
        if found:
            return hint.format(*found.groups())
    return ""


def useful(text: str, source: str = "") -> str:
    """The sentence of an error that tells what is wrong, without paths of this machine.

    Keras's errors may have several paragraphs. A path that stands in ``source`` is the student's.
    """
    text = clean(text).strip()
    if text.startswith("Exception encountered when calling"):
        text = text.partition("Arguments received by")[0]
        inner = text.partition("Error encountered:")[2] or text.partition("\n\n")[2]
        text = inner.strip() or text
    text = re.sub(r" \((?:<[^<>]*>|[\w.-]+\.py), line \d+\)| \(detected at line \d+\)", "", text)
    text = re.sub(r" \(unknown location\)| \(/[^()]*\)", "", text)
    text = re.sub(r" ?\(of type <class '[^']*'>\)| of type <class '[^']*'>", "", text)
    text = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", text)
    text = re.sub(r"(?i)<(KerasTensor) shape=(\([^()]*\)),[^<>]*>", r"\1 \2", text)
    text = re.sub(
        r"(?<![\w.:/])/(?:[^\s/'\"]+/)+([^\s/'\",)]*)",
        lambda found: found[0] if found[0] in source else found[1],
        text,
    )
    return _cut(text.split("\n")[0].strip(), _LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 2]} …"


def misnamed(owner: str, found: str) -> str:
    """The class has another name."""
    text = f"{owner} chưa chạy được: NameError: name '{owner}' is not defined"
    if not found:
        return f"{text}. Gợi ý: chưa có class nào tên là `{owner}`."
    return f"{text}, vì class của bạn tên là `{found}`. Gợi ý: đổi tên nó thành `{owner}`."


def no_heir(owner: str, base: str) -> str:
    """The class has not the base that it needs."""
    return (
        f"{owner} chưa có mô hình: class này không kế thừa `{base}`, nên thiếu những gì `{base}` "
        f"đã viết sẵn. Gợi ý: viết `class {owner}({base}):`."
    )


def not_overridden(owner: str, base: str, method: str, near: str, outer: str, loose: bool) -> str:
    """The class has no method of its own, so that its base's was run.

    ``near`` is a method with a similar name, ``outer`` the method inside of which it stands,
    ``loose`` that it stands outside of the class.
    """
    text = f"{owner} không có `{method}` của riêng mình, nên mô hình y hệt {base} gốc"
    if outer:
        return (
            f"{text}: `{method}` đang nằm bên trong `{outer}`. Gợi ý: lùi `def {method}` ra, thẳng "
            f"hàng với `def {outer}`."
        )
    if near:
        return f"{text}: hàm của bạn tên là `{near}`. Gợi ý: đổi tên hàm thành `{method}`."
    if loose:
        return (
            f"{text}: `{method}` đang nằm ngoài class. Gợi ý: thụt `def {method}` vào trong "
            f"`class {owner}`."
        )
    return f"{text}. Gợi ý: viết `def {method}(self, ...)` trong `class {owner}`."


def never_set(owner: str, method: str, attribute: str, how: str) -> str:
    """The method ran and left nothing where it should; ``how`` is what it did instead."""
    text = f"{owner} chưa có mô hình: `{method}` đã chạy xong mà self.{attribute} vẫn là None{how}"
    return f"{text}. Gợi ý: kết thúc `{method}` bằng `self.{attribute} = ...`."


def instead(attribute: str, other: str, local: str, returned: bool) -> str:
    """What a method did in place of setting ``self.<attribute>``."""
    if other:
        return f", vì mô hình được gán vào `self.{other}`"
    if returned:
        return f", vì mô hình được trả về (`return`) chứ không được gán vào self.{attribute}"
    if local:
        return f", vì mô hình chỉ được gán vào biến `{local}`"
    return ""


def unmeasured(models: list[str]) -> str:
    """What is added to an error of None; empty where all models were measured."""
    return f"; notebook đã nộp không có số đo của {', '.join(models)}" if models else ""


def stood_in(packages: list[str]) -> str:
    """What a student is told where a package was not there."""
    names = ", ".join(f"`{package}`" for package in packages)
    return f"Lưu ý: máy chấm không có {names}, nên phần đó không chạy thật; giảng viên sẽ xem lại."
