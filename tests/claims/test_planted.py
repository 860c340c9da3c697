"""Three sign errors, planted in the experiments' code: each turns a verdict."""

import inspect
import types

import pytest

from coursekit.claims.judging import findings, verdict
from coursekit.claims.rows import CLAIMS
from coursekit.experiments import dropout_shift, ghost_groups, gradient_depth

PLANTED = [
    (ghost_groups, 'found["2"] - found["64"]', 'found["64"] - found["2"]', 42),
    (gradient_depth, "np.maximum(sizes[:, 0], least) / sizes[:, -1]",
     "sizes[:, -1] / np.maximum(sizes[:, 0], least)", 100),
    (dropout_shift, "(v / trained).mean()", "(trained / v).mean()", 80),
]  # fmt: skip


def measured(module, number, seeds=range(6)):
    claim = CLAIMS[number]
    name = claim.bars[0].trial
    found = module.effects(module.measure(seeds))
    return verdict(claim, findings(claim, {name: found}))


@pytest.mark.parametrize("module, right, wrong, number", PLANTED, ids=lambda v: str(v)[:20])
def test_a_planted_sign_error_turns_the_verdict(module, right, wrong, number):
    source = inspect.getsource(module)
    assert source.count(right) == 1
    broken = types.ModuleType("broken")
    exec(compile(source.replace(right, wrong), "broken", "exec"), broken.__dict__)
    before, after = measured(module, number), measured(broken, number)
    assert {before, after} == {"holds", "fails"}
