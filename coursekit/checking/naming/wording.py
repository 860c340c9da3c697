"""The sentences on what an answer behaves like: "exactly as if", for behaviour is no intention."""

import hashlib
from collections.abc import Iterable

from coursekit.checking.edits import source_of
from coursekit.checking.naming.cover import Cause
from coursekit.checking.naming.found import Diagnosis
from coursekit.checking.naming.leaves import Output
from coursekit.checking.naming.made import answer_of
from coursekit.checking.naming.single import NAMED, Single
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.told import MOSTLY, slips

DIGITS = 8  # of an edit's name: four are the same for two of a thousand edits
SHOWN = 3  # outputs that are listed


def name_of(single: Single) -> str:
    """What instructors count: the mistake's name, or one that is made of the edit."""
    if single.kind == NAMED:
        return single.words
    text = single.base + repr([tuple(place) for place in single.places])
    return f"slip_{single.kind}_{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"


def code_of(exercise: Exercise, name: str, singles: Iterable[Single]) -> str:
    """What edits in a diagnosis make of the right answer's lines; "" where there is none.

    It shows the right answer: for instructors, and for learners who have taken the last hint.
    """
    wanted = slips(name)
    known = {name_of(single): single for single in singles} if wanted else {}
    found = [known[one] for one in wanted if one in known]
    shown = [one.shown(source_of(answer_of(exercise, one.base))) for one in found]
    return "a right answer does the same with " + ", ".join(shown) + "." if shown else ""


def diagnosis(
    exercise: Exercise, causes: list[Cause], wrong: tuple[Output, ...], seed: int
) -> Diagnosis:
    """What is said of causes that explain some of what is wrong, or all of it."""
    explained = {output for cause in causes for output in cause.outputs}
    left = [output for output in wrong if output not in explained]
    alone = len(causes) == 1 and not left
    names, said = [], []
    for cause in causes:
        outputs = "" if alone else _listed(cause.outputs)
        where = MOSTLY if cause.corner else "" if alone else _short(cause.outputs)
        place = f" in {where}" if where else ""
        names.append(f"{name_of(cause.single)}{place}")
        said.append(_sentence(exercise, cause.single, outputs, len(cause.outputs)))
        if cause.corner:
            labels = " and ".join(f"“{label}”" for label in cause.corner)
            where = labels if seed == PUBLIC_SEED and len(cause.corner) < 3 else "a few cases"
            said.append(f"It explains all but {where}: there it would give another wrong value.")
    if changed := frozenset().union(*(cause.changed for cause in causes)):
        names_ = ", ".join(sorted(changed))
        said.append(f"Besides, the call changed {names_} in place; the caller still needs it.")
    if left:
        verb = "are" if len(left) > 1 else "is"
        rest = _listed(left)
        said.append(f"{rest[:1].upper()}{rest[1:]} {verb} wrong too, which this does not explain.")
    return Diagnosis("+".join(names), " ".join(filter(None, said)))


def together(exercise: Exercise, parts: Iterable[Single]) -> Diagnosis:
    """What is said of several slips that only together do what the answer does."""
    parts = list(parts)
    said = [_sentence(exercise, part, "", 0) for part in parts]
    words = " ".join(["It is as if several things came together.", *filter(None, said)])
    return Diagnosis("+".join(map(name_of, parts)), words if any(said) else "")


def _sentence(exercise: Exercise, single: Single, outputs: str, many: int) -> str:
    """One cause; of an edit that no words fit there is none."""
    verb = "are" if many > 1 else "is"
    if single.kind == NAMED:
        words = exercise.mistakes[single.words].explanation
        return f"Your {outputs} {verb} exactly what comes of this: {words}" if outputs else words
    if not single.words:
        return ""
    begin = f"Your {outputs} {verb}" if outputs else "What comes out is"
    return f"{begin} exactly as if {single.words}."


def _listed(outputs: Iterable[Output]) -> str:
    """Outputs in a sentence: `dx` and `dgamma`, or the output at some places of a script."""
    names = list(dict.fromkeys(output.name for output in outputs))
    said = [f"`{name}`" for name in names if name.isidentifier()]
    places = [name for name in names if name and not name.isidentifier()]
    if len(places) > SHOWN:
        said.append(f"output at {len(places)} places, such as “{places[0]}”,")
    elif places:
        said.append("output at " + " and ".join(f"“{name}”" for name in places))
    said = said or ["output"]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _short(outputs: Iterable[Output]) -> str:
    """The same in the name that instructors count."""
    names = list(dict.fromkeys(output.name or "output" for output in outputs))
    return ", ".join(names) if len(names) <= SHOWN else f"{len(names)} outputs"
