"""How the leader's pages are drawn, whole or their live part alone."""

import time
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from coursekit.workshop import seen
from coursekit.workshop.course import Course
from coursekit.workshop.snapshot import STUCK, Snapshot

SEEN: dict[str, Callable[[Snapshot, Course], dict[str, Any]]] = {
    "now": seen.now,
    "why": seen.why,
    "help": seen.help_queue,
    "room": seen.room,
    "polls": seen.polls,
    "pace": seen.pace,
    "cards": seen.cards,
    "projected": seen.projected,
}
TITLES = {name: name.capitalize() for name in [*SEEN, "after"] if name != "projected"}


def day(seconds: float) -> str:
    """The day of a moment in Unix seconds, as 2030-12-31."""
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


TEMPLATES = Environment(
    loader=PackageLoader("coursekit.workshop"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["day"] = day
TEMPLATES.globals["STUCK"] = f"{STUCK / 60:g} min"
TEMPLATES.filters["plural"] = lambda n, one, many=None: one if n == 1 else many or f"{one}s"


class Drawings:
    """The newest drawing of each page: several tabs of one leader look at the same."""

    def __init__(self, course: Course):
        self._course = course
        self._last: dict[str, tuple[Any, str]] = {}  # by page: of what, and how it looks

    def draw(self, name: str, snapshot: Snapshot, csrf: str) -> str:
        """The live part of a page, in HTML; `csrf` goes into its forms."""
        of, drawn = self._last.get(name, (None, ""))
        if of != (snapshot.when, csrf):
            about = SEEN[name](snapshot, self._course)
            drawn = TEMPLATES.get_template(f"{name}.html").render(csrf=csrf, page=name, **about)
            self._last[name] = ((snapshot.when, csrf), drawn)
        return drawn
