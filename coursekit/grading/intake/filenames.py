"""What a notebook's file is called: the lesson, a copy of it, an ending."""

import functools
import re
from collections.abc import Iterable
from pathlib import PurePath

COPY = r"(?:-(?P<canvas>\d+)| ?\((?P<browser>\d+)\)|-Copy(?P<jupyter>\d+))*"  # and of a copy
STEM = re.compile(rf"(?:\d\d_)?(?P<lesson>.+?){COPY}", re.DOTALL)  # names may hold a line break
OF_NOTEBOOK = re.compile(r"(.*?)\.ipynb(?![^\W_]).*", re.IGNORECASE | re.DOTALL)


def stem(name: str) -> str:
    """A file's name without its ending, be it .ipynb, .IPYNB or .ipynb.txt."""
    return found[1] if (found := OF_NOTEBOOK.fullmatch(name)) else PurePath(name).stem


def uncopied(own: str) -> str:
    """A name without what Google Drive puts before that of a copy."""
    return re.sub(r"^(?:copy[ _]of[ _]+)+", "", own, flags=re.IGNORECASE)


def named(name: str, known: Iterable[str]) -> str:
    """The lesson that a file's name ends with, as its notebook is called; "" for none."""
    ends = _ends(frozenset(known)).search(stem(name))
    return ends[1] if ends else ""


@functools.cache
def _ends(known: frozenset[str]) -> re.Pattern[str]:
    copy = re.sub(r"\?P<\w+>", "?:", COPY)
    return re.compile(rf"(?:^|(?<=[_ ]))({any_of(known)}){copy}$")


@functools.cache
def contains(known: frozenset[str]) -> re.Pattern[str]:
    """What finds the name of a lesson anywhere in a file's name."""
    return re.compile(rf"(?<![^\W_])(?:\d\d_)?(?:{any_of(known)})(?![^\W_])")


def any_of(known: Iterable[str]) -> str:
    """A pattern for any of these names, the longest first."""
    return "|".join(map(re.escape, sorted(known, key=len, reverse=True))) or "(?!)"
