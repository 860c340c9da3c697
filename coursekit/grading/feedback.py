"""One page of feedback per submission: self-contained HTML that a browser shows from anywhere."""

from jinja2 import Environment
from markupsafe import Markup

from coursekit import __version__
from coursekit.checking import panel
from coursekit.grading.results import SubmissionReport

# Everything is escaped but the panels, which escape what they show themselves.
PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ report.lesson }}: {{ report.student }}</title>
<style>
:root { color-scheme: light dark; --jp-ui-font-family: system-ui, sans-serif; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
.score { font-size: 1.4rem; } .ckp { margin: 1rem 0; }
.warning { border: 2px solid; padding: .5rem 1rem; font-weight: 600; }
footer { margin-top: 2rem; font-size: .85rem; }
</style>
</head>
<body>
<main>
<h1>{{ report.lesson | replace("_", " ") | capitalize }}</h1>
<p>{{ report.student }}, {{ report.file }}</p>
{% if report.max %}
<p class="score">{{ "%g" % report.score }} of {{ "%g" % report.max }} points</p>
{% endif %}
{% if sandbox == "none" %}
<p class="warning">Graded without a sandbox.</p>
{% endif %}
{% if report.reason %}
<p><b>{{ report.status }}:</b> {{ report.reason }}.</p>
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
</main>
<footer>Graded by coursekit {{ version }} on inputs that are not shown.</footer>
</body>
</html>
""")


def page(report: SubmissionReport, sandbox: str) -> str:
    """The page's HTML."""
    exercises = [r for r in report.shown if r.max]
    questions = [r for r in report.shown if not r.max and r.status != "unsolved"]
    sections = {"Exercises": exercises, "Questions, which carry no points": questions}
    return PAGE.render(
        report=report,
        sandbox=sandbox,
        sections={k: [Markup(panel.html(r)) for r in rows] for k, rows in sections.items()},
        unanswered=[r.exercise for r in report.shown if not r.max and r.status == "unsolved"],
        version=__version__,
    )
