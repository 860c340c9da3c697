"""The list of answers that are alike, as a page for the instructor."""

from collections.abc import Sequence

from coursekit.grading.reports.forms import ALIKE, LONGEST, SHORTEST
from coursekit.grading.reports.html import PAGES, render
from coursekit.grading.reports.results import GradeReport
from coursekit.grading.reports.similarity import Alike

FORMS = 20  # of a group's, that the page shows

PAGE = PAGES.from_string("""\
{% extends "base" %}
{% block title %}Answers that are alike{% endblock %}
{% block head %}
<h1>Answers that are alike</h1>
{% endblock %}
{% block main %}
<p>A list to look at, and no verdict. A short exercise has few right answers, and the course's own
are published: who learned from one writes it again. What weighs more: a long answer, the same slip
in it, the same comments in the code below. Talk to people before you conclude anything.</p>
<p>Compared are definitions of {{ shortest }} to {{ longest }} tokens, with the names their author
chose numbered, without comments and layout, and without the lines that the lesson's notebook gives.
Alike means {{ alike }} % of the tokens in the same
order. Statements in another order are not seen through.</p>
{% for heading, groups in parts %}
<h2>{{ heading }}</h2>
{% if not groups %}
<p>None.</p>
{% endif %}
{% for group in groups %}
<h3>{{ group.exercise }}: {{ group.students | length }} of {{ group.answers }} answers</h3>
<p>{{ (group.students + group.earlier) | join(", ") }}: {{ group.similarity }} % alike,
{{ group.tokens }} tokens\
{% if group.published %}; near the published {{ group.published | join(", ") }}{% endif %}.</p>
<details>
<summary>The code for {{ group.exercise }}, {{ group.sources | length }}
{{ "form" if group.sources | length == 1 else "forms" }}</summary>
{% for who, code in group.sources[:forms] %}
<p>{{ who }}</p>
<pre tabindex="0">{{ code }}</pre>
{% endfor %}
{% if group.sources | length > forms %}
<p>And {{ group.sources | length - forms }} more.</p>
{% endif %}
</details>
{% endfor %}
{% endfor %}
{% endblock %}
{% block foot %}For the instructor: it names students.{% endblock %}
""")


def page(report: GradeReport, groups: Sequence[Alike]) -> str:
    """The page's HTML."""
    return render(
        PAGE,
        sandbox=report.sandbox,
        shortest=SHORTEST,
        longest=LONGEST,
        alike=ALIKE,
        forms=FORMS,
        parts=[
            (
                "Near each other, far from any published answer",
                [g for g in groups if not g.published],
            ),
            ("Near a published answer", [g for g in groups if g.published]),
        ],
    )
