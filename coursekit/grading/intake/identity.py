"""Whose a notebook is, by the roster: one person, a group, or a question to the instructor.

What a platform numbers its users by says it for certain, an id, a login or an address as well. A
name says it where one student on the roster has it and one person handed in under it. In every
other case the instructor is asked: see whose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from coursekit.grading.intake.layouts import Place
from coursekit.grading.intake.roster import Person, Roster, folded

TOGETHER = re.compile(r"\s*[+&;,]\s*|\s+(?:and|und|et|y|e)\s+")
People = tuple[Person, ...]


@dataclass(frozen=True)
class Asked:
    """A name under which something was handed in, and who on the roster it can be."""

    called: str
    number: str  # that the platform gives the person, if it does
    lesson: str  # where the number is of one assignment, and another has others
    file: str = ""
    fits: People = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What one answer is for."""
        return folded(self.called), self.number, self.lesson


NOBODY: People = ()
Answers = Mapping[tuple[str, str, str], People]  # by Asked.key; NOBODY: a guest


class Identity:
    """Who is meant by the names of one run; `asked` collects those that nobody can tell.

    Args:
        answers: what the instructor said.
        numbers: {(lesson, number in that assignment): id}, from a platform's export.
    """

    def __init__(
        self,
        roster: Roster,
        answers: Answers | None = None,
        numbers: Mapping[tuple[str, str], str] | None = None,
    ):
        self.roster, self.answers, self.numbers = roster, answers or {}, numbers or {}
        self.asked: dict[tuple[str, str, str], Asked] = {}
        self.moved: dict[tuple[str, str], str] = {}  # (what we called them before, lesson) -> id

    def place(self, place: Place, file: str, *, doubtful: bool = False) -> Place:
        """The place with the ids of those whose it is, or as it was, and asked about.

        Args:
            doubtful: several people handed this lesson in under this name.
        """
        called = place.called or place.student
        question = self._question(place, file)
        found, certain = self._told(place, question)
        if certain and not found:
            words = f"{called!r} is on no line of the roster, as the instructor says"
            return replace(place, notes=(words,))
        if not found or not (certain or (len(found) == 1 and not doubtful)):
            self.asked.setdefault(question.key, replace(question, fits=found))
            return replace(place, notes=(_doubt(called, found),))
        found = self._with_group(found) if len(found) == 1 else found
        first, *rest = found
        self.moved[place.student, place.lesson] = first.id
        names = "; ".join(one.name for one in found)  # "Lovelace, Ada" has a comma of its own
        notes = (f"handed in together by {names}",) if rest else ()
        return replace(place, student=first.id, shared=tuple(o.id for o in rest), notes=notes)

    def own(self, place: Place) -> People:
        """Whose name a platform wrote, without the others of a group; nobody where that is open."""
        found, certain = self._told(place, self._question(place))
        return found if certain or len(found) == 1 else NOBODY

    def _question(self, place: Place, file: str = "") -> Asked:
        lesson = place.lesson if place.person else ""
        return Asked(place.called or place.student, place.person or place.user, lesson, file)

    def _told(self, place: Place, question: Asked) -> tuple[People, bool]:
        """Who it is by the instructor's word, or can be; and if that is certain."""
        if question.key in self.answers:
            return self.answers[question.key], True
        return self._found(place, question.called)

    def _found(self, place: Place, called: str) -> tuple[People, bool]:
        """Who it can be, and if that is certain: a name alone is not."""
        roster, name = self.roster, called.removesuffix(f"_{place.user}" if place.user else "")
        told = self.numbers.get((place.lesson, place.person), "")
        if one := roster.by_canvas.get(place.user) or roster.by_id.get(told):
            return (one,), True
        if one := roster.by_key.get(folded(called)):
            return (one,), True
        if group := roster.by_group.get(folded(name)) or self._group(name):
            return group, True
        if place.user:
            fits = roster.by_run.get(re.sub(r"[\W_]", "", folded(name)), NOBODY)
            fits = tuple(one for one in fits if not one.canvas)  # else it would be their number
        else:
            fits = self._named(name)
        if not fits and len(parts := TOGETHER.split(name)) > 1:
            each = [self._named(part) for part in parts]
            if all(len(ones) == 1 for ones in each):
                return tuple(dict.fromkeys(ones[0] for ones in each)), True
        return fits, False

    def _group(self, name: str) -> People:
        """A group that Canvas wrote as one word."""
        run = re.sub(r"[\W_]", "", folded(name))
        found = [g for key, g in self.roster.by_group.items() if re.sub(r"[\W_]", "", key) == run]
        return found[0] if len(found) == 1 and run else NOBODY

    def _named(self, name: str) -> People:
        """Who has this id, address or name; Moodle may put a section before it, and a hyphen."""
        if found := self.roster.called(name):
            return found
        for match in re.finditer("-", name):
            if folded(name[: match.start()]) in self.roster.prefixes:
                return self.roster.called(name[match.end() :])
        return NOBODY

    def _with_group(self, one: People) -> People:
        """One who handed in, and whoever is in the same group."""
        group = self.roster.by_group.get(folded(one[0].group), one) if one[0].group else one
        return (*one, *(other for other in group if other not in one))


def _doubt(called: str, fits: People) -> str:
    why = "the roster has nobody of that name"
    if len(fits) > 1:
        why = f"{len(fits)} students on the roster have that name"
    elif fits:
        why = "so did somebody else of that name"
    return f"whose it is must be said: {called!r} handed it in, and {why}"
