"""The thin view: an explorable as a Jupyter widget, and as a picture where widgets do not run."""

import base64
from functools import cache
from html import escape
from typing import Any

import anywidget
import traitlets

from coursekit import stored
from coursekit.figures import COLOURS
from coursekit.widgets.explorable import FOLDER, Explorable


class View(anywidget.AnyWidget):
    """A live explorable: `state` follows the learner's hand, `frame` is what it shows."""

    explorable: Explorable
    spec = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    @property
    def frame(self) -> dict[str, Any]:
        return self.explorable.frame(self.state)

    def __repr__(self) -> str:
        return f"{self.explorable.title}: {self.frame['words']}"

    def _ipython_display_(self) -> None:
        """Show it, and keep its picture for when its kernel is gone."""
        bundle = super()._repr_mimebundle_()
        if bundle is not None:  # a closed widget has no view left
            stored.show(bundle[0][stored.WIDGET], picture(self.explorable), repr(self))

    def _repr_mimebundle_(self, **options):
        """Add the stored picture, for what shows one output in one form."""
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:  # a closed widget has no view left
            return None
        data, metadata = bundle
        return data | {"text/html": picture(self.explorable), "text/plain": repr(self)}, metadata


def css() -> str:
    """The kit's style, with the course's palette in front."""
    palette = "".join(f"--{name}: {value}; " for name, value in COLOURS.items())
    return f".ck {{ {palette}}}\n{(FOLDER / 'kit.css').read_text('utf-8')}"


def view(explorable: Explorable) -> View:
    """Make a live explorable, which a notebook displays when it is a cell's last value."""
    return _class(explorable.name, explorable.script)(
        explorable, spec=explorable.spec, state=dict(explorable.first)
    )


def picture(explorable: Explorable) -> str:
    """The first state as an HTML image with its alternative text."""
    source = base64.b64encode(explorable.picture.read_bytes()).decode()
    style = f"max-width: 100%; width: {explorable.size[0]}px"
    return (
        f'<img alt="{escape(explorable.alt)}" style="{style}" src="data:image/png;base64,{source}">'
    )


@cache
def _class(name: str, script: str) -> type[View]:
    """One class per explorable: anywidget shares a front end among the instances of a class."""

    def __init__(self, explorable, **traits):
        self.explorable = explorable
        View.__init__(self, **traits)

    title = "".join(word.title() for word in name.split("_"))
    return type(title, (View,), {"__init__": __init__, "_esm": script, "_css": css()})
