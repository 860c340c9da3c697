"""One page of feedback per submission: self-contained HTML that a browser shows from anywhere.

What was found stands beside the learner's own code, which is text here and nothing else. Nothing on
the page is of a hidden input: the findings are `shown` ones, and the code was written before any.
"""

from dataclasses import replace

from markupsafe import Markup

from coursekit import __version__
from coursekit.checking import Result, panel
from coursekit.grading.intake.passages import Passage
from coursekit.grading.reports.html import PAGES, own, render
from coursekit.grading.reports.results import SubmissionReport

WRONG = ("failed", "partial", "forbidden", "error", "timeout", "missing")
PAGE = PAGES.from_string("""\
{% extends "base" %}
{% block style %}{{ own_style }}{% endblock %}
{% block title %}{{ report.lesson }}: {{ report.name or report.student }}{% endblock %}
{% block head %}
<h1>{{ report.lesson | words | capitalize }}</h1>
<p>{{ report.name or report.student }}, {{ report.file }}</p>
{% endblock %}
{% block main %}
{% if report.max %}
<p class="score">{{ "%g" % report.score }} of {{ "%g" % report.max }} points</p>
{% endif %}
{% if report.told %}
<p><b>{{ report.status | words }}:</b> {{ report.told }}.</p>
{% endif %}
{% if report.notes %}
<h2>Notes on the notebook</h2>
<ul>
{% for note in report.notes %}
<li>{{ note }}</li>
{% endfor %}
</ul>
{% endif %}
{% for heading, panels in sections.items() if panels %}
<h2>{{ heading }}</h2>
{% for panel, mine, open in panels %}
<div class="pair">
{{ panel }}
{% if mine %}
<details{{ " open" if open }}>
<summary>Your code, cell {{ mine.cell }}
{%- if mine.at %}: look at line {{ mine.at }}{% endif %}</summary>
<pre class="own" style="--above:{{ mine.line - 1 }}">
{%- for number, line in mine.lines -%}
<span{% if number == mine.at %} class="at"{% endif %}>{{ line }}
</span>
{%- endfor -%}
</pre>
</details>
{% endif %}
</div>
{% endfor %}
{% endfor %}
{% if unanswered %}
<p>Not answered: {{ unanswered | join(", ") }}.</p>
{% endif %}
{% endblock %}
{% block foot %}
Graded by coursekit {{ version }} on inputs that are not shown. ✓ marks the steps that an answer
passed; the first that it did not pass is where it stopped.
{% endblock %}
""")


def page(report: SubmissionReport, sandbox: str) -> str:
    """The page's HTML."""
    exercises = [r for r in report.shown if r.max]
    questions = [r for r in report.shown if not r.max and r.status != "unsolved"]
    sections = {"Exercises": exercises, "Questions and warm-ups, which carry no points": questions}
    return render(
        PAGE,
        own_style=own("feedback.css"),
        report=report,
        sandbox=sandbox,
        sections={heading: [_both(report, r) for r in rows] for heading, rows in sections.items()},
        unanswered=[r.exercise for r in report.shown if not r.max and r.status == "unsolved"],
        version=__version__,
    )


def _both(report: SubmissionReport, result: Result) -> tuple[Markup, Passage | None, bool]:
    """What was found, the code that it was found in, and whether that is to be seen at once."""
    mine = next((one for one in report.passages if one.exercise == result.exercise), None)
    if mine and not result.rung:  # nothing is wrong, or the instructor has the last word on it
        mine = replace(mine, at=0)
    told = result.but(next=_to_try(result))
    return Markup(panel.element(told, role="group", title="h3")), mine, not result.passed


def _to_try(result: Result) -> str:
    """What to do now, for somebody who reads a page and has no notebook before them."""
    if result.status not in WRONG:
        return result.next
    again = f"Change your code in the notebook and run `check({result.exercise})` again."
    if result.next.startswith("hint("):
        return f"{again} `{result.next}` gives a nudge."
    return result.next or (again if result.rung else "")
