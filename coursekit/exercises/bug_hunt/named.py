"""The exercise named of the lesson bug_hunt: the seed, and what is wrong in each layer."""

from collections.abc import Callable, Iterator
from typing import Any

from coursekit.checking import exercise, in_parts
from coursekit.exercises.bug_hunt.slots import LARGEST, SLOTS, drawn, whole

RIGHT = "what is wrong in it"
OTHER = "another of its suspects"


def told(given: Any, number: int) -> str:
    """What an answer says of one layer: RIGHT, or how it is not that."""
    if not isinstance(given, dict):
        return "in a list" if isinstance(given, list | tuple) else "in no dict"
    if given.get("seed", ...) is ...:
        return "without a seed"
    seed = whole(given["seed"])
    if seed is None:
        return "with a seed that is no whole number from 0 to 2⁵³"
    name, layer = given.get(number, given.get(str(number), ...)), f"layer_{number}"
    if name is ... or name is None:
        return "not there"
    if not isinstance(name, str):
        return "no name in quotes"
    word = "_".join(name.lower().replace("_", " ").split())
    if word not in SLOTS[layer].suspects:
        others = any(word in slot.suspects for slot in SLOTS.values())
        return "a suspect of another layer" if others else "the name of no suspect"
    return RIGHT if word == drawn(seed)[layer] else OTHER


def _about(number: int) -> Callable:
    """The script of one layer.

    Seeds that differ from call to call would let each layer choose a seed that suits it.
    """

    def observe(answer: Any, rng: Any) -> Iterator[tuple[str, str]]:
        answer.doing = label = f"layer {number}"
        given = answer()
        seeds = {str(one.get("seed")) for one in answer.returned if isinstance(one, dict)}
        yield label, told(given, number) if len(seeds) < 2 else "of another seed than before"

    return observe


@exercise(
    **in_parts(**{name: (1, _about(n)) for n, name in enumerate(SLOTS, 1)}),
    hints=(
        "Begin with the layer that you know best. Which of its suspects leave an ordinary batch "
        "as it is because gamma is 1, beta is 0 or eps is tiny? Probe with others.",
        "Did the layer answer a probe on which its suspects all differ? Compute what three of them "
        "would give, by hand or in a cell, before you spend a probe.",
        'return {"seed": ___, 1: "eps_missing", 2: ___, …}',
    ),
    minutes=5,
    difficulty=4,
    ask="Which layer took most probes? Which single input would have been enough?",
)
def named():
    """Your seed, and the name of what is wrong in each layer. -> dict

    The keys are "seed" and the numbers 1 to 12. A name stands as `suspects()` prints it.
    """
    seed = 17
    names = (
        "eps_missing unbiased_gamma only_standardized no_parentheses beta_before_gamma "
        "padding_in_the_mean eps_ignored variance_path_dropped dbeta_times_gamma "
        "gamma_missing peri_norms_the_sum gamma_missing"
    ).split()
    return {"seed": seed, **dict(enumerate(names, 1))}


def _drawn_words(seed):
    return [name.replace("_", " ") for name in drawn(seed).values()]


@named.alternative
def of_another_seed():
    return {"seed": 2026} | {n: word for n, word in enumerate(_drawn_words(2026), 1)}


@named.alternative
def numbers_in_quotes():
    found = {str(n): word.capitalize() for n, word in enumerate(_drawn_words(0), 1)}
    found["seed"] = 0
    return found


@named.alternative
def seed_from_an_array():
    import numpy as np

    seed = np.arange(5)[3]
    return dict(seed=seed) | dict(zip(range(1, 13), _drawn_words(3), strict=True))


@named.alternative
def with_notes_of_its_own():
    """More than was asked for does no harm."""
    found = {n: f" {word} " for n, word in enumerate(_drawn_words(LARGEST), 1)}
    return {"seed": LARGEST, "probes": 31, **found, 13: "none"}
