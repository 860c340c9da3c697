"""Five arms on two tasks."""

from coursekit.experiments import token_norms


def test_both_tasks_have_every_arm_at_a_rate_of_its_own():
    found = token_norms.measure([1, 2], steps=2)
    assert list(found) == ["digits", "text"]
    for rows in found.values():
        assert list(rows) == list(token_norms.ARMS)
        assert all(v.shape == (2, 2) and v[1, 0] in token_norms.RATES for v in rows.values())
    assert all(len(values) == 2 for values in token_norms.effects(found).values())
