"""A bar chart as a few lines of HTML: as wide as there is room, letters as large as all others.

matplotlib would do, and costs seconds to load and draw; a second run of a class that has not
changed takes less than that altogether.
"""

from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup


def bars(
    rows: Sequence[tuple[str, Sequence[tuple[str, float]]]],
    *,
    alt: str,
    legend: Mapping[str, str] | None = None,
) -> Markup:
    """Horizontal bars, the longest as wide as the picture, each with its total at its end.

    Args:
        rows: (label, parts) from top to bottom; a part is (class, length), and its class is
            good, half, bad or none.
        alt: what the picture shows, for readers who cannot see it.
        legend: what each class means: {words: class}; from left to right.
    """
    longest = max((sum(v for _, v in parts) for _, parts in rows), default=0) or 1
    drawn = "".join(_row(label, parts, 100 / longest) for label, parts in rows)
    keys = "".join(
        f'<li><b class="{kind}"></b> {escape(words)}</li>' for words, kind in (legend or {}).items()
    )
    above = f'<ul class="legend" aria-label="Legend">{keys}</ul>' if keys else ""
    return Markup(f'{above}<div class="bars" role="img" aria-label="{escape(alt)}">{drawn}</div>')


def _row(label: str, parts: Sequence[tuple[str, float]], scale: float) -> str:
    drawn = "".join(
        f'<b class="{kind}" style="width:{value * scale:.1f}%"></b>'
        for kind, value in parts
        if value
    )
    total = sum(value for _, value in parts)
    return f"<p><span>{escape(label)}</span><span>{drawn}</span><span>{total:g}</span></p>"
