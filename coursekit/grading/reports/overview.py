"""The class at a glance, for the instructor: scores, hard exercises, frequent mistakes, time."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from coursekit.grading.reports.causes import causes, clusters
from coursekit.grading.reports.chart import bars
from coursekit.grading.reports.html import PAGES, render
from coursekit.grading.reports.results import GradeReport, SubmissionReport

SECONDS = (0, 1, 2, 5, 10, 20, 30, 60)
SLOWEST = 10
OUTCOMES = {"passed": "good", "partly right": "half", "wrong": "bad", "not written": "none"}

PAGE = PAGES.from_string("""\
{% extends "base" %}
{% from "table" import table %}
{% block title %}Class report{% endblock %}
{% block head %}
<h1>Class report</h1>
<p>{{ report.submissions | length }} submissions of {{ students }} students, graded by coursekit
{{ report.version }} with seed {{ report.seed }}.</p>
<nav aria-label="parts of the report">
<ul>
{% for lesson in lessons %}
<li><a href="#{{ lesson.name }}">{{ lesson.name | words | capitalize }}</a></li>
{% endfor %}
<li><a href="#time">Time</a></li>
<li><a href="#submissions">Every submission</a></li>
<li><a href="similar.html">Answers that are alike</a></li>
</ul>
</nav>
{% endblock %}
{% block main %}
{% if report.failures %}
<div class="warning">
<p>{{ report.failures[0] }}</p>
{% if report.failures | length > 1 %}
<ul>
{% for line in report.failures[1:] %}
<li>{{ line }}</li>
{% endfor %}
</ul>
{% endif %}
</div>
{% endif %}
{% if look %}
<h2>To look at</h2>
<ul>
{% for line in look %}
<li>{{ line }}</li>
{% endfor %}
</ul>
{% endif %}
{% for lesson in lessons %}
<h2 id="{{ lesson.name }}">{{ lesson.name | words | capitalize }}</h2>
<p>{{ lesson.said }}</p>
{% for heading, about, chart, columns, rows in lesson.parts %}
<h3>{{ heading }}</h3>
<figure>
{{ chart }}
<figcaption class="dim">{{ about }}</figcaption>
</figure>
<details>
<summary>The numbers: {{ heading | lower }}</summary>
{% call(row) table(lesson.name | words ~ ": " ~ heading | lower, columns, rows) %}
{% for cell in row %}<td{{ ' class="number"' | safe if not loop.first }}>{{ cell }}</td>{% endfor %}
{% endcall %}
</details>
{% endfor %}
{% if lesson.unnamed %}
<h3>Without a name</h3>
<p>Answers that behave alike, and whose cause nobody has named yet. <code>coursekit new mistake
EXERCISE --from unnamed/NAME.py</code> makes a draft of a named mistake of one, in a clone of the
course.</p>
<ul>
{% for cluster in lesson.unnamed %}
<li>{{ cluster }}: {{ cluster.said }}</li>
{% endfor %}
</ul>
{% endif %}
{% endfor %}
<h2 id="time">Time</h2>
<figure>
{{ time }}
<figcaption class="dim">Seconds to grade one submission, and how many took so long.</figcaption>
</figure>
{% call(s) table("the slowest submissions", [("Submission", 0), ("Seconds", 1)], slowest) %}
<td>{{ s.file }}</td><td class="number">{{ "%.1f" % s.seconds }}</td>
{% endcall %}
<h2 id="submissions">Every submission</h2>
{% call(s) table("every submission, with its feedback",
                 [("Submission", 0), ("Status", 0), ("Score", 1), ("Of", 1)], report.submissions) %}
<td>
{% if s.page %}
<a href="{{ address(s.page) }}">{{ s.file }}</a>
{% else %}
{{ s.file }}
{% endif %}
</td>
<td>{{ s.status }}</td>
<td class="number">{{ "%g" % s.score }}</td><td class="number">{{ "%g" % s.max }}</td>
{% endcall %}
{% endblock %}
{% block foot %}
For the instructor: it names students. Sandbox: {{ report.sandbox }}.
{% endblock %}
""")


def page(report: GradeReport) -> str:
    """The class report's HTML; it links to the feedback pages beside it."""
    names = dict.fromkeys(s.lesson for s in report.submissions if s.results)
    everyone = report.submissions
    return render(
        PAGE,
        report=report,
        sandbox=report.sandbox,
        students=len({s.student for s in everyone}),
        look=[line for s in everyone for line in s.lines],
        lessons=[_lesson(n, [s for s in everyone if s.lesson == n]) for n in sorted(names)],
        time=_time(everyone),
        slowest=sorted(everyone, key=lambda s: -s.seconds)[:SLOWEST],
        address=quote,
    )


def _lesson(name: str, group: Sequence[SubmissionReport]) -> dict[str, Any]:
    """One lesson's part: a sentence, and its charts with the tables behind them."""
    shares = sorted(s.score / s.max for s in group if s.max)
    said = f"{len(group)} submissions."
    if shares:
        middle = (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2
        full = sum(share == 1 for share in shares)
        said = f"{len(group)} submissions; median score {middle:.0%}; {full} with all points."
    parts = [_scores(shares), _exercises(group), _diagnoses(group)]
    unnamed = clusters(group)[:15]
    return {"name": name, "said": said, "parts": [p for p in parts if p[-1]], "unnamed": unnamed}


def _scores(shares: Sequence[float]) -> tuple:
    tenths = Counter(min(int(share * 10 + 1e-9), 10) for share in shares)
    labels = {n: f"{n * 10} to {n * 10 + 9} %" for n in reversed(range(10))}
    rows = [(label, tenths[n]) for n, label in ({10: "100 %"} | labels).items() if shares]
    words = ", ".join(f"{label}: {count}" for label, count in rows if count)
    chart = bars([(label, [("good", n)]) for label, n in rows], alt=f"How many scored: {words}")
    about = "Share of the lesson's points, and how many submissions got it."
    return "Scores", about, chart, [("Share of the points", 0), ("Submissions", 1)], rows


def _exercises(group: Sequence[SubmissionReport]) -> tuple:
    found: dict[str, Counter[str]] = {}
    for s in group:
        for r in s.results:
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
    about = "The hardest first. From left to right: passed, partly right, wrong, not written."
    columns = [("Exercise", 0), *((outcome.capitalize(), 1) for outcome in OUTCOMES)]
    chart = bars(drawn, alt=f"Passed, the hardest exercise first: {words}")
    return "Difficulty of each exercise", about, chart, columns, rows


def _outcome(status: str) -> str:
    named = {"passed": "passed", "partial": "partly right"}
    if status in ("unsolved", "missing", "manual"):
        return "not written"
    return named.get(status, "wrong")


def _diagnoses(group: Sequence[SubmissionReport]) -> tuple:
    rows = causes(group).most_common(15)
    words = ", ".join(f"{name}: {n}" for name, n in rows[:5])
    chart = bars([(name, [("bad", n)]) for name, n in rows], alt=f"Most frequent: {words}")
    about = "Which known mistake an answer makes, and in how many submissions."
    return "Diagnoses by frequency", about, chart, [("Diagnosis", 0), ("Submissions", 1)], rows


def _time(everyone: Sequence[SubmissionReport]) -> Markup:
    edges = [*pairwise(SECONDS), (SECONDS[-1], float("inf"))]
    rows = [
        (
            f"{low} to {high} s" if high < float("inf") else f"over {low} s",
            sum(low <= s.seconds < high for s in everyone),
        )
        for low, high in edges
    ]
    words = ", ".join(f"{label}: {n}" for label, n in rows if n)
    return bars([(label, [("none", n)]) for label, n in rows], alt=f"How many took: {words}")
