"""Which two mistakes at once may have made an answer: most pairs need not be tried."""

from collections.abc import Callable, Iterator
from itertools import islice

from coursekit.checking.expected import expected
from coursekit.checking.mistake import Mistake
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Trace, differ

OTHERS = 100  # pairs tried that explain less at first sight; one mistake may hide another


def likely(
    exercise: Exercise,
    mine: Trace,
    seed: int,
    may: Callable[[str, str], bool] = lambda one, other: True,
) -> Iterator[Mistake]:
    """Pairs that may explain the first wrong observation of an answer, the likeliest first.

    Neither may spoil, alone, what is right until there, and one of them must be wrong there. Where
    it is the only one, it should show there what the answer shows. What comes later, `may` judges.
    """
    right = expected(exercise, "", seed).trace().steps
    both_shown = list(zip(mine.steps, right, strict=False))
    first = next((n for n, (got, want) in enumerate(both_shown) if differ(exercise, got, want)), -1)
    if first < 0:
        return
    shows: dict[str, tuple[bool, bool]] = {}  # there: is it wrong, is it what the answer shows
    for name in exercise.mistakes:
        seen = expected(exercise, name, seed).seen
        steps = seen.steps if seen else ()
        if len(steps) > first:
            if not any(differ(exercise, steps[n], right[n]) for n in range(first)):
                wrong = differ(exercise, steps[first], right[first]) is not None
                shows[name] = wrong, differ(exercise, steps[first], mine.steps[first]) is None
        elif mine.stopped and not seen:  # it stopped too, and is not remembered
            shows[name] = True, True
    others = []
    for a, b, both in exercise.pairs():
        if a.name in shows and b.name in shows and may(a.name, b.name):
            (wrong, alike), (wrong_too, alike_too) = shows[a.name], shows[b.name]
            if (wrong and wrong_too) or (wrong and alike) or (wrong_too and alike_too):
                yield both
            elif wrong or wrong_too:
                others.append(both)
    yield from islice(others, OTHERS)
