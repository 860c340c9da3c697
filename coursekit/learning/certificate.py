"""The certificate of lesson 17: what a workspace has recorded of the whole course, to be printed.

It says what its owner's own workspace says. What was judged independently is in the reports of
`coursekit grade`.
"""

import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from coursekit.errors import ArgumentError
from coursekit.exercises.bug_hunt.slots import LARGEST, SLOTS, whole
from coursekit.files import write_whole
from coursekit.learning.history import progress
from coursekit.learning.progressfile import Attempt
from coursekit.learning.report import ProgressTable

NAME = 80  # characters, at most
NO_LINE = {"Cc", "Cs", "Zl", "Zp"}  # categories of Unicode that no printed line holds
# A notebook has rules of its own for tables, hence the class twice: ours have to weigh more.
STYLE = """
.ckc{font:16px/1.5 Georgia,serif;color:#111;background:#fff;max-width:42rem;margin:2rem auto;
padding:1rem;break-inside:avoid}.ckc .title{text-align:center;font-size:2rem;font-weight:700;
line-height:1.2;margin:1rem 0}.ckc .to{text-align:center;font-size:1.5rem}.ckc.ckc table{width:100%;
border-collapse:collapse;table-layout:auto;font-size:inherit}
.ckc.ckc tr,.ckc.ckc tbody tr{background:#fff}
.ckc.ckc th,.ckc.ckc td{text-align:left;padding:.2rem .5rem;line-height:inherit;color:inherit;
border-bottom:1px solid #767676}.ckc.ckc .n{text-align:right}
"""
PAPER = """
body{margin:0;background:#fff}
@page{margin:1.5cm}@media print{.ckc.ckc{margin:0;padding:0;max-width:none;font-size:11pt}}
"""


@dataclass(frozen=True)
class Certificate:
    """A page for whoever went through the course: name, scores by lesson, and the hunt's seed.

    Name and seed are as the owner gives them, the rest is as recorded.
    """

    name: str
    seed: int
    day: str
    lessons: tuple[tuple[str, int, int, float, float], ...]  # title, passed, of, points, of
    named: int
    repaired: int
    court: int

    def html(self) -> str:
        """The page, whole: it needs no other file."""
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            f"<title>Certificate of {escape(self.name)}</title><style>{PAPER}</style></head><body>"
            f"{self._element('h1')}</body></html>\n"
        )

    def _repr_html_(self) -> str:
        """As a part of the notebook, which shows and prints it whole."""
        return self._element("p")  # a heading would enter the notebook's table of contents

    def _element(self, heading: str) -> str:
        """The certificate without a page around it; `heading` is the tag of its first line."""
        rows = "".join(
            f'<tr><td>{escape(title)}</td><td class="n">{passed} of {tasks}</td>'
            f'<td class="n">{points:g} of {most:g}</td></tr>'
            for title, passed, tasks, points, most in self.lessons
        )
        return (
            f'<style>{STYLE}</style><div class="ckc" role="region" aria-label="certificate">'
            f'<{heading} class="title">Normalization, from first principles</{heading}>'
            f'<p class="to">{escape(self.name)}</p><p>{escape(self._hunt())}</p>'
            '<table><thead><tr><th scope="col">Lesson</th><th scope="col" class="n">Exercises '
            'passed</th><th scope="col" class="n">Points</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
            f"<p>{self.day}. As recorded in the owner's workspace; a course's own verdict is in "
            "its grade report.</p></div>"
        )

    def save(self, path: str | Path = "certificate.html") -> Path:
        """Write the page, to be opened in a browser and printed; returns where it is."""
        file = Path(path).resolve()
        write_whole(file, self.html())
        return file

    def __repr__(self) -> str:
        lines = [f"Certificate of {self.name}, {self.day}", self._hunt()]
        lines += [
            f"  {title:<40} {passed} of {tasks} exercises, {points:g} of {most:g} points"
            for title, passed, tasks, points, most in self.lessons
        ]
        return "\n".join(lines)

    def _hunt(self) -> str:
        twelve = len(SLOTS)
        return (
            f"Seed {self.seed}, as its owner gives it: {self.named} of {twelve} broken layers "
            f"named, {self.repaired} repaired; {self.court} of 5 claims judged as their intervals "
            "say."
        )


def certificate(name: str, seed: int) -> Certificate:
    """The certificate of this workspace's owner.

    Args:
        name: as it is to be printed, up to 80 characters on one line.
        seed: of the hunt, so that anybody can draw the same twelve layers. It is printed as given:
            a workspace does not record which seed was checked.

    Raises:
        ArgumentError: there is no name, or no such seed.
    """
    text = name.strip() if isinstance(name, str) else ""
    if not 0 < len(text) <= NAME or not NO_LINE.isdisjoint(map(unicodedata.category, text)):
        words = f"a name is a text of 1 to {NAME} characters on one line, none a control character"
        raise ArgumentError(f"{words}; got {name!r}")
    number = whole(seed)
    if number is None:
        raise ArgumentError(f"a seed is a whole number from 0 to {LARGEST}; got {seed!r}")
    return made(text, number, progress(), time.strftime("%Y-%m-%d"))


def made(name: str, seed: int, table: ProgressTable, day: str) -> Certificate:
    """The certificate of what a table of progress says."""
    lessons: dict[str, list[float]] = {}
    for task, attempt in table.rows:
        mine = lessons.setdefault(table.titles.get(task.lesson, task.lesson), [0, 0, 0.0, 0.0])
        mine[0] += attempt.passed
        mine[1] += 1
        mine[2] += min(attempt.score, task.points)
        mine[3] += task.points
    found = {task.name: attempt for task, attempt in table.rows}
    rows = tuple((t, int(p), int(n), points, most) for t, (p, n, points, most) in lessons.items())
    repaired = sum(found[layer].passed for layer in SLOTS if layer in found)
    return Certificate(
        name, seed, day, rows, _points(found, "named"), repaired, _points(found, "court")
    )


def _points(found: Mapping[str, Attempt], name: str) -> int:
    """One point for each layer, or claim."""
    return int(found[name].score) if name in found else 0
