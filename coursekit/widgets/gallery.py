"""All explorables at once: a notebook, and one HTML page that is live without any server."""

import json
from html import escape
from pathlib import Path
from typing import Any

from coursekit.widgets import EXPLORABLES
from coursekit.widgets.view import css

# As much of a Jupyter model as a front end needs; there is no kernel behind it.
STAND_IN = """
const standIn = (traits) => {
  const listeners = {};
  return {
    get: (name) => traits[name],
    set: (name, value) => {
      traits[name] = value;
      (listeners[`change:${name}`] ?? []).forEach((f) => f());
    },
    save_changes: () => {},
    on: (event, f) => (listeners[event] ??= []).push(f),
    off: (event, f) => { listeners[event] = (listeners[event] ?? []).filter((g) => g !== f); },
  };
};
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Normalization, in pictures to take hold of</title>
<style>
body {{ max-width: 760px; margin: 0 auto; padding: 16px; font: 16px/1.5 system-ui, sans-serif; }}
{css}
</style>
</head>
<body data-jp-theme-light="true">
<main>
<h1>Normalization, in pictures to take hold of</h1>
<p>Drag what has a round handle, or focus it and use the arrow keys. <em>Show me</em> leads through
each picture. This page is one file and asks nothing of the network.</p>
{sections}
</main>
<script type="module">
{stand_in}
const all = {data};
for (const [name, {{ script, traits }}] of Object.entries(all)) {{
  const url = URL.createObjectURL(new Blob([script], {{ type: "text/javascript" }}));
  const front = await import(url);
  front.default.render({{ model: standIn(traits), el: document.getElementById(name) }});
}}
</script>
</body>
</html>
"""


def page() -> str:
    """The whole gallery as one HTML page."""
    sections = "\n".join(
        f"<h2>{escape(e.title)}</h2>\n<p>{escape(e.about)}</p>\n<div id={name!r}></div>"
        for name, e in EXPLORABLES.items()
    )
    data = {
        name: {"script": e.script, "traits": {"spec": e.spec, "state": e.first}}
        for name, e in EXPLORABLES.items()
    }
    text = json.dumps(data).replace("</", "<\\/")  # or a closing tag in a string would end it
    return PAGE.format(css=css(), sections=sections, stand_in=STAND_IN, data=text)


def notebook() -> dict[str, Any]:
    """The gallery as a notebook: one cell for each explorable."""
    cells = [_markdown("gallery", "# Gallery\n\nRun all cells. Each picture can be taken hold of.")]
    for name, e in EXPLORABLES.items():
        tag = name.replace("_", "-")
        cells.append(_markdown(f"about-{tag}", f"## {e.title}\n\n{e.about}"))
        cells.append(_code(tag, f"from coursekit.widgets import {name}\n\n{name}()"))
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}


def write(folder: Path) -> list[Path]:
    """Write gallery.html and gallery.ipynb into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    html, ipynb = folder / "gallery.html", folder / "gallery.ipynb"
    html.write_text(page(), "utf-8")
    ipynb.write_text(json.dumps(notebook(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return [html, ipynb]


def _markdown(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def _code(name: str, source: str) -> dict[str, Any]:
    shell: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source} | shell
