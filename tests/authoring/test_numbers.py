from dataclasses import replace
from pathlib import Path

import pytest

from coursekit.authoring.numbers import asked, claim, fill, put
from coursekit.checking import REGISTRY, numeric, quiz
from coursekit.checking.questions.editions import Edition
from coursekit.claims.evidence import evidence
from coursekit.errors import ArgumentError, BuildError, ExerciseError

SOURCE = Path("04_lesson.py")
SHOWN = {"arms": [{"output_type": "stream", "text": ["He's  95.0 ± 0.9\n"]}]}
ROWS = [row for row in evidence().rows if not row.claim.same_as]
NONE, ONE, MANY = (next(r for r in ROWS if min(len(r.findings), 2) == n) for n in range(3))


def test_a_claim_is_its_bar_with_its_interval():
    found = ONE.findings[0]
    said = f"{found.value:.3g} [{found.low:.3g}, {found.high:.3g}]"
    assert claim(f"{ONE.claim.number}") == claim(f"{ONE.claim.number}.1") == said
    assert claim(f"{ONE.claim.number} : mean .1f") == f"{found.value:.1f}"
    second = MANY.findings[1].value
    assert claim(f"{MANY.claim.number}.2: mean").lstrip("−") == f"{abs(second):.3g}"


@pytest.mark.parametrize(
    "asked, words",
    [
        ("9999", "the ledger has no claim 9999"),
        ("first", "write {{claim 38}}"),
        (f"{MANY.claim.number}", f"has {len(MANY.findings)} bars: write one\n    1: "),
        (f"{MANY.claim.number}.99", "has no bar 99; it has\n    1: "),
        (f"{NONE.claim.number}", "rests on no experiment"),
        (f"{ONE.claim.number}: median", "'median' is no format"),
    ],
)
def test_a_claim_that_is_not_there_is_said(asked, words):
    with pytest.raises(ArgumentError) as raised:
        claim(asked)
    assert words in str(raised.value)


def test_a_sentence_takes_both_and_an_error_says_where():
    text = f"From {{{{claim {ONE.claim.number}}}}} to\n{{{{result arms\n| He's : mean}}}}."
    assert fill(text, SHOWN, SOURCE, 7) == f"From {claim(str(ONE.claim.number))} to\n95.0."
    with pytest.raises(BuildError, match=r"04_lesson\.py:8: \{\{result arms \| Xavier\}\}: cell"):
        fill("one\n{{result arms | Xavier}}", SHOWN, SOURCE, 7)


@pytest.mark.parametrize(
    "text",
    ["{{ result arms | He}}", "{{results arms | He}}", "{result arms | He}", "{{claim 38}"],
)
def test_what_was_meant_as_a_directive_does_not_reach_a_reader(text):
    with pytest.raises(BuildError, match="is no directive: write"):
        fill(text, SHOWN, SOURCE, 7)


def test_what_a_cell_showed_takes_its_numbers_afterwards():
    asked = "{{result arms | He's}}"
    outputs = [{"data": {"text/html": [f'<img alt="{asked.replace(chr(39), "&#x27;")}">\n'],
                         "text/plain": asked}}]  # fmt: skip
    assert put(outputs, f'show(alt="{asked}")', SHOWN) == [
        {"data": {"text/html": ['<img alt="95.0 ± 0.9">\n'], "text/plain": "95.0 ± 0.9"}}
    ]
    assert put(outputs, "show()", SHOWN) == outputs
    taken_apart = [{"data": {"text/plain": asked.replace("{{", "{").replace("}}", "}")}}]
    with pytest.raises(ArgumentError, match="stands in a plain string"):
        put(taken_apart, f'show(alt=f"{asked}")', SHOWN)


@pytest.mark.parametrize(
    "code",
    ["both = {result for result in a | b}", 'f"{result if a | b else c}"', "x = {result - a | b}"],
)
def test_code_that_reads_like_a_directive_is_code(code):
    assert fill(code, SHOWN, SOURCE, 7) == code


def test_a_questions_directives_are_found_as_they_are_written(monkeypatch):
    monkeypatch.setattr("coursekit.checking.task.REGISTRY", dict(REGISTRY))
    row = '{{result arms | "He" or C:\\d | 1}}'
    new = quiz("toy", "Is it?", {"a": ("yes", f"As {row}."), "b": ("no", "Not.")}, answer="a")
    old = Edition("Was it?", {"a": ("yes", "As {{result gone | He}}.")}, "a")
    number = numeric("n", "How?", answer=2.0, because=row, slips={3.0: f"{row} and {row}"})
    assert asked({"toy": replace(new, former=(old,)), "n": number}) == [row] * 4
    with pytest.raises(ExerciseError, match=r"a question takes \{\{result …\}\}, no claim"):
        asked({"n": replace(number, because="{{claim 3}}")})
