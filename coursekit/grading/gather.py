"""What is known of a class before its submissions are read: from files, and from its gradebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.grading.intake import clock, roster, times, whose
from coursekit.grading.intake.classroom import Classroom
from coursekit.grading.intake.identity import Identity

if TYPE_CHECKING:
    from coursekit.grading.gradebook import Gradebook


@dataclass(frozen=True)
class Told:
    """The files that an instructor gave a run, or none of them."""

    roster: Path | None = None
    times: Sequence[str] = ()  # FILE, or LESSON=FILE
    policy: Path | None = None

    @property
    def files(self) -> list[Path]:
        """What nobody handed in, should it lie among the submissions."""
        return [
            *(path for path in (self.roster, self.policy) if path),
            *(Path(one.rpartition("=")[2]) for one in self.times),
        ]

    @property
    def any(self) -> bool:
        """True if there is one."""
        return bool(self.files)


def gather(told: Told, out: Path, db: str | None) -> Classroom:
    """The class, by what a run is told and what its gradebook was told before.

    Args:
        out: the folder of the run's reports.
        db: the gradebook's URL; if absent, it is in `out`, if there is any yet.

    Raises:
        GradeError: a file cannot be read or says what has no meaning; the gradebook cannot be used.
    """
    if not (told.any or db or is_begun(out)):
        return Classroom()
    from coursekit.grading.gradebook import Gradebook, locate, parse
    from coursekit.grading.gradebook import policy as policies

    kept: dict[str, str | None] = {}
    if db or is_begun(out):
        with Gradebook.open(parse(db) if db else locate(out), create=True) as book:
            kept = {name: book.recall(name) for name in ("roster", "times", "policy")}
    people = roster.read(told.roster) if told.roster else roster.from_text(kept.get("roster"))
    if told.policy:
        zone = policies.timezone(told.policy)
    else:
        name = policies.from_text(kept.get("policy")).timezone
        zone = clock.zone(name) if name else None
    every = times.from_text(kept.get("times")).later(times.read(told.times, zone, people))
    who = Identity(people, whose.read(out, people), every.people) if people else None
    return Classroom(who, every, zone)


def is_begun(out: Path) -> bool:
    """True if a run has written into the folder before."""
    return (out / "gradebook.db").exists()


def keep(book: "Gradebook", out: Path, room: Classroom) -> None:
    """Keep what is known of a class in its gradebook, and ask what is not known of it.

    Raises:
        GradeError: the questions cannot be written.
    """
    from coursekit.grading.gradebook.uniting import unite

    if room.times.at or room.times.people:
        book.keep(times=room.times.as_text())
    if room.who is not None:
        book.keep(roster=room.who.roster.as_text())
        with book.writes() as connection:
            unite(connection, room.who)
        whose.write(out, room.who.asked.values())
