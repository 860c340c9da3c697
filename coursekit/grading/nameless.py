"""The code of wrong answers whose cause has no name: what a new mistake can be made of."""

from collections.abc import Iterable

from coursekit.checking import Result
from coursekit.checking.source.reach import DEFINITIONS, read

LONGEST = 10_000  # characters; a longer one is no habit of anybody else's


def nameless(results: Iterable[Result], source: str) -> tuple[tuple[str, str], ...]:
    """(exercise, code) of each wrong answer that has a behaviour and no diagnosis.

    Args:
        source: of the notebook's cells, in which the last definition of a name counts.
    """
    wanted = {r.exercise for r in results if r.behaviour and not r.diagnosis}
    known = read(source) if wanted else None
    if known is None:
        return ()
    lines, found = source.split("\n"), {}
    for node in known.tree.body:
        if isinstance(node, DEFINITIONS) and node.name in wanted and node.end_lineno:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            code = "\n".join(lines[first - 1 : node.end_lineno])
            if len(code) <= LONGEST:
                found[node.name] = code
    return tuple(found.items())
