"""What each operator makes of a small function; once at each place, and once at all alike."""

import ast

import pytest

from mutating.operators import OPERATORS
from mutating.trees import definition, mutants

SOURCE = '''
def norm(x, gamma, beta, eps=1e-5):
    """Words do not count."""
    mean = x.mean(axis=0, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=0)
    if len(x) > 1:
        gamma = gamma + 1
    return gamma * x[1:] / np.sqrt(var + eps) + beta + gamma
'''
MADE = {
    "operation exchanged": "x + mean",
    "operands exchanged": "mean - x",
    "term left out": "np.sqrt(var)",
    "sign": "return -(",
    "comparison": "len(x) >= 1",
    "condition negated or forced": "if not len(x) > 1",
    "constant": "eps=0.0001",
    "index or slice": "x[1 + 1:]",
    "name for another": "beta * x",
    "argument left out or exchanged": "x.mean(axis=0)",
    "call left out": "(var + eps) + beta",
    "reduction": "x.sum(axis=0, keepdims=True)",
    "neighbour in the library": "np.square(var",
    "term moved": "np.sqrt(var) + eps",
    "statement left out": "pass",
}


def made(operator):
    tree = definition(SOURCE)
    return [(m.words, ast.unparse(m.tree)) for m in mutants(tree, {operator: OPERATORS[operator]})]


@pytest.mark.parametrize("operator", MADE)
def test_makes_what_it_says(operator):
    assert any(MADE[operator] in text for _, text in made(operator))


@pytest.mark.parametrize("operator", OPERATORS)
def test_makes_no_mutant_twice_and_never_the_right_answer(operator):
    texts = [text for _, text in made(operator)]
    assert len(texts) == len(set(texts)) and ast.unparse(definition(SOURCE)) not in texts


def test_changes_every_place_alike_at_once():
    texts = dict(made("name for another"))
    everywhere = texts["everywhere: gamma -> beta"]
    assert "beta = " not in everywhere and "gamma = beta + 1" in everywhere
    assert "return beta * x[1:] / np.sqrt(var + eps) + beta + beta" in everywhere


def test_names_only_what_has_a_value_by_then():
    assert not any("mean = var" in text for _, text in made("name for another"))


def test_exchanges_two_names_throughout():
    texts = dict(made("two names exchanged"))
    assert (
        "return beta * x[1:] / np.sqrt(var + eps) + gamma + beta"
        in (texts["everywhere: beta <-> gamma"])
    )
