"""How an answer differs from the right one, and on which rung of the ladder."""

import numpy as np
from numpy import asarray, isfinite  # by name: np.isfinite may be an answer's

from coursekit.checking.result import Difference
from coursekit.checking.tolerance import all_close, allowed, close
from coursekit.checking.words import (
    brief,
    closest,
    kind,
    sentence,
    shape,
    strange,
    told_apart,
    wish,
)

ANSWER = "your answer"
HIDDEN = "the values differ from the right ones on a hidden case."


def compare(
    got, want, *, rtol=None, atol=None, path: str = ANSWER, names: tuple[str, ...] = ()
) -> Difference | None:
    """Say how `got` differs from `want`; None if it does not.

    `names` are those of a returned tuple's values. `want` may be a number, bool, string, array,
    tensor, or a tuple, list or dict of those. A list for a tuple and a numpy scalar for a number
    are the same answer in another container. What `blind` says is the judge's own words alone.
    """
    if hasattr(want, "vjp"):  # an object that only the answer understands: any will do
        return None
    if got is None and want is not None:
        whole = path == ANSWER
        words = "End the function with `return …`." if whole else f"{wish(want)} was asked for."
        words = f"{path} is None{'.' if whole else ';'} {words}"
        return Difference("structure", words, blind=words)
    if isinstance(want, dict):
        return _compare_dicts(got, want, rtol, atol, path)
    if isinstance(want, tuple | list):
        return _compare_sequences(got, want, rtol, atol, path, names)
    if want is None or isinstance(want, str | bool | np.bool_):
        return _compare_exactly(got, want, path)
    return _compare_arrays(got, want, rtol, atol, path)


def _compare_dicts(got, want, rtol, atol, path):
    if not isinstance(got, dict):
        return _another("a dict was asked for", path, got)
    missing = sorted(want.keys() - got.keys())
    extra = sorted(str(key)[:100] for key in got.keys() - want.keys())
    if missing or extra:
        said = [f"misses {', '.join(map(repr, missing))}"] if missing else []
        said += [f"has {', '.join(map(repr, extra))} too many"] if extra else []
        near = [(key, closest(key, extra)) for key in missing]
        meant = [f" Did you mean {key!r} by {came!r}?" for key, came in near if came]
        words = f"the dict {' and '.join(said)}.{''.join(meant)}"
        keys = ", ".join(map(repr, want))
        return Difference("structure", words, blind=f"a dict was asked for with the keys {keys}.")
    for key in want:
        found = compare(got[key], want[key], rtol=rtol, atol=atol, path=f"{key!r}")
        if found:
            return found
    return None


def _compare_sequences(got, want, rtol, atol, path, names):
    if len(names) != len(want):
        names = getattr(want, "_fields", None) or [f"value {i + 1}" for i in range(len(want))]
    if not isinstance(got, tuple | list) and isinstance(want, list):
        return _another("a list was asked for", path, got)
    if not isinstance(got, tuple | list):
        wanted = f"{len(want)} values ({', '.join(names)})"
        return _another(f"{wanted} were asked for", path, got)
    if len(got) != len(want) and _are_words(got) and _are_words(want):
        return _other_words(list(got), list(want), path)
    if len(got) != len(want):
        asked = f"{len(want)} value{'s were' if len(want) != 1 else ' was'} asked for"
        blind = f"{asked}; you gave another number of them."
        return Difference("structure", f"{asked}; you gave {len(got)}.", blind=blind)
    for name, mine, right in zip(names, got, want, strict=True):
        found = compare(mine, right, rtol=rtol, atol=atol, path=name)
        if found:
            return found
    return None


def _are_words(values) -> bool:
    return all(isinstance(value, str) for value in values)


def _other_words(got: list[str], want: list[str], path: str) -> Difference:
    """Said of a list of words with some too many or too few: which."""
    extra, missing = list(got), []
    for word in want:
        extra.remove(word) if word in extra else missing.append(word)
    said = [f"has {_listed(extra)} too many"] if extra else []
    said += [f"misses {_listed(missing)}"] if missing else []
    near = [(word, closest(word, extra)) for word in missing]
    meant = [f" Did you mean {word!r} by {came!r}?" for word, came in near if came]
    words = f"{path} {' and '.join(said)}.{''.join(meant)}"
    blind = f"{len(want)} values were asked for; you gave another number of them."
    return Difference("structure", words, blind=blind)


def _listed(words: list[str]) -> str:
    shown = ", ".join(map(brief, words[:6]))
    return f"{shown} and {len(words) - 6} more" if len(words) > 6 else shown


def _compare_exactly(got, want, path):
    if isinstance(want, bool | np.bool_):
        if (one := to_array(got)) is not None and one.ndim == 0 and one.dtype.kind == "b":
            got = bool(one)
        if not isinstance(got, bool | np.bool_):
            words = f"{path} is {kind(got)}; True or False is needed."
            return Difference("structure", words, blind=f"{path} is to be True or False.")
        equal = bool(got) == bool(want)
    else:
        if isinstance(want, str) and not isinstance(got, str):
            words = f"a word in quotes was asked for; {path} is {kind(got)}."
            blind = f"a word in quotes was asked for; {path} is something else."
            return Difference("values", words, blind=blind)
        equal = type(got) is type(want) and got == want
    if equal:
        return None
    where = "" if path == ANSWER else path
    yours, expected = brief(got), brief(want)
    words = sentence(f"{path} is {yours}")
    return Difference("values", words, where, yours, expected, blind=HIDDEN)


def _compare_arrays(got, want, rtol, atol, path):
    mine, right = to_array(got), to_array(want)
    if mine is None:
        return _no_numbers(path, got)
    if right is None:  # the wanted value is no data: nothing but itself equals it
        return None if got is want else _another("something else was asked for", path, got)
    if mine.shape != right.shape:
        return _shape_difference(mine, right, (rtol, atol), path)
    if right.dtype.kind == "f" and mine.dtype.kind not in "fiu":
        words = f"{path} has dtype {_dtype(got, mine)}; {right.dtype} is needed."
        return Difference("dtype", words, blind=_dtype_needed(path, right))
    if mine.dtype.kind == "f" and mine.dtype.itemsize < min(right.dtype.itemsize, 8):
        rounded = all_close(mine, right.astype(mine.dtype))
        words = f"{path} has dtype {_dtype(got, mine)}, not {right.dtype}: digits are lost"
        blind = _dtype_needed(path, right)
        return Difference("dtype", words + ".", right_values=rounded, blind=blind)
    if not isfinite(mine).all() and isfinite(right).all():
        at = _first(~isfinite(mine))
        words, where = f"{path} holds {mine[at]} at {_entry(path, at)}.", _entry(path, at)
        blind = f"{path} holds a value that is not finite."
        return Difference("finite", words, where, f"{mine[at]}", blind=blind)
    wrong = ~close(mine, right, rtol, atol)
    if not wrong.any():
        return None
    at = _first(wrong)
    yours, expected = told_apart(mine[at], right[at])
    return Difference(
        "values",
        f"{_entry(path, at)} is {yours}; {expected} was expected.",
        where=_entry(path, at),
        yours=yours,
        expected=expected,
        error=float(abs(np.float64(mine[at]) - np.float64(right[at]))),
        allowed=float(allowed(right, rtol, atol)[at]),
        blind=HIDDEN,
    )


def _no_numbers(path: str, got) -> Difference:
    """Said of what is no array of real numbers; a complex number and a Decimal are numbers too."""
    held = strange(got)
    kinds = {"complex": "real numbers", "a Decimal": "floats", "a Fraction": "floats"}
    asked = next((word for name, word in kinds.items() if name in held), "numbers")
    asked += " were asked for"
    blind = f"numbers were asked for; {path} is something else."
    return Difference("structure", f"{asked}; {path} is {held}.", blind=blind)


def _another(asked: str, path: str, got) -> Difference:
    blind = f"{asked}; {path} is something else."
    return Difference("structure", f"{asked}; {path} is {kind(got)}.", blind=blind)


def _dtype(got, mine) -> str:
    """The dtype of what came: a bfloat16 is read as a float32."""
    named = str(getattr(got, "dtype", ""))
    return "bfloat16" if "bfloat16" in named else str(mine.dtype)


def _dtype_needed(path: str, right) -> str:
    return f"{path} does not have dtype {right.dtype}, which is needed."


def _shape_difference(mine, right, tolerance, path):
    words = f"{path} has shape {shape(mine)}; {shape(right)} was expected"
    blind = f"{path} does not have shape {shape(right)}, which was expected"
    if mine.size == right.size and mine.dtype.kind in "fiub":
        if squeezed(mine, right) and all_close(mine.reshape(right.shape), right, *tolerance):
            about = "right values, wrong shape: "
            blind = f"{about}{blind}."
            return Difference("shape", f"{about}{words}.", right_values=True, blind=blind)
        if mine.ndim == 2 and mine.T.shape == right.shape:
            turned = all_close(mine.T, right, *tolerance)
            about = ": right values, transposed." if turned else "."
            return Difference("shape", words + about, right_values=turned, blind=blind + about)
    return Difference("shape", words + ".", blind=blind + ".")


def can_be_compared(value) -> bool:
    """True for what another value can equal: only of such can be said that it changed."""
    if isinstance(value, dict):
        return all(map(can_be_compared, value.values()))
    if to_array(value) is not None:
        return True
    if isinstance(value, list | tuple):
        return all(map(can_be_compared, value))
    return value is None or isinstance(value, str | bool) or hasattr(type(value), "vjp")


def squeezed(mine, right) -> bool:
    """True if two shapes differ only by axes of length 1."""
    return [n for n in mine.shape if n != 1] == [n for n in right.shape if n != 1]


def to_array(value) -> np.ndarray | None:
    """A number, sequence of numbers, array or tensor as a numeric array; None if it is not one."""
    if isinstance(value, str | bytes | dict | set) or callable(value):
        return None
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu()
            value = value.float().numpy() if "bfloat16" in str(value.dtype) else value.numpy()
        array = asarray(value)
    except Exception:  # whatever a learner's object does when asked for its numbers: it has none
        return None
    return array if type(array) is np.ndarray and array.dtype.kind in "fiub" else None


def _first(mask) -> tuple[int, ...]:
    return tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(mask)))[: mask.ndim]


def _entry(path: str, at: tuple[int, ...]) -> str:
    name = "output" if path == ANSWER else path
    name += ", entry " if at and " " in name else ""  # of what a script observed
    return f"{name}[{', '.join(map(str, at))}]" if at else name
