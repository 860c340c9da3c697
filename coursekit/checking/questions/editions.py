"""As what the questions of a lesson were printed, in every edition that was built.

    coursekit/exercises/LESSON/printed.json     {"quiz_bias": [{"question": …, "options": …}, …]}

`coursekit build` adds a question's options where they are new, and takes none away: a notebook in
which they stand may come back years later. An edition that had a wrong key is taken out by hand. A
question that asks for something else gets another name.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

NAME = "printed.json"


@dataclass(frozen=True)
class Edition:
    """A question as it was once: letter -> (text, reason), and the right letters."""

    question: str
    options: dict[str, tuple[str, str]]
    answer: str

    @property
    def texts(self) -> dict[str, str]:
        """What is printed beside each letter."""
        return {letter: text for letter, (text, _) in self.options.items()}


class Asked(Protocol):
    """A question with options."""

    @property
    def name(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def options(self) -> dict[str, tuple[str, str]]: ...
    @property
    def answer(self) -> str: ...


def former(module: Path | None, name: str) -> tuple[Edition, ...]:
    """The editions of a question of that module's lesson, the oldest first."""
    return _kept(module.with_name(NAME)).get(name, ()) if module else ()


def extended(kept: str, questions: Iterable[Asked]) -> str:
    """The text of a lesson's file with today's options added where they, or their order, are new.

    Args:
        kept: the text as it is; "" for none.
    """
    stored: dict[str, list[dict[str, Any]]] = json.loads(kept or "{}")
    for asked in questions:
        today = Edition(asked.question, asked.options, asked.answer)
        there = stored.setdefault(asked.name, [])
        if all(_edition(one).texts != today.texts for one in there):
            there.append(asdict(today))
        else:  # its reasons and its question are today's
            there[:] = [asdict(today) if _edition(e).texts == today.texts else e for e in there]
    return json.dumps(stored, indent=1, ensure_ascii=False) + "\n"


@cache
def _kept(path: Path) -> dict[str, tuple[Edition, ...]]:
    if not path.exists():
        return {}
    stored = json.loads(path.read_text("utf-8"))
    return {name: tuple(map(_edition, editions)) for name, editions in stored.items()}


def _edition(stored: dict[str, Any]) -> Edition:
    options = {letter: (text, reason) for letter, (text, reason) in stored["options"].items()}
    return Edition(stored["question"], options, stored["answer"])
