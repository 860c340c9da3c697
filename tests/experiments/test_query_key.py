"""Normalized queries and keys."""

from coursekit.experiments import query_key


def test_each_arm_has_a_score_and_a_logit_at_every_rate():
    found = query_key.measure([1, 2], steps=2)
    assert {arm: v.shape for arm, v in found.items()} == dict.fromkeys(query_key.ARMS, (2, 4, 2))
    assert all(len(values) == 2 for values in query_key.effects(found).values())
