"""What torch was seen to run for an answer: what is to be written is withheld until a person looks.

The source decides what is forbidden. This runs an answer that has points once more, after all is
judged and on new inputs, so that it must compute, and looks at which of torch's operations it came
down to; a name that was hidden too well shows here. It is seen in the learner's own process, so it
accuses nobody: it asks the instructor.
"""

from dataclasses import replace

from coursekit.checking import AnswerError, AnswerTimeout, Exercise, Result
from coursekit.checking.expected import expected
from coursekit.checking.libraries import operations
from coursekit.checking.trace import Trace, first_difference, observe
from coursekit.sandbox.inside.notice import ENDED, UNWATCHED
from coursekit.sandbox.remote import find_answer, notice
from coursekit.sandbox.session import Session

NOT_WATCHED = "what torch ran for it could not be watched; the score stands"
LOOSE = 0.05
GIVEN = "points are withheld, `coursekit gradebook override` gives them"


def advice(
    exercise: Exercise, result: Result, session: Session, seed: int, *, tensors: bool
) -> tuple[Result | None, str]:
    """The result in the place of this one, if its points are withheld, and a note about it.

    Args:
        result: how the exercise was judged, right helpers and all.
        tensors: the exercise speaks in torch.
    """
    words = operations(exercise.norms, exercise.forbidden)
    if not words or not result.score:
        return None, ""
    events, kept = len(session.events), session.again
    try:
        if notice(session, list(words)) is None:
            return None, ""
        trace = _again(exercise, session, seed, tensors)
        new = {status for status, _ in session.events[events:]}
        seen = set() if session.host is None else set(notice(session, []) or ())
    except Exception:  # the judge's work, and not the learner's: it costs nobody anything
        session.drop()
        return None, f"{exercise.name}: {NOT_WATCHED}"
    finally:
        del session.events[events:]
        session.again = kept
    found = sorted({said for word, said in words.items() if word in seen})
    if found:
        what = f"torch ran {', '.join(found)} for it, which the exercise asks to write"
        return _withheld(exercise, result, what)
    if ENDED in seen:
        return _withheld(exercise, result, "it ended the watch of what torch ran for it")
    cut = isinstance(trace.stopped, AnswerTimeout) or getattr(trace.stopped, "again", False)
    if cut or new - {"crashed"} or UNWATCHED in seen:
        return None, f"{exercise.name}: {NOT_WATCHED}"
    if result.passed and _differs(exercise, trace, seed):
        return _withheld(exercise, result, "it did otherwise when it was run once more")
    return None, ""


def _again(exercise: Exercise, session: Session, seed: int, tensors: bool) -> Trace:
    answer = find_answer(session, exercise.name, tensors=tensors)
    if answer is None:
        raise AnswerError("NameError", f"{exercise.name} is gone")
    return observe(exercise, answer, seed)


def _differs(exercise: Exercise, trace: Trace, seed: int) -> bool:
    """True if it failed; a right answer may lose some digits on inputs that are new to it."""
    right = expected(exercise, "", seed).trace()
    loose = replace(exercise, rtol=LOOSE, atol=LOOSE)
    return trace.stopped is not None or first_difference(loose, trace, right) is not None


def _withheld(exercise: Exercise, result: Result, what: str) -> tuple[Result, str]:
    new = Result(
        exercise.name, exercise.lesson, "manual", 0, result.max, "forbidden",
        f"withheld for your instructor: {what}.",
        next="Ask your instructor to have a look.", hidden=result.hidden,
    )  # fmt: skip
    return new, f"{exercise.name}: {what}; its {GIVEN}"
