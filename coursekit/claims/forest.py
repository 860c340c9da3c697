"""The forest plot: every measured part of a claim beside the bar that it had to pass."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coursekit.claims.evidence import Report
from coursekit.claims.judging import Finding
from coursekit.figures import COLOURS, figure

if TYPE_CHECKING:  # matplotlib is imported where something is drawn
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = {True: ("blue", "o", "met"), False: ("red", "X", "refuted"), None: ("grey", "s", "open")}


def forest(report: Report) -> "Figure":
    """A figure of two columns: effects in points, and ratios on a logarithmic axis."""
    seen: dict[tuple[str, str, float | None], tuple[int, Finding]] = {}
    for row in report.rows:
        if not row.claim.same_as:
            for finding in row.findings:
                key = (finding.bar.trial, finding.bar.effect, finding.bar.above)
                seen.setdefault(key, (row.claim.number, finding))
    points = [pair for pair in seen.values() if "point" in pair[1].bar.unit]
    ratios = [pair for pair in seen.values() if pair[1].bar.log]
    height = 1.2 + 0.2 * max(len(points), len(ratios))
    fig, (left, right) = figure(1, 2, size=(13, height))
    _panel(left, points, "Points")
    _panel(right, ratios, "Ratios")
    right.set_xscale("log")
    handles = [
        left.plot([], [], look[1], color=COLOURS[look[0]], label=look[2])[0]
        for look in LOOKS.values()
    ]
    handles += [left.plot([], [], "|", color="black", markersize=9, label="bar")[0]]
    fig.legend(handles=handles, loc="outside upper right", ncols=4)
    return fig


def _panel(axes: "Axes", pairs: Sequence[tuple[int, Finding]], title: str) -> None:
    """One line for each finding, the first at the top."""
    for y, (_, f) in enumerate(reversed(pairs)):
        colour, marker, _ = LOOKS[f.met]
        axes.plot([f.low, f.high], [y, y], color=COLOURS[colour], linewidth=1.4)
        axes.plot(f.value, y, marker, color=COLOURS[colour], markersize=4.5)
        for bar in (f.bar.above, f.bar.below):
            if bar is not None:
                axes.plot(bar, y, "|", color="black", markersize=9)
    labels = [f"{number}  {f.bar.trial}: {f.bar.effect}" for number, f in reversed(pairs)]
    axes.set_yticks(np.arange(len(pairs)), labels, fontsize=7)
    axes.set_title(title)
    axes.set_ylim(-1, len(pairs))
    axes.grid(axis="x", alpha=0.3)
