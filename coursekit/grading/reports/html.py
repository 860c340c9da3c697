"""What every written page shares: one file, nothing fetched, landmarks, dark and light, paper."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, Template
from markupsafe import Markup

from coursekit.checking import panel
from coursekit.terminal import printable

# Text has a contrast of at least 4.5 on its background in both themes, a bar of at least 3.
STYLE = """
:root{color-scheme:light dark;--fg:#1f2328;--bg:#fff;--dim:#57606a;--line:#d0d7de;--link:#0550ae;
--good:#0072b2;--half:#b87900;--bad:#a8450f;--none:#6e6e6e;--jp-ui-font-family:system-ui,sans-serif}
@media screen and (prefers-color-scheme:dark){:root{--fg:#e6edf3;--bg:#0d1117;--dim:#a0aab4;
--line:#444c56;--link:#79b8ff;--good:#56b4e9;--half:#e69f00;--bad:#f08a4b;
--none:#9a9a9a}main .ckp{PANEL}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:56rem;
margin:2rem auto;padding:0 1rem}a{color:var(--link)}h1,h2,h3{line-height:1.25}
.score{font-size:1.4rem}.ckp{margin:1rem 0}.ckp-head{align-items:baseline}
.ckp-head h3{margin:0;font-size:1em}
.warning{border:2px solid;padding:.5rem 1rem;font-weight:600}.dim,footer,caption{color:var(--dim)}
footer{margin-top:2rem;font-size:.85rem}figure{margin:1rem 0}
.bars p{display:grid;grid-template-columns:minmax(5rem,14rem) 1fr 3rem;gap:.5rem;margin:.2rem 0;
font-size:.85rem;align-items:center}.bars p>:first-child{text-align:right;overflow-wrap:anywhere}
.bars p>:nth-child(2){display:flex;height:1rem}.bars b,.legend b{forced-color-adjust:none;
print-color-adjust:exact}.legend{display:flex;flex-wrap:wrap;gap:0 1rem;list-style:none;padding:0;
margin:.25rem 0;font-size:.85rem}.legend b{display:inline-block;width:.8rem;height:.8rem}
b.good{background:var(--good)}b.half{background:var(--half)}b.bad{background:var(--bad)}
b.none{background:var(--none)}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0}caption{text-align:left}
th,td{border-bottom:1px solid var(--line);padding:.25rem .75rem .25rem 0;text-align:left;
vertical-align:top}td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
pre{border:1px solid var(--line);padding:.5rem;overflow-x:auto;font-size:.85rem}
""".replace("\n", "").replace("PANEL", panel.DARK)

BASE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'{% if script %}; script-src '{{ script | digest }}'{% endif %}">
<title>{% block title %}{% endblock %}</title>
<style>{{ style }}{% block style %}{% endblock %}</style>
{% if script %}
<script>{{ script }}</script>
{% endif %}
</head>
<body>
<header>
{% block head %}
{% endblock %}
</header>
<main>
{% if sandbox == "none" %}
<p class="warning">Graded without a sandbox.</p>
{% endif %}
{% block main %}
{% endblock %}
</main>
<footer>{% block foot %}{% endblock %}</footer>
</body>
</html>
"""

# {% call(row) table(caption, [(heading, is a number)], rows) %} shows one row's cells {% endcall %}
TABLE = """\
{% macro table(caption, columns, rows) %}
<div class="wide" role="region" tabindex="0" aria-label="{{ caption }}">
<table>
<caption>{{ caption }}</caption>
<thead><tr>
{% for name, number in columns %}
<th scope="col"{{ ' class="number"' | safe if number }}>{{ name }}</th>
{% endfor %}
</tr></thead>
<tbody>
{% for row in rows %}
<tr>{{ caller(row) }}</tr>
{% endfor %}
</tbody>
</table>
</div>
{% endmacro %}
"""


def own(name: str) -> Markup:
    """A style or a script of the course's own, of the templates' folder."""
    return Markup((TEMPLATES / name).read_text("utf-8"))


def digest(script: str) -> str:
    """A script's hash, by which a browser runs it and nothing else on the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


# Everything is escaped but the style, panels and charts, which escape what they show themselves.
TEMPLATES = Path(__file__).parent / "templates"
PAGES = Environment(
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    loader=ChoiceLoader([DictLoader({"base": BASE, "table": TABLE}), FileSystemLoader(TEMPLATES)]),
)
PAGES.globals["style"] = Markup(panel.STYLE + STYLE)
PAGES.filters["digest"] = digest
PAGES.filters["words"] = lambda name: str(name).replace("_", " ")


def render(page: Template, **values: Any) -> str:
    """The page's HTML; whatever it shows, no character in it steers what shows it."""
    return printable(page.render(**values), lines=True)
