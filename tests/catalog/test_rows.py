from coursekit.catalog import NORMS
from coursekit.catalog.rows import batch, sample, weights


def test_no_name_stands_twice_and_none_is_left_out():
    names = [norm.name for module in (batch, sample, weights) for norm in module.ROWS]
    assert names == list(NORMS)


def test_a_row_about_weights_says_so():
    for norm in weights.ROWS:
        assert "W" in norm.shares, norm.name
    for norm in (*batch.ROWS, *sample.ROWS):
        assert "W" not in norm.shares.replace("H, W", ""), norm.name
