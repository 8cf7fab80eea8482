"""Numbers as the report writes them: Vietnamese, and none that a small class does not support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, quantiles

FEW = 8  # figures; quartiles of fewer would say more than is known
NONE = "–"


def number(value: float | None, digits: int = 2) -> str:
    """A figure with a decimal comma, no more digits than it needs: ``8,5``; a dash for None."""
    if value is None:
        return NONE
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if digits else text
    return ("0" if text in ("-0", "") else text).replace(".", ",")


def fixed(value: float | None, digits: int) -> str:
    """A figure with just so many digits: ``98,50``; a dash for None."""
    return NONE if value is None else f"{value:.{digits}f}".replace(".", ",")


def count(value: int) -> str:
    """How many, its thousands apart: ``12 345``; the space does not break."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def share(part: float, whole: float) -> str:
    """A share in per cent: ``31 %``; what is little or almost all is not rounded to nothing."""
    if not whole:
        return NONE
    percent = 100 * part / whole
    if 0 < percent < 0.5:
        return "dưới 1\N{NO-BREAK SPACE}%"
    if 99.5 <= percent < 100:
        return "trên 99\N{NO-BREAK SPACE}%"
    return f"{percent:.0f}\N{NO-BREAK SPACE}%"


def duration(seconds: float | None) -> str:
    """Seconds, minutes or hours, whichever one would say: ``42,5 giây``, ``7 phút 5 giây``."""
    if seconds is None:
        return NONE
    if seconds < 60:
        return f"{number(seconds, 1)} giây"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} phút" + (f" {rest} giây" if rest else "")
    hours, minutes = divmod(minutes, 60)
    return f"{count(hours)} giờ" + (f" {minutes} phút" if minutes else "")


@dataclass(frozen=True)
class Spread:
    """How figures are spread; None where there are too few of them to say."""

    n: int
    least: float
    q1: float | None
    median: float | None
    q3: float | None
    most: float
    mean: float


def spread(figures: Sequence[float]) -> Spread | None:
    """The spread of the figures; None where there are none."""
    if not figures:
        return None
    q1 = q3 = None
    if len(figures) >= FEW:
        q1, _, q3 = quantiles(figures, n=4, method="inclusive")
    middle = median(figures) if len(figures) > 2 else None
    return Spread(len(figures), min(figures), q1, middle, q3, max(figures), fmean(figures))
