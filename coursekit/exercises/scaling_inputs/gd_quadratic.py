"""The exercise gd_quadratic of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.scaling_inputs.inputs import bowl


def descents(rng):
    H, b = bowl(rng, 2)
    yield "2 weights, 1 step", (H, b, rng.uniform(2, 4, 2), 0.3, 1)
    H, b = bowl(rng, 3)
    yield "3 weights, 4 steps", (H, b, rng.uniform(2, 4, 3), 0.3, 4)
    yield "the same, no step at all", (H, b, rng.uniform(2, 4, 3), 0.3, 0)
    H, b = bowl(rng, 4)
    yield "4 weights, 3 steps, a learning rate that diverges", (H, b, rng.uniform(2, 4, 4), 2.5, 3)


@exercise(
    cases=descents,
    hints=(
        "Two lines in a loop: the gradient where you stand, and a step against it. Before the "
        "loop, put the starting point on the path.",
        "Take 0 steps: your path should be w0 alone, shape (1, D). Take 1: is the second row "
        "w0 − lr · (H w0 − b)?",
        "w = w0\npath = [___]\nfor _ in range(steps):\n    gradient = ___ @ w - ___\n"
        "    w = w - ___ * gradient\n    path.append(___)\nreturn np.array(path)",
    ),
    points=2,
    minutes=6,
    difficulty=2,
    ask="Multiply H and b by 10 and divide lr by 10. What happens to the path?",
)
def gd_quadratic(H, b, w0, lr, steps):
    """Gradient descent on ½ wᵀHw − bᵀw: every point visited, w0 first. -> (steps + 1, D)"""
    w = w0
    path = [w]
    for _ in range(steps):
        gradient = H @ w - b
        w = w - lr * gradient
        path.append(w)
    return np.array(path)


@gd_quadratic.alternative
def into_an_array(H, b, w0, lr, steps):
    path = np.empty((steps + 1, len(w0)))
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * (H.dot(path[t]) - b)
    return path


@gd_quadratic.alternative
def by_recursion(H, b, w0, lr, steps):
    if steps == 0:
        return w0[None]
    return np.vstack(
        [w0, by_recursion(H, b, w0 + lr * b - lr * np.einsum("ij,j", H, w0), lr, steps - 1)]
    )


@gd_quadratic.alternative
def in_closed_form(H, b, w0, lr, steps):
    minimum = np.linalg.solve(H, b)
    shrink = np.eye(len(b)) - lr * H
    powers = [np.linalg.matrix_power(shrink, t) for t in range(steps + 1)]
    return np.array([minimum + p @ (w0 - minimum) for p in powers])


@gd_quadratic.alternative
def on_plain_lists(H, b, w0, lr, steps):
    w, path = list(w0), [list(w0)]
    for _ in range(steps):
        slope = [
            sum(h * v for h, v in zip(row, w, strict=True)) - c for row, c in zip(H, b, strict=True)
        ]
        w = [v - lr * s for v, s in zip(w, slope, strict=True)]
        path.append(w)
    return path


@gd_quadratic.variant
def _(H, b, w0, lr, steps, *, gradient="Hw - b", sign=-1, start="w0", keep=slice(None), rate=1):
    w = w0 if start == "w0" else np.zeros_like(w0)
    path = [w]
    for _ in range(steps):
        slope = {
            "Hw - b": lambda w: H @ w - b,
            "Hw + b": lambda w: H @ w + b,
            "Hw": lambda w: H @ w,
            "2Hw - b": lambda w: 2 * H @ w - b,
            "elementwise": lambda w: np.diag(H) * w - b,
            "first": lambda w: H @ w0 - b,
        }[gradient](w)
        w = w + sign * lr**rate * slope
        path.append(w)
    return np.array(path)[keep]


gd_quadratic.switch(
    "uphill",
    "You step along the gradient, uphill. Descent subtracts: w − lr · gradient.",
    sign=1,
)
gd_quadratic.switch(
    "b_added",
    "The gradient of −bᵀw is −b; you added b. The gradient is H w − b.",
    gradient="Hw + b",
)
gd_quadratic.switch(
    "b_forgotten",
    "b is nowhere in your gradient, so you walk to 0. The gradient is H w − b.",
    gradient="Hw",
)
gd_quadratic.switch(
    "half_forgotten",
    "Your gradient is 2 H w − b. The ½ in ½ wᵀHw takes the 2 away.",
    gradient="2Hw - b",
)
gd_quadratic.switch(
    "diagonal_only",
    "You used only the diagonal of H, as if no two weights knew of each other. H w is a matrix "
    "product, H @ w.",
    gradient="elementwise",
)
gd_quadratic.switch(
    "gradient_of_the_start",
    "You took the gradient once, at w0, and kept using it. Compute it anew at every point.",
    gradient="first",
)
gd_quadratic.switch(
    "started_at_zero",
    "Your path starts at 0; it should start at w0.",
    start="zero",
)
gd_quadratic.switch(
    "start_left_out",
    "Your path lacks its starting point: w0 is row 0, so there are steps + 1 rows.",
    keep=slice(1, None),
)
gd_quadratic.switch(
    "last_point_only",
    "You returned the last point alone. Return the whole path, steps + 1 rows.",
    keep=-1,
)


@gd_quadratic.mistake(
    "H * w multiplies column j by w[j] and gives a table. H w is a matrix product, H @ w."
)
def star_for_product(H, b, w0, lr, steps):
    w, path = w0, [w0]
    for _ in range(steps):
        w = w - lr * (H * w - b)
        path.append(w)
    return np.array(path)


@gd_quadratic.mistake(
    "All rows of your path are the same array: w -= … changes it in place, also where it already "
    "lies on the path, and w0 with it. Write w = w - … in its place."
)
def one_array_all_along(H, b, w0, lr, steps):
    w, path = w0, [w0]
    for _ in range(steps):
        w -= lr * (H @ w - b)
        path.append(w)
    return np.array(path)


@gd_quadratic.mistake("The path is right, but w0 was changed on the way. Copy it first.")
def w0_overwritten(H, b, w0, lr, steps):
    path = [w0.copy()]
    for _ in range(steps):
        w0 -= lr * (H @ w0 - b)
        path.append(w0.copy())
    return np.array(path)


@gd_quadratic.mistake(
    "You changed the weights one after another, each with the others already moved. The gradient "
    "is taken at one point, for all weights at once."
)
def one_weight_after_another(H, b, w0, lr, steps):
    w, path = w0.copy(), [w0.copy()]
    for _ in range(steps):
        for i in range(len(w)):
            w[i] -= lr * (H[i] @ w - b[i])
        path.append(w.copy())
    return np.array(path)


@gd_quadratic.mistake(
    "Your path is one point short: steps steps visit steps + 1 points, the last one included."
)
def end_left_out(H, b, w0, lr, steps):
    return gd_quadratic.right(H, b, w0, lr, max(steps - 1, 0))
