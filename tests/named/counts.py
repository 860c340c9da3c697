"""From what was told of each to the figures: shares beside counts, and what they are held to."""

import random
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from coursekit.checking.told import CAUSES, TOLD, named
from named.edits import DRAW
from named.record import SAME, Found

NARROW = 0.25  # of the exercise's other refused edits, as many may be told the same sentence
SENTENCES = ("gate", "story")


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        share = f" ({100 * self.part / self.whole:.1f} %)" if self.whole else ""
        return f"{self.part} of {self.whole}{share}"

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0


class Bar(NamedTuple):
    """What a figure is held to; one that is only told is held to nothing."""

    words: str
    share: Share
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        low = self.least is None or self.share.value >= self.least
        return low and (self.most is None or self.share.value <= self.most)


def kind(said: str) -> str:
    """The kind of what was told."""
    return next((k for k in (*TOLD, "accepted", "judge failed") if said.startswith(k)), said)


def refused(said: Iterable[str]) -> list[str]:
    """All of which something was told, or should have been."""
    return [one for one in said if kind(one) not in ("accepted", "judge failed")]


def tally(said: Iterable[str]) -> Counter[str]:
    """How many of each kind."""
    return Counter(map(kind, said))


def explained(said: list[str], others: list[str]) -> Share:
    """How many that do not crash get a cause, or a story that is narrow among others' stories."""
    whole = [one for one in refused(said) if kind(one) != "crash"]
    part = sum(kind(one) in CAUSES or narrow(one, others) for one in whole)
    return Share(part, len(whole))


def narrow(one: str, others: list[str]) -> bool:
    """True if a sentence is told of few others of the exercise: of a quarter at most."""
    among = refused(others)
    same = among.count(one) - (one in among)
    return kind(one) in SENTENCES and same <= NARROW * max(len(among) - 1, 0)


def told_line(said: Iterable[str]) -> Share:
    """How many crashes say their line."""
    crashes = [one for one in said if kind(one) == "crash"]
    return Share(sum("line" in one.split() for one in crashes), len(crashes))


def told_shapes(said: Iterable[str]) -> Share:
    """Of the crashes where shapes met: how many say both by name."""
    met = [one.split() for one in said if kind(one) == "crash" and "shapes" in one]
    return Share(sum("shapes" in words for words in met), len(met))


def misnamed(left: dict[str, str]) -> list[str]:
    """The mistakes that get another's name where their own is not known, and falsely."""
    return [name for name in renamed(left) if not left[name].endswith(SAME)]


def renamed(left: dict[str, str]) -> list[str]:
    """The mistakes that get another's name where their own is not known, true or false."""
    claims = {name: said for name, said in left.items() if kind(said) in CAUSES}
    return [name for name, said in claims.items() if named(said.partition(" ")[2])]


def strangers(found: dict[str, Found]) -> Share:
    """A derangement: how often what is told of an edit is also told of the one it is dealt.

    All refused single edits of an exercise that did not crash are moved on by a random number of
    places in a random order, so that none keeps its own.
    """
    same = whole = 0
    for name, one in found.items():
        said = [s for s in refused(one.singles) if kind(s) not in ("crash", "nothing")]
        if len(said) < 2:
            continue
        draw = random.Random(f"{DRAW} {name}")
        draw.shuffle(said)
        moved = draw.randrange(1, len(said))
        dealt = said[moved:] + said[:moved]
        same += sum(a == b for a, b in zip(said, dealt, strict=True))
        whole += len(said)
    return Share(same, whole)


def bars(found: dict[str, Found]) -> list[Bar]:
    """Every figure that is held to something."""
    singles = [s for one in found.values() for s in one.singles]
    pairs = [s for one in found.values() for s in one.pairs]
    told = [explained(one.singles, one.singles) for one in found.values()]
    both = [explained(one.pairs, one.pairs) for one in found.values()]
    right = [said for one in found.values() for said in one.right.values()]
    left = sum(len(one.left) for one in found.values())
    any_name = sum(len(renamed(one.left)) for one in found.values())
    other = sum(len(misnamed(one.left)) for one in found.values())
    cause = "get a true cause or a narrow true story"
    return [
        Bar(f"single edits that do not crash {cause}", added(told), least=0.9),
        Bar(f"pairs of edits that do not crash {cause}", added(both), least=0.6),
        Bar("crashes are told by their line", told_line(singles + pairs), least=1),
        Bar("where shapes met: both are told by name", told_shapes(singles + pairs), least=1),
        Bar("left out, and told by another's name, true or false", Share(any_name, left)),
        Bar("left out, and told by another's name, falsely", Share(other, left), most=0.02),
        Bar(
            "right answers of which anything is told",
            Share(sum(said != "accepted" for said in right), len(right)),
            most=0,
        ),
    ]


def added(shares: Iterable[Share]) -> Share:
    """Several shares as one."""
    parts = list(shares)
    return Share(sum(s.part for s in parts), sum(s.whole for s in parts))
