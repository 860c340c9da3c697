"""Your output, the expected one and the difference as a small picture; drawn only when asked."""

from typing import TYPE_CHECKING

import numpy as np

from coursekit.checking.shown.beside import Beside
from coursekit.errors import CaseError
from coursekit.figures import COLOURS, Picture, figure, picture

if TYPE_CHECKING:  # matplotlib is imported where something is drawn
    from matplotlib.figure import Figure


def drawn(beside: Beside, title: str) -> Picture:
    """The three as one picture with its alternative text.

    Raises:
        CaseError: they have more than two dimensions, or a value that cannot be drawn.
    """
    yours, expected = beside.yours.astype(float), beside.expected.astype(float)
    if yours.ndim > 2:
        words = "draw one slice of it with matplotlib: case.yours[0]"
        raise CaseError(f"the output has {yours.ndim} dimensions; one or two can be drawn. {words}")
    with np.errstate(invalid="ignore"):
        difference = yours - expected
    if not np.isfinite(difference).any():
        raise CaseError("no entry of the difference is a finite number: nothing can be drawn")
    draw = _curves if yours.ndim == 1 else _maps
    return picture(draw(yours, expected, difference), alt=_alt(beside, difference, title))


def _alt(beside: Beside, difference: np.ndarray, title: str) -> str:
    size = np.where(np.isfinite(difference), np.abs(difference), -1)
    at = np.unravel_index(int(size.argmax()), size.shape)
    place = ", ".join(str(int(i)) for i in at)
    name = f", {beside.name}" if beside.name else ""
    return (
        f"{title}{name}: your output, the expected one and their difference. "
        f"{int(beside.wrong.sum())} of {beside.wrong.size} entries differ; the largest difference "
        f"that is a number is {difference[at]:.4g}, at [{place}]."
    )


def _curves(yours: np.ndarray, expected: np.ndarray, difference: np.ndarray) -> "Figure":
    fig, (above, below) = figure(2, 1, size=(6.0, 3.2), sharex=True)
    places = np.arange(len(yours))
    above.plot(places, expected, "o-", color=COLOURS["blue"], label="expected")
    above.plot(places, yours, "x--", color=COLOURS["red"], label="yours")
    above.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    below.bar(places, np.nan_to_num(difference, posinf=0, neginf=0), color=COLOURS["grey"])
    below.axhline(0, color=COLOURS["grey"], linewidth=0.8)
    below.set_ylabel("difference")
    below.set_xlabel("entry")
    below.xaxis.get_major_locator().set_params(integer=True)
    return fig


def _maps(yours: np.ndarray, expected: np.ndarray, difference: np.ndarray) -> "Figure":
    fig, axes = figure(1, 3, size=(7.0, 2.6))
    both = np.concatenate([yours.ravel(), expected.ravel()])
    both = both[np.isfinite(both)]
    low, high = both.min(), both.max()
    reach = np.nanmax(np.abs(np.where(np.isfinite(difference), difference, np.nan))) or 1.0
    shown = [(yours, "yours"), (expected, "expected"), (difference, "yours − expected")]
    for one, (values, title) in zip(axes, shown, strict=True):
        last = values is difference
        limits = (-reach, reach) if last else (low, high)
        colours = "RdBu_r" if last else "cividis"
        image = one.imshow(values, vmin=limits[0], vmax=limits[1], cmap=colours, aspect="auto")
        one.set_title(title)
        one.xaxis.get_major_locator().set_params(integer=True)
        one.yaxis.get_major_locator().set_params(integer=True)
        fig.colorbar(image, ax=one)
    return fig
