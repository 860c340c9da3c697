"""The anatomy that every lesson shares, so that a learner always knows where to look."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from coursekit.authoring.answers import page
from coursekit.authoring.cells import lesson_name, read
from coursekit.authoring.directives import DIRECTIVE
from coursekit.bibliography import WORKS
from coursekit.checking import Exercise, Predict
from coursekit.claims.rows import CLAIMS
from coursekit.exercises import lessons, load

REPO = Path(__file__).parents[1]
SOURCES = sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))
FULL = [p for p in SOURCES if lesson_name(p) not in ("start_here", "bug_hunt")]
ENDING = ("Quiz", "Recap", "Stretch goal", "References")
TAGS = {"theorem", "measured here", "paper", "documented", "contested", "folklore"}
NOTES = ("**Timing.**", "**Ask the room.**", "**Where it goes wrong.**")
PICTURE = re.compile(r"\bshow\(|\bexplorable\(|coursekit\.widgets")

every = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
full = pytest.mark.parametrize("source", FULL, ids=lambda p: p.stem)


def prose(source: Path) -> str:
    return "\n".join(c.source for c in read(source) if c.kind == "markdown")


def headings(source: Path) -> list[str]:
    return re.findall(r"^#+ (.*)$", prose(source), re.MULTILINE)


def section(source: Path, title: str) -> str:
    """The text under a heading, up to the next one of any level."""
    [found] = re.findall(rf"^#+ {title}.*?\n(.*?)(?=^#+ |\Z)", prose(source), re.M | re.S)
    return found


def directives(source: Path, kind: str) -> list[str]:
    return [name for k, name, _ in DIRECTIVE.findall(prose(source)) if k == kind]


@every
def test_it_opens_with_its_title_its_question_and_its_card(source):
    about, text = lessons()[lesson_name(source)], prose(source)
    assert text.startswith(f"# {about.title}\n")
    opening = text[: text.index("{{card}}")]
    assert len(opening) < 1500 and re.search(r"\*\*[^\n].*?\?.*?\*\*", opening, re.DOTALL)
    assert not about.draft and about.question.endswith("?")


@every
def test_a_guess_comes_before_the_first_experiment(source):
    names = [n for n, task in load(lesson_name(source)).items() if isinstance(task, Predict)]
    assert names and sorted(directives(source, "predict")) == sorted(names)


@every
def test_every_exercise_is_announced_by_a_heading_and_its_size(source):
    names = [n for n, task in load(lesson_name(source)).items() if isinstance(task, Exercise)]
    assert [h.removeprefix("Exercise · ") for h in headings(source) if "Exercise ·" in h] == names
    assert directives(source, "exercise") == names


@full
def test_it_ends_as_every_lesson_does(source):
    found = [h for h in headings(source) if h.startswith(ENDING)]
    assert [h.partition(":")[0] for h in found] == list(ENDING)
    notes = prose(source).partition("<details><summary>Instructor notes</summary>")[2]
    assert all(note in notes for note in NOTES)
    assert len(directives(source, "quiz")) >= 5


@full
def test_it_has_an_experiment_an_explorable_and_a_box_of_misconceptions(source):
    assert any(h.startswith("Experiment") for h in headings(source))
    code = "\n".join(c.source for c in read(source) if c.kind == "code")
    assert "explorable(" in code or "coursekit.widgets" in code
    box = prose(source).partition("**Misconceptions**")[2].partition("</div>")[0]
    assert 3 <= len(re.findall(r"^- \*\"", box, re.MULTILINE)) <= 8


@pytest.mark.parametrize(
    "source", [p for p in SOURCES if "### Explore" in p.read_text("utf-8")], ids=lambda p: p.stem
)
def test_what_an_explorable_asks_is_answered_right_after_it_and_folded(source):
    cells = read(source)
    asking = [i for i, cell in enumerate(cells) if "### Explore" in cell.source]
    assert asking
    for i in asking:
        shown = next(n for n in range(i, len(cells)) if re.search(r"^\w+\(", cells[n].source, re.M))
        asked = cells[i].source.partition("### Explore")[2]
        found = cells[shown + 1].source
        assert found.startswith("<details><summary>What you should find</summary>\n"), cells[i].id
        numbered = [len(re.findall(r"^\d\. ", text, re.M)) for text in (asked, found)]
        assert numbered[0] == numbered[1] and found.endswith("</details>")


@every
def test_no_paragraph_clings_to_what_is_folded_away_above_it(source):
    """A page leaves room between cells and above headings, and none below a closed <details>."""
    for cell in read(source):
        after = cell.source.split("</details>")[1:]
        assert all(re.match(r"\s*(\Z|#+ |<)", text) for text in after), cell.id


@every
def test_what_came_of_an_exercise_is_folded_where_it_stands_below_its_check(source):
    """Or it is read before the learner's own answer is."""
    tasks, cells = load(lesson_name(source)), read(source)
    for check, below in pairwise(cells):
        if isinstance(tasks.get(check.id.removeprefix("check-")), Exercise):
            assert not below.source.startswith("**Result"), f"fold {below.id}"


@every
def test_the_recap_is_at_most_six_lines_long(source):
    assert 3 <= len(re.findall(r"^- ", section(source, "Recap"), re.MULTILINE)) <= 6


@full
def test_claims_are_tagged_by_what_they_rest_on(source):
    found = re.findall(
        r"\[([a-z]{2,}(?: [a-z]+)*)\](?![(\[])", re.sub(r"`[^`]*`|\$[^$]*\$", "", prose(source))
    )
    assert len(found) >= 8 and "measured here" in found
    assert set(found) <= TAGS, "a tag that no lesson explains"


@full
def test_what_is_cited_stands_in_the_bibliography(source):
    listed = section(source, "References")
    assert len(directives(source, "reference")) >= 3
    assert not re.search(r"^- .*(arxiv|doi)", listed, re.M | re.I), "write {{reference KEY}}"


def test_every_work_of_the_bibliography_is_cited_and_in_order():
    cited = {name for source in SOURCES for name in directives(source, "reference")}
    cited |= {claim.source for claim in CLAIMS.values() if claim.source}
    assert cited == WORKS.keys() and list(WORKS) == sorted(WORKS)


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_work_says_where_to_find_it(work):
    assert work.url.startswith("https://") and work.title and work.authors
    assert work.year is None or 1900 < work.year < 2100


@every
def test_code_cells_hold_one_idea(source):
    """Fifteen lines; more only where the code is folded away under a caption."""
    long = {
        cell.id: lines
        for cell in page(source, load(lesson_name(source)))
        if cell.kind == "code" and not cell.metadata.get("jupyter", {}).get("source_hidden")
        if (lines := sum(bool(line.strip()) for line in cell.source.splitlines())) > 20
    }
    assert long == {}


@every
def test_folded_code_says_what_it_is_in_its_first_line(source):
    for cell in read(source):
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            assert cell.source.removeprefix("# NBVAL_CHECK_OUTPUT\n").startswith("# "), cell.id


@every
def test_links_to_other_lessons_lead_somewhere(source):
    for name in re.findall(r"\]\((\w+\.ipynb)\)", prose(source)):
        assert (source.parent / name).with_suffix(".py").exists(), name


def told(source: Path) -> list[str]:
    """What each cell of prose tells learners; an instructor's notes left out."""
    cells = [c.source for c in read(source) if c.kind == "markdown"]
    return [text.partition("<summary>Instructor notes")[0] for text in cells]


@every
def test_a_later_lesson_that_is_here_is_linked_where_a_cell_names_it(source):
    later = {p.stem[:2]: p.stem for p in SOURCES if p.stem > source.stem}
    for text in told(source):
        for number in re.findall(r"\blessons?\s+(\d\d)\b", text, re.IGNORECASE):
            if number in later:
                assert f"]({later[number]}.ipynb" in text, f"link lesson {number}: {text}"


@every
def test_next_leads_on(source):
    [text] = re.findall(r"^\*\*Next:\*\*.*?(?=\n\n|\Z)", "\n".join(told(source)), re.M | re.S)
    following = {int(p.stem[:2]): p.stem for p in SOURCES}.get(int(source.stem[:2]) + 1)
    links = re.findall(r"\]\((\w+)\.ipynb\)", text)
    assert following is None or following in links, f"link {following}"


@full
def test_tenths_of_the_timing_add_up(source):
    [timing] = re.findall(r"\*\*Timing\.\*\* (.*?)\n\n", prose(source), re.DOTALL)
    parts = re.findall(r"\b(\d+)\s(?:goes |go )?to\b", timing)
    tasks = load(lesson_name(source)).items()
    mends = [name for name, task in tasks if getattr(task, "mend", False)]
    assert "ten parts" not in timing or sum(map(int, parts)) == 10
    assert all(f"`{name}`" in timing for name in mends), f"what part is for {mends}?"


@every
def test_every_picture_is_told_in_words(source):

    solved = json.loads(source.with_suffix(".ipynb").read_text("utf-8"))
    for cell in solved["cells"]:
        for output in cell.get("outputs", []):
            assert "image/png" not in output.get("data", {}), f"{cell['id']}: use figures.show"
            for tag in re.findall(
                r"<img [^>]*>", "".join(output.get("data", {}).get("text/html", ""))
            ):
                assert re.search(r'alt="[^"]{20,}"', tag), cell["id"]


@every
def test_a_line_of_output_is_as_wide_as_a_page_shows(source):
    """JupyterLab cuts it, in a window of 1280 pixels beside its file list."""
    solved = json.loads(source.with_suffix(".ipynb").read_text("utf-8"))
    for cell in solved["cells"]:
        for output in cell.get("outputs", []):
            said = output.get("data", {"text/plain": output.get("text", "")})
            if not said.keys() - {"text/plain"}:
                for line in "".join(said["text/plain"]).splitlines():
                    assert len(line) <= 107, f"{cell['id']}: {line}"


@every
def test_spaces_are_plain_ones(source):
    """No-break ones are seen in no editor, so no lesson would have them like another."""
    found = re.findall(r"[^\S\n ]", source.read_text("utf-8"))
    assert found == []


@every
def test_a_notebook_is_smaller_than_a_megabyte(source):
    for path in (source.with_suffix(".ipynb"), REPO / "notebooks" / f"{source.stem}.ipynb"):
        assert path.stat().st_size < 1e6
