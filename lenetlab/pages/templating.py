"""How pages are made: Jinja2 with every text escaped, and a policy that lets nothing else load."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from lenetlab.notebook.outputs import clean, cut, in_order
from lenetlab.records import as_text

_HERE = files(__package__)


@cache
def environment() -> jinja2.Environment:
    """The templates of this package; an unknown name in one is an error, not an empty text."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("lenetlab", "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points
    made.filters["moment"] = moment
    made.filters["short"] = short
    return made


def points(value: float | None) -> str:
    """Points for a Vietnamese reader: ``8,5``; a dash where there are none."""
    return as_text(value).replace(".", ",") or "–"


def moment(time: datetime) -> str:
    """A time of day and a date for a Vietnamese reader: ``14:05 ngày 28/11/2026 (GMT+7)``."""
    offset = time.strftime("%z")
    hours = f"{offset[:1]}{offset[1:3].lstrip('0') or '0'}" if offset else ""
    minutes = f":{offset[3:5]}" if offset[3:5] not in ("", "00") else ""
    zone = f" (GMT{'' if offset in ('+0000', '') else hours + minutes})" if offset else ""
    return f"{time:%H:%M} ngày {time.day}/{time.month}/{time.year}{zone}"


def short(text: str, longest: int) -> str:
    """A foreign text without commands to a terminal; what is too long is cut, and says so."""
    return clean(cut(text, longest))


@cache
def text_of(name: str) -> str:
    """A style sheet or script that lies beside the templates."""
    return (_HERE / name).read_text("utf-8")


def render(template: str, *, styles: list[str], script: str = "", **data: Any) -> str:
    """The page of a template.

    ``styles`` and ``script`` are names of files beside it. The page carries them, and a policy
    (``Content-Security-Policy``) that runs no other script and asks no other machine for anything.
    """
    css = "\n".join(text_of(name) for name in styles)
    code = text_of(script) if script else ""
    # A style attribute gives a bar its length; it can load nothing, since no address is allowed.
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; {_scripts(code)}"
    policy += "; base-uri 'none'; form-action 'none'"
    page = environment().get_template(template)
    text = page.render(css=Markup(css), code=Markup(code), policy=policy, **data)  # noqa: S704 - own files
    return in_order(text)  # names and file names, too


def _scripts(code: str) -> str:
    if not code:
        return "script-src 'none'"
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return f"script-src 'sha256-{digest}'"
