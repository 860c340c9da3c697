"""Every hostile notebook gets no more than honest code, says why, and harms nobody else."""

import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from grading.make_submissions import FULL, NORM, REPO
from sandbox.users import USERS, run_as

from coursekit.checking.limits.guard import PATIENCE
from hostile import attacks, table
from hostile.attacks import ALL_THERE_IS, FORGED, WITHOUT_IT
from hostile.ways_out import WAYS_OUT

ATTACKS = attacks.ATTACKS | WAYS_OUT

pytestmark = pytest.mark.needs("bwrap")
TIMEOUT, TOTAL = 1.5, 12.0  # of the processor's, so enough for honest code on busy cores
MOST = sum(FULL[NORM].values())
NEIGHBOURS = ("aaa_honest", "zzz_honest")
SCRIPT = """
import json, sys
from pathlib import Path
from coursekit.cli import main

folder = Path(sys.argv[1])
options = ["--timeout", sys.argv[2], "--total", sys.argv[3], "--seed", "11", "--jobs", "2"]
sys.exit(main(["grade", str(folder / "in"), "--out", str(folder / "out"), *options]))
"""


def build(folder: Path) -> None:
    """Write all attacks as notebooks, and an honest one before and after them."""
    blank = (REPO / "notebooks" / f"{NORM}.ipynb").read_text("utf-8")
    answers = json.loads((REPO / "solutions" / f"{NORM}.ipynb").read_text("utf-8"))["cells"]
    answers = {cell["id"]: cell["source"] for cell in answers if cell["id"] in FORGED}
    for name in (*NEIGHBOURS, *ATTACKS):
        notebook, attack = json.loads(blank), ATTACKS.get(name)
        for cell in notebook["cells"]:
            if cell["id"] in answers and (attack is None or attack.solved or attack.after):
                cell["source"] = answers[cell["id"]]
            if attack and not attack.after and cell["id"] == "batch_norm":
                cell["source"] = attack.code
            elif attack and not (attack.solved or attack.after) and cell["id"] in answers:
                cell["source"] = "pass"  # the attack defines it, or nobody does
        if attack and attack.after:
            own = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": []}
            notebook["cells"].append(own | {"source": attack.code, "execution_count": None})
        path = folder / "in" / name / f"{NORM}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), "utf-8")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture(scope="module", params=USERS)
def graded(request, tmp_path_factory):
    """Results by student, the folder of reports, and the seconds it all took."""
    folder = tmp_path_factory.mktemp("hostile")
    build(folder)
    begun = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY", "hostile-canary")
        run_as(request.param, SCRIPT, folder, TIMEOUT, TOTAL, folder=folder, timeout=800)
    results = json.loads((folder / "out" / "results.json").read_text("utf-8"))
    by_student = {s["student"]: s for s in results["submissions"]}
    return by_student, folder / "out", time.monotonic() - begun


def test_every_attack_is_in_the_table_with_what_stops_it():
    assert len(table.ROWS) >= 60 and {row[0] for row in table.ROWS} == set(ATTACKS)
    assert {row[3] for row in table.ROWS} == set(table.LAYERS)
    assert not [row for row in table.ROWS if not re.fullmatch(r"(CWE-\d+|CVE-\d{4}-\d+)", row[2])]


def test_the_page_is_the_table():
    assert table.PAGE.read_text("utf-8") == table.page(), "stale: run `make security`, commit it"


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_no_more_than_honest_code_and_the_reason_is_said(graded, name):
    got, attack = graded[0][name], ATTACKS[name]
    assert got["score"] <= attack.most and got["max"] == MOST
    assert got["status"] in attack.status, got["reason"]
    said = [got["reason"], *got["notes"], *(e["message"] for e in got["exercises"])]
    assert re.search(attack.says, " ".join(said)), said
    for exercise in got["exercises"]:
        assert exercise["message"] and len(exercise["message"]) < 1000
    if attack.solved:  # what is beside the attack is judged all the same
        assert got["score"] == WITHOUT_IT, got
    if attack.after and got["status"] == "graded":
        assert got["score"] == ALL_THERE_IS, got
    assert got["seconds"] <= PATIENCE * TOTAL  # of the wall's, on a machine that gives it a sixth


def test_the_neighbours_do_not_notice(graded):
    for name in NEIGHBOURS:
        got = graded[0][name]
        assert (got["status"], got["score"], got["max"], got["notes"]) == (
            "graded",
            ALL_THERE_IS,
            MOST,
            [],
        )


def test_nothing_is_written_outside_and_nothing_goes_on_running(graded):
    assert not [p for top in ("/", "/tmp", "/etc", "/usr", "/root", "/dev", "/var")
                for p in Path(top).glob("hostile-was-here")]  # fmt: skip
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "sleep(76543)" not in running


def test_no_canary_and_no_script_is_in_a_page(graded):
    for page in (graded[1] / "feedback").rglob("*.html"):
        text = page.read_text("utf-8")
        assert "<script" not in text and "found the canary" not in text, page


def test_nothing_that_was_forbidden_succeeded(graded):
    """The attacks' own assertions: a note would tell of one that failed."""
    own = [name for name, attack in WAYS_OUT.items() if attack.after]
    for name in ("reads_proc", "new_namespaces", "writes_outside", "symlinks", "traces",
                 "virtual_sockets", *own):  # fmt: skip
        assert graded[0][name]["notes"] == [], name
