"""The digest moves with code, and with nothing else."""

import pytest

from coursekit.claims import digest as module
from coursekit.claims.digest import digest
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


def test_a_trial_depends_on_the_code_that_trains_it():
    found = module._closure("experiments.ghost_groups")
    assert {"training.run", "training.norms", "training.network", "data"} <= found
    assert not any(name.startswith(("claims", "terminal", "errors")) for name in found)
    assert len({digest(trial) for trial in TRIALS}) == len(TRIALS)
