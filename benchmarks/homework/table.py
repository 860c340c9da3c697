"""The stored numbers of the benchmarks of grading as a page: docs/benchmarks.md."""

import json
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
DATA = Path(__file__).parents[1] / "data"
GRADING, LOAD, CHECK = DATA / "grading.json", DATA / "load.json", DATA / "check.json"
TEMPLATE = Path(__file__).with_name("page.md.jinja")
TEXT = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True).from_string(
    TEMPLATE.read_text("utf-8")
)


def write() -> int:
    """Write the page; 0, or 1 where there is nothing to write yet."""
    stored, load, check = (
        json.loads(p.read_text("utf-8")) if p.exists() else {} for p in (GRADING, LOAD, CHECK)
    )
    if not {"ours", "peers", "where"} <= stored.keys():
        print("nothing is stored yet: run `make bench-grading`")
        return 1
    text = page(stored, load, check)
    PAGE.write_text(text, "utf-8")
    print(text)
    return 0


def page(stored: dict[str, Any], load: dict[str, Any], check: dict[str, Any]) -> str:
    """The page's text; without the sections of which nothing was stored."""
    ours, peers = stored["ours"], stored["peers"]
    sizes = sorted({int(key.split()[0]) for key in ours["walls"]})
    many = stored.get("thousand")
    return TEXT.render(
        where=stored["where"],
        sizes=sizes,
        small=sizes[0],
        large=sizes[-1],
        rows=list(_rows(ours, peers, sizes)),
        peers_n=max(map(int, peers["otter"])),
        extrapolated=any(str(n) not in peers["otter"] for n in sizes),
        s=summary(ours),
        thousand=many,
        growth=lambda who: f"{many['early'][who]:.0f} → {many['late'][who]:.0f}",
        load=load,
        check=check,
    )


def summary(ours: dict[str, Any]) -> dict[str, str]:
    """What the second table says, as it is printed."""
    sizes = sorted({int(key.split()[0]) for key in ours["walls"]})
    slopes = {jobs: _slope(ours["walls"], sizes, jobs) for jobs in (1, 2)}
    floor = median(ours["floor"])
    return {
        "marginal": f"{slopes[1]:.3f}",
        "recorded": f"{median(ours['each']):.3f}",
        "floor": f"{floor:.3f}",
        "over_floor": f"{slopes[1] / floor:.1f}",
        "cold": f"{median(ours['cold']):.1f}",
        "worker": f"{ours['memory']['3'] - ours['memory']['2']:.0f}",
        "scaling": f"{slopes[1] / slopes[2]:.1f}",
    }


def _slope(walls: dict[str, list[float]], sizes: list[int], jobs: int) -> float:
    """Seconds that one more submission takes, whatever the start costs."""
    small, large = sizes[0], sizes[-1]
    more = median(walls[f"{large} {jobs}"]) - median(walls[f"{small} {jobs}"])
    return more / (large - small) if large > small else float("nan")


def _rows(ours: dict[str, Any], peers: dict[str, dict[str, float]], sizes: list[int]):
    """The first table's rows: peers first."""
    best = median(ours["walls"][f"{sizes[-1]} 2"])
    names = {
        "nbgrader": "`nbgrader autograde`",
        "otter": "`otter run`, one after the other",
        "otter, two at a time": "`otter run`, two at a time",
    }
    for key, name in names.items():
        taken = {int(n): wall for n, wall in peers[key].items()}
        each = taken[max(taken)] / max(taken)
        walls = {n: f"{taken[n]:.1f} s" if n in taken else f"≈ {each * n:.0f} s" for n in sizes}
        times = f"{each * sizes[-1] / best:.0f} ×"
        yield {"name": name, "walls": walls, "each": f"{each:.2f}", "times": times}
    for jobs in (1, 2):
        taken = {n: median(ours["walls"][f"{n} {jobs}"]) for n in sizes}
        yield {
            "name": f"`coursekit grade --jobs {jobs}`",
            "walls": {n: f"{taken[n]:.1f} s" for n in sizes},
            "each": f"{taken[sizes[-1]] / sizes[-1]:.2f}",
            "times": f"{taken[sizes[-1]] / best:.1f} ×",
        }
