"""The cells of a lesson that depend on a learner's answers, and those that these need."""

import ast

from coursekit.authoring.build import build
from coursekit.checking import Exercise
from coursekit.exercises import load


def names(text: str) -> tuple[set[str], set[str], set[str]]:
    """The names that a cell reads, those that it binds, and those that it surely binds anew."""
    reads, binds = set(), set()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (reads if isinstance(node.ctx, ast.Load) else binds).add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            reads.add(node.target.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            binds.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            binds |= {(a.asname or a.name).partition(".")[0] for a in node.names}
    plain = [part for s in tree.body if isinstance(s, ast.Assign) for part in s.targets]
    plain += [s.target for s in tree.body if isinstance(s, ast.For)]
    anew = {n.id for p in plain for n in ast.walk(p) if isinstance(n, ast.Name)}
    return reads, binds, anew


def lesson(source):
    """A solved lesson's cells that matter to its answers, as (id, text), and its exercises' names.

    A cell matters that reads an answer, or what another such cell made, and each cell that binds a
    name which one of these reads. What is left out is as it is whatever the learner answers.
    """
    cells = [c for c in build(source, solved=True)["cells"] if c["cell_type"] == "code"]
    texts = [(c["id"], "".join(c["source"])) for c in cells]
    known = [names(text) for _, text in texts]
    tasks = load(source.stem.partition("_")[2]).values()
    answers = {t.name for t in tasks if isinstance(t, Exercise)}
    keep, spoilt = set(), set(answers)
    for n, (reads, binds, anew) in enumerate(known):
        if reads & spoilt or binds & answers:
            keep.add(n)
            spoilt |= binds
        spoilt -= set() if n in keep else anew
    needed: set[str] = set()
    for n in reversed(range(len(known))):
        reads, binds, _ = known[n]
        if n in keep or binds & needed:
            keep.add(n)
            needed |= reads
    return [texts[n] for n in sorted(keep)], answers
