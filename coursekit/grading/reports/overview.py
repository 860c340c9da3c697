"""The class at a glance, for the instructor: who has what, what to do, what was hard."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import quote

from coursekit.grading.reports import action, order
from coursekit.grading.reports.causes import causes, clusters, sentences
from coursekit.grading.reports.chart import bars
from coursekit.grading.reports.html import PAGES, own, render
from coursekit.grading.reports.results import GradeReport, SubmissionReport
from coursekit.grading.reports.table import Table, table, waiting

SECONDS = (0, 1, 2, 5, 10, 20, 30, 60)
SLOWEST = 10
MOST = 15  # diagnoses of a lesson
OUTCOMES = {"passed": "good", "partly right": "half", "wrong": "bad", "not written": "none"}

PAGES.filters |= {"address": quote, "title": order.title, "waiting": waiting}
PAGE = PAGES.get_template("report.html")


def page(report: GradeReport, copies: Sequence[dict[str, Any]] = ()) -> str:
    """The class report's HTML; it links to the feedback pages beside it.

    Args:
        copies: groups of answers that are alike, as in similar.json.
    """
    every, students = report.everything, table(report)
    names = order.lessons({s.lesson for s in every if s.results})
    needed = action.needed(report, copies)
    return render(
        PAGE,
        report=report,
        sandbox=report.sandbox,
        css=own("report.css"),
        script=own("report.js"),
        line=_line(every, sum(part.count for part in needed)),
        students=students,
        feet=_feet(students),
        quiet=("graded", "judge_failed"),
        action=needed,
        information=action.known(report),
        lessons=[_lesson(n, [s for s in every if s.lesson == n]) for n in names],
    )


def _line(every: Sequence[SubmissionReport], needed: int) -> str:
    """The class in one line."""
    failed = sum(s.unjudged for s in every)
    graded = sum(not (s.ungraded or s.unjudged) for s in every)
    return (
        f"{len(every)} handed in · {graded} graded · {needed} need action · {failed} judge failed"
    )


def _feet(students: Table) -> list[tuple[str, list[str]]]:
    """Below the table: how many handed a lesson in, and the median of their points."""
    by_lesson = [[r.handed[n] for r in students.rows if n in r.handed] for n in students.lessons]
    counts = [str(len(mine)) for mine in by_lesson]
    points = [[float(s.score) for s in mine if not s.unjudged] for mine in by_lesson]
    shares = [100 * r.total for r in students.rows if r.total is not None]
    shown = [[""], [_median(shares)]] if students.totals else [[], []]
    rows = zip(("Handed in", "Median"), shown, (counts, map(_median, points)), strict=True)
    return [(name, [*first, *rest]) for name, first, rest in rows]


def _median(numbers: Sequence[float]) -> str:
    return f"{round(median(numbers), 1):g}" if numbers else ""


def _lesson(name: str, group: Sequence[SubmissionReport]) -> dict[str, Any]:
    """One lesson's part: a sentence, its diagnoses, its charts with the tables behind them."""
    shares = sorted(s.score / s.max for s in group if s.max)
    said = f"{len(group)} submissions."
    if shares:
        full = sum(share == 1 for share in shares)
        said = (
            f"{len(group)} submissions; median score {median(shares):.0%}; {full} with all points."
        )
    parts = [_exercises(group), _scores(shares), _time(group)]
    told = sentences(group)
    return {
        "name": name,
        "said": said,
        "parts": [p for p in parts if p[-1]],
        "diagnoses": [(c, n, told.get(c, "")) for c, n in causes(group).most_common(MOST)],
        "slowest": sorted(group, key=lambda s: -s.seconds)[:SLOWEST],
        "unnamed": clusters(group)[:15],
    }


def _scores(shares: Sequence[float]) -> tuple:
    tenths = Counter(min(int(share * 10 + 1e-9), 10) for share in shares)
    labels = {n: f"{n * 10} to {n * 10 + 9} %" for n in reversed(range(10))}
    rows = [(label, tenths[n]) for n, label in ({10: "100 %"} | labels).items() if shares]
    about = "Share of the lesson's points, and how many submissions got it."
    chart = _counted(rows, "good", "How many scored", {"submissions": "good"})
    return "Scores", about, chart, [("Share of the points", 0), ("Submissions", 1)], rows


def _exercises(group: Sequence[SubmissionReport]) -> tuple:
    found: dict[str, Counter[str]] = {}
    # Nobody is to be right at a guess, and what the grader failed at is nobody's answer.
    guesses = {r.exercise for s in group for r in s.results if r.status == "guessed"}
    for s in group:
        for r in s.results:
            if r.exercise in guesses or r.status == "judge_failed":
                continue
            if r.max or not r.question:  # a warm-up has no points, and may be hard
                found.setdefault(r.exercise, Counter())[_outcome(r.status)] += 1
    # The hardest first: that is what a class meeting is about.
    hardest = sorted(found, key=lambda name: found[name]["passed"] / found[name].total())
    counts = {name: [found[name][outcome] for outcome in OUTCOMES] for name in hardest}
    rows = [(name, *counts[name]) for name in hardest]
    drawn = [(name, list(zip(OUTCOMES.values(), counts[name], strict=True))) for name in hardest]
    words = ", ".join(
        f"{name} {found[name]['passed']} of {found[name].total()}" for name in hardest
    )
    about = "The hardest first; the parts of a bar in the legend's order, from left to right."
    columns = [("Exercise", 0), *((outcome.capitalize(), 1) for outcome in OUTCOMES)]
    alt = f"Passed, the hardest exercise first: {words}"
    return (
        "Difficulty of each exercise",
        about,
        bars(drawn, alt=alt, legend=OUTCOMES),
        columns,
        rows,
    )


def _outcome(status: str) -> str:
    named = {"passed": "passed", "partial": "partly right"}
    if status in ("unsolved", "missing", "manual"):
        return "not written"
    return named.get(status, "wrong")


def _time(group: Sequence[SubmissionReport]) -> tuple:
    edges = [*pairwise(SECONDS), (SECONDS[-1], float("inf"))]
    rows = [
        (
            f"{low} to {high} s" if high < float("inf") else f"over {low} s",
            sum(low <= s.seconds < high for s in group),
        )
        for low, high in edges
    ]
    about = "Seconds to grade one submission, and how many took so long."
    chart = _counted(rows, "none", "How many took", {"submissions": "none"})
    return "Time", about, chart, [("Seconds", 0), ("Submissions", 1)], rows


def _counted(rows: Sequence[tuple[str, int]], kind: str, alt: str, legend: Mapping) -> Any:
    words = ", ".join(f"{label}: {n}" for label, n in rows if n)
    return bars([(name, [(kind, n)]) for name, n in rows], alt=f"{alt}: {words}", legend=legend)
