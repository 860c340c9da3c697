"""Grade what arrives in a folder, round after round, until somebody ends it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.errors import GradeError
from coursekit.grading import arguments
from coursekit.grading.gather import Told, gather
from coursekit.grading.intake import whose
from coursekit.grading.intake.rest import Mark, Ready, Rest
from coursekit.grading.lock import WATCH, held
from coursekit.grading.reports.folder import make, see_own
from coursekit.grading.run import grade
from coursekit.grading.workplace import workplace

LOOKS = 6  # for which a round waits until what is written again is at rest
LONGEST = 3600.0  # seconds until what failed is tried again


@dataclass(frozen=True)
class Said:
    """One line of a watch: what happened, with the numbers of it."""

    what: str  # watching, graded, failed, ended
    words: str
    more: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now().astimezone())

    def as_json(self) -> dict[str, Any]:
        """The line as values."""
        return {"at": self.at.isoformat(timespec="seconds"), "what": self.what, **self.more}

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}  {self.words}"


class Watch:
    """A folder that is watched, and what was done about it.

    Args:
        submissions, out, given: see grade.
        tell: is given each line.
        every: seconds between two looks.
        pause: waits so many seconds.
    """

    def __init__(
        self,
        submissions: Path,
        out: Path,
        tell: Callable[[Said], object],
        *,
        every: float = 10.0,
        pause: Callable[[float], object] = time.sleep,
        **given: Any,
    ):
        self.submissions, self.out, self.given = submissions, out, given
        self.tell, self.every, self.pause = tell, every, pause
        self.files = Told(given.get("roster"), given.get("times", ()), given.get("policy"))
        skip = arguments.passed_over(out, given.get("packs", ()), given.get("db"), self.files)
        self.rest = Rest(submissions, skip)
        self.done: dict[Path, Mark] = {}  # what the last round was made of
        self.told: list[Mark | None] = self._others()
        self.judged = self.code = self.waited = 0
        self.wait = every  # seconds until something is tried again
        self.again_at = float("inf")
        self.error = ""  # that was said last

    def run(self, once: bool = False) -> int:
        """Watch until a signal comes; the exit code.

        Args:
            once: end after what is at rest now has been graded.

        Raises:
            GradeError: the arguments cannot be, or somebody else watches for the same reports.
        """
        self._check()
        with held(self.out, "coursekit grade --watch", WATCH), self._until_asked():
            about = {"folder": str(self.submissions), "out": str(self.out), "every": self.every}
            words = f"watching {self.submissions} every {self.every:g} s; reports in {self.out}"
            self.tell(Said("watching", words, about))
            self.rest.look()
            while True:
                self.pause(self.every)
                self._look()
                if once:
                    return self.code
        return 0

    def _check(self) -> None:
        """See that all that was given can be used, before anybody relies on it."""
        if not 0 < self.every < float("inf"):
            raise GradeError(f"--every must be above 0; got {self.every:g}")
        given = self.given
        numbers = (given.get("jobs", 1), given.get("timeout", 1.0), given.get("total", 1.0))
        arguments.check(*numbers, given.get("seed"))
        if not self.submissions.is_dir():
            raise GradeError(f"{self.submissions} is not a folder; --watch needs one")
        see_own(self.out, self.submissions)
        make(self.out)
        for pack in self.given.get("packs", ()):
            exercises.name_pack(pack)
        room = gather(self.files, self.out, self.given.get("db"))
        if self.files.policy:
            from coursekit.grading.gradebook import policy

            policy.read(self.files.policy, room.roster)

    @contextmanager
    def _until_asked(self) -> Iterator[None]:
        """Signals to end are the ordinary end; what goes on is unwound at once."""
        try:
            with workplace():
                yield
        except (KeyboardInterrupt, SystemExit):
            words = f"ended; {self.judged} judged, and what was left is graded next time"
            self.tell(Said("ended", words, {"judged": self.judged}))

    def _look(self) -> None:
        """Grade if anything has come to rest that the last round did not see, or is due again."""
        due = time.monotonic() >= self.again_at
        try:
            ready = self.rest.look()
            if self._rewritten(ready) and not due:
                return
            others = self._others()
            if due or ready.news(self.done) or (others != self.told and self.done):
                self.done, self.told = ready.marks, others
                self._grade(ready)
                self.told = self._others()  # the round has asked whose some are
        except Exception as error:  # of one round: the next may do
            self.code = 2
            words = (
                str(error) if isinstance(error, GradeError) else f"{type(error).__name__}: {error}"
            )
            self._failed(" ".join(words.split()), due)

    def _rewritten(self, ready: Ready) -> bool:
        """True if a round would lose something that was graded and is being written again.

        Then it waits, or the reports would say meanwhile that it was not handed in; not for ever.
        """
        moving = any(path in ready.there for path in self.done.keys() - ready.marks.keys())
        self.waited = self.waited + 1 if moving else 0
        return moving and self.waited <= LOOKS

    def _failed(self, words: str, due: bool) -> None:
        if words == self.error and not due:  # it was said, and when it is tried again
            return
        self.error = words
        self._later()
        about = {"error": words, "again": self.wait}
        self.tell(Said("failed", f"{words}; trying again in {self.wait:g} s", about))

    def _grade(self, ready: Ready) -> None:
        started = time.monotonic()
        report = grade(self.submissions, self.out, ready=ready, **self.given)
        judged, count = report.judged or 0, len(report.submissions)
        self.judged, self.code, self.error = self.judged + judged, report.exit_code, ""
        open_ones = sum(s.again or s.unjudged for s in report.submissions)
        if open_ones:
            self._later()
        else:
            self.wait, self.again_at = self.every, float("inf")
        seconds = time.monotonic() - started
        bad = sum(s.status != "graded" for s in report.submissions)
        about = {
            "submissions": count, "judged": judged, "not_graded": bad, "again": open_ones,
            "arriving": ready.waiting, "seconds": round(seconds, 1),
        }  # fmt: skip
        words = f"{judged} judged, {count - judged} kept ({seconds:.1f} s)"
        words += f"; {bad} could not be graded" if bad else ""
        words += f"; {open_ones} to be judged again in {self.wait:g} s" if open_ones else ""
        words += f"; {ready.waiting} still arriving" if ready.waiting else ""
        self.tell(Said("graded", words, about))

    def _later(self) -> None:
        """Try again soon, and then ever less often."""
        again = self.again_at < float("inf")
        self.wait = min(LONGEST, 2 * self.wait) if again else self.every
        self.again_at = time.monotonic() + self.wait

    def _others(self) -> list[Mark | None]:
        found: list[Mark | None] = []
        for path in (*self.files.files, self.out / whose.FILE):  # what they say counts at once
            try:
                about = path.stat()
                found.append((about.st_size, about.st_mtime_ns))
            except OSError:
                found.append(None)
        return found
