"""Every single edit that mutmut makes of a source: run by the Python of `.venv-mutmut`.

mutmut was chosen, and its version pinned in tests/mutmut.lock, before anything was judged: it is a
widely used mutation tool that is still kept up, under this course's own licence; its operators are
functions from a node to nodes, so that they can be taken as they are and draw nothing at random;
and among them are arguments left out (`axis`, `keepdims`), which are common slips in numerical
code. cosmic-ray has no such operator, exchanges each operation for eleven others, of which five
take no floats, and draws two of its operators at random; mutatest wants a coverage of before 2021.

Every operator of its list is used, with its own rules of what is never mutated.

    .venv-mutmut/bin/python tests/named/mutmut_edits.py < {name: source} > {name: [edit, ...]}

An edit is [operator, start, end, new text]: characters of the source, and what stands there now.
"""

import json
import sys
from collections.abc import Callable
from importlib.metadata import version

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

NOTHING = IgnoredCode(set(), set(), set())  # a right answer tells no tool what to leave alone


def edits(source: str) -> list[list]:
    """The edits of one source; two that come to the same text are one."""
    found, seen = [], {source}
    for kind, operator in mutation_operators:
        wrapper = MetadataWrapper(cst.parse_module(source))
        visitor = MutationVisitor([(kind, operator)], NOTHING)
        module = wrapper.visit(visitor)
        for made in visitor.mutations:
            changed = module.deep_replace(made.original_node, made.mutated_node).code
            if changed not in seen:
                seen.add(changed)
                found.append([name(operator), *between(source, changed)])
    return found


def name(operator: Callable) -> str:
    """What an operator is called: operator_arg_removal -> arg_removal."""
    return operator.__name__.removeprefix("operator_")


def between(old: str, new: str) -> tuple[int, int, str]:
    """The one place where two texts differ: where it starts and ends in the old, and the new."""
    short = min(len(old), len(new))
    start = next((i for i in range(short) if old[i] != new[i]), short)
    tail, most = 0, short - start
    while tail < most and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return start, len(old) - tail, new[start : len(new) - tail]


if __name__ == "__main__":
    sources = json.load(sys.stdin)
    about = {
        "tool": f"mutmut {version('mutmut')}",
        "operators": [name(operator) for _, operator in mutation_operators],
    }
    json.dump(about | {"edits": {n: edits(s) for n, s in sources.items()}}, sys.stdout)
