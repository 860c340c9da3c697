"""`coursekit grade --workshop`: fetch what was handed in at a room, and send feedback back."""

import hashlib
import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.errors import WorkshopError
from coursekit.files import write_whole
from coursekit.grading import naming
from coursekit.grading.intake.roster import Roster
from coursekit.grading.reports.results import GradeReport
from coursekit.workshop.calls import Refused, Unreached, fetch

SECONDS = 30.0
FOLDER = "handed-in"
NO_ROOM = "what answers is no live room of this coursekit"
TRIES = 3  # pages that cannot be sent, one after the other: then the room is away


class Away(WorkshopError):
    """The room cannot be reached."""


@dataclass(frozen=True)
class Handed:
    """One version that was handed in; the room says it, so nothing of it is taken as it comes."""

    id: int
    learner: int
    name: str
    lesson: str
    hash: str

    @classmethod
    def of(cls, row: Any) -> "Handed":
        """One row of what the room says.

        Raises:
            WorkshopError: it is none.
        """
        try:
            id, learner = int(row["id"]), int(row["learner"])
            found = cls(id, learner, *(str(row[name]) for name in ("name", "lesson", "hash")))
        except (KeyError, TypeError, ValueError):
            raise WorkshopError(NO_ROOM) from None
        if not re.fullmatch(r"[0-9a-f]{64}", found.hash):
            raise WorkshopError(NO_ROOM)
        return found


@dataclass(frozen=True)
class Collected:
    """What was fetched.

    Args:
        folder: of STUDENT/NN_lesson.ipynb, with the newest version of each.
        rows: of the newest versions, by the file's path in the folder.
    """

    url: str
    secret: str
    folder: Path
    rows: dict[str, Handed]

    def send_back(self, report: GradeReport, out: Path) -> tuple[str, ...]:
        """Send every feedback page back to whoever handed in; how many, and which were not taken.

        Of what several handed in together, whoever did so gets the page of their own.

        Returns:
            One line, and one more for each page that was not taken.
        """
        count, problems, away = 0, [], 0
        whose = self._whose(report)
        for file, own in whose.items():
            if own is None:
                problems.append(f"{file}: several handed it in together, and its name is of none")
        for one in report.submissions:
            row = self.rows.get(one.file)
            if row is None or whose.get(one.file, one.student) != one.student:
                continue
            if not one.page or not (page := out / one.page).is_file():
                continue
            try:
                if away >= TRIES:
                    raise WorkshopError("not tried: the room cannot be reached")
                _ask(f"{self.url}/api/desk?id={row.id}", self.secret, page.read_bytes())
                count, away = count + 1, 0
            except Away as error:
                away += 1
                problems.append(f"{one.file}: {error}")
            except (WorkshopError, OSError) as error:
                problems.append(f"{one.file}: {error}")
        return (
            f"{count} feedback page{'s'[count == 1 :]} sent back to the room",
            *(f"not sent back: {problem}" for problem in problems),
        )

    def _whose(self, report: GradeReport) -> dict[str, str | None]:
        """By which of several students a shared file was handed in; None: its name does not say."""
        count = Counter(one.file for one in report.submissions)
        shared = [file for file in self.rows if count[file] > 1]
        roster = Roster(report.people.values() if shared else ())
        found = {file: roster.called(self.rows[file].name) for file in shared}
        return {file: who[0].id if len(who) == 1 else None for file, who in found.items()}


def collect(link: str, out: Path) -> Collected:
    """Fetch all that was handed in; every version is kept in `out`, the newest is for grading.

    Args:
        link: the leader's, as `coursekit workshop serve` printed it.

    Raises:
        WorkshopError: it is no such link, the room cannot be reached, or nothing was handed in.
    """
    url, _, secret = link.partition("/leader#")
    if not secret or not url.startswith(("http://", "https://")):
        raise WorkshopError("--workshop takes the leader's link, which ends in /leader#SECRET")
    rows = _rows(_ask(f"{url}/api/handed", secret))
    if not rows:
        raise WorkshopError("nothing was handed in yet")
    students, stems, files, newest = _students(rows), _stems(rows), {}, {}
    for row in rows:  # oldest first
        name = f"{students[row.learner, row.name]}/{stems[row.lesson]}.ipynb"
        # The number alone names it in one room: the next that keeps its reports here has others.
        kept = out / FOLDER / "versions" / f"{row.id:06d}-{row.hash[:12]}" / name
        if not kept.is_file() or _hash(kept.read_bytes()) != row.hash:
            content = _ask(f"{url}/api/handed/{row.id}", secret)
            if _hash(content) != row.hash:
                raise WorkshopError(f"what came as {name} is not what was handed in; try again")
            write_whole(kept, content)
        newest[name], files[name] = row, kept
    folder = out / FOLDER / "newest"
    shutil.rmtree(folder, ignore_errors=True)  # whoever has left since is not graded again
    for name, kept in files.items():
        write_whole(folder / name, kept.read_bytes())
    return Collected(url, secret, folder, newest)


def _rows(answer: bytes) -> list[Handed]:
    try:
        found = json.loads(answer)["handed"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WorkshopError(NO_ROOM) from None
    if not isinstance(found, list):
        raise WorkshopError(NO_ROOM)
    return [Handed.of(row) for row in found]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _students(rows: list[Handed]) -> dict[tuple[int, str], str]:
    """A folder for each learner and name; two of one name are told apart."""
    labels: dict[tuple[int, str], str] = {}
    for row in rows:
        key, label = (row.learner, row.name), row.name
        while key not in labels and label in labels.values():
            label = f"{label} ({row.learner})"
        labels.setdefault(key, label)
    folders = naming.folders(labels.values())
    return {key: folders[label] for key, label in labels.items()}


def _stems(rows: list[Handed]) -> dict[str, str]:
    """The notebook's name, by the lesson's."""
    from coursekit import workspace

    shipped = [path.stem for path in workspace.shipped()]
    made = naming.folders(row.lesson for row in rows)
    return {lesson: workspace.called(lesson, shipped) or stem for lesson, stem in made.items()}


def _ask(url: str, secret: str, body: bytes | None = None) -> bytes:
    """What the room answers its leader; with a page to be sent, once it is there."""
    about = {"Authorization": f"Leader {secret}"}
    how = "GET" if body is None else "POST"
    try:
        return fetch(how, url, about, body=body, kind="text/html", seconds=SECONDS)
    except Refused as refused:
        raise WorkshopError(f"the room said {refused.status}: {refused}") from None
    except Unreached as error:
        raise Away(f"the room cannot be reached: {error}") from None
