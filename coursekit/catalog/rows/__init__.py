"""The rows. To add a method, add one: its tests and its line in the README follow."""

from coursekit.catalog.row import Norm
from coursekit.catalog.rows import batch, sample, weights

NORMS: dict[str, Norm] = {norm.name: norm for norm in (*batch.ROWS, *sample.ROWS, *weights.ROWS)}
