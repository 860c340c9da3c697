"""An answer as it is compared with others: the tokens that its author wrote, in order.

Names that its author chose are numbered in the order they appear, for renaming is the first thing
that a copier does; attributes, keywords, operators and numbers stay, for they are what tells one
way of computing from another. Comments, docstrings and layout are left out, and so is what the
course gave: the line of `def` or `class`, and lines that stand in the lesson's notebook as
learners get it, short ones word for word, long ones by whatever names.
"""

import builtins
import io
import itertools
import keyword
import tokenize
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from coursekit.grading import course

if TYPE_CHECKING:  # imported where answers are compared
    import numpy as np

ALIKE = 90  # per cent of the tokens, in order
SHORTEST = 30  # tokens; below, everybody writes the same
LONGEST = 2_000  # tokens; the course's own answers end at about 400, and nobody may fill the hours
LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip
LONG = 12  # tokens of a line; a shorter one of the same shape may be anybody's
Form = tuple[str, ...]
Base = frozenset[Form]  # lines that were given
Line = list[tuple[str, bool]]  # each token, and True if it is a name that the author chose


def tokens(code: str, base: Base = frozenset()) -> Form:
    """The tokens of a definition, without what a copier changes first: names, comments, layout.

    Args:
        base: lines that do not count.
    """
    lines = _lines(code)
    if lines and lines[0][0][0] in ("def", "class"):
        lines[0] = _behind_colon(lines[0])
    return _numbered([line for line in lines if _key(line) not in base])


@cache
def given(lesson: str) -> Base:
    """The lines of code in a lesson's own notebook, as learners get it; of a pack, none."""
    cells = [cell.source for cell in course.cells(lesson) if cell.kind == "code"]
    return frozenset(_key(line) for text in cells for line in _lines(text))


def _behind_colon(line: Line) -> Line:
    """What stands behind a signature on its own line."""
    depth = 0
    for n, (token, _) in enumerate(line):
        depth += (token in "([{") - (token in ")]}")
        if token == ":" and not depth:
            return line[n + 1 :]
    return []


def _key(line: Line) -> Form:
    """By what a line is known again."""
    return _numbered([line]) if len(line) >= LONG else tuple(token for token, _ in line)


def _numbered(lines: Sequence[Line]) -> Form:
    names: dict[str, str] = {}
    return tuple(
        names.setdefault(token, f"name{len(names)}") if chosen else token
        for line in lines
        for token, chosen in line
    )


def _lines(code: str) -> list[Line]:
    """A text's logical lines; none of a text that is no Python."""
    try:
        reader = tokenize.generate_tokens(io.StringIO(code).readline)
        raw = list(itertools.islice(reader, 10 * LONGEST))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return []
    return [line for line in _split(raw) if line]


def _split(raw: Sequence[tokenize.TokenInfo]) -> Iterator[Line]:
    line: Line = []
    statement = True
    for before, token in zip([None, *raw], raw, strict=False):
        if token.type in LAYOUT:
            statement = statement or token.type not in (tokenize.COMMENT, tokenize.NL)
            if token.type == tokenize.NEWLINE:
                yield line
                line = []
            continue
        if token.type == tokenize.STRING and statement:
            continue  # a docstring, the course's own
        statement = False
        text = token.string
        chosen = token.type == tokenize.NAME and not keyword.iskeyword(text)
        attribute = before is not None and before.string == "."
        line.append((text, chosen and not hasattr(builtins, text) and not attribute))
    yield line


def compare(forms: Sequence[Form], others: Sequence[Form] = ()) -> "np.ndarray":
    """How alike each form is to each, and to each of the others behind them, in per cent.

    Returns:
        (F, F + O) whole numbers; 0 where it is under ALIKE.
    """
    import numpy as np
    from rapidfuzz.process import cdist

    # One character for each token: rapidfuzz is fastest on strings.
    numbers: dict[str, int] = {}
    every = [*forms, *others]
    lines = ["".join(chr(numbers.setdefault(t, len(numbers) + 1)) for t in f) for f in every]
    mine = lines[: len(forms)]
    square = cdist(mine, mine, score_cutoff=ALIKE, dtype=np.uint8)
    if not others:
        return square
    more = cdist(mine, lines[len(forms) :], score_cutoff=ALIKE, dtype=np.uint8)
    return np.concatenate([square, more], axis=1)


def parts(near: "np.ndarray") -> list[list[int]]:
    """The connected parts of a table (F, F + O) of who is near whom."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows, columns = near.nonzero()
    size = near.shape[1]
    links = coo_matrix((near[rows, columns] > 0, (rows, columns)), shape=(size, size))
    count, label = connected_components(links, directed=False)
    found: list[list[int]] = [[] for _ in range(count)]
    for i, part in enumerate(label):
        found[part].append(i)
    return found
