"""No number that was measured is typed: {{result …}} or {{claim …}} puts it where it is said.

Looked at are the sentences tagged **[measured here]** and the alternative texts of figures. A
number in them may be typed where it is code or a formula (`code`, $math$), or a setting: a number
that stands in the lesson's code. Of a percentage the hundredth stands there. Parts and multiples
in words (half, a third, twice, tenfold) and powers of ten are no settings.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.authoring.cells import Cell, read
from coursekit.checking import Numeric, Predict, Quiz
from coursekit.checking.questions.question import Question
from coursekit.exercises import load
from coursekit.printed import in_words

SOURCES = sorted((Path(__file__).parents[1] / "solutions").glob("[0-9][0-9]_*.py"))
SMALL = {in_words(n): n for n in range(3, 100)} | {"hundred": 100, "thousand": 1000, "million": 1e6}
PARTS = "half|halves|thirds?|quarters?|twice|doubles?|doubled|trebles?|trebled|\\w+fold"
NUMERAL = re.compile(
    r"(?<![\w.^])(?<!\^[-+−])(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?)"
    r"(?![\w^])(?P<percent> ?%| percent)?"
    rf"|\b(?:(?P<word>{'|'.join(sorted(SMALL, key=len, reverse=True))})(?P<power> powers of ten)?"
    rf"|(?P<part>{PARTS}))\b",
    re.IGNORECASE,
)
NO_NUMBER = re.compile(  # code, formulas, directives, links, places in a text, years
    r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\{\{.*?\}\}|\]\([^)]*\)"
    r"|\b(?:lessons?|sections?|fact) \d+|\b(?:19|20)\d\d\b",
    re.DOTALL,
)
TAG = re.compile(r"(?:\*\*)?\[[a-z][a-z ]+\](?: \[[a-z][a-z ]+\])*\.?(?:\*\*)?")
MEASURED, HEAD = "[measured here]", re.compile(r"\*\*[^*\[]+ \[measured here\]\.\*\*")
END = re.compile(r"[.?!]\)? (?=\S)")

# Typed as yet. Nothing is added here; whoever edits the lesson takes its numbers out.
TYPED: dict[str, dict[str, str]] = {}


def items(text: str) -> Iterator[str]:
    """The paragraphs and the items of lists, each on one line; an item without what it quotes."""
    for paragraph in re.split(r"\n\s*\n", text):
        for item in re.split(r"\n(?=\s*(?:\d+\.|-) )", paragraph):
            yield re.sub(r"^(?:\d+\.|-) (?:\*[^*]+\* )?", "", " ".join(item.split()))


def sentences(text: str) -> Iterator[str]:
    """What is tagged as measured.

    A tag inside a sentence tags it; one behind a sentence tags all since the tag before it; one
    that heads a paragraph tags the paragraph.
    """
    for item in items(text):
        if head := HEAD.match(item):
            yield item[head.end() :]
            continue
        begins = 0
        for tag in TAG.finditer(item):
            before = item[begins : tag.start()].rstrip()
            if MEASURED in tag.group():
                if not before.endswith((".", "?", "!", ".)", "?)", "!)")):
                    starts = [m.end() for m in END.finditer(item, 0, tag.start())]
                    ends = END.search(item, tag.end())
                    before = item[starts[-1] if starts else 0 : ends.end() if ends else None]
                yield before
            begins = tag.end()


def alternatives(code: str) -> Iterator[str]:
    """The alternative texts that a cell gives to figures."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "show":
            for text in (word.value for word in node.keywords if word.arg == "alt"):
                yield "".join(p.value for p in ast.walk(text) if isinstance(p, ast.Constant))


def settings(cells: list[Cell]) -> set[float]:
    """The numbers that a lesson's code has."""
    nodes = [n for c in cells if c.kind == "code" for n in ast.walk(ast.parse(c.source))]
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return {float(v) for v in values if isinstance(v, int | float)}


def typed(text: str, known: set[float]) -> list[str]:
    """The numbers of a text that are neither code nor formula nor setting."""
    found = []
    for match in NUMERAL.finditer(NO_NUMBER.sub(" ", text)):
        if match["digits"]:
            value = float(match["digits"].replace(",", "")) / (100 if match["percent"] else 1)
            setting = round(value, 12) in known
        else:
            never = match["part"] or match["power"]
            setting = not never and SMALL[match["word"].lower()] in known
        found += [] if setting else [match.group()]
    return found


def offenders(source: Path) -> dict[str, list[tuple[str, list[str]]]]:
    """Cell -> (sentence, numbers typed in it)."""
    cells = read(source)
    known = settings(cells)
    said = {c.id: (sentences if c.kind == "markdown" else alternatives)(c.source) for c in cells}
    found = {
        name: [(text, numbers) for text in texts if (numbers := typed(text, known))]
        for name, texts in said.items()
    }
    return {name: texts for name, texts in found.items() if texts}


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_no_number_that_was_measured_is_typed(source):
    found = offenders(source)
    told = {name: ", ".join(n for _, ns in texts for n in ns) for name, texts in found.items()}
    listed = TYPED.get(source.stem[:2], {})
    new = "\n".join(
        f"{source.stem}, cell {name}: {', '.join(numbers)} in\n    {text}"
        for name, texts in found.items()
        if told[name] != listed.get(name)
        for text, numbers in texts
    )
    assert told == listed, (
        f"{new}\nA measured number is {{{{result CELL | ROW | COLUMN}}}} or {{{{claim N.k}}}}, "
        "a setting in backticks or as a formula. What is typed no more leaves TYPED."
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_what_the_ledger_has_is_said_to_be_the_ledger_s(source):
    """A learner runs the lesson's cells; {{claim …}} was measured elsewhere."""
    claims = [c for c in read(source) if c.kind == "markdown" and "{{claim " in c.source]
    silent = {cell.id for cell in claims if "ledger" not in cell.source}
    assert silent == set(), "say that the number is the ledger's"


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("It gains 4.79 points **[measured here]**.", ["4.79"]),
        ("It gains {{result arms | He : mean}} points **[measured here]**.", []),
        ("It gains 4.79 points. Then it stops **[measured here]**.", []),  # the tagged sentence
        ("It gains 4.79 points. Then it stops. **[measured here]**", ["4.79"]),  # all before it
        ("It gains 4.79 points. **[paper]** Then it stops. **[measured here]**", []),
        ("It gains **[measured here]**: 4.79 points. No more in 8 hours.", ["4.79"]),
        ("**Explain [measured here].** It stops. So it gains 4.79.\n\nElsewhere 5.1.", ["4.79"]),
        ("**What came out [measured here].** It stops. So it gains 4.79.", ["4.79"]),
        ("12. *It gains 30 points.* **Fails.** It lost 7.5. **[measured\nhere]**", ["7.5"]),
        ("After 20 steps with `lr=0.3` and $\\eta = 0.4$ it learns **[measured here]**.", []),
        ("After twenty-one steps half of it is seven powers of ten away **[measured here]**.",
         ["twenty-one", "half", "seven powers of ten"]),
        ("Twenty steps, 95 % of intervals, 20 % read, tenfold **[measured here]**.",
         ["20 %", "tenfold"]),
        ("It fell to 1e-4, in lesson 04 as in x1 and 10^-8 **[measured here]**.", ["1e-4"]),
    ],
)  # fmt: skip
def test_a_typed_number_is_told_from_a_setting(text, numbers):
    known = {20.0, 0.95, 7.0}
    assert [n for sentence in sentences(text) for n in typed(sentence, known)] == numbers


def test_a_figure_s_text_may_take_names_of_the_code():
    code = 'show(fig, alt="Ends at 4.79, " f"after {steps:.1f} steps. " "It has {{result a | b}}.")'
    assert [typed(text, {1.0}) for text in alternatives(code)] == [["4.79"]]
    assert [*alternatives('explorable(draw, alt="The slider goes to 4.79.")')] == []


@pytest.mark.parametrize(
    "old, new",
    [
        ("**[measured here]**.", "by 87.6 **[measured here]**."),
        ('    alt="', '    alt="At 87.6. '),
    ],
)
def test_a_number_planted_in_a_lesson_is_found(tmp_path, old, new):
    source = next(path for path in SOURCES if path.name.startswith("03"))
    planted = tmp_path / source.name
    planted.write_text(source.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert planted.read_text("utf-8") != source.read_text("utf-8")
    before, after = offenders(source), offenders(planted)
    [cell] = [name for name in after if after[name] != before.get(name)]
    assert "87.6" in [number for _, numbers in after[cell] for number in numbers]


QUESTIONS: set[str] = set()  # what no cell prints as yet


def test_a_prediction_that_was_measured_takes_its_numbers_from_the_lesson():
    predictions = [task for task in load().values() if isinstance(task, Predict)]
    typed_in = set()
    for task in predictions:
        measured = isinstance(task.truth, str) or re.search(
            "of the experiment|of this network", task.because, re.IGNORECASE
        )
        if measured and (
            not isinstance(task.truth, str) or re.search(r"\d of 100", task.question + task.because)
        ):
            typed_in.add(task.name)
    assert typed_in == QUESTIONS


def test_what_a_question_says_while_a_learner_works_has_its_numbers():
    measured = [t for t in load().values() if isinstance(t, Question) and "{{" in str(vars(t))]
    assert len(measured) >= 10
    for task in measured:
        values = (0, *values_of(task))
        said = [str(task.judge(value)) for value in values]
        assert len({*said}) == len(values) and not any("{{" in words for words in said)


def values_of(task):
    """Of a question every answer that has words of its own."""
    match task:
        case Predict():
            return (task.value,)
        case Quiz():
            return (*task.options,)
        case Numeric():
            return (task.answer, *task.slips)
    return ()
