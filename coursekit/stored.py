"""A live widget with its stored picture, of which a page shows one: the widget where it lives.

A saved notebook holds a widget's address only. When the kernel that made it is gone, JupyterLab
puts "model not found" there, and no other form of the same output. So the picture is an output of
its own, and the page's style decides: a cell whose widget was drawn hides the picture, and another
hides the widget's place. Where nothing of this is known, as on GitHub, the picture is there.
"""

from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"
_PLACE = ".jp-OutputArea-output.lm-Panel"  # ipywidgets' own: it holds a widget, or words
STYLE = (
    f".jp-OutputArea:has({_PLACE} > *) .ck-stored,"
    f".jp-OutputArea:has(.ck-stored):not(:has({_PLACE} > *)) .jp-OutputArea-child:has(> {_PLACE})"
    "{display:none}"
)


def show(view: dict[str, Any], picture: str, words: str) -> None:
    """Display a widget, and its picture (HTML, which `words` say in text) where it is gone."""
    from IPython.display import display

    html = f'<style>{STYLE}</style><div class="ck-stored">{picture}</div>'
    display({"text/html": html, "text/plain": words}, raw=True)
    display({WIDGET: view}, raw=True)
