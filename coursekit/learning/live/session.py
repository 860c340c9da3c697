"""A kernel's session in a live room: it sends what checks came to, and hears the leader."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from coursekit.checking import Result, Task
from coursekit.checking.source.text import text_of
from coursekit.learning.history import attempts_at, workspace_folder
from coursekit.learning.live import member, outbox
from coursekit.learning.live.buttons import Row
from coursekit.learning.live.delivery import Delivery
from coursekit.learning.live.feed import Feed
from coursekit.learning.live.heard import in_words
from coursekit.learning.live.member import Member
from coursekit.learning.live.report import Report
from coursekit.workshop.wire import Malformed

SENT = (
    "Sent from now on: each exercise that you check, how it ends, the mistake's name, which",
    "attempt, seconds; your answers to the lesson's questions. Code only with show_code(name).",
    "leave() ends that and deletes what was sent. Without the network, all works as before.",
)
FORGOTTEN = "This room does not know you (any more): join it again."
NOT_IN = 'You are in no room; join("CODE@host") joins one.'
LEFT = "You have left this JupyterHub's room; join() comes in again."
UNPLACED = (
    "This JupyterHub has a live room, which hears nothing from here because this notebook is in no "
    "workspace. In a terminal, `mkdir -p course && coursekit update course` makes one; open the "
    "notebook that is in it."
)
SAID = {"need": "Help is asked for.", "done": "Your note says: done."}


def checked(task: Task, result: Result, value: Any, answer: Any = None) -> Result:
    """Send what a check came to, if a room was joined; the result, with a note the first time."""
    global _last
    folder, joined = here()
    event = _report.of(task, result, value)
    if folder is None or joined is None:
        return _with_place(result) if folder is None else result
    _last, _answers[task.name] = task.name, answer
    start(folder)
    if event is not None and not _deliveries[folder].unknown(joined):
        with suppress(Malformed):  # another course's, whose names are longer than a room takes
            outbox.put(folder, event, joined.of)
        _deliveries[folder].wake()
    _row.due(task.name)
    if (
        joined.how == "token" and not (folder / member.FILE).exists()
    ):  # a hub's room, for the first time
        member.write(folder, joined)
        result = result.but(notes=(*result.notes, " ".join(("You are in a live room.", *SENT))))
    return result


def _with_place(result: Result) -> Result:
    """The result; the first time with a note where a room hears nothing for want of a workspace."""
    global _told
    if _told or workspace_folder() is not None or not member.of_hub():
        return result
    _told = True
    return result.but(notes=(*result.notes, UNPLACED))


def not_in() -> str:
    """Why this notebook is in no room, and what changes that."""
    if not member.of_hub():
        return NOT_IN
    return UNPLACED if workspace_folder() is None else LEFT


def start(folder: Path | None = None, *, anew: bool = False) -> None:
    """Send what is left in the outbox and listen, if a room was joined; returns at once.

    Args:
        anew: it was joined just now, so it is asked even if it had forgotten us.
    """
    folder = folder or workspace_folder()
    if folder is None or member.read(folder) is None:
        return
    if folder not in _deliveries:
        _deliveries[folder] = Delivery(folder)
        _feeds[folder] = Feed(folder, _hear)
        _deliveries[folder].wake()
    elif anew:
        _deliveries[folder].forgotten = ""
        _deliveries[folder].wake()
    _feeds[folder].start()


def _hear(news: dict[str, Any]) -> None:
    if words := in_words(news):
        _row.hear(f"The room: {words}")


def flag(kind: str, exercise: str = "", text: str = "") -> str:
    """Put a note up, "need" or "done"; what to say to the learner."""
    return _send({"kind": kind, "exercise": exercise or _last, "text": text}, SAID[kind])


def show(name: str, answer: Any) -> str:
    """Show a function's code to a helper, once; what to say to the learner."""
    text = text_of(answer) if callable(answer) else None
    if not text:
        return f"The code of {name or 'that'} cannot be read; run its cell again."
    event = {"kind": "show", "exercise": name, "attempt": attempts_at(name), "text": text}
    return _send(event, f"A helper sees your {name} as it is now, this once.")


def _press(kind: str, exercise: str) -> str:
    return show(exercise, _answers.get(exercise)) if kind == "show" else flag(kind, exercise)


def _send(event: dict[str, Any], said: str) -> str:
    folder, joined = here()
    if folder is None or joined is None:
        return not_in()
    start(folder)
    if _deliveries[folder].unknown(joined):
        return FORGOTTEN
    try:
        outbox.put(folder, event, joined.of)
    except Malformed as error:
        return f"That cannot be sent: {error}."
    except OSError as error:
        return f"That could not be kept: {error.strerror or error}."
    _deliveries[folder].wake()
    return said


def here(folder: Path | None = None) -> tuple[Path | None, Member | None]:
    """The workspace, or else that folder, and the room that it is in."""
    for place_of in filter(None, (workspace_folder(), folder)):
        if (found := member.read(place_of)) is not None:
            return place_of, found
    return None, None


_told = False  # that a workspace is needed
_last = ""  # the exercise that was checked last
_answers: dict[str, Any] = {}
_report = Report()
_row = Row(_press)
_deliveries: dict[Path, Delivery] = {}
_feeds: dict[Path, Feed] = {}
