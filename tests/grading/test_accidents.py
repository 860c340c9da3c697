"""Whatever befalls an honest notebook costs what it must and no more, and only that is noted."""

import json
import re

import pytest

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.grading import grade
from grading.make_submissions import FULL, MEANS, Handed, both, build, insert

pytestmark = pytest.mark.needs("bwrap")
POINTS, TASKS = FULL[MEANS], exercises.load("mean_and_variance")


def without(name):
    """An edit that deletes a cell."""

    def edit(notebook):
        notebook["cells"] = [c for c in notebook["cells"] if c["id"] != name]

    return edit


def copied(name):
    """An edit that pastes an exact copy of a cell behind it, id and all."""

    def edit(notebook):
        at = next(i for i, c in enumerate(notebook["cells"]) if c["id"] == name)
        notebook["cells"].insert(at, dict(notebook["cells"][at]))

    return edit


def turned(name, kind):
    """An edit that makes a cell of another kind, as one key press does."""

    def edit(notebook):
        [cell] = [c for c in notebook["cells"] if c["id"] == name]
        cell["cell_type"] = kind
        for key in ("outputs", "execution_count"):
            del cell[key]

    return edit


def shuffled(notebook):
    """The imports stay first; all else comes in reverse."""
    cells = notebook["cells"]
    at = next(i for i, c in enumerate(cells) if c["id"] == "imports") + 1
    notebook["cells"] = cells[:at] + cells[at:][::-1]


def format_5(notebook):
    notebook |= {"nbformat": 5, "nbformat_minor": 0, "something_new": {"a": 1}}


HELPED = "def batch_var(x, ddof=0):\n    return spread(x, ddof)"
HELPER = "def spread(x, ddof):\n    return x.var(0, ddof=ddof)"
VAR = "def batch_var(x, ddof=0):\n    return x.var(0, ddof=ddof)"
GUARDED = "if __name__ == '__main__':\n    " + VAR.replace("\n", "\n    ")
UNICODE = VAR.replace("x.var(0", "(σ := x).var(0").replace("return", "'Größe σ² 🙂'\n    return")
BEFORE, AFTER = insert("imports", HELPER), insert("batch_var", HELPER)
PLOT = (
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\n"
    "plt.show()\nfig.savefig('/tmp/plot.png')"
)
WIDGETS = (
    "import ipywidgets as widgets\nfrom IPython.display import display\n"
    "slider = widgets.IntSlider()\ndisplay(slider)"
)
LOUD = (
    "import sys, warnings, logging\nprint('one line', file=sys.stderr)\nwarnings.warn('careful')\n"
    "logging.warning('careful')\nfor _ in range(20):\n    print('x' * 10**6)"
)
COPIES = r"batch_var is defined in cells \d+ and \d+; the last one was graded"
STOPPED = r"cell \d+ did not run to its end \(.*\); the cells after it did run"

ACCIDENTS = {  # name: (what was handed in, points that are lost, the notes, words of batch_var)
    "format_5": (Handed(MEANS, "all", edit=format_5), {}, [], ""),
    "out_of_order": (Handed(MEANS, "all", edit=shuffled), {}, [], ""),
    "copied_cell": (Handed(MEANS, "all", edit=copied("batch_var")), {}, [COPIES], ""),
    "copied_check": (Handed(MEANS, "all", edit=copied("check-batch_var")), {}, [], ""),
    "deleted_cell": (
        Handed(MEANS, "all", edit=without("batch_var")), {"batch_var": 2}, [],
        "no function called batch_var is defined",
    ),
    "turned_to_markdown": (
        Handed(MEANS, "all", edit=turned("batch_var", "markdown")), {"batch_var": 2}, [],
        r"^cell \d+, where batch_var belongs, is Markdown: turn it back into a code cell\.$",
    ),
    "turned_to_raw": (
        Handed(MEANS, "all", edit=turned("batch_var", "raw")), {"batch_var": 2}, [],
        r"where batch_var belongs, is raw text: turn it back into a code cell\.$",
    ),
    "turned_and_written_again": (
        Handed(MEANS, "all", edit=both(turned("batch_var", "raw"), insert("imports", VAR))),
        {}, [], "",
    ),
    "used_too_early": (
        Handed(MEANS, "all", cells={"batch_var": f"print(batch_var)\n{VAR}"}), {"batch_var": 2},
        [STOPPED], r"name 'batch_var' is not defined$",
    ),
    "other_kernel": (
        Handed(MEANS, "all", edit=lambda nb: nb["metadata"].update(kernelspec={"name": "dl"})),
        {}, [], "",
    ),
    "deleted_checks": (
        Handed(MEANS, "all", edit=both(*(without(f"check-{n}") for n in POINTS))), {}, [], "",
    ),
    "left_out": (
        Handed(MEANS, "all", cells={"batch_var": f"%%python3\n{VAR}"}), {"batch_var": 2},
        [r"cell \d+: %%python3 was left out: only Python runs while grading"],
        r"^its cell \(\d+\) did not run: %%python3 was left out",
    ),
    "helper_before": (
        Handed(MEANS, "all", cells={"batch_var": HELPED}, edit=BEFORE), {}, [], "",
    ),
    "helper_after": (
        Handed(MEANS, "all", cells={"batch_var": HELPED}, edit=AFTER), {}, [], "",
    ),
    "helper_in_demo": (
        Handed(
            MEANS, "all", cells={"batch_var": HELPED},
            edit=insert("imports", HELPER, tags=("demo",)),
        ),
        {"batch_var": 2}, [],
        r"name 'spread' is not defined\..* Cell \d+ would define spread, but is tagged `demo`",
    ),
    "needs_a_demo": (
        Handed(
            MEANS, "all",
            edit=both(
                insert("check-batch_var", "total = offset + 1"),
                insert("imports", "%matplotlib inline\noffset = 3", tags=("demo",)),
            ),
        ),
        {}, [STOPPED.replace(".*", ".*; cell \\d+ would define offset, but is.*")], "",
    ),
    "star_import": (
        Handed(MEANS, "all", edit=insert("imports", "from numpy import *\nfrom math import *")),
        {}, [], "",
    ),
    "plots": (Handed(MEANS, "all", edit=insert("imports", PLOT)), {}, [], ""),
    "widgets": (Handed(MEANS, "all", edit=insert("imports", WIDGETS)), {}, [], ""),
    "loud": (Handed(MEANS, "all", edit=insert("imports", LOUD)), {}, [], ""),
    "input": (
        Handed(MEANS, "all", edit=insert("imports", "name = input('Your name? ')")),
        {}, [STOPPED.replace(".*", ".*EOFError.*")], "",
    ),
    "main_guard": (Handed(MEANS, "all", cells={"batch_var": GUARDED}), {}, [], ""),
    "unicode": (Handed(MEANS, "all", cells={"batch_var": UNICODE}), {}, [], ""),
    "own_cell_in_demo": (
        Handed(MEANS, "all", edit=lambda nb: [
            c["metadata"].update(tags=["demo"]) for c in nb["cells"] if c["id"] == "batch_var"
        ]),
        {"batch_var": 2}, [], r"its cell \(\d+\) is tagged `demo`, so it was skipped",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("accidents")
    for name, (handed, *_) in ACCIDENTS.items():
        path = folder / "in" / name / f"{MEANS}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(build(handed)[0], "utf-8")
    report = grade(folder / "in", folder / "out", seed=2).as_json()
    return {s["student"]: s for s in report["submissions"]}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_costs_what_it_must_and_is_told(graded, name):
    _, lost, notes, words = ACCIDENTS[name]
    got = graded[name]
    assert got["status"] == "graded", got["reason"]
    points = {e["name"]: e["score"] for e in got["exercises"]
              if isinstance(TASKS[e["name"]], Exercise)}  # fmt: skip
    assert points == {n: p - lost.get(n, 0) for n, p in POINTS.items()}, got["notes"]
    assert len(got["notes"]) == len(notes), got["notes"]
    for pattern, note in zip(notes, got["notes"], strict=True):
        assert re.fullmatch(pattern, note), note
    [said] = [e["message"] for e in got["exercises"] if e["name"] == "batch_var"]
    assert re.search(words, said), said
    assert json.dumps(got)
