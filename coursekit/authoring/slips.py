"""Which edits of a right answer make a wrong one, so that they are what `checking.edits` reads."""

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

from coursekit.checking.edits import Edit, edited
from coursekit.errors import ExerciseError

MOST = 4  # edits; more is another algorithm
LARGEST = 0.6  # of the body's text may be exchanged; more is another algorithm
ONE_LINE = 100  # characters, of which an edit may always be
OPERATIONS = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.UnaryOp, ast.Tuple)


class Change(NamedTuple):
    """A stretch of lines and columns of one source, and the text that takes its place."""

    start: int  # offsets into the right answer's source
    end: int
    new: str


def edits_between(right: str, wrong: str) -> tuple[Edit, ...]:
    """The edits that make of one function's source the other's; none where no small ones do.

    What does not count is not edited: comments, layout, the docstring, the function's name.
    """
    [mine], [theirs] = ast.parse(right).body, ast.parse(wrong).body
    assert isinstance(mine, ast.FunctionDef | ast.ClassDef)
    if type(mine) is not type(theirs):
        return ()
    body = len(right) - _Text(right).offset(*_start(_code(mine)[0]))
    for wrap in (False, True):
        changes = _apart(right, [*_changes(_Text(right), mine, _Text(wrong, wrap), theirs)])
        sizes = [(change.end - change.start, len(change.new)) for change in changes]
        changed = max(map(sum, zip(*sizes, strict=True)), default=0)
        if 0 < len(changes) <= MOST and changed <= max(ONE_LINE, LARGEST * body):
            made = tuple(_edit(right, change) for change in changes)
            if _comes_to(right, made, theirs):
                return made
    return ()


def _comes_to(right: str, edits: tuple[Edit, ...], wrong: ast.AST) -> bool:
    try:
        return _bare(ast.parse(edited(right, edits)).body[0]) == _bare(wrong)
    except (ExerciseError, SyntaxError):
        return False


def written(edits: tuple[Edit, ...]) -> str:
    """The lines of a mistakes' file that say these edits."""
    blocks = []
    for edit in edits:
        lines = [f"- {line}".rstrip() for line in edit.old.splitlines()]
        lines += [f"+ {line}".rstrip() for line in edit.new.splitlines() or [""]]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


class _Text:
    """A source with its lines' offsets; columns of `ast` count bytes."""

    def __init__(self, source: str, wrap: bool = False):
        self.source, self.lines = source, source.splitlines(keepends=True)
        self.wrap = wrap  # operations go in parentheses

    def offset(self, line: int, column: int) -> int:
        here = self.lines[line - 1].encode()[:column].decode()
        return sum(map(len, self.lines[: line - 1])) + len(here)

    def span(self, first: ast.AST, last: ast.AST) -> tuple[int, int]:
        return self.offset(*_start(first)), self.offset(last.end_lineno, last.end_col_offset)  # type: ignore[attr-defined]

    def text(self, first: ast.AST, last: ast.AST) -> str:
        """The text of nodes, its later lines moved left by the indent of its first."""
        start, end = self.span(first, last)
        row = self.lines[_start(first)[0] - 1]
        indent = row[: len(row) - len(row.lstrip())]
        text = self.source[start:end].replace(f"\n{indent}", "\n")
        return f"({text})" if self.wrap and isinstance(first, OPERATIONS) else text


def _start(node: ast.AST) -> tuple[int, int]:
    """Line and column where a node begins, its decorators included."""
    first = min([node, *getattr(node, "decorator_list", ())], key=lambda one: one.lineno)
    column = first.col_offset - (first is not node)
    return first.lineno, column


def _changes(a: _Text, mine: ast.AST, b: _Text, theirs: ast.AST) -> Iterator[Change]:
    """The smallest nodes that differ, in the order of the fields."""
    if ast.dump(mine) == ast.dump(theirs):
        return
    inner: list[Change] | None = []
    for field in mine._fields:
        one, other = getattr(mine, field, None), getattr(theirs, field, None)
        top = field == "name" and isinstance(mine, ast.FunctionDef | ast.ClassDef)
        if inner is None or top or _same(one, other):
            continue
        if field == "body" and isinstance(one, list) and isinstance(other, list):
            inner += _statements(a, _code(mine), b, _code(theirs))
        elif isinstance(one, ast.AST) and type(one) is type(other):
            inner = _within(inner, a, one, b, other)
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for left, right in zip(one, other, strict=True):
                if not _same(left, right):
                    inner = _within(inner, a, left, b, right)
        else:
            inner = _within(inner, a, one, b, other)
    if inner is None:
        start, end = a.span(mine, mine)
        yield Change(start, end, b.text(theirs, theirs))
    else:
        yield from inner


def _within(
    inner: list[Change] | None, a: _Text, one: Any, b: _Text, other: Any
) -> list[Change] | None:
    """The changes with those inside two nodes; None where what is around them goes as a whole."""
    if inner is None:
        return None
    if isinstance(one, ast.arguments):
        return _arguments(inner, a, one, b, other)
    if not (hasattr(one, "lineno") and hasattr(other, "lineno")):
        return None
    if type(one) is type(other):
        return [*inner, *_changes(a, one, b, other)]
    text = b.text(other, other)
    if isinstance(one, ast.GeneratorExp):  # whose text may be that between a call's parentheses
        text = f"({text})"
    return [*inner, Change(*a.span(one, one), text)]


def _arguments(inner: Any, a: _Text, one: ast.arguments, b: _Text, other: ast.arguments) -> Any:
    """The parameter whose default differs, its name included: a bare number stands often."""
    mine, theirs = _parameters(one), _parameters(other)
    if mine is None or theirs is None or not mine or not theirs:
        return None
    if [name for name, *_ in mine] != [name for name, *_ in theirs]:
        first, last = mine[0][1], mine[-1][2]
        return [*inner, Change(*a.span(first, last), b.text(theirs[0][1], theirs[-1][2]))]
    for (_, arg, end), (_, arg2, end2) in zip(mine, theirs, strict=True):
        if a.text(arg, end) != b.text(arg2, end2):
            inner = [*inner, Change(*a.span(arg, end), b.text(arg2, end2))]
    return inner


def _parameters(given: ast.arguments) -> list[tuple[str, ast.AST, ast.AST]] | None:
    if given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs:
        return None
    paired = zip_longest(reversed(given.args), reversed(given.defaults))
    return [(arg.arg, arg, default or arg) for arg, default in paired][::-1]


def _statements(a: _Text, mine: list[ast.stmt], b: _Text, theirs: list[ast.stmt]) -> list[Change]:
    """What differs between two blocks: statements of the same kind are looked into."""
    one, other = ([ast.dump(node) for node in block] for block in (mine, theirs))
    found: list[Change] = []
    for tag, i, j, k, m in SequenceMatcher(a=one, b=other, autojunk=False).get_opcodes():
        if tag == "replace" and j - i == m - k:
            for left, right in zip(mine[i:j], theirs[k:m], strict=True):
                alike = type(left) is type(right)
                change = Change(*a.span(left, left), b.text(right, right))
                found += _changes(a, left, b, right) if alike else [change]
        elif tag == "replace":
            found.append(Change(*a.span(mine[i], mine[j - 1]), b.text(theirs[k], theirs[m - 1])))
        elif tag == "delete":
            found.append(Change(*a.span(mine[i], mine[j - 1]), ""))
        elif tag == "insert":
            beside = mine[i] if i < len(mine) else mine[-1]
            lines = [b.text(theirs[k], theirs[m - 1]), a.text(beside, beside)]
            new = "\n".join(lines if i < len(mine) else reversed(lines))
            found.append(Change(*a.span(beside, beside), new))
    return found


def _apart(source: str, changes: list[Change]) -> list[Change]:
    """The changes with enough around each that its old text stands once; none overlap.

    Nothing is left where one cannot stand once.
    """
    done: list[tuple[Change, Change]] = []  # as it was found, and with what is around it
    for change in sorted(changes):
        wider = _unique(source, change)
        while wider and done and done[-1][1].end > wider.start:
            before, _ = done.pop()
            between = source[before.end : change.start]
            change = Change(before.start, change.end, before.new + between + change.new)
            wider = _unique(source, change)
        if wider is None:
            return []
        done.append((change, wider))
    return [wider for _, wider in done]


def _unique(source: str, change: Change) -> Change | None:
    """The change with so much of its line around it that the old text stands once."""
    start, end, new = change
    row = source.rfind("\n", 0, start) + 1
    stop = source.find("\n", end)
    stop = len(source) if stop < 0 else stop
    begin = row + len(source[row:stop]) - len(source[row:stop].lstrip())
    stops = [(start, n) for n in range(end, stop + 1)]
    stops += [(n, stop) for n in range(start - 1, begin - 1, -1)]
    for first, last in stops:
        old = source[first:last]
        whole = (first == start or not _word(source, first)) and not _word(source, last)
        if whole and old.strip() == old and source.count(old) == 1:
            return Change(first, last, source[first:start] + new + source[end:last])
    return None


def _edit(source: str, change: Change) -> Edit:
    row = source[source.rfind("\n", 0, change.start) + 1 :]
    indent = row[: len(row) - len(row.lstrip())]
    old = source[change.start : change.end].replace(f"\n{indent}", "\n")
    return Edit(old, change.new, 0)


def _word(source: str, at: int) -> bool:
    """True if a name or a number goes on across that place."""
    return 0 < at < len(source) and (source[at - 1] + source[at]).replace("_", "a").isalnum()


def _code(node: ast.AST) -> list[ast.stmt]:
    """A block's statements without its docstring."""
    body: list[ast.stmt] = node.body  # type: ignore[attr-defined]
    told = isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None
    return body[told:]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return ast.dump(one) == ast.dump(other)
    return one == other


def _bare(node: ast.AST) -> list[str]:
    """What a function does, without its name and its docstring."""
    rest = [getattr(node, name, None) for name in ("args", "bases", "decorator_list")]
    heads = [ast.dump(one) for one in rest if isinstance(one, ast.AST)]
    return heads + [ast.dump(one) for one in _code(node)]
