"""Evidence: run the experiments that the claims need, or read what is stored, and judge."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coursekit.bibliography import WORKS
from coursekit.claims.claim import Claim
from coursekit.claims.judging import Finding, findings, verdict
from coursekit.claims.record import Record, load, run, save, versions
from coursekit.claims.rows import CLAIMS
from coursekit.claims.side_by_side import side_by_side
from coursekit.claims.trials import FIRST, TRIALS
from coursekit.errors import ArgumentError

STORED, OWN = Path(__file__).parent / "stored", Path("evidence")
LAST = 800_000  # seeds from 900 000 on tune


class Row(NamedTuple):
    """One claim, judged."""

    claim: Claim
    verdict: str
    decides: str
    findings: list[Finding]

    def as_json(self) -> dict[str, Any]:
        """The row as plain data."""
        claim = self.claim
        cited = WORKS[claim.source].url if claim.source else ""
        return {
            "claim": claim.number,
            "says": claim.says,
            "verdict": self.verdict,
            "decides": self.decides,
            "because": claim.because,
            "source": claim.source,
            "where": claim.where,
            "url": cited,
            "lesson": claim.lesson,
            "same_as": claim.same_as or None,
            "measured": [_finding(f) for f in self.findings],
        }


class Report(NamedTuple):
    """The claims that were asked for, and the records that they rest on."""

    rows: list[Row]
    records: dict[str, Record]
    exit_code: int = 0

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        runs = {
            name: {k: v for k, v in r._asdict().items() if k not in ("trial", "effects")}
            for name, r in self.records.items()
        }
        return {"claims": [row.as_json() for row in self.rows], "runs": runs}

    def summary(self) -> str:
        """One line for each claim, and under it what was measured."""
        return "\n".join(line for row in self.rows for line in lines(row))


def lines(row: Row) -> Iterator[str]:
    """A claim as a terminal shows it."""
    yield f"{row.claim.number:>4}  {row.verdict:<18} {row.claim.says}"
    for f in row.findings:
        mark = {True: "✓", False: "✗", None: "?"}[f.met]
        yield f"      {mark} {measured(f)}; {f.bar.words()} was asked for; {f.n} seeds"


def measured(finding: Finding) -> str:
    """The number, its interval and what it is."""
    f = finding
    return f"{f.value:.3g} [{f.low:.3g}, {f.high:.3g}] {f.bar.unit}".rstrip()


def _finding(f: Finding) -> dict[str, Any]:
    finite = {
        name: value if abs(value) < float("inf") else None
        for name, value in (("value", f.value), ("low", f.low), ("high", f.high))
    }
    fixed = {"above": f.bar.above, "below": f.bar.below, "ratio": f.bar.log, "unit": f.bar.unit}
    return {
        "trial": f.bar.trial, "effect": f.bar.effect, **finite, "seeds": f.n, "met": f.met, **fixed,
    }  # fmt: skip


def chosen(number: int | None) -> list[Claim]:
    """One claim and the row that it points to; all of them for None.

    Raises:
        ArgumentError: there is no claim of this number.
    """
    if number is None:
        return list(CLAIMS.values())
    if number not in CLAIMS:
        known = f"{min(CLAIMS)} to {max(CLAIMS)}, see docs/claims.md"
        raise ArgumentError(f"there is no claim {number}; numbers go from {known}")
    claim = CLAIMS[number]
    return [claim, *([CLAIMS[claim.same_as]] if claim.same_as else [])]


def evidence(
    mode: str = "stored",
    *,
    number: int | None = None,
    seed: int = FIRST,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda line: None,
    jobs: int = 1,
) -> Report:
    """Judge one claim, or all.

    Args:
        mode: "stored" reads what is in folder; "quick" measures on few seeds and keeps nothing;
            "full" measures on many, and keeps each experiment in folder as soon as it is done:
            started again, it goes on where it was.
        seed: the first; the others follow it.
        folder: the records that came with the course; with "full", ./evidence.
        tell: is given a line before each experiment; where several run at once, after it.
        jobs: how many experiments are measured at once.

    Raises:
        ArgumentError: there is no such claim, the seed is one that tunes, or nothing is stored.
    """
    if not 0 <= seed <= LAST:
        raise ArgumentError(f"the first seed is from 0 to {LAST}: others choose learning rates")
    folder = folder or (OWN if mode == "full" else STORED)
    claims = chosen(number)
    needed = [name for name in TRIALS if any(b.trial == name for c in claims for b in c.bars)]
    kept: dict[str, Record] = {}
    missing: dict[str, list[int]] = {}
    for name in needed:
        count = TRIALS[name].quick if mode == "quick" else TRIALS[name].full
        seeds = list(range(seed, seed + count))
        record = None if mode == "quick" else load(name, folder)
        if record is None and mode == "stored":
            raise ArgumentError(
                f"nothing is stored of {name} in {folder}: run `coursekit evidence --quick`"
            )
        if record is None or (mode == "full" and not current(record, seeds)):
            missing[name] = seeds
        else:
            kept[name] = record
    for record in _measured(missing, len(needed), tell, jobs):
        if mode == "full":
            save(record, folder)
        kept[record.trial] = record
    records = {name: kept[name] for name in needed}
    return Report(judged(claims, records), records)


def _measured(
    wanted: dict[str, list[int]], among: int, tell: Callable[[str], None], jobs: int
) -> Iterator[Record]:
    """Measure what is wanted, and say how far it is among all."""
    first = among - len(wanted) + 1
    words = {name: f"{name}, {len(seeds)} seeds" for name, seeds in wanted.items()}
    if jobs > 1 and len(wanted) > 1:
        for n, record in enumerate(side_by_side(wanted, jobs), first):
            tell(f"{n}/{among} {words[record.trial]}")
            yield record
        return
    for n, (name, seeds) in enumerate(wanted.items(), first):
        tell(f"{n}/{among} {words[name]}")
        yield run(name, seeds)


def current(record: Record, seeds: Sequence[int]) -> bool:
    """Tell whether a record is of these seeds, this code and these versions."""
    from coursekit.claims.digest import digest

    same = record.seeds == list(seeds) and record.digest == digest(record.trial)
    return same and record.versions == versions()


def judged(claims: Sequence[Claim], records: dict[str, Record]) -> list[Row]:
    """Judge claims by records; one that points to another row has that row's verdict."""
    effects = {name: record.effects for name, record in records.items()}
    rows = []
    for claim in claims:
        basis = CLAIMS[claim.same_as] if claim.same_as else claim
        found = findings(basis, effects)
        decides = "experiment" if basis.bars else basis.decides
        rows.append(Row(claim, verdict(basis, found), decides, found))
    return rows
