"""Entries of a plan: what each is to be, what it is said to be instead, and how it is read."""

from collections import deque

import numpy as np
import pytest

from coursekit.checking import Local, entries
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session

ARMS = ("plain", "normed")


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"seeds": 5}, "no list of whole numbers: int"),
        ({"seeds": [0.5, 1]}, "no list of whole numbers: list of float and int"),
        ({"seeds": deque([1, 2, 3, 4, 5])}, "no list of whole numbers: deque"),
        ({"tuning_seeds": ()}, "no list of whole numbers: empty tuple"),
        ({"arms": np.array(["plain", "normed"])}, "no list of names: ndarray of dtype <U6"),
        ({"arms": list(np.array(["plain", "normed"]))}, "no list of names: list of str_"),
        ({"arms": {"plain": 1, "normed": 1}.keys()}, "no list of names: dict_keys"),
        ({"arms": [object, object]}, "no list of names: list of type"),
        ({"seeds": {(1, 2), 3}}, "no list of whole numbers: set"),
        ({"rates": [0.1, 0.2]}, "no dict with an entry for each arm: list of float"),
        ({"rates": {"plain": [], "normed": []}}, "no list of positive numbers for each arm: empty"),
        ({"steps": {"plain": "9", "normed": 9}}, "no whole number for each arm: str"),
        ({"report": None}, "no word in quotes: NoneType"),
        ({"bar": None}, "no number: NoneType"),
    ],
)
def test_it_is_said_what_came_so_that_two_slips_do_not_look_alike(wrong, said):
    [(name, value)] = wrong.items()
    assert entries.kind(name, value, ARMS).startswith(said)


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize(
    "arms",
    ["{'plain', 'normed'}", "{'plain': 1, 'normed': 2}", "{'plain': 1, 'normed': 2}.keys()",
     "np.array(['plain', 'normed'])", "list(np.array(['plain', 'normed']))"],
)  # fmt: skip
def test_what_is_said_of_names_is_the_same_here_and_from_a_box(arms):
    text = f"import numpy as np\n\ndef planned():\n    return {{'arms': {arms}}}\n"
    names: dict = {}
    exec(text, names)
    here = Local(names["planned"])()
    with Session(open_box("bubblewrap"), [Cell(1, text)], limits=Limits()) as session:
        session.load()
        there = find_answer(session, "planned")()
    said = [entries.kind("arms", plan["arms"], ARMS) for plan in (here, there)]
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "name, value, read",
    [
        ("seeds", {3}, [3]),
        ("seeds", np.arange(2), [0, 1]),
        ("rates", {"plain": (0.1,), "normed": np.array([1.0])}, {"plain": [0.1], "normed": [1.0]}),
        ("steps", {"plain": np.int64(9), "normed": 9.0}, {"plain": 9, "normed": 9.0}),
        ("arms", {"plain": 1, "normed": 2}, ["plain", "normed"]),
        ("report", "paired interval", "paired interval"),
    ],
)
def test_what_is_of_its_kind_is_read_in_plain_numbers_and_lists(name, value, read):
    assert entries.kind(name, value, ARMS) == entries.ENTRIES[name]
    assert entries.read(name, value) == read
