"""Where an exercise's table is found: beside it, as NAME_slips.npz, or made when first needed.

`python tests/slips.py --write` makes the course's own; those of a pack are made in the process that
asks, and kept as long as it lives.
"""

import hashlib
import inspect
import io
import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from coursekit.checking.edits import Place, source_of
from coursekit.checking.mistake import Mistake
from coursekit.checking.naming.made import answer_of, bases
from coursekit.checking.naming.prints import same
from coursekit.checking.naming.single import NAMED, Single
from coursekit.checking.naming.table import Table, base, of_edits, of_mistakes
from coursekit.checking.task import Exercise

VERSION = 2  # of the edits that are made: a new one makes all tables stale


@lru_cache(maxsize=128)
def table(exercise: Exercise) -> Table | None:
    """The exercise's table; None where there is none: one that lies there fits another exercise.

    It may be damaged, or an edit do what nobody thought of: that costs causes, and no verdict.
    What is asked for while somebody waits is not made anew: that may take seconds.
    """
    try:
        if not file_of(exercise).exists():
            return of_mistakes(exercise, list(exercise.mistakes)).and_also(
                of_edits(exercise, few=True)
            )
        found = stored(exercise)
        if found is None:
            return None
        known = [single.words for single in found.singles if single.kind == NAMED]
        new = [name for name in exercise.mistakes if name not in known]
        return found.and_also(of_mistakes(exercise, new)) if new else found
    except Exception:
        return None


def file_of(exercise: Exercise) -> Path:
    """Where the table lies; it need not be there."""
    return Path(inspect.getfile(exercise.right)).with_name(f"{exercise.name}_slips.npz")


def stored(exercise: Exercise) -> Table | None:
    """The table that lies beside the exercise, without mistakes that are others today."""
    with np.load(io.BytesIO(file_of(exercise).read_bytes())) as kept:  # damaged, too, it is closed
        about = json.loads(bytes(kept["about"]).decode())
        right = base(exercise)
        if about["digest"] != digest(exercise) or kept["forms"].shape[1:] != right.form.shape:
            return None
        if not same(right, kept["base_form"], kept["base_number"]).all():
            return None  # this NumPy draws other inputs
        singles = tuple(
            Single(kind, words, _places(places), of) for kind, words, places, of in about["rows"]
        )
        good = np.unpackbits(kept["right"], axis=1, count=len(right.form)).astype(bool)
        whole = Table(singles, good, kept["forms"], kept["numbers"])
    today = {name: _text(mistake) for name, mistake in exercise.mistakes.items()}
    return whole.only(
        [
            row
            for row, single in enumerate(whole.singles)
            if single.kind != NAMED or today.get(single.words) == about["named"][single.words]
        ]
    )


def _places(rows: list[tuple[int, int, str]]) -> tuple[Place, ...]:
    return tuple(Place(*row) for row in rows)


def written(exercise: Exercise) -> bytes:
    """The exercise's table, made anew, as the bytes of its file."""
    new = of_mistakes(exercise, list(exercise.mistakes)).and_also(of_edits(exercise))
    right = base(exercise)
    rows = [(s.kind, s.words, [list(p) for p in s.places], s.base) for s in new.singles]
    named = {name: _text(mistake) for name, mistake in exercise.mistakes.items()}
    about = json.dumps(
        {"digest": digest(exercise), "named": named, "rows": rows}, ensure_ascii=False
    )
    file = io.BytesIO()
    np.savez_compressed(
        file, about=np.frombuffer(about.encode(), dtype=np.uint8), base_form=right.form,
        base_number=right.number, right=np.packbits(new.right, axis=1), forms=new.forms,
        numbers=new.numbers,
    )  # fmt: skip
    return file.getvalue()


def digest(exercise: Exercise) -> str:
    """A short name for what the edits are made of."""
    sources = [source_of(answer_of(exercise, base)) for base in bases(exercise)]
    return _short(f"{VERSION}\n" + "\n".join(sources))


def _text(mistake: Mistake) -> str:
    """A short name for what a mistake does, whatever is said of it."""
    try:
        text = "".join(map(str, mistake.edits)) or inspect.getsource(mistake.written)
    except (OSError, TypeError):
        text = ""
    return _short(text)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
