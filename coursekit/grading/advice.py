"""What torch was seen to run for an answer that passed: a note for the instructor, no more.

The source decides what is forbidden. This looks once more, after all is judged, at which of
torch's operations the answer came down to; a name that was hidden too well shows here.
"""

from coursekit.checking import Exercise, Result
from coursekit.checking.trace import observe
from coursekit.sandbox.remote import find_answer, notice
from coursekit.sandbox.session import Session


def advice(exercise: Exercise, result: Result, session: Session, seed: int) -> str:
    """A note on the operations that the exercise asks to write, if torch ran them; or nothing."""
    asked = operations(exercise.forbidden)
    if not asked or not result.score or "torch" not in session.imports:
        return ""
    events = list(session.events)
    answer = find_answer(session, exercise.name, tensors=True)
    try:
        notice(session, asked)
        observe(exercise, answer, seed) if answer else None
        found = notice(session, [])
    except Exception:  # whatever the answer did now, it was judged before: nothing hangs on it
        session.drop()
        found = []
    session.events[:] = events
    if not found:
        return ""
    return (
        f"{exercise.name}: torch ran {', '.join(found)} for it, which the exercise asks to write "
        "and the source does not show; have a look (this is advice, the score stands)"
    )


def operations(forbidden: tuple[str, ...]) -> list[str]:
    """The names among those forbidden that are operations of torch's own: batch_norm …"""
    names = {name.rpartition(".")[2] for name in forbidden if name.startswith("torch.")}
    return sorted(n for n in names if "_" in n[1:] and n.islower())
