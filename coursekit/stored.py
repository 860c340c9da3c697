"""What a cell showed once: the picture of a widget, and the outputs of the solved notebooks.

A live widget comes with its stored picture, of which a page shows one: the widget where it lives.

A saved notebook holds a widget's address only. When the kernel that made it is gone, JupyterLab
puts "model not found" there, and no other form of the same output. So the picture is an output of
its own, and the page's style decides: a cell whose widget was drawn hides the picture, and another
hides the widget's place. Where nothing of this is known, as on GitHub, the picture is there.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
Outputs = dict[str, list[dict[str, Any]]]  # a cell's id -> what it showed
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


def outputs(notebook: str, cell: str) -> list[dict[str, Any]]:
    """What a cell showed when the course's solved notebook was made; [] where nothing is kept.

    Args:
        notebook: its name without ".ipynb", as "04_batchnorm_forward".
        cell: its id.
    """
    for folder in (PACKAGE / "_solutions", PACKAGE.parent / "solutions"):
        if found := read(folder / f"{notebook}.ipynb"):
            return found.get(cell, [])
    return []


@lru_cache(maxsize=4)
def shown(lesson: str) -> Outputs:
    """What each cell of a lesson's solved notebook showed, by its id; {} where nothing is kept."""
    for folder in (PACKAGE / "_solutions", PACKAGE.parent / "solutions"):
        for path in folder.glob(f"[0-9][0-9]_{lesson}.ipynb"):
            if found := read(path):
                return found
    return {}


def read(path: Path) -> Outputs:
    """What each cell of a solved notebook's file showed; {} where there is none."""
    try:
        return of(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def of(notebook: dict[str, Any]) -> Outputs:
    """What each code cell of a notebook showed, by its id."""
    return {cell["id"]: cell["outputs"] for cell in notebook["cells"] if "outputs" in cell}


def replay(outputs: list[dict[str, Any]]) -> None:
    """Show stored outputs again, in their order; of a widget its picture."""
    from IPython.display import display

    for output in outputs:
        if output["output_type"] == "stream":
            print("".join(output["text"]), end="")
        elif "data" in output:
            data = {k: v if isinstance(v, dict) else "".join(v) for k, v in output["data"].items()}
            data.pop(WIDGET, None)
            if data:
                display(data, raw=True, metadata=output.get("metadata", {}))
