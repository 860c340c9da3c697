"""Three samples: what batch norm's backward pass lets through of a gradient."""

import numpy as np

from coursekit.norms import normalize, normalize_backward
from coursekit.widgets.explorable import Explorable, Slider, State, Step, fixed

# The plane of centred vectors: two unit vectors at right angles to (1, 1, 1) and to each other.
PLANE = np.array([[2, -1, -1], [0, np.sqrt(3), -np.sqrt(3)]]) / np.sqrt([[6], [6]])


def frame(state: State):
    """x̂ at an angle on the circle, dy there, and its three parts: along 1, along x̂, and dx."""
    angle, sigma = np.radians(state["angle"]), state["sigma"]
    x_hat = np.sqrt(3) * np.array([np.cos(angle), np.sin(angle)]) @ PLANE
    dy = np.array(state["pull"]) @ PLANE + state["shift"]
    dx = (dy - dy.mean() - x_hat * (dy * x_hat).mean()) / sigma
    along = (dy * x_hat).mean() * x_hat
    removed = 1 - (dx * sigma) @ (dx * sigma) / (dy @ dy) if dy @ dy > 1e-9 else 0.0
    words = (
        f"x̂ = {vector(x_hat)}, dy = {vector(dy)}. Removed: the mean, {fixed(dy.mean())}, and the "
        f"part along x̂, {vector(along)}: {fixed(100 * removed, 0)} % of dy's square. "
        f"Left, divided by σ = {fixed(sigma)}: dx = {vector(dx)}."
    )
    flat = {"x_flat": PLANE @ x_hat, "along_flat": PLANE @ along, "dx_flat": PLANE @ dx}
    arrays = {"x_hat": x_hat, "dy": dy, "dx": dx} | flat
    return {k: v.tolist() for k, v in arrays.items()} | {"removed": removed, "words": words}


def by_the_layer(state: State):
    """The same dx through the course's own layer, from an x with mean 7 and this σ."""
    x = 7 + state["sigma"] * np.array(frame(state)["x_hat"])
    x_hat, inv_std = normalize(x, 0, eps=0.0)
    return normalize_backward(np.array(frame(state)["dy"]), x_hat, inv_std, 0)


def vector(v) -> str:
    return f"({', '.join(fixed(c) for c in v)})"


GRADIENT_CIRCLE = Explorable(
    name="gradient_circle",
    title="What the gradient loses",
    about="The plane of all centred vectors of three samples, seen from above. x̂ lies on a circle "
    "of radius √3; the arrow dy starts there and is split into a part along x̂, which is removed, "
    "and one along the circle, which passes. A bar beside it shows the mean of dy, also removed.",
    frame=frame,
    first={"angle": 30, "sigma": 1, "shift": 0.5, "pull": [0.4, 1.4]},
    controls=(
        Slider("angle", "x̂ at", 0, 360, 5),
        Slider("shift", "mean of dy", -1, 1, 0.1),
        Slider("sigma", "σ of x", 0.25, 2, 0.25),
    ),
    steps=(
        Step("A gradient that is the same for all three samples: nothing passes.",
             {"shift": 1, "pull": [0, 0]}),
        Step("A gradient along x̂, which would only stretch it: nothing passes.",
             {"shift": 0, "pull": [1.0392, 0.6]}),
        Step("A gradient along the circle passes whole.", {"shift": 0, "pull": [-0.6, 1.0392]}),
        Step("A wide batch, σ = 2, hears half of it; a narrow one is shaken.",
             {"shift": 0, "pull": [-0.6, 1.0392], "sigma": 2}),
    ),
    size=(700, 340),
    data=lambda: {"plane": PLANE.tolist()},
)  # fmt: skip
