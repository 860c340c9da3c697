"""An error of the answer's, told: its line, what met there, what it means, where all was well."""

from coursekit.checking.answer import AnswerError
from coursekit.checking.explain import shape_story
from coursekit.checking.guest.scene import Met
from coursekit.checking.pythonic import meaning
from coursekit.checking.words import sentence


def crash_story(name: str, end: AnswerError, worked: str, lacks: str = "") -> str:
    """All that is told of an error, in a few sentences.

    Args:
        name: of the exercise.
        worked: the label of the last observation before it; "" where there was none.
        lacks: what is told of an attribute that is missing. Where the check itself asked for it,
            no line of the learner's raised, and this stands in place of one.
    """
    seen = end.look()
    asked = bool(lacks) and not end.where
    said = str(end).partition(" but expected one of")[0].rstrip(",")  # of torch's, a page follows
    told = [lacks if asked else sentence(f"{end.where or name} raised {said}")]
    told.append(f"There {_are(seen.met)}." if seen.met else "")
    told.append("" if asked else meaning(end, seen) or lacks or shape_story(end.message))
    if worked:
        told.append(f"It worked on: {sentence(worked)}")
    if asked or not worked:
        return " ".join(filter(None, told))
    changed = tuple((part, was) for part, was in seen.before if dict(seen.met).get(part) != was)
    if seen.reached is False:
        told.append("The last call that worked did not come to this line.")
    elif changed:
        told.append(f"In the last call that worked, {_are(changed, 'was')}.")
    else:
        told.append("What is different here, or left over from before?")
    return " ".join(filter(None, told))


def _are(met: Met, verb: str = "is") -> str:
    """ "`x_hat` is (5, 4), `dvar` is (4, 1)"."""
    return ", ".join(f"`{name}` {verb} {what}" for name, what in met)
