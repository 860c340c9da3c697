"""An instructor's notes: written in a lesson's source, read in the guide, linked in notebooks."""

import re
from pathlib import Path

import pytest

from coursekit.authoring import notes
from coursekit.authoring.build import build
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.minutes import count
from coursekit.exercises import load

REPO = Path(__file__).parents[2]
SOURCES = sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))
GUIDE = (REPO / notes.GUIDE).read_text("utf-8")

every = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)


@every
def test_a_notebook_has_a_link_in_the_place_of_the_notes(source):
    written = notes.of(source)
    assert ("<summary>Instructor notes" in source.read_text("utf-8")) == bool(written)
    for solved in (False, True):
        cells = build(source, solved=solved, filled=False)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        assert "Instructor notes" not in text and "**Where it goes wrong.**" not in text
        assert text.count("Do you teach this lesson?") == bool(written)
        if solved:
            assert text.count(f"](../{notes.GUIDE}#{notes.anchor(source)})") == bool(written)


@every
def test_the_guide_has_the_notes_and_the_minutes_of_each_lesson(source):
    assert f'<a id="{notes.anchor(source)}"></a>' in GUIDE
    assert notes.of(source) in GUIDE
    assert f"In all {count(source, load(lesson_name(source)))}." in GUIDE


def test_links_and_numbers_in_notes_are_those_of_a_page_in_docs(tmp_path):
    source = tmp_path / "04_batchnorm_forward.py"
    source.write_text(
        '# %% [markdown] id="end"\n# Recap.\n#\n'
        "# <details><summary>Instructor notes</summary>\n#\n"
        "# See [05](05_batchnorm_backward.ipynb#traps), the [ledger](../docs/claims.md),\n"
        "# {{claim 53 : mean}}.\n#\n# </details>\n",
        "utf-8",
    )
    said = notes.of(source)
    assert "[05](../notebooks/05_batchnorm_backward.ipynb#traps)" in said
    assert "[ledger](claims.md)" in said and "{{" not in said and "Recap" not in said


def test_a_lesson_without_notes_gets_no_link(tmp_path):
    source = tmp_path / "07_x.py"
    source.write_text('# %% [markdown] id="end"\n# Recap.\n', "utf-8")
    assert notes.of(source) == "" and notes.linked("Recap.", source) == "Recap."


@every
def test_the_clock_runs_forward_to_the_end(source):
    times = [int(n) for n in re.findall(r"after (\d+)", notes.clock(source))]
    assert times == sorted(times)
    assert not times or times[-1] <= count(source, load(lesson_name(source))).core + 3
