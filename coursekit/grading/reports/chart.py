"""A bar chart as a few lines of SVG.

matplotlib would do, and costs seconds to load and draw; a second run of a class that has not
changed takes less than that altogether.
"""

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

LABELS, BARS, NUMBERS, ROW = 250, 420, 50, 24  # widths and a row's height, in pixels


def bars(rows: Sequence[tuple[str, Sequence[tuple[str, float]]]], *, alt: str) -> Markup:
    """Horizontal bars, the longest as wide as the picture, each with its total at its end.

    Args:
        rows: (label, parts) from top to bottom; a part is (class, length), and its class is
            good, half, bad or none.
        alt: what the picture shows, for readers who cannot see it.
    """
    longest = max((sum(v for _, v in parts) for _, parts in rows), default=0) or 1
    drawn = "".join(_row(n, label, parts, BARS / longest) for n, (label, parts) in enumerate(rows))
    size = f"{LABELS + BARS + NUMBERS} {ROW * len(rows)}"
    return Markup(f'<svg viewBox="0 0 {size}" role="img" aria-label="{escape(alt)}">{drawn}</svg>')


def _row(n: int, label: str, parts: Sequence[tuple[str, float]], scale: float) -> str:
    middle, x, out = ROW * n + ROW - 8, float(LABELS), ""
    short = label if len(label) <= 34 else label[:33] + "…"
    for kind, value in parts:
        if value:
            out += (
                f'<rect class="{kind}" x="{x:.1f}" y="{ROW * n + 4}" '
                f'width="{value * scale:.1f}" height="{ROW - 8}"/>'
            )
        x += value * scale
    total = sum(value for _, value in parts)
    return (
        f'<text x="{LABELS - 8}" y="{middle}" text-anchor="end">{escape(short)}</text>{out}'
        f'<text x="{x + 6:.1f}" y="{middle}">{total:g}</text>'
    )
