"""Figures for lessons: one palette, alternative text for every picture, plain explorables."""

import base64
import hashlib
import inspect
import io
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from coursekit import stored
from coursekit.themes import PRINTED, dark

if TYPE_CHECKING:  # matplotlib is imported where something is drawn
    from matplotlib.figure import Figure

# Okabe & Ito's palette, told apart by colour-blind readers; https://jfly.uni-koeln.de/color/
COLOURS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "grey": "#6E6E6E",
}
DPI = 90
STYLE: dict[str, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "font.size": 10,
    "legend.frameon": False,
}


def figure(
    rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (7.0, 3.0), **options: Any
) -> tuple["Figure", Any]:
    """A matplotlib figure and its axes in the course's style, outside pyplot's memory.

    The style is matplotlib's from then on, for figures made in other ways too.

    Args:
        rows, columns: of axes.
        size: width and height in inches.
        options: for `Figure.subplots`.
    """
    import matplotlib
    from matplotlib.figure import Figure

    settings: Any = matplotlib.rcParams  # titles and legends read it when they are made
    settings.update(STYLE)
    fig = Figure(figsize=size, dpi=DPI, layout="constrained")
    return fig, fig.subplots(rows, columns, **options)


def png(fig: "Figure") -> bytes:
    """A figure as PNG; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


@dataclass(frozen=True)
class Picture:
    """A figure as two PNGs, for a light page and a dark one, with its alternative text."""

    light: bytes
    dark: bytes
    alt: str
    size: tuple[int, int] | None = None  # in CSS pixels, where it must not jump

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        """One image; where styles are dropped, the one for a light page, on white."""
        name = f"ckf-{hashlib.sha256(self.light).hexdigest()[:12]}"
        size = f' width="{self.size[0]}" height="{self.size[1]}"' if self.size else ""
        return (
            f"<style>{PRINTED}.{name}{{max-width:100%;height:auto}}"
            f'[data-jp-theme-light="false"] .{name}{{content:url({_address(self.dark)})}}</style>'
            f'<img class="{name}" alt="{escape(self.alt)}"{size} decoding="sync" '
            f'src="{_address(self.light)}">'
        )


def picture(fig: "Figure", *, alt: str, size: tuple[int, int] | None = None) -> Picture:
    """A figure as it is shown: for both of Jupyter's themes, with its alternative text."""
    on_light = png(fig)  # first: it makes the ticks
    with dark(fig):
        on_dark = png(fig)
    return Picture(on_light, on_dark, inspect.cleandoc(alt), size)


def show(fig: "Figure", *, alt: str) -> None:
    """Display a figure with its alternative text, which Jupyter's own image output would drop."""
    from IPython.display import display

    display(_bundle(picture(fig, alt=alt)), raw=True)


def explorable(
    draw: Callable[..., str], *, alt: str, size: tuple[float, float] = (7.0, 3.0), **controls: Any
) -> None:
    """Display a picture with controls; `draw(axes, **state)` draws it and says it in words.

    The stored notebook keeps the first picture where widgets do not run.

    Args:
        draw: draws onto empty axes and returns one sentence that says what the picture shows.
        alt: what the picture is, for readers who cannot see it.
        size: width and height in inches.
        controls: name -> (low, high, step, start) for a slider, or a list of choices.
    """
    import ipywidgets as widgets

    fig, axes = figure(size=size)
    handles = {name: _control(name, spec) for name, spec in controls.items()}
    words, shown = widgets.HTML(), widgets.HTML()
    pixels = round(size[0] * DPI), round(size[1] * DPI)

    def update(_: object = None) -> None:
        axes.clear()
        said = draw(axes, **{name: handle.value for name, handle in handles.items()})
        drawn = picture(fig, alt=f"{inspect.cleandoc(alt)} {said}", size=pixels)
        shown.value = drawn._repr_html_()
        words.value = f'<span role="status">{escape(said)}</span>'

    for handle in handles.values():
        handle.observe(update, names="value")
    update()
    box = widgets.VBox([*handles.values(), shown, words])
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    stored.show(view, *_bundle(picture(fig, alt=alt)).values())


def _control(name: str, spec: list | tuple) -> Any:
    import ipywidgets as widgets

    label = name.replace("_", " ")
    common: dict[str, Any] = {"description": label, "style": {"description_width": "8em"}}
    if isinstance(spec, list):
        return widgets.ToggleButtons(options=spec, **common)
    low, high, step, start = spec
    whole = all(float(v).is_integer() for v in spec)
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    cast = int if whole else float
    return kind(
        value=cast(start),
        min=cast(low),
        max=cast(high),
        step=cast(step),
        layout=widgets.Layout(width="32em"),
        **common,
    )


def _address(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def _bundle(shown: Picture) -> dict[str, str]:
    return {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
