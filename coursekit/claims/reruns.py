"""Twenty reruns of three seeds: how often do so few fall on the side where the full run fell?

A lesson trains three seeds. Whether what it shows is luck is asked of sixty others, three by three.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from coursekit.claims.claim import Bar
from coursekit.claims.digest import digest
from coursekit.claims.record import load, run
from coursekit.claims.rows import CLAIMS
from coursekit.errors import ArgumentError
from coursekit.files import write_whole

SEEDS, SIZE = range(30_000, 30_060), 3
TIMES = len(SEEDS) // SIZE


class Rerun(NamedTuple):
    """For each bar of an experiment, how many of the reruns fell on the full run's side."""

    digest: str
    same: dict[str, int]


def side(bar: Bar, mean: float) -> bool:
    """Whether a mean lies beyond the bar, or between the two."""
    value = math.exp(mean) if bar.log else mean
    return (bar.above is None or value > bar.above) and (bar.below is None or value < bar.below)


def counts(bar: Bar, full: Sequence[float], values: Sequence[float]) -> int:
    """How many means of SIZE values (n,) fall on the side of the mean of full (m,)."""
    means = np.reshape(values, (-1, SIZE)).mean(1)
    return sum(side(bar, mean) == side(bar, float(np.mean(full))) for mean in means.tolist())


def rerun(trial: str, folder: Path) -> Rerun:
    """Run one experiment from the sixty seeds.

    Raises:
        ArgumentError: there is no full run in folder to compare with.
    """
    full = load(trial, folder)
    if full is None:
        raise ArgumentError(f"nothing is stored of {trial}: `make evidence` comes first")
    bars = {bar for claim in CLAIMS.values() for bar in claim.bars if bar.trial == trial}
    effects = run(trial, SEEDS).effects
    same = {
        f"{bar.effect}: {bar.words()}": counts(bar, full.effects[bar.effect], effects[bar.effect])
        for bar in bars
    }
    return Rerun(digest(trial), dict(sorted(same.items())))


def read(path: Path) -> dict[str, Rerun]:
    """What is stored of reruns: trial -> Rerun; nothing where there is no file."""
    if not path.exists():
        return {}
    return {t: Rerun(**r) for t, r in json.loads(path.read_text("utf-8")).items()}


def write(path: Path, found: dict[str, Rerun]) -> None:
    """Store reruns, whole."""
    write_whole(path, json.dumps({t: r._asdict() for t, r in found.items()}, indent=1) + "\n")
