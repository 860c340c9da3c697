"""The twelve sealed layers: what each should do, and the mistakes that a seed chooses among.

Every suspect passes the ordinary check, on standard normal samples with gamma = 1 and beta = 0.
On inputs drawn from all that a statement allows, the suspects of one layer show about equally
often. So no seed draws an easier set than another; tests/test_bug_hunt.py measures both.
"""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from coursekit.checking import Exercise
from coursekit.exercises.backward_geometry.batch_norm_backward import batch_norm_backward
from coursekit.exercises.batchnorm_everywhere.batch_norm_nd import batch_norm_nd
from coursekit.exercises.batchnorm_everywhere.masked_batch_norm import masked_batch_norm
from coursekit.exercises.batchnorm_forward.batch_norm import batch_norm
from coursekit.exercises.batchnorm_forward.undo_normalization import undo_normalization
from coursekit.exercises.bug_hunt.suspects import SUSPECTS
from coursekit.exercises.noise_and_small_batches.ghost_batch_norm import ghost_batch_norm
from coursekit.exercises.one_function_many_norms.layer_norm_backward import layer_norm_backward
from coursekit.exercises.running_statistics.update_running import update_running
from coursekit.exercises.scaling_inputs.zca_whiten import zca_whiten
from coursekit.exercises.sequences_and_transformers.dyt_backward import dyt_backward
from coursekit.exercises.sequences_and_transformers.residual_block import residual_block
from coursekit.exercises.sequences_and_transformers.rms_norm import rms_norm

LARGEST = 2**53  # a seed that any notebook, table or web page can hold


class Slot(NamedTuple):
    """One of the twelve: the exercise, its suspects, and the arguments that tell nothing.

    suspects: names of the exercise's mistakes -> what a layer with that one does.
    ordinary: ordinary(rng) gives arguments of the kind that people check with.
    """

    task: Exercise
    suspects: dict[str, str]
    ordinary: Callable[[Generator], tuple]


def _normal(rng: Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape)


def _scores(rng: Generator, axis: int, *shape: int) -> np.ndarray:
    """Standard scores along an axis, as a forward pass keeps them."""
    x = _normal(rng, *shape)
    return (x - x.mean(axis, keepdims=True)) / x.std(axis, keepdims=True)


def _unit(x: np.ndarray) -> np.ndarray:
    return x / np.sqrt((x**2).mean(-1, keepdims=True))


EPS = 1e-5
_LAYERS: dict[str, tuple[Exercise, Callable[[Generator], tuple]]] = {
    "layer_1": (
        batch_norm,
        lambda rng: (_normal(rng, 1000, 4), np.ones(4), np.zeros(4), EPS),
    ),
    "layer_2": (
        undo_normalization,
        lambda rng: (_normal(rng, 1000, 4), EPS),
    ),
    "layer_3": (
        zca_whiten,
        lambda rng: (_normal(rng, 1000, 4), EPS),
    ),
    "layer_4": (
        update_running,
        lambda rng: (np.ones(4), np.ones(4), 0.1),
    ),
    "layer_5": (
        batch_norm_nd,
        lambda rng: (_normal(rng, 64, 3, 8, 8), np.ones(3), np.zeros(3), 1, EPS),
    ),
    "layer_6": (
        masked_batch_norm,
        lambda rng: (_normal(rng, 40, 25, 4), np.ones((40, 25), bool), EPS),
    ),
    "layer_7": (
        ghost_batch_norm,
        lambda rng: (_normal(rng, 1000, 4), np.ones(4), np.zeros(4), 100, EPS),
    ),
    "layer_8": (
        batch_norm_backward,
        lambda rng: (_normal(rng, 1000, 4), _scores(rng, 0, 1000, 4), np.ones(4), np.ones(4)),
    ),
    "layer_9": (
        layer_norm_backward,
        lambda rng: (
            _normal(rng, 1000, 64), _scores(rng, -1, 1000, 64), np.ones(64), np.ones((1000, 1)),
        ),
    ),
    "layer_10": (
        rms_norm,
        lambda rng: (_normal(rng, 1000, 64), np.ones(64), EPS),
    ),
    "layer_11": (
        residual_block,
        lambda rng: (_normal(rng, 1000, 64), np.tanh, _unit, "pre"),
    ),
    "layer_12": (
        dyt_backward,
        lambda rng: (_normal(rng, 1000, 64), _normal(rng, 1000, 64), 1.0, np.ones(64)),
    ),
}  # fmt: skip
SLOTS = {name: Slot(task, SUSPECTS[name], given) for name, (task, given) in _LAYERS.items()}


def whole(seed: Any) -> int | None:
    """The seed as a whole number from 0 to LARGEST, also of NumPy's; None if it is none."""
    try:
        seed = seed.item()
    except (AttributeError, TypeError, ValueError, RuntimeError):  # none, or of many elements
        pass
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST:
        return None
    return int(seed)


def renamed(name: str, source: str) -> str:
    """The source of a layer's exercise, right or edited, under the layer's name."""
    return source.replace(f"def {SLOTS[name].task.name}(", f"def {name}(", 1)


def drawn(seed: int) -> dict[str, str]:
    """What is wrong in each layer, by its name, for a seed from 0 to LARGEST.

    By a hash, so that a seed draws the same with every version of NumPy.
    """
    found = {}
    for name, slot in SLOTS.items():
        number = hashlib.sha256(f"{seed} {name}".encode()).digest()
        found[name] = list(slot.suspects)[int.from_bytes(number[:8]) % len(slot.suspects)]
    return found
