"""`coursekit grade --workshop`: fetch what was handed in at a room, and send feedback back."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.errors import WorkshopError
from coursekit.files import write_whole
from coursekit.grading.reports.results import GradeReport

SECONDS = 30.0
FOLDER = "handed-in"


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
    rows: dict[str, dict[str, Any]]

    def send_back(self, report: GradeReport, out: Path) -> str:
        """Send every feedback page back to whoever handed in; says how many.

        Raises:
            WorkshopError: the room cannot be reached, or will not have one.
        """
        count = 0
        for one in report.submissions:
            row = self.rows.get(one.file)
            if row is not None and one.page and (page := out / one.page).is_file():
                _ask(
                    f"{self.url}/api/desk?id={row['id']}",
                    self.secret,
                    page.read_bytes(),
                    "text/html",
                )
                count += 1
        return f"{count} feedback page{'s'[count == 1 :]} sent back to the room"


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
    rows = json.loads(_ask(f"{url}/api/handed", secret))["handed"]
    if not rows:
        raise WorkshopError("nothing was handed in yet")
    names = _folders(rows)
    folder, newest = out / FOLDER / "newest", {}
    for row in rows:  # oldest first
        stem = _stem(str(row["lesson"]))
        name = f"{names[row['learner'], row['name']]}/{stem}.ipynb"
        kept = out / FOLDER / "versions" / f"{int(row['id']):06d}" / name
        if not kept.is_file():
            write_whole(kept, _ask(f"{url}/api/handed/{int(row['id'])}", secret))
        newest[name] = row
        write_whole(folder / name, kept.read_bytes())
    return Collected(url, secret, folder, newest)


def _folders(rows: list[dict[str, Any]]) -> dict[tuple[int, str], str]:
    """A folder's name for each learner and name; two of one name are told apart."""
    found: dict[tuple[int, str], str] = {}
    for row in rows:
        key = (int(row["learner"]), str(row["name"]))
        plain = "".join(c if c.isalnum() or c in " -." else "-" for c in key[1]).strip(" .") or "-"
        if key not in found:
            taken = {name.casefold() for name in found.values()}
            found[key] = plain if plain.casefold() not in taken else f"{plain} ({key[0]})"
    return found


def _stem(lesson: str) -> str:
    """The notebook's name, from the lesson's."""
    from coursekit import workspace

    plain = "".join(c if c.isalnum() or c == "_" else "_" for c in lesson)
    stems = [path.stem for path in workspace.shipped()]
    return workspace.called(plain, stems) or plain


def _ask(url: str, secret: str, body: bytes | None = None, kind: str = "") -> bytes:
    headers = {"Authorization": f"Leader {secret}"} | ({"Content-Type": kind} if kind else {})
    asked = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as reply:
            return reply.read()
    except urllib.error.HTTPError as error:
        with error:
            words = error.read(2000).decode("utf-8", "replace")
        raise WorkshopError(f"the room said {error.code}: {words}") from None
    except (OSError, ValueError) as error:
        raise WorkshopError(f"the room cannot be reached: {error}") from None
