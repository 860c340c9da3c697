"""What `hint` and `progress` show, in text and in HTML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from coursekit.checking import Task
from coursekit.checking.panel import MARKS, STYLE, in_html
from coursekit.learning.progressfile import Attempt


@dataclass(frozen=True)
class HintCard:
    """One hint; `level` 1 to 3, and 4 for the worked answer."""

    exercise: str
    level: int
    kind: str
    words: str
    code: bool = False

    def __repr__(self) -> str:
        return f"{self._title()}\n{self.words}\n{self._after()}".rstrip()

    def _repr_html_(self) -> str:
        pre = self.code or "\n" in self.words
        words = f"<pre>{escape(self.words)}</pre>" if pre else f"<p>{in_html(self.words)}</p>"
        return (
            f'<style>{STYLE}</style><div class="ckp" role="note" aria-label="hint">'
            f"<b>{escape(self._title())}</b>{words}"
            f"<p>{escape(self._after())}</p></div>"
        )

    def _title(self) -> str:
        step = f" {self.level} of 3" if 1 <= self.level <= 3 else ""
        return f"Hint for {self.exercise}{step}: {self.kind}" if self.kind else self.exercise

    def _after(self) -> str:
        if self.level == 4:
            return "Before you go on: say in one sentence what was wrong with yours."
        return f"More: hint({self.exercise})" if self.level else ""


@dataclass(frozen=True)
class ProgressTable:
    """Every exercise with its history, each lesson once, in the order given; `titles` by name."""

    rows: tuple[tuple[Task, Attempt], ...]
    titles: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        out = []
        for heading, mine in self._lessons():
            out.append(heading)
            out += [f"  {_mark(a)} {t.name:<24} {_story(a)}".rstrip() for t, a in mine]
        return "\n".join(out)

    def _repr_html_(self) -> str:
        body = ""
        for heading, mine in self._lessons():
            body += (
                '<tr><th scope="colgroup" colspan="3" style="text-align:left">'
                f"{escape(heading)}</th></tr>"
            )
            body += "".join(
                f"<tr><td>{_mark(a)}</td><td><code>{escape(t.name)}</code></td>"
                f'<td style="text-align:left">{escape(_story(a))}</td></tr>'
                for t, a in mine
            )
        return (
            f'<style>{STYLE}</style><div class="ckp" role="region" aria-label="progress">'
            f"<table>{body}</table></div>"
        )

    def _lessons(self) -> Iterator[tuple[str, list[tuple[Task, Attempt]]]]:
        """Each lesson's heading and rows."""
        lessons: dict[str, list[tuple[Task, Attempt]]] = {}
        for row in self.rows:
            lessons.setdefault(row[0].lesson, []).append(row)
        for name, mine in lessons.items():
            done = sum(attempt.passed for _, attempt in mine)
            title = self.titles.get(name, name)
            yield f"{title}: {done} of {len(mine)} exercise{'s'[len(mine) == 1 :]} passed", mine


def _mark(attempt: Attempt) -> str:
    return MARKS["passed"] if attempt.passed else MARKS.get(attempt.status, MARKS["unsolved"])


def _story(attempt: Attempt) -> str:
    if not attempt.checks:
        return "not tried yet"
    tries = f"{attempt.checks} attempt{'s' if attempt.checks != 1 else ''}"
    minutes = (attempt.last - attempt.first) / 60
    told = [tries] + ([f"{minutes:.0f} min"] if minutes >= 1 else [])
    told += [f"{attempt.hints} hint{'s' if attempt.hints != 1 else ''}"] if attempt.hints else []
    if not attempt.passed and attempt.diagnosis:
        told.append(f"open: {attempt.diagnosis.replace('_', ' ')}")
    return ", ".join(told)
