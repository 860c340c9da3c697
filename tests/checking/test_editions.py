"""Whatever was printed once is known: each edition's letters stay right and wrong on its pages."""

import json
from types import SimpleNamespace

import pytest

from coursekit import exercises
from coursekit.authoring.new import MARK
from coursekit.authoring.publish import publish
from coursekit.checking import Quiz
from coursekit.checking.questions.editions import Edition, extended
from coursekit.lettered import Page

QUESTIONS = [
    t for t in exercises.load().values() if isinstance(t, Quiz) and MARK not in t.markdown()
]
PRINTED = [(t, e) for t in QUESTIONS for e in t.former]


def page(asked: Quiz, edition: Edition) -> Page:
    lines = [f"- **{letter}** {text}" for letter, text in edition.texts.items()]
    text = "\n".join([f"**{edition.question}**", "", *lines])
    return Page([("markdown", text), ("code", f"check({asked.name!r}, {asked.name})")])


@pytest.mark.parametrize("asked, edition", PRINTED, ids=lambda x: getattr(x, "name", ""))
def test_a_right_letter_of_any_edition_is_right_on_its_page_and_a_wrong_one_wrong(asked, edition):
    there = asked.printed_on(page(asked, edition))
    for letter in edition.options:
        result = there.judge(letter)
        assert result.passed is (letter in edition.answer)
        assert edition.options[letter][1] in result.message


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda t: t.name)
def test_today_is_kept_too(asked):
    assert any(edition.options == asked.options for edition in asked.former), "coursekit build"


def test_what_is_kept_grows_with_new_options_or_another_order_and_with_nothing_else():
    def asked(options, reason="because", answer="a"):
        texts = {letter: (text, reason) for letter, text in zip("abc", options, strict=False)}
        return SimpleNamespace(name="toy", question="Which?", options=texts, answer=answer)

    text = extended("", [asked(["yes", "no"])])
    assert extended(text, [asked(["yes", "no"])]) == text
    assert "better" in extended(text, [asked(["yes", "no"], "better")])
    assert len(json.loads(extended(text, [asked(["yes", "no"], "better")]))["toy"]) == 1
    turned = extended(text, [asked(["no", "yes"], answer="b")])
    assert [one["answer"] for one in json.loads(turned)["toy"]] == ["a", "b"]
    assert "toy" in extended(turned, [])  # none is taken away


def test_the_builder_keeps_what_it_prints_before_all_else(tmp_path):
    source = tmp_path / "solutions" / "04_batchnorm_forward.py"
    kept = tmp_path / "coursekit/exercises/batchnorm_forward/printed.json"
    told = next(publish(tmp_path, source, check=True))
    assert (told.path, told.state) == (kept, "stale") and not kept.exists()
    told = next(publish(tmp_path, source))
    assert (told.path, told.state) == (kept, "written")
    assert json.loads(kept.read_text("utf-8")).keys() == {
        t.name for t in QUESTIONS if t.lesson == "batchnorm_forward"
    }
