"""What a student wrote, as HTML that does nothing: text, code in colours, markdown, pictures.

Everything has a bound, so that no submission makes a page large or slow; what is cut says so.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import mistune
import nh3
from markupsafe import Markup
from pygments.lexers.python import PythonLexer
from pygments.token import Token, _TokenType

from lenetlab.notebook.outputs import clean
from lenetlab.pages.templating import short

LONGEST_COLOURED = 4_000  # characters of code: the lexer is quadratic in blanks and in dots
LONGEST_LINE = 400  # characters
LONGEST_MARKDOWN = 6_000  # characters of a cell
LONGEST_PICTURE = 1_000_000  # characters of its base64

PICTURES = {  # by media type: how such a file begins
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_DATA = re.compile(r"data:(image/[a-z]+);base64,([A-Za-z0-9+/=\s]*)")
_IMG = re.compile(r"<im(?:g|age)\b", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_COLOURS = ((Token.Comment, "c"), (Token.Literal.String, "s"), (Token.Literal.Number, "m"),
            (Token.Keyword, "k"))  # fmt: skip
_TAGS = {
    "p", "br", "hr", "strong", "b", "em", "i", "u", "del", "s", "sub", "sup", "code", "pre", "kbd",
    "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "img",
}  # fmt: skip


def picture(kind: str, data: str) -> str:
    """The address of a picture that a page carries; empty where the data are none of that kind.

    ``kind`` is its media type, ``data`` its base64. No SVG: that is a document, with scripts.
    """
    code = "".join(data.split())
    begins = PICTURES.get(kind)
    if begins is None or len(code) > LONGEST_PICTURE or not _BASE64.fullmatch(code):
        return ""
    try:
        head = base64.b64decode(code[:24])
    except binascii.Error:
        return ""
    right = head.startswith(begins) and (kind != "image/webp" or head[8:12] == b"WEBP")
    return f"data:{kind};base64,{code}" if right else ""


def lines(source: str) -> list[Markup]:
    """Code line by line, in colours where that takes no time. Classes: k, s, c, m."""
    source = re.sub(r"[ \t]+$", "", clean(source), flags=re.MULTILINE)
    if len(source) > LONGEST_COLOURED:
        return [Markup(html.escape(line[:LONGEST_LINE])) for line in source.split("\n")]  # noqa: S704
    made = [""]
    for name, piece in _pieces(source):
        for number, part in enumerate(piece.split("\n")):
            if number:
                made.append("")
            if part:
                shown = html.escape(part[:LONGEST_LINE])
                made[-1] += f'<span class="{name}">{shown}</span>' if name else shown
    return [Markup(line) for line in made]  # noqa: S704 - every part is escaped


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """The source in pieces with a class each, empty for what has no colour."""
    before, piece = "", ""
    for token, value in _lexer().get_tokens(source):
        name = _class(token)
        if name != before and piece:
            yield before, piece
            piece = ""
        before, piece = name, piece + value
    yield before, piece


@cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False, ensurenl=False)


@cache
def _class(token: _TokenType) -> str:
    return next((name for kind, name in _COLOURS if token in kind), "")


def markdown(source: str) -> Markup:
    """Markdown as HTML of an allowlist: no link leads anywhere, no heading, no style, no class.

    Pictures stay where the cell itself carries them; of others their caption does.
    """
    figures = _DATA.sub(lambda found: found[0] if picture(found[1], found[2]) else "", source)
    if len(re.sub(_DATA, "", figures)) > LONGEST_MARKDOWN:
        figures = short(_DATA.sub("", figures), LONGEST_MARKDOWN)
    made = nh3.clean(
        str(_reader()(figures)),
        tags=_TAGS,
        attributes={"img": {"src", "alt"}},
        attribute_filter=_own_picture,
        url_schemes={"data"},
        link_rel=None,
    )
    return Markup(made)  # noqa: S704 - what nh3 leaves is of the allowlist


def _own_picture(tag: str, name: str, value: str) -> str | None:
    found = _DATA.fullmatch(value) if name == "src" else None
    if name == "src":
        return value if found and picture(found[1], found[2]) else None
    return value


class _Quiet(mistune.HTMLRenderer):
    """Headings as bold lines, links as their texts, pictures from elsewhere as their captions."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return text or mistune.escape(url)

    def inline_html(self, html: str) -> str:
        """A picture that has perhaps no caption is shown as it was written."""
        return mistune.escape(html) if _IMG.search(html) else html

    def block_html(self, html: str) -> str:
        return f"<p>{mistune.escape(html)}</p>" if _IMG.search(html) else html

    def image(self, text: str, url: str, title: str | None = None) -> str:
        found = _DATA.fullmatch(url)
        if found is None or not picture(found[1], found[2]):
            return f"<em>[ảnh: {text or 'không có chú thích'}]</em>"
        return f'<img src="{mistune.escape(url)}" alt="{text}">'


@cache
def _reader() -> mistune.Markdown:
    return mistune.create_markdown(
        renderer=_Quiet(escape=False), plugins=["table", "strikethrough"], hard_wrap=False
    )
