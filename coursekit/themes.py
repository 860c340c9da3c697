"""A matplotlib figure for a dark page: its black becomes light, its colours keep their hue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # matplotlib is imported where something is drawn
    from matplotlib.axes._base import _AxesBase
    from matplotlib.figure import Figure

PAGE = 0.067  # JupyterLab's dark page, #111111
GREY = 0.04  # the most that the channels of a grey differ by
TEXT, LINE = 4.5, 3.0  # contrasts: WCAG 2.2, success criteria 1.4.3 and 1.4.11

# A printed table keeps its columns: it scrolls where the page is narrow. Jupyter has no setting for
# that which a course could ship, so that whatever shows styles of ours brings it along.
PRINTED = (
    '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stdout"] pre'
    "{white-space:pre;overflow-x:auto}"
)

Colour = tuple[float, float, float, float]


@contextmanager
def dark(fig: "Figure") -> Iterator[None]:
    """Draw a figure for a dark page within the block: its ground transparent, its ink light.

    It must have been drawn once, so that its ticks are there. Images, and what is written on them,
    stay as they are.
    """
    undo: list[Callable[[], Any]] = []
    for ground in (fig.patch, *(axes.patch for axes in fig.axes)):
        undo.append(_kept(ground, "alpha"))
        ground.set_alpha(0)
    grounds = {id(fig.patch), *(id(axes.patch) for axes in fig.axes)}
    try:
        for artist in fig.findobj():
            if id(artist) not in grounds:
                undo += _lighten(artist)
        yield
    finally:
        for put_back in reversed(undo):
            put_back()


def _lighten(artist: Any) -> Iterator[Callable[[], Any]]:
    """Recolour one artist; what it yields undoes that."""
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    if isinstance(artist, Text):
        axes = artist.axes
        on_image = axes is not None and artist in axes.texts and _holds_an_image(axes)
        names = [] if on_image else ["color"]
        need = TEXT
    elif isinstance(artist, Line2D):
        names, need = ["color", "markeredgecolor", "markerfacecolor"], LINE
    elif isinstance(artist, Patch):
        names, need = ["edgecolor", "facecolor"], LINE
    elif isinstance(artist, Collection) and artist.get_array() is None:
        names, need = ["edgecolor", "facecolor"], LINE
    else:
        return
    for name in names:
        before = getattr(artist, f"get_{name}")()
        after = _each(before, need)
        if after is not None:
            yield _kept(artist, name)
            getattr(artist, f"set_{name}")(after)


def _kept(artist: Any, name: str) -> Callable[[], Any]:
    before = getattr(artist, f"get_{name}")()
    return lambda: getattr(artist, f"set_{name}")(before)


def _holds_an_image(axes: "_AxesBase") -> bool:
    from matplotlib.collections import QuadMesh

    return bool(axes.images) or any(isinstance(one, QuadMesh) for one in axes.collections)


def _each(colours: Any, need: float) -> Any:
    """One colour or an array of them, light enough; None where there is none to change."""
    from matplotlib.colors import to_rgba, to_rgba_array

    if isinstance(colours, str) and colours in ("none", "auto"):
        return None
    try:
        return light(to_rgba(colours), need)
    except (ValueError, TypeError):
        rows = [light(tuple(row), need) for row in to_rgba_array(colours)]
        return rows or None


def light(colour: Colour, need: float) -> Colour:
    """A colour that has the contrast `need` on a dark page; a dark grey becomes a light one."""
    *rgb, alpha = colour
    if max(rgb) - min(rgb) <= GREY and max(rgb) < 0.6:
        rgb = [0.9 - 0.8 * c for c in rgb]
    share = 0.0
    while share < 1 and contrast([c + share * (1 - c) for c in rgb]) < need:
        share += 0.05
    red, green, blue = (c + share * (1 - c) for c in rgb)
    return red, green, blue, alpha


def contrast(rgb: list[float], ground: float = PAGE) -> float:
    """The contrast of a colour with a grey ground (WCAG 2.2)."""
    return (luminance(rgb) + 0.05) / (luminance([ground] * 3) + 0.05)


def luminance(rgb: list[float]) -> float:
    """The relative luminance of an sRGB colour."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
