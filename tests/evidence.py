"""The ledger of claims: its data, its page, and whether both are of this code.

python tests/evidence.py            measure what is stale, write docs/claims.md and its picture
python tests/evidence.py --check    exit 1 if data or page are stale, or do not come out again
python tests/evidence.py --fresh    only whether they are stale
python tests/evidence.py --twice    two quick runs on other seeds: do their verdicts agree?
python tests/evidence.py --reruns [EXPERIMENT...]
                                    twenty runs of three seeds each: the same side every time?
python tests/evidence.py --restamp COMMIT
                                    where only the digest is formed in another way since COMMIT:
                                    give data that were fresh there the digest of today

Data hold the digest of the code that they depend on. A check measures a random 2 % of them again,
one seed of one experiment at a time; which ones is drawn anew by each run, and said.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from coursekit.claims import reruns
from coursekit.claims.digest import digest
from coursekit.claims.evidence import STORED, Report, evidence
from coursekit.claims.forest import forest
from coursekit.claims.page import PICTURE, page
from coursekit.claims.record import load, run, save
from coursekit.claims.trials import FIRST, TRIALS
from coursekit.figures import png
from coursekit.files import write_whole

RERUNS = STORED / "reruns.json"
PAGE = Path(__file__).parents[1] / "docs" / "claims.md"
THEN = (
    "import json, sys; from coursekit.claims.digest import digest; "
    "print(json.dumps({trial: digest(trial) for trial in sys.argv[1:]}))"
)
SHARE, SPREAD = 0.02, 4  # of the values; standard deviations, on another machine


def stale() -> list[str]:
    """What is not of this code: experiments, or the page."""
    records = {name: load(name, STORED) for name in TRIALS}
    found = [
        f"{name}: {'nothing is stored' if r is None else 'stored by other code or seeds'}"
        for name, r in records.items()
        if r is None or r.digest != digest(name) or len(r.seeds) != TRIALS[name].full
    ]
    found += [
        f"{name}: reruns of other code"
        for name, rerun in reruns.read(RERUNS).items()
        if rerun.digest != digest(name)
    ]
    if not found and (
        not PAGE.exists() or PAGE.read_text("utf-8") != page(evidence(), reruns.read(RERUNS))
    ):
        found.append("docs/claims.md does not say what is stored")
    return found


def drawn(rng: random.Random) -> list[tuple[str, int]]:
    """A random 2 % of (experiment, seed)."""
    pairs = [(name, FIRST + n) for name, trial in TRIALS.items() for n in range(trial.full)]
    return sorted(rng.sample(pairs, max(1, round(SHARE * len(pairs)))))


def differs(name: str, seed: int) -> list[str]:
    """The effects that do not come out again.

    Chaos makes a float's last digit a different network, and one seed alone is another sum than
    twenty side by side: a value may move as far as seeds do, not further.
    """
    record = load(name, STORED)
    assert record is not None
    place, again = record.seeds.index(seed), run(name, [seed])
    wrong = []
    for effect, values in record.effects.items():
        old, new = values[place], again.effects[effect][0]
        spread = float(np.nanstd(values, ddof=1))
        if not abs(new - old) <= SPREAD * spread + 1e-6 * max(1.0, abs(old)):
            wrong.append(f"{name}, seed {seed}, {effect}: {old:g} is stored, {new:g} came out")
    return wrong


def fresh() -> int:
    """0 if data and page are of this code."""
    if problems := stale():
        last = "run `make evidence` (ARGS=--reruns), commit coursekit/claims/stored and docs"
        print(*problems, last, sep="\n")
    return 1 if problems else 0


def check() -> int:
    """0 if all is fresh and comes out again."""
    if fresh():
        return 1
    seed = random.SystemRandom().randrange(10**6)
    chosen = drawn(random.Random(seed))
    print(f"draw {seed}: " + ", ".join(f"{name} {n}" for name, n in chosen), flush=True)
    problems = [words for name, n in chosen for words in differs(name, n)]
    print(*problems or [f"{len(chosen)} came out again"], sep="\n")
    return 1 if problems else 0


def twice() -> int:
    """Judge all claims on two disjoint sets of seeds; 1 if they agree on less than 95 %."""
    runs = [evidence("quick", seed=first, tell=print) for first in (10_000, 20_000)]
    measured = [
        (a, b) for a, b in zip(*(r.rows for r in runs), strict=True)
        if a.findings and not a.claim.same_as
    ]  # fmt: skip
    for a, b in measured:
        if a.verdict != b.verdict:
            print(f"{a.claim.number}: {a.verdict} / {b.verdict}: {a.claim.says}")
    same = sum(a.verdict == b.verdict for a, b in measured)
    print(f"{same} of {len(measured)} verdicts agree ({100 * same / len(measured):.1f} %)")
    return 0 if same >= 0.95 * len(measured) else 1


def again() -> int:
    """Rerun what has no reruns of this code; store each as soon as it is done."""
    found = reruns.read(RERUNS)
    for name in [name for name in sys.argv if name in TRIALS] or TRIALS:
        if name not in found or found[name].digest != digest(name):
            print(name, flush=True)
            found[name] = reruns.rerun(name, STORED)
            reruns.write(RERUNS, {n: found[n] for n in TRIALS if n in found})
    return write()


def write() -> int:
    """Measure what is stale, and write page and picture."""
    return publish(evidence("full", folder=STORED, tell=lambda line: print(line, flush=True)))


def publish(report: Report) -> int:
    """Write page and picture."""
    write_whole(PAGE, page(report, reruns.read(RERUNS)))
    write_whole(PAGE.parent / PICTURE, png(forest(report)))
    return 0


def restamp() -> int:
    """Give what was fresh at a commit the digest of today; 1 if anything was left as it is."""
    commit = sys.argv[sys.argv.index("--restamp") + 1]
    with TemporaryDirectory() as name:
        repo, old = PAGE.parents[1], Path(name)
        packed = subprocess.check_output(["git", "archive", commit, "coursekit"], cwd=repo)
        subprocess.run(["tar", "-x", "-C", old], input=packed, check=True)
        said = subprocess.check_output(
            [sys.executable, "-c", THEN, *TRIALS], cwd=old, env=os.environ | {"PYTHONPATH": name}
        )
        left = stamp(json.loads(said), old / "coursekit")
    print(*left, f"{len(left)} left as they are", sep="\n")
    return 1 if left else publish(evidence())


def stamp(then: dict[str, str], old: Path) -> list[str]:
    """Write today's digests where they are earned, and say where not.

    A record is of today's code if it was of the code of a commit, by the digest as it was formed
    there, and all that the experiment reaches today is the same in both.

    Args:
        then: each experiment's digest at the commit, by the commit's own rule.
        old: the folder of coursekit as it was there.
    """
    same = {name: digest(name, old) == digest(name) for name in TRIALS}
    again, left = reruns.read(RERUNS), []
    for name in TRIALS:
        record = load(name, STORED)
        for what, stored in (("record", record), ("reruns", again.get(name))):
            if stored is None or stored.digest == digest(name):
                continue
            if stored.digest != then[name]:
                left.append(f"{name}: the {what} was stale there already")
            elif not same[name]:
                left.append(f"{name}: the {what} is of code that has changed since")
            elif what == "record":
                save(stored._replace(digest=digest(name)), STORED)
            else:
                again[name] = stored._replace(digest=digest(name))
    if again:
        reruns.write(RERUNS, again)
    return left


ASKED = {
    "--check": check,
    "--fresh": fresh,
    "--twice": twice,
    "--reruns": again,
    "--restamp": restamp,
}

if __name__ == "__main__":
    raise SystemExit(next((ASKED[word] for word in sys.argv if word in ASKED), write)())
