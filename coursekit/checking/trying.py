"""The failing input as a part of the panel: the outputs in digits, a cell to copy, a button."""

import json
import re
from html import escape
from typing import TYPE_CHECKING

from coursekit.checking.words import MARK

if TYPE_CHECKING:  # a Case is shown through this module
    from coursekit.checking.shown.case import Case

# One command of JupyterLab's own runs both: a new cell becomes the active one, and is empty.
COMMAND = "apputils:run-all-enabled"
INSERT = ["notebook:insert-cell-below", "notebook:replace-selection"]


def in_hand(case: "Case") -> str:
    """A row of the panel: folded, but for the button, which only JupyterLab's notebooks show."""
    arguments = json.dumps({"commands": INSERT, "args": {"text": case.code}})
    words = f"the two outputs on “{case.label}”, and a cell to copy"
    return (
        f"<dt>Try it</dt><dd><details><summary>{escape(words)}</summary>"
        f"{_outputs(case)}{pre(escape(case.code), 'the cell', 'ckp-code')}</details>"
        f'<button type="button" class="ckp-try" data-commandlinker-command="{COMMAND}" '
        f'data-commandlinker-args="{escape(arguments)}">Try it below</button></dd>'
    )


def _outputs(case: "Case") -> str:
    shown = case.outputs if case.small else str(case)  # what the cell does not spell out
    return pre(marked(shown), "the outputs")


def pre(text: str, name: str, style: str = "") -> str:
    """Lines as they are, which scroll where they are longer than the panel is wide."""
    return (
        f'<pre class="ckp-pre {style}" tabindex="0" role="group" aria-label="{name}">{text}</pre>'
    )


def marked(text: str) -> str:
    """Escaped text in which what differs stands out."""
    return re.sub(rf"{MARK}\S+", lambda found: f"<mark>{found[0]}</mark>", escape(text))
