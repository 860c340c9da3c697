"""The row under a panel, for who has joined a room: two notes, and what the leader sent down."""

from collections.abc import Callable
from html import escape
from typing import Any

from coursekit.learning import kernel


class Row:
    """Buttons for need help, done and show my code; made anew under each panel.

    Args:
        pressed: is given which one, and the exercise that the panel is about.
    """

    def __init__(self, pressed: Callable[[str, str], str]):
        self._pressed = pressed
        self._due = ""
        self._words: Any = None
        self._heard = ""

    def due(self, exercise: str) -> None:
        """Show the row when the running cell has shown its panel."""
        shell = kernel.shell()
        if shell is None or not hasattr(shell, "kernel"):  # a terminal has no buttons
            return
        if not self._due and self._after not in shell.events.callbacks["post_run_cell"]:
            shell.events.register("post_run_cell", self._after)
        self._due = exercise

    def hear(self, words: str) -> None:
        """Show what came under the newest panel; from any thread, and quietly."""
        self._heard = words
        if self._words is not None:
            self._words.value = _html(words)

    def _after(self, _: Any) -> None:
        exercise, self._due = self._due, ""
        if exercise:
            try:
                self._show(exercise)
            except Exception:  # without ipywidgets there are still need_help() and done()
                return

    def _show(self, exercise: str) -> None:
        from IPython.display import display
        from ipywidgets import HTML, Button, HBox, Layout, VBox

        self._words = words = HTML(_html(self._heard))
        row = []
        for kind, label, colour in (
            ("need", "Need help", "#f0c000"),
            ("done", "Done", "#9ad0f5"),
            ("show", "Show my code to a helper", ""),
        ):
            button = Button(description=label, layout=Layout(width="auto"), tooltip=label)
            button.style.button_color = colour or None
            button.style.text_color = "#1f2328" if colour else None
            button.on_click(lambda _, kind=kind: self._press(kind, exercise, words))
            row.append(button)
        display(VBox([words, HBox(row, layout=Layout(flex_flow="row wrap"))]))

    def _press(self, kind: str, exercise: str, words: Any) -> None:
        words.value = _html(self._pressed(kind, exercise))


def _html(words: str) -> str:
    tag = "pre" if "\n" in words else "span"
    return f'<{tag} role="status">{escape(words)}</{tag}>' if words else ""
