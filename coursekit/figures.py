"""Figures for lessons: one palette, alternative text for every picture, plain explorables."""

import base64
import inspect
import io
from collections.abc import Callable
from html import escape
from typing import Any

from coursekit import stored

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


def figure(rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (7.0, 3.0), **options):
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


def png(fig) -> bytes:
    """A figure as PNG; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def show(fig, *, alt: str) -> None:
    """Display a figure with its alternative text, which Jupyter's own image output would drop."""
    from IPython.display import display

    display(_bundle(png(fig), alt), raw=True)


def explorable(
    draw: Callable[..., str], *, alt: str, size: tuple[float, float] = (7.0, 3.0), **controls
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
    words = widgets.HTML()
    picture = widgets.Image(
        format="png", layout=widgets.Layout(width=f"{size[0] * DPI}px", height=f"{size[1] * DPI}px")
    )

    def update(_=None) -> None:
        axes.clear()
        said = draw(axes, **{name: handle.value for name, handle in handles.items()})
        picture.value = png(fig)
        words.value = f'<span role="status">{escape(said)}</span>'

    for handle in handles.values():
        handle.observe(update, names="value")
    update()
    box = widgets.VBox([*handles.values(), picture, words])
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    stored.show(view, *_bundle(picture.value, alt).values())


def _control(name: str, spec):
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


def _bundle(data: bytes, alt: str) -> dict[str, str]:
    source = base64.b64encode(data).decode()
    html = f'<img alt="{escape(inspect.cleandoc(alt))}" src="data:image/png;base64,{source}">'
    return {"text/html": html, "text/plain": inspect.cleandoc(alt)}
