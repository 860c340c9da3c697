"""Claim: one sentence that is said of norms, and what would decide it, written down beforehand."""

from dataclasses import dataclass

from coursekit.errors import ArgumentError

VERDICTS = {
    "holds": "what was fixed beforehand came out, every part of it",
    "needs a condition": "some of it came out, and some came out the other way",
    "fails": "none of it came out: the interval lies on the other side",
    "undecided": "an interval holds its bar: these seeds cannot tell",
    "contested": "published results disagree, and nothing here settles it",
    "not testable here": "it needs data, a scale or a device that a laptop has not",
}
DECIDES = {
    "experiment": "measured here, on the seeds given",
    "theorem": "follows from the formula",
    "paper": "as published, at the paper's scale",
    "definition": "true or false by what the words mean",
}


@dataclass(frozen=True)
class Bar:
    """One part of a claim: an effect that an experiment measures, and the bar it has to pass.

    Args:
        trial: a module of coursekit.experiments.
        effect: one of its effects.
        above, below: the bar, one or both: the whole interval lies beyond it, or between the two.
        log: the effect is the logarithm of a ratio; bars and what is shown are the ratio.
        share: the effect is 1 or 0 for each seed; the bar is on the share of ones.
        unit: what the number is, in words for a reader.
    """

    trial: str
    effect: str
    above: float | None = None
    below: float | None = None
    log: bool = False
    share: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        if self.above is None and self.below is None:
            raise ArgumentError(f"{self.trial}.{self.effect}: a bar is above or below a number")
        if self.above is not None and self.below is not None and self.above >= self.below:
            raise ArgumentError(f"{self.trial}.{self.effect}: nothing lies between these bars")

    def words(self) -> str:
        """The bar as it is read: above 1.2."""
        parts = [
            f"{side} {bar:g}"
            for side, bar in (("above", self.above), ("below", self.below))
            if bar is not None
        ]
        return " and ".join(parts)


@dataclass(frozen=True)
class Claim:
    """One row of the ledger.

    Args:
        number: 1 to 89 as in the article; 90 and up what else people say; 121 and up since 2023.
        says: the claim, as its friends would put it.
        lesson: the lesson that teaches it.
        source: a key of coursekit.bibliography.
        where: the section, figure or theorem.
        bars: what an experiment has to show. The verdict then follows from the data by rule.
        verdict: without bars, the verdict,
        decides: what it rests on, a key of DECIDES,
        because: and why. With bars: what to keep in mind when it is read.
        same_as: the row that says the same; then nothing else is given.
    """

    number: int
    says: str
    lesson: str = ""
    source: str = ""
    where: str = ""
    bars: tuple[Bar, ...] = ()
    verdict: str = ""
    decides: str = ""
    because: str = ""
    same_as: int = 0

    def __post_init__(self) -> None:
        ways = (bool(self.bars), bool(self.verdict), bool(self.same_as))
        if sum(ways) != 1:
            raise ArgumentError(
                f"claim {self.number}: bars, a verdict or a row that says the same, one of the "
                "three"
            )
        if self.verdict and self.verdict not in VERDICTS:
            raise ArgumentError(f"claim {self.number}: {self.verdict!r} is no verdict")
        if self.verdict and (self.decides not in DECIDES or not self.because):
            raise ArgumentError(f"claim {self.number}: a verdict says what decides it, and why")
        if self.bars and self.decides not in ("", "experiment"):
            raise ArgumentError(f"claim {self.number}: bars are decided by experiment")
