"""One page of feedback per submission: self-contained HTML that a browser shows from anywhere."""

from markupsafe import Markup

from coursekit import __version__
from coursekit.checking import panel
from coursekit.grading.reports.html import PAGES, render
from coursekit.grading.reports.results import SubmissionReport

PAGE = PAGES.from_string("""\
{% extends "base" %}
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
{% for panel in panels %}
{{ panel }}
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
        report=report,
        sandbox=sandbox,
        sections={
            heading: [Markup(panel.element(r, role="group", title="h3")) for r in rows]
            for heading, rows in sections.items()
        },
        unanswered=[r.exercise for r in report.shown if not r.max and r.status == "unsolved"],
        version=__version__,
    )
