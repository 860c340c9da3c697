"""Every operator, by the name that docs/mutants.md counts it under."""

from mutating import calls, moves, names, values
from mutating.trees import Operator

OPERATORS: dict[str, Operator] = {
    "operation exchanged": values.arithmetic,
    "operands exchanged": values.operands,
    "term left out": values.terms,
    "elements exchanged": values.exchanged,
    "sign": values.signs,
    "comparison": values.comparisons,
    "condition negated or forced": values.conditions,
    "constant": values.constants,
    "index or slice": values.slices,
    "name for another": names.names,
    "two names exchanged": names.swapped,
    "attribute for another": names.attributes,
    "text for another": names.texts,
    "argument left out or exchanged": calls.arguments,
    "call left out": calls.dropped,
    "reduction": calls.reductions,
    "neighbour in the library": calls.neighbours,
    "term moved": moves.moved,
    "statement left out": moves.statements,
    "statements exchanged": moves.order,
}
