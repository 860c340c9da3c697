"""What the norms' benchmark aims at, and what was found where an aim is missed."""

from typing import NamedTuple


class Target(NamedTuple):
    """A ratio of two columns, its bound, and why it stays where it is when it lies beyond."""

    table: str
    ratio: tuple[str, str]
    bound: float
    found: str
    at_least: bool = False
    only: str = ""  # the cases it is meant for: those whose title holds this

    def missed(self, stored) -> str:
        """The cases beyond the bound, and what was found; "" where there is none."""
        a, b = self.ratio
        ratios = {
            name: times[a] / times[b]
            for name, times in stored[self.table].items()
            if self.only in name and a in times and b in times
        }
        beyond = [
            f"{name} {ratio:.2f}"
            for name, ratio in ratios.items()
            if (ratio < self.bound if self.at_least else ratio > self.bound)
        ]
        if not beyond:
            return ""
        side = "below" if self.at_least else "above"
        head = f"{self.table}: {a} / {b} is {side} the target of {self.bound:g} for "
        return f"{head}{', '.join(beyond)}.\n{self.found}"


TARGETS = (
    Target(
        "torch, training",
        ("ours", "fused"),
        2.0,
        """\
The fused kernel sweeps over x twice, writes y once, and takes no other memory. Ours is one formula
for every method, in the paper's order: about eight sweeps forward and eleven back, one of each to
take off what the rounding of the mean left (0.03 at a mean of 1e6), over arrays of fresh memory
whose page faults cost about as much as the arithmetic. Where many values share a
weight (batch, instance and, in part, group norm) the backward sums first and scales the sums, which
saves two sweeps; in layer norm nothing is shared. Tried and left out: keeping x_hat for the
backward (a tenth faster; one more array held for each layer of a network), vector_norm for the
variance (faster over last axes, slower over the batch, and it adds float32 up plainly), var_mean
(over ten times slower on the CPU), addcmul_ in place (no rule under vmap).""",
    ),
    Target(
        "torch, eval",
        ("ours", "fused"),
        1.2,
        """\
(x - mean) * scale + shift is three sweeps where the fused kernel makes one of x * scale + shift: to
subtract first keeps the digits where the mean is large. torch.addcmul would save one of them, but
is slower still on images, where scale and shift are broadcast. At the MLP's size what is left are
the small operations that fold the statistics into scale.""",
    ),
    Target(
        "torch, training",
        ("torch_var", "ours"),
        3.0,
        """\
At the MLP's size every array fits into the cache, so that a teaching form loses little by its many
sweeps, and every operation's fixed cost counts on both sides.""",
        at_least=True,
        only="batch (256, 512)",
    ),
)
