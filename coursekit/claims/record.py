"""Record: what one experiment gave, as data: values, seeds, versions, and what they depend on."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np

from coursekit.claims.digest import digest
from coursekit.errors import ArgumentError
from coursekit.files import write_whole

DIGITS = 6  # significant, of what is stored


class Record(NamedTuple):
    """One experiment's values, as they are stored."""

    trial: str
    seeds: list[int]
    effects: dict[str, list[float]]  # one value for each seed; nan where a run was lost
    seconds: float  # of this process's CPU
    versions: dict[str, str]
    digest: str
    day: str


def run(trial: str, seeds: Sequence[int]) -> Record:
    """Measure one experiment of coursekit.experiments from these seeds.

    It is `effects(measure(seeds))`, or `trial(seeds)` where measure asks for more than seeds.

    Raises:
        ArgumentError: it does not give one value for each seed.
    """
    module, begun = import_module(f"coursekit.experiments.{trial}"), time.process_time()
    with np.errstate(all="ignore"):  # a network that diverges is a finding
        found: Mapping[str, Sequence[float]] = (
            module.trial(seeds)
            if hasattr(module, "trial")
            else module.effects(module.measure(seeds))
        )
    seconds = time.process_time() - begun
    effects = {name: [_short(v) for v in values] for name, values in found.items()}
    if wrong := {name: len(v) for name, v in effects.items() if len(v) != len(seeds)}:
        raise ArgumentError(f"{trial}: {len(seeds)} seeds, but values for {wrong}")
    return Record(
        trial, list(seeds), effects, round(seconds, 1), versions(), digest(trial), _today()
    )


def versions() -> dict[str, str]:
    """What the numbers may depend on besides the code."""
    return {name: version(name) for name in ("torch", "numpy", "scikit-learn")}


def save(record: Record, folder: Path) -> None:
    """Write a record whole, or not at all."""
    effects = {k: [v if math.isfinite(v) else None for v in vs] for k, vs in record.effects.items()}
    rows = [f"  {json.dumps(name)}: {json.dumps(values)}" for name, values in effects.items()]
    parts = {k: json.dumps(v) for k, v in record._asdict().items()}
    parts["effects"] = "{\n" + ",\n".join(rows) + "\n }"
    lines = [f" {json.dumps(name)}: {value}" for name, value in parts.items()]
    write_whole(folder / f"{record.trial}.json", "{\n" + ",\n".join(lines) + "\n}\n")


def load(trial: str, folder: Path) -> Record | None:
    """Read a record; None where there is none, or what is there is no record."""
    try:
        read = json.loads((folder / f"{trial}.json").read_text("utf-8"))
        values = {
            name: [math.nan if v is None else float(v) for v in row]
            for name, row in read.pop("effects").items()
        }
        return Record(effects=values, **read)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())
