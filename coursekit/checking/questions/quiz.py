"""Multiple choice: every option carries the reason it is right or wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from coursekit.checking.questions.editions import Edition, former
from coursekit.checking.questions.question import Question, calling_file, calling_lesson
from coursekit.checking.result import Result
from coursekit.checking.task import enter
from coursekit.checking.words import brief, sentence
from coursekit.errors import ArgumentError, ExerciseError
from coursekit.lettered import Listed, Page, bare, pair, same

GONE = "The number that the reason rested on is measured no more."


@dataclass(frozen=True)
class Quiz(Question):
    """A multiple-choice question; every option carries the reason it is right or wrong.

    An `answer` of several letters ("ac") asks for all of them.
    """

    name: str
    question: str
    options: dict[str, tuple[str, str]]  # letter -> (text, reason)
    answer: str
    lesson: str
    points: float = 0
    former: tuple[Edition, ...] = ()  # as it was printed before
    letters: dict[str, str] = field(default_factory=dict)  # on a page -> today's; "" for none

    def printed_on(self, page: Page | None) -> "Quiz":
        """The question as a notebook prints it, in whichever order and edition.

        As it is, where the notebook is not known, or prints other options than were ever shipped.
        """
        editions = (Edition(self.question, self.options, self.answer), *reversed(self.former))
        lists = page.printed(self.name, [e.question for e in editions]) if page else ()
        for printed in lists:
            ours = [
                (edition, found)
                for edition in editions
                if (found := pair(printed.options, edition.texts))
                and {*edition.answer} <= {*found.values()}
            ]
            if ours:
                break
        else:
            return self
        # One name may have asked for two things, of which most options are the same.
        edition, found = max(ours, key=lambda one: _likeness(printed, one[0]))  # first of equals
        now = {text: letter for letter, text in editions[0].texts.items()}
        return replace(
            self,
            options={letter: edition.options[mine] for letter, mine in found.items()},
            answer="".join(letter for letter, mine in found.items() if mine in edition.answer),
            letters={letter: now.get(edition.texts[mine], "") for letter, mine in found.items()},
        )

    def judge(self, value: Any) -> Result:
        """Compare the chosen letter, or letters where several are right; `...` is calm."""
        if value is ...:
            several = "every right letter" if len(self.answer) > 1 else "one letter"
            return self.verdict("unsolved", "not answered yet.", f"Set {self.name} to {several}.")
        chosen = chosen_letters(value)
        if not chosen or not chosen <= self.options.keys():
            letters = ", ".join(map(repr, self.options))
            which = "every right one" if len(self.answer) > 1 else "one"
            words = sentence(f"answer with {which} of {letters}; got {brief(value)}")
            return self.verdict("failed", words, "Choose again.")
        right, letters = set(self.answer), "".join(sorted(chosen))
        named = self.todays(letters) or None
        if chosen == right:
            reasons = " ".join(self._reason(letter) for letter in letters)
            return self.verdict("passed", f"yes. {reasons}", "Read on.")
        if wrong := sorted(chosen - right):
            reasons = " ".join(f"not {w!r}: {self._reason(w)}" for w in wrong)
            return self.verdict("failed", reasons, "Choose again.", named)
        return self.verdict("failed", "right so far, and not all of it.", "What else?", named)

    def _reason(self, letter: str) -> str:
        """Why an option is right or wrong; a former edition's number may be measured no more."""
        try:
            return self.filled(self.options[letter][1])
        except ArgumentError:
            if not self.letters:
                raise
            return GONE

    def todays(self, chosen: Iterable[str]) -> str:
        """Letters of the page as today's question has them; none for an option that is gone."""
        return "".join(sorted(self.letters.get(letter, letter) for letter in chosen))

    def markdown(self) -> str:
        """The question with its lettered options, for the lesson's page."""
        several = " (every right one)" if len(self.answer) > 1 else ""
        lines = [f"- **{letter}** {text}" for letter, (text, _) in self.options.items()]
        return "\n".join([f"**{self.question}**{several}", "", *lines])


def quiz(name: str, question: str, options: dict[str, tuple[str, str]], *, answer: str) -> Quiz:
    """Register a multiple-choice question of the calling lesson.

    Raises:
        ExerciseError: the options are no letters with text and reason, the right letter is none of
            them, or an option has no reason, or a text that a measurement may change.
    """
    if not isinstance(options, dict) or not all(map(_is_option, options.items())):
        words = 'options are {"a": ("text", "reason"), …}, with a small letter for each'
        raise ExerciseError(f"{name}: {words}")
    if not answer or not set(answer) <= options.keys():
        raise ExerciseError(f"{name}: the right answer {answer!r} is not among its options")
    unsaid = [letter for letter, (_, reason) in options.items() if not reason.strip()]
    if unsaid:
        raise ExerciseError(f"{name}: say why for option {', '.join(unsaid)}")
    if counted := [letter for letter, (text, _) in options.items() if "{{" in text]:
        words = "its text is what it is known by, so no number in it may change"
        raise ExerciseError(f"{name}: option {', '.join(counted)} takes a measured number; {words}")
    before = former(calling_file(), name)
    new = Quiz(name, question, options, answer, calling_lesson(), former=before)
    enter(new)
    return new


def _likeness(printed: Listed, edition: Edition) -> tuple[bool, int]:
    """How much speaks for an edition: its own question above its options, then their words."""
    asked = bare(printed.question) == bare(edition.question)
    return asked, same(printed.options, edition.texts)


def _is_option(item: tuple[Any, Any]) -> bool:
    """True for a small letter, which is what an answer is read as, with a text and a reason."""
    match item:
        case (str() as letter, (str(), str())):
            return len(letter) == 1 and letter == letter.lower().strip()
    return False


def chosen_letters(value: Any) -> set[str]:
    """The letters chosen: "b", "AC", ["a", "c"]; nothing where it is no choice."""
    if isinstance(value, list | tuple | set):
        if not all(isinstance(v, str) and len(v.strip()) == 1 for v in value):
            return set()
        return {v.strip().lower() for v in value}
    return set(value.replace(",", "").replace(" ", "").lower()) if isinstance(value, str) else set()
