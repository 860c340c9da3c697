"""Batch norm as a graph of eight nodes: each one's value, gradient, shape; and wires to cut."""

import numpy as np

from coursekit.widgets.explorable import Choice, Explorable, Slider, State, Step, fixed

EPS, GAMMA, BETA = 0.1, 2.0, 1.0
UPSTREAM = {"mixed": [0.5, -1.0, 2.0], "one": [1.0, 0.0, 0.0], "sum": [1.0, 1.0, 1.0]}
NODES = ("x", "mu", "centered", "square", "var", "inv_std", "x_hat", "y")
FORMULAS = {
    "x": "dx = d(x − μ) + dμ / 3",
    "mu": "dμ = −Σ d(x − μ)",
    "centered": "d(x − μ) = dx̂ / √(σ² + ε) + 2 (x − μ) d[(x − μ)²]",
    "square": "d[(x − μ)²] = dσ² / 3",
    "var": "dσ² = −½ (σ² + ε)^(−3/2) · d(1/√)",
    "inv_std": "d(1/√) = Σ dx̂ (x − μ)",
    "x_hat": "dx̂ = γ dy",
    "y": "dy comes from the loss",
}
LABELS = {
    "x": "x",
    "mu": "μ",
    "centered": "x − μ",
    "square": "(x − μ)²",
    "var": "σ²",
    "inv_std": "1/√(σ² + ε)",
    "x_hat": "x̂",
    "y": "y = γx̂ + β",
}


def frame(state: State):
    """Values forward, gradients backward; a cut wire carries no gradient."""
    dy = np.array(UPSTREAM[state["upstream"]])
    value = forward(np.array([1.0, 2.0, state["last"]]))
    no_mean, no_var = state["cut"] in ("mean", "both"), state["cut"] in ("var", "both")
    grad = backward(value, dy, mean=no_mean, var=no_var)
    truth = backward(value, dy)["x"]
    node = NODES[state["node"]]
    error = np.abs(grad["x"] - truth).max()
    verdict = "" if state["cut"] == "none" else f" The cut makes dx wrong by up to {fixed(error)}."
    words = (
        f"{LABELS[node]} is {vector(value[node])}; its gradient is {vector(grad[node])}, "
        f"of shape ({value[node].size},). {FORMULAS[node]}."
    )
    words += (f" dx = {vector(grad['x'])}." if node != "x" else "") + verdict
    return {
        "value": {k: v.tolist() for k, v in value.items()},
        "grad": {k: v.tolist() for k, v in grad.items()},
        "truth": truth.tolist(),
        "words": words,
    }


def forward(x):
    """Every node's value, for x of three samples and one feature."""
    mu = x.mean(keepdims=True)
    centered = x - mu
    square = centered**2
    var = square.mean(keepdims=True)
    inv_std = 1 / np.sqrt(var + EPS)
    x_hat = centered * inv_std
    y = GAMMA * x_hat + BETA
    return dict(zip(NODES, (x, mu, centered, square, var, inv_std, x_hat, y), strict=True))


def backward(value, dy, *, mean=False, var=False):
    """Every node's gradient; `mean` and `var` cut the wire out of μ and out of 1/√(σ² + ε)."""
    d_x_hat = GAMMA * dy
    d_inv_std = (0 if var else 1) * (d_x_hat * value["centered"]).sum(keepdims=True)
    d_var = -0.5 * value["inv_std"] ** 3 * d_inv_std
    d_square = np.broadcast_to(d_var / 3, (3,))
    d_centered = d_x_hat * value["inv_std"] + 2 * value["centered"] * d_square
    d_mu = (0 if mean else -1) * d_centered.sum(keepdims=True)
    dx = d_centered + d_mu / 3
    grads = (dx, d_mu, d_centered, d_square, d_var, d_inv_std, d_x_hat, dy)
    return dict(zip(NODES, grads, strict=True))


def vector(v) -> str:
    return ", ".join(fixed(c) for c in np.atleast_1d(v))


GRAPH = Explorable(
    name="graph",
    title="Batch norm as a graph",
    about="Eight boxes joined by arrows: x, its mean, x minus the mean, the square of that, the "
    "variance, one over its root, x hat, and y. Each box holds its value and, below, its gradient.",
    frame=frame,
    first={"node": 0, "cut": "none", "upstream": "mixed", "last": 6},
    controls=(
        Choice("upstream", "dy", {"mixed": "0.5, −1, 2", "one": "1, 0, 0", "sum": "1, 1, 1"}),
        Choice("cut", "Cut", {"none": "nothing", "mean": "μ", "var": "σ²", "both": "both"}),
        Slider("last", "third x", -6, 10, 0.5),
    ),
    steps=(
        Step("Backwards from y: each box needs only the gradient of the boxes after it.",
             {"node": 6}),
        Step("x − μ feeds two boxes, so two gradients meet in it and are added.", {"node": 2}),
        Step("Treat the mean as a constant: dx no longer sums to 0.", {"node": 1, "cut": "mean"}),
        Step("Treat the variance as a constant: dx keeps a part along x̂.",
             {"node": 5, "cut": "var"}),
        Step("The loss sum(y) sends 1, 1, 1, and x learns nothing: never test with it.",
             {"node": 0, "upstream": "sum"}),
    ),
    size=(700, 300),
    data=lambda: {
        "nodes": list(NODES), "labels": LABELS, "formulas": FORMULAS, "upstream": UPSTREAM
    },
)  # fmt: skip
