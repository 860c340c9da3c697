"""The digest moves with code, and with nothing else."""

import shutil

import evidence as ledger
import pytest

from coursekit.claims import digest as module
from coursekit.claims import reruns
from coursekit.claims.digest import digest
from coursekit.claims.reached import reached
from coursekit.claims.record import Record, load, save
from coursekit.claims.reruns import Rerun
from coursekit.claims.trials import TRIALS


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A package of three modules in place of the course."""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "__init__.py").write_text("")
    trial = tmp_path / "experiments" / "trial.py"
    trial.write_text('"""Words."""\nfrom coursekit.helper import f\n\nx = 1\n')
    (tmp_path / "helper.py").write_text("def f():\n    return 2\n")
    (tmp_path / "terminal.py").write_text("y = 3\n")
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    digest.cache_clear()
    yield tmp_path
    digest.cache_clear()


def after(path, text):
    path.write_text(text)
    digest.cache_clear()
    return digest("trial")


def test_words_and_comments_do_not_count_code_and_what_it_imports_does(copied):
    before, trial = digest("trial"), copied / "experiments" / "trial.py"
    code = "from coursekit.helper import f\n\nx = 1\n"
    assert after(trial, f'"""Other\nwords."""\n# why\n{code}') == before
    assert after(trial, f'"""Words."""\n{code.replace("1", "2")}') != before
    assert after(trial, f'"""Words."""\n{code}') == before
    assert after(copied / "helper.py", "def f():\n    return 3\n") != before


def test_what_only_speaks_is_left_out(copied):
    before = digest("trial")
    assert after(copied / "terminal.py", "y = 4\n") == before


def test_only_what_is_reached_by_name_makes_a_trial_stale(copied):
    norms = copied / "norms"
    norms.mkdir()
    handed = "from coursekit.norms.{0} import {0} as {0}\n"
    init, used, other = (norms / f"{name}.py" for name in ("__init__", "used", "other"))
    init.write_text('"""Words."""\n' + handed.format("used"))
    used.write_text("used = 1\n")
    trial = copied / "experiments" / "trial.py"
    before = after(trial, "from coursekit.norms import used\n")
    assert after(init, init.read_text() + handed.format("other")) == before
    assert after(other, "other = 1\n") == before
    assert after(used, "used = 2\n") != before
    assert after(used, "used = 1\n") == before
    assert after(other, "import numpy\nnumpy.seterr('raise')\n") != before
    other.write_text("other = 1\n")
    assert after(init, init.read_text().replace("import used as", "import other as")) != before


def test_a_trial_depends_on_the_code_that_trains_it():
    found = reached("experiments.ghost_groups", module.PACKAGE).modules
    assert {"training.run", "training.norms", "training.network", "data"} <= found
    assert not any(name.startswith(("claims", "terminal", "errors")) for name in found)
    assert len({digest(trial) for trial in TRIALS}) == len(TRIALS)


def test_a_record_is_stamped_anew_only_where_it_was_fresh_and_its_code_is_the_same(
    copied, tmp_path_factory, monkeypatch
):
    stored = tmp_path_factory.mktemp("stored")
    old = shutil.copytree(copied, tmp_path_factory.mktemp("old") / "coursekit")
    for name in ("fresh", "stale", "moved"):
        for place in (copied, old):
            (place / "experiments" / f"{name}.py").write_text(f"x = '{name}'\n")
        save(Record(name, [1], {"a": [0.1]}, 1.0, {}, f"old {name}", "2026-01-01"), stored)
    (copied / "experiments" / "moved.py").write_text("x = 2\n")
    then = {"fresh": "old fresh", "stale": "another", "moved": "old moved"}
    for name, value in {"STORED": stored, "RERUNS": stored / "reruns.json", "TRIALS": then}.items():
        monkeypatch.setattr(ledger, name, value)
    again = {name: Rerun(f"old {name}", {}) for name in ("fresh", "moved")}
    reruns.write(ledger.RERUNS, again)
    left = ledger.stamp(then, old)
    assert [line.split(":")[0] for line in left] == ["stale", "moved", "moved"]
    found = {name: load(name, stored).digest for name in then}
    assert found == {"fresh": digest("fresh"), "stale": "old stale", "moved": "old moved"}
    assert reruns.read(ledger.RERUNS)["fresh"].digest == digest("fresh") == digest("fresh", old)
    assert reruns.read(ledger.RERUNS)["moved"].digest == "old moved"
