"""Several experiments at once: the same records as one after the other, and errors come through."""

import pytest

from coursekit.claims.record import run
from coursekit.claims.side_by_side import side_by_side


def test_each_is_what_it_is_alone_and_an_error_of_one_is_raised():
    seeds = {"identities": range(3), "batch_noise": range(2)}
    found = {record.trial: record for record in side_by_side(seeds, 2)}
    assert found.keys() == seeds.keys()
    assert found["identities"].effects == run("identities", range(3)).effects
    with pytest.raises(ModuleNotFoundError, match="no_such_experiment"):
        list(side_by_side({"no_such_experiment": range(2)}, 2))
