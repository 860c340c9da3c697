"""One row per normalization method: tests, menus and the README's table read it from here."""

from coursekit.catalog.row import Norm as Norm
from coursekit.catalog.rows import NORMS as NORMS


def table() -> str:
    """Write the catalog as a Markdown table, for the README."""
    heads = (
        "Method",
        "One statistic over",
        "NumPy",
        "Layer",
        "PyTorch's own",
        "Keras's own",
        "Lesson",
    )
    rows = [heads, ("---",) * len(heads), *map(_cells, NORMS.values())]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cells(norm: Norm) -> tuple[str, ...]:
    return (
        f"[{norm.title}]({norm.source})",
        norm.shares,
        f"`{norm.forward.__name__}`",
        f"`{norm.module.__name__}`",
        *(f"`{own}`" if own else "" for own in (norm.torch, norm.keras)),
        norm.lesson[:2],
    )
