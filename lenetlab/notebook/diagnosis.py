"""What a file is that is no notebook, and what is to be done next: sentences for an instructor.

Told from the bytes alone, not from the name: a file is often called ``.ipynb`` by whom it misled.
"""

from __future__ import annotations

import re
from typing import Any

DOWNLOAD = (
    "the student should download the notebook itself (Colab: File > Download > Download .ipynb; "
    "Jupyter: File > Download) and hand that in"
)
AGAIN = "the student should hand the file in again"
_UNPACKED = "the student should hand in the .ipynb file that is in it, not packed"
_HEAD = 4_000  # bytes in which a file says what it is
_TAIL = 70_000  # bytes at a zip's end, where its list of names stands

# By a file's first bytes: what it is, and what is to be done.
_SIGNATURES = (
    (b"%PDF", "a PDF", DOWNLOAD),
    (b"\x89PNG", "a picture (PNG)", DOWNLOAD),
    (b"\xff\xd8\xff", "a picture (JPEG)", DOWNLOAD),
    (b"GIF8", "a picture (GIF)", DOWNLOAD),
    (b"\xd0\xcf\x11\xe0", "an Office document of the old kind (.doc, .xls)", DOWNLOAD),
    (b"{\\rtf", "a text document (RTF)", DOWNLOAD),
    (b"\x89HDF", "a saved model (HDF5)", DOWNLOAD),
    (b"Rar!", "a RAR archive", _UNPACKED),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACKED),
    (b"\x1f\x8b", "a gzip archive", _UNPACKED),
    (b"BZh", "a bzip2 archive", _UNPACKED),
    (b"\xfd7zXZ", "an xz archive", _UNPACKED),
    (b"\x00\x05\x16\x07", "what macOS keeps beside a file (its name begins with ._)", DOWNLOAD),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut", DOWNLOAD),
    (b"bplist00", "a macOS shortcut or list of properties", DOWNLOAD),
    (b"SQLite format 3", "a database", DOWNLOAD),
)
# By a name that a zip's list holds; a zip of none of these is an archive.
_ZIPS = (
    (b"word/document.xml", "a Word document"),
    (b"xl/workbook.xml", "an Excel workbook"),
    (b"ppt/presentation.xml", "a PowerPoint presentation"),
    (b"mimetypeapplication/vnd.oasis", "a LibreOffice document"),
    (b"model.weights.h5", "a saved Keras model"),
)
# By what stands in a web page: the page's kind, and what is to be done.
_PAGES = (
    ("jp-notebook", "the notebook exported as HTML", DOWNLOAD),
    ("nbconvert", "the notebook exported as HTML", DOWNLOAD),
    ("colab.research.google.com", "the web page of Google Colab saved", DOWNLOAD),
    ("colaboratory", "the web page of Google Colab saved", DOWNLOAD),
    (
        "github.githubassets.com",
        "the web page of GitHub saved",
        "the student should press 'Download raw file' on that page and hand in what that saves",
    ),
    ('type="password"', "the log-in page of a website", "download the file again, logged in"),
)
_LINK = re.compile(r"https?://[^\s\"'<>]+")
_DIFF = re.compile(r"(?:diff --git |Index: |nbdiff |--- [^\n]*\n(?:[^\n]*\n)?\+\+\+ |@@ -\d)")
_PYTHON = re.compile(
    r"^(?:# In ?\[|# ?%%|#!.*python|import \w|from [\w.]+ import |def \w+\(|class \w)", re.M
)


def of_bytes(data: bytes) -> tuple[str, str] | None:
    """The code and the sentence on a file that is no text; None where it may be one."""
    if data.startswith(b"PK"):
        return _of_zip(data)
    for head, kind, then in _SIGNATURES:
        if data.startswith(head):
            return "not-text", f"this is {kind}, not a notebook; {then}"
    if data[257:262] == b"ustar":
        return "not-text", f"this is a tar archive, not a notebook; {_UNPACKED}"
    if data[4:8] == b"ftyp" or (data.startswith(b"RIFF") and data[8:12] in (b"WEBP", b"AVI ")):
        return "not-text", f"this is a picture or a video, not a notebook; {DOWNLOAD}"
    return None


def _of_zip(data: bytes) -> tuple[str, str] | None:
    """A zip by the names in it; nothing is unpacked, and its list is not trusted."""
    if data[2:4] not in (b"\x03\x04", b"\x05\x06"):
        return None
    names = data[:_HEAD] + data[-_TAIL:]
    for name, kind in _ZIPS:
        if name in names:
            return "not-text", f"this is {kind}, not a notebook; {DOWNLOAD}"
    return "archive", f"this is a zip archive, not a notebook; {_UNPACKED}"


def of_encoding(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    """The code and the sentence on a file that is no text in the encoding that it seems to have."""
    if error.end == len(data) and error.reason == "unexpected end of data":
        return "not-json", f"the file is cut off in the middle of a letter; {AGAIN}"
    if re.search(rb"[\x00-\x08]", data):
        return "not-text", f"the file is not text, so it is no notebook; {DOWNLOAD}"
    if data.lstrip()[:1] not in (b"{", b"["):
        return "not-json", of_text(data.decode("latin-1"), error)
    return "not-text", (
        "the file is not text in UTF-8: a program saved it in an encoding of its own (Latin-1, a "
        "Windows code page); the student should save it as UTF-8 and hand it in again"
    )


def of_text(text: str, error: ValueError) -> str:
    """The sentence on a text that is no JSON; ``error`` is the parser's."""
    start = text.lstrip()
    head = start[:_HEAD].lower()
    # Only where a merge writes them: at the beginning of lines. A cell's text is within a string.
    if re.search(r"^<{7}[ \r\n]", text, re.M) and re.search(r"^>{7}[ \r\n]", text, re.M):
        return (
            "the file holds git conflict markers (<<<<<<<); the student should settle them, see "
            "that the notebook opens, and hand it in again"
        )
    if head.startswith(("<!doctype html", "<html")) or "<html" in head[:1000]:
        return _of_page(text.lower())
    if link := _link(start):
        return f"this is a link in place of the notebook ({link}); {DOWNLOAD}"
    if head.startswith("<"):
        return f"this is XML, not a notebook; {DOWNLOAD}"
    if _DIFF.match(start):
        return f"this is a list of changes (a diff), not the notebook; {DOWNLOAD}"
    if re.match(r"[{\[]\s*'", start):
        return (
            "this is a Python dictionary as print() shows it, not JSON: a program of the student's "
            f"wrote it; {DOWNLOAD}"
        )
    if not head.startswith(("{", "[", '"')):
        kind = "text"
        if _PYTHON.search(start[:50_000]):
            kind = "a Python script"
        return f"this is {kind}, not a notebook; {DOWNLOAD}"
    return _of_json(text, error)


def _of_page(page: str) -> str:
    for word, kind, then in _PAGES:
        if word in page:
            return f"this is a web page: {kind}; {then}"
    return f"this is a web page saved as .ipynb; {DOWNLOAD}"


def _link(start: str) -> str:
    """The address that a short text is about, empty where there is none."""
    found = _LINK.search(start[:2000])
    if not found or len(start) > 4 * _HEAD:
        return ""
    shortcut = start.startswith(("[InternetShortcut]", "[Desktop Entry]")) or "<plist" in start
    alone = len(start) - len(found[0]) < 300 and not start.startswith(("{", "["))
    return found[0][:150] if alone or shortcut else ""


def _of_json(text: str, error: ValueError) -> str:
    """The sentence on JSON that is broken: cut off, or what is wrong where."""
    if is_cut_off(text, error):
        return (
            "the file is cut off: its JSON ends in the middle, as after a download or an upload "
            f"that was not finished; {AGAIN}"
        )
    if str(error).startswith("Extra data"):
        return f"the file goes on behind the notebook's end ({error}); {AGAIN}, as Jupyter saves it"
    return (
        f"the file is no valid JSON ({error}): it was changed by something else than Jupyter; the "
        "student should mend it until Jupyter opens it, and hand in what Jupyter saves"
    )


def is_cut_off(text: str, error: ValueError) -> bool:
    """Whether nothing is wrong with the JSON ``text`` but that it ends too early."""
    place, told = getattr(error, "pos", 0), getattr(error, "msg", "")
    if told.startswith("Unterminated string"):
        return True
    rest = text[place:].rstrip()
    unfinished = any(word.startswith(rest) for word in ("true", "false", "null", "-", "\\u0000"))
    return unfinished or ("\\u" in told and len(rest) < 6)


def of_content(content: Any) -> str:
    """The sentence on JSON that is no notebook."""
    if isinstance(content, dict):
        if any(key in content for key in ("doc_id", "resource_key")):
            return f"this is a shortcut of Google Drive, not the notebook; {DOWNLOAD}"
        telling = {"error", "errorcode", "exception", "errors"} & set(content)
        if telling or ("message" in content and len(content) <= 4):
            said = [content[key] for key in ("message", "error", "errorcode") if key in content]
            words = next((f" ({text[:150]})" for text in said if isinstance(text, str)), "")
            return f"this is a website's error message{words}; download the file again"
        if is_newer(content):
            return (
                f"this is a notebook in format {content['nbformat']}, which the grader does not "
                "know; the student should save it in format 4 and hand it in again"
            )
    return f"the file is JSON but not a Jupyter notebook; {DOWNLOAD}"


def is_newer(content: dict[str, Any]) -> bool:
    """Whether the JSON says that it is of a format after 4."""
    version = content.get("nbformat")
    return type(version) is int and version > 4
