"""Feedback on its way back: zips of pages as each platform takes them, and who is in none."""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from coursekit.errors import GradeError
from coursekit.grading import course, naming, parcels
from coursekit.grading.addresses import Address, Addresses, Elsewhere, Nowhere
from coursekit.grading.gather import Told, gather
from coursekit.grading.gradebook import Entry, Gradebook, locate, names
from coursekit.grading.intake.roster import EVERY, Person
from coursekit.grading.last_run import out_of
from coursekit.grading.reports import order
from coursekit.grading.reports.feedback import page
from coursekit.grading.reports.results import SubmissionReport
from coursekit.terminal import printable

PLATFORMS = ("moodle", "canvas", "folders")
FOLDER = "upload"  # in the reports, where nothing else is named
FEW = 3  # who came some other way are named; more are a section that is elsewhere, and counted


class Kept(NamedTuple):
    """What is not given back, and why."""

    who: str
    lesson: str
    why: str
    elsewhere: bool = False  # it did not come from the platform


class Sent(NamedTuple):
    """A page on its way."""

    entry: Entry
    report: SubmissionReport
    address: Address


Zips = dict[str, dict[str, SubmissionReport]]  # by what each is called, and by path in it


@dataclass(frozen=True)
class Given:
    """The zips that were written, with how many pages each holds, and whom none is for."""

    platform: str
    zips: Mapping[Path, int]
    kept: tuple[Kept, ...] = ()
    elsewhere: tuple[Kept, ...] = ()  # what many handed in some other way
    absent: tuple[Person, ...] = ()
    waiting: int = field(default=0)  # pages with an exercise that has no points yet

    @property
    def exit_code(self) -> int:
        """0, or 1 if there is nothing, or nothing for somebody who used the platform's lessons."""
        return 1 if self.kept or not self.zips else 0

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "platform": self.platform,
            "zips": {str(path): count for path, count in self.zips.items()},
            "kept": [one._asdict() for one in self.kept],
            "elsewhere": [one._asdict() for one in self.elsewhere],
            "absent": [one.id for one in self.absent],
            "waiting": self.waiting,
        }

    def summary(self) -> str:
        """For the terminal."""
        lines = [f"{_pages(count)}: {path}" for path, count in self.zips.items()]
        lines = lines or ["No page is given back."]
        if self.waiting:
            lines += ["", f"To be marked by hand, and given back without: {_pages(self.waiting)}"]
        if self.kept:
            lines += ["", "Not given back:"]
            lines += [f"  {one.who}, {one.lesson}: {one.why}" for one in self.kept]
        if self.elsewhere:
            lines += ["", f"Handed in elsewhere, and not by way of {self.platform}:"]
            count = Counter(one.lesson for one in self.elsewhere)
            lines += [f"  {name}: {_pages(n)}" for name, n in count.items()]
            lines += ["  (--json names each)"]
        if self.absent:
            lines += ["", "Handed nothing in:", *(f"  {one}" for one in self.absent)]
        return "\n".join(map(printable, lines))


def give_back(
    place: str, platform: str, to: Path | None = None, lesson: str | None = None
) -> Given:
    """Write what a platform takes as feedback, of all that counts in a gradebook.

    Args:
        place: the folder of a gradebook's reports, or its URL.
        platform: one of PLATFORMS.
        to: a folder for the zips, or where there is only one its own path; a folder in the reports
            if absent.
        lesson: only this one.

    Raises:
        GradeError: there is no such gradebook or lesson, several zips have one path, or one cannot
            be written.
    """
    with Gradebook.open(locate(place)) as book:
        every, people = book.entries(), book.people()
        if not every:
            raise GradeError("the gradebook is empty; `coursekit grade` fills it")
        settings, out = json.loads(book.recall("settings") or "{}"), out_of(book, place)
    if lesson is not None:
        lesson = names.lesson(lesson, [entry.lesson for entry in every])
        every = [entry for entry in every if entry.lesson == lesson]
    room = gather(Told(), out, locate(place).render_as_string(hide_password=False))
    folders = naming.folders(sorted({entry.student for entry in every}))
    zips, kept = _addressed(every, Addresses(room, folders), platform)
    paths = _paths(order.lessons(zips), to or out / FOLDER / platform)
    for title, path in paths.items():
        pages = {at: page(report, settings["sandbox"]) for at, report in zips[title].items()}
        parcels.write(path, pages)
    told = [report for reports in zips.values() for report in reports.values()]
    waiting = sum(any(r.status == "manual" and r.max for r in report.shown) for report in told)
    handed = {entry.student for entry in every}
    absent = [
        p for p in people.values() if p.id not in handed and not p.is_excused(lesson or EVERY)
    ]
    counts = {path: len(zips[title]) for title, path in paths.items()}
    ranks = order.lessons({one.lesson for one in kept})
    kept = sorted(kept, key=lambda one: (ranks.index(one.lesson), order.by_name(one.who)))
    there = {report.lesson for report in told}
    away = Counter(one.lesson for one in kept if one.elsewhere)
    counted = {name for name, many in away.items() if name not in there or many > FEW}
    others = tuple(one for one in kept if one.elsewhere and one.lesson in counted)
    mine = tuple(one for one in kept if one not in others)
    return Given(platform, counts, mine, others, tuple(absent), waiting)


def _addressed(
    every: Iterable[Entry], addresses: Addresses, platform: str
) -> tuple[Zips, list[Kept]]:
    """The report of each page by its zip and its path there, and what has none."""
    of = {"moodle": addresses.moodle, "canvas": addresses.canvas, "folders": addresses.folder}
    kept: list[Kept] = []
    found: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for entry in every:
        try:
            report = _ready(entry, platform)
            address = of[platform](entry, _page(entry, report))
        except Nowhere as error:
            kept.append(_kept(entry, str(error), isinstance(error, Elsewhere)))
        else:
            title = "feedback" if platform == "folders" else course.stem(entry.lesson)
            found[title, address.path].append(Sent(entry, report, address))
    zips: Zips = defaultdict(dict)
    for (title, path), those in found.items():
        students = {one.entry.student for one in those}
        if len(students) == 1:  # of several files in one place, none takes another's
            for one in those:
                zips[title][_free(path, zips[title])] = one.report
        elif why := _apart(those, students):
            kept += [_kept(one.entry, why) for one in those]
        else:
            reports = sorted((one.report for one in those), key=lambda report: report.name)
            called = "; ".join(report.name or report.student for report in reports)
            zips[title][path] = replace(reports[0], name=called)
    return zips, kept


def _free(path: str, taken: Iterable[str]) -> str:
    """The path, or the first like it that is not taken."""
    whole = PurePosixPath(path)
    others = (str(whole.with_stem(f"{whole.stem} ({n})")) for n in itertools.count(2))
    return next(one for one in itertools.chain([path], others) if one not in taken)


def _ready(entry: Entry, platform: str) -> SubmissionReport:
    """The report of an entry whose page can be given to somebody.

    Raises:
        Nowhere: it cannot.
    """
    report = entry.report
    if report is None:
        raise Nowhere("it is not graded yet; run `coursekit grade`")
    if report.unjudged:
        raise Nowhere("the grader itself failed on it, which is no verdict; grade it again")
    if not entry.student:
        raise Nowhere(f"whose it is is not known ({report.told or 'no name'})")
    if not report.results and platform != "folders":
        raise Nowhere(f"it is of no lesson, and so of no assignment: {report.told}")
    return report


def _apart(those: Sequence[Sent], students: set[str]) -> str:
    """Why one page cannot be for several students, or nothing."""
    if any(not students <= {*one.address.whose} for one in those):
        return "two students' files have the same number of the platform's"
    first, *others = (_of_nobody(one.report) for one in those)
    if any(other != first for other in others):
        return (
            "the platform gives one page to all who handed it in together, and theirs differ; "
            "`--platform folders` has one for each"
        )
    return ""


def _of_nobody(report: SubmissionReport) -> SubmissionReport:
    """A report without what is of one student alone and on no page."""
    return replace(report, student="", name="", section="", attempt=1, attempts=1)


def _page(entry: Entry, report: SubmissionReport) -> str:
    """What the page's file is called: as the lesson, whatever the learner called the notebook."""
    if report.results:
        return f"{course.stem(entry.lesson)}.html"
    return PurePosixPath(naming.pages([entry.file])[entry.file]).name


def _kept(entry: Entry, why: str, elsewhere: bool = False) -> Kept:
    report = entry.report
    name = report.name if report else ""
    who = f"{name} ({entry.student})" if name not in ("", entry.student) else entry.student
    return Kept(who or entry.file, entry.lesson, f"{why} ({entry.file})", elsewhere)


def _paths(titles: Sequence[str], to: Path) -> dict[str, Path]:
    """Where each zip is written.

    Raises:
        GradeError: there are several, and one path.
    """
    if to.suffix.lower() != ".zip":
        return {title: to / f"{title}.zip" for title in titles}
    if len(titles) > 1:
        raise GradeError(
            f"{', '.join(titles)} need a zip each: name a folder with --to, or one of them with "
            "--lesson"
        )
    return dict.fromkeys(titles, to)


def _pages(count: int) -> str:
    return f"{count} page{'s'[count == 1 :]}"
