"""What waits for the instructor, and what is only good to know: the same from many is one entry."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from coursekit.grading.reports import order
from coursekit.grading.reports.results import GradeReport, SubmissionReport

MOST = 40  # entries, and names in one, that are written out; a page of a thousand stays readable
WITHHELD = "forbidden"  # the rung of an answer whose points wait for a look at its code
MARKED = Markup(
    "Answers in prose. <code>coursekit mark</code> shows them side by side, by keyboard; "
    "<code>coursekit marks</code> writes them to a table, and reads it."
)
Found = Iterable[tuple[str, str, "Link"]]  # whose, what is said of it, and where to look


class Link(NamedTuple):
    """A text and the page that it leads to, or nothing."""

    text: str
    page: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing to know, and of whom: "Mean and variance: why", 3 answers, their pages."""

    label: str
    said: str
    links: tuple[Link, ...]
    more: int = 0  # how many are not written out


@dataclass(frozen=True)
class Part:
    """Things of one kind; `count` of them, `more` entries are not written out."""

    name: str
    heading: str
    about: str
    count: int
    entries: tuple[Entry, ...]
    more: int = 0


def needed(report: GradeReport, copies: Sequence[dict[str, Any]] = ()) -> list[Part]:
    """What an instructor has to do, without what nobody has to.

    Args:
        copies: groups of answers that are alike, as in similar.json.
    """
    every = report.everything
    failed = [s for s in every if s.unjudged]
    broken = [s for s in every if s.ungraded and not s.unjudged and s.given is None]
    by_hand, withheld = _manual(report)
    far = [group for group in copies if not group["published"]]
    parts = [
        _part(
            "failed", "The grader itself failed", "No verdict, and no points yet: the next run "
            "judges them again.", _endings(report, failed),
        ),
        _part(
            "broken", "Could not be graded", "Files that hold no points until they are handed in "
            "anew or get points by hand.", _endings(report, broken),
        ),
        _part(
            "manual", "To be marked by hand", MARKED, by_hand,
        ),
        _part(
            "withheld", "Points withheld", "What ran for these answers may be what was to be "
            "written: look at the code, then give the points or not.", withheld,
        ),
        _part(
            "older", "Marks of older answers", "Another answer was handed in after these points "
            "were given by hand; they count until it is marked anew.", _older(report),
        ),
        _copies(report, far),
    ]  # fmt: skip
    return [part for part in parts if part.count]


def known(report: GradeReport) -> list[Part]:
    """What explains a score and asks for nothing: how runs ended, and notes, grouped by words."""
    ended = [s for s in report.everything if s.reason and not (s.ungraded or s.unjudged)]
    notes = [(note, "", _file(report, s)) for s in report.everything for note in s.notes]
    parts = [
        _part("ended", "Ended before the end", "What was done until then counts.",
              _endings(report, ended)),
        _part("notes", "Notes", "What was odd about a notebook, and what its points are made of.",
              notes),
    ]  # fmt: skip
    return [part for part in parts if part.count]


def _endings(report: GradeReport, submissions: Iterable[SubmissionReport]) -> Found:
    said = [(s, f"{s.status.replace('_', ' ')}: {s.reason}".strip(": ")) for s in submissions]
    return [(words, "", _file(report, s)) for s, words in said]


def _manual(report: GradeReport) -> tuple[Found, Found]:
    """Answers that wait for points: in prose, and those whose points are withheld."""
    found: tuple[list, list] = ([], [])
    for s in report.everything:
        for r in s.results if s.given is None else ():
            if r.max and r.status == "manual":
                stopped = r.rung == WITHHELD
                said = r.message if stopped else f"{r.max:g} points each"
                label = f"{order.title(s.lesson)}: {r.exercise}"
                found[stopped].append(
                    (label, said, Link(_name(report, s.student) or s.file, s.page))
                )
    return found


def _older(report: GradeReport) -> Found:
    return [
        (f"{order.title(s.lesson)}: {exercise or 'the whole lesson'}", "",
         Link(_name(report, s.student) or s.file, s.page))
        for s in report.everything
        for exercise in s.older
    ]  # fmt: skip


def _name(report: GradeReport, student: str) -> str:
    return report.names.get(student, student)


def _file(report: GradeReport, s: SubmissionReport) -> Link:
    known = report.names.get(s.student)
    return Link(f"{known}: {s.file}" if known else s.file, s.page)


def _part(name: str, heading: str, about: str, found: Found) -> Part:
    """Those of which the same is said as one entry, what concerns most people first."""
    groups: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for label, said, link in found:
        groups[label, said].append(link)
    common = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    entries = tuple(_entry(*key, links) for key, links in common[:MOST])
    count = sum(map(len, groups.values()))
    return Part(name, heading, about, count, entries, len(common) - len(entries))


def _entry(label: str, said: str, links: Sequence[Link]) -> Entry:
    links = sorted(links, key=lambda link: order.by_name(link.text))
    return Entry(label, said, tuple(links[:MOST]), max(0, len(links) - MOST))


def _copies(report: GradeReport, groups: Sequence[dict[str, Any]]) -> Part:
    entries = tuple(
        Entry(
            f"{order.title(group['lesson'])}: {group['exercise']}",
            f"{group['similarity']} % alike, {group['tokens']} tokens",
            tuple(Link(_name(report, who)) for who in group["students"])
            + tuple(map(Link, group.get("earlier", ()))),
        )
        for group in groups[:MOST]
    )
    about = "Long answers that are near each other and far from any published one: a list to look "
    about += "at, and no verdict."
    return Part(
        "copies", "Possible copies", about, len(groups), entries, len(groups) - len(entries)
    )
