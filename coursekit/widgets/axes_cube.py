"""Which values share a mean: three images of six channels and 2 × 2 pixels, under four norms."""

import numpy as np

from coursekit.widgets.explorable import Choice, Explorable, State, Step

N, C, H, W = SHAPE = (3, 6, 2, 2)
LETTERS = "ABCDEFGHIJKLMNOPQR"
METHODS = {"batch": "batch", "layer": "layer", "instance": "instance", "group": "group"}
SHARED = {
    "batch": "its channel, in every sample",
    "layer": "its sample, all channels",
    "instance": "its sample and channel",
    "group": "its sample and group of channels",
}


def frame(state: State):
    """Give every cell the number of its statistic, and follow the chosen one through memory."""
    ids = statistics(state["method"], int(state["groups"]))
    flat = ids.ravel()
    n, c, h, w = np.unravel_index(state["cell"], SHAPE)
    mine = flat[state["cell"]]
    count, size = int(flat.max()) + 1, int((flat == mine).sum())
    order = np.arange(flat.size).reshape(SHAPE)
    if state["layout"] == "NHWC":
        order = order.transpose(0, 2, 3, 1)
    in_memory = (flat[order.ravel()] == mine).astype(int)
    runs = int((np.diff(in_memory, prepend=0) == 1).sum())
    group = f" with {state['groups']} groups" if state["method"] == "group" else ""
    words = (
        f"{METHODS[state['method']].capitalize()} norm{group}: {count} "
        f"statistic{'s' if count > 1 else ''} (a mean and a variance each), "
        f"over {size} values each. "
        f"Sample {n}, channel {c}, pixel ({h}, {w}) shares {LETTERS[mine]} with "
        f"{SHARED[state['method']]}. In {state['layout']} memory these lie in {runs} "
        f"run{'s' if runs > 1 else ''}."
    )
    return {
        "ids": flat.tolist(),
        "order": order.ravel().tolist(),
        "count": count,
        "size": size,
        "runs": runs,
        "words": words,
    }


def statistics(method: str, groups: int):
    """Number the statistics in order of their first cell. -> (N, C, H, W)"""
    n, c, _, _ = np.indices(SHAPE)
    if method == "batch":
        return c
    per_sample = {"layer": 1, "instance": C, "group": groups}[method]
    return n * per_sample + c // (C // per_sample)


AXES_CUBE = Explorable(
    name="axes_cube",
    title="Who shares a statistic",
    about="Three samples side by side, each a table of six channels by four pixels. Cells that "
    "share a mean and variance bear the same letter and hue; one cell is chosen and its partners "
    "are outlined. Below, all 72 cells in the order in which memory holds them.",
    frame=frame,
    first={"method": "batch", "groups": "2", "layout": "NCHW", "cell": 26},
    controls=(
        Choice("method", "Norm", METHODS),
        Choice("groups", "Groups (group norm)", {g: g for g in ("1", "2", "3", "6")}),
        Choice("layout", "Memory", {"NCHW": "NCHW", "NHWC": "NHWC"}),
    ),
    steps=(
        Step("One statistic per channel, and it crosses all samples. No other norm here does that.",
             {"cell": 0}),
        Step("Layer norm: one per sample. No sample sees another.", {"method": "layer"}),
        Step("Instance norm: one per sample and channel, over four pixels only.",
             {"method": "instance"}),
        Step("Group norm lies between: 1 group is layer norm, 6 groups are instance norm.",
             {"method": "group"}),
        Step("Channels last: batch norm's values are now strewn through memory.",
             {"layout": "NHWC"}),
    ),
    size=(700, 300),
    data=lambda: {"shape": list(SHAPE), "letters": LETTERS, "shared": SHARED},
)  # fmt: skip
