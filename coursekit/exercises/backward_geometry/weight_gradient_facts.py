"""The exercise weight_gradient_facts of the lesson backward_geometry."""

import numpy as np

from coursekit.checking import draws, exercise


def losses(rng):
    """Gradients of losses in one weight vector: behind a norm, almost behind one, behind none."""
    X, t = rng.standard_normal((8, 3)) * [1, 2, 0.5], rng.standard_normal(8)
    w = rng.uniform(0.5, 2, 3) * [1, -1, 1]

    def behind_norm(w, eps=0.0):
        u = X @ w
        inv_std = 1 / np.sqrt(u.var() + eps)
        h = (u - u.mean()) * inv_std
        g = h - t
        return X.T @ (inv_std * (g - g.mean() - h * (g * h).mean()))

    def bare(w):
        return X.T @ (X @ w - t)

    def weight_norm(w):
        length = np.linalg.norm(w)
        g = X.T @ (X @ w / length - t)
        return (g - w * (w @ g) / length**2) / length

    yield "batch norm behind w, eps = 0, a = 2", (behind_norm, w, 2.0)
    yield "the same, a = 0.1", (behind_norm, w, 0.1)
    yield "no norm: least squares, a = 3", (bare, w, 3.0)
    yield "batch norm with eps = 0.3, a = 0.5", (lambda w: behind_norm(w, 0.3), w, 0.5)
    yield "weight norm, a = 1.5", (weight_norm, w, 1.5)
    yield "batch norm and weight decay, a = 4", (lambda w: behind_norm(w) + 0.3 * w, w, 4.0)
    yield "batch norm and a pull outwards, a = 2", (lambda w: behind_norm(w) - 0.3 * w, w, 2.0)


def any_loss(rng):
    """A quadratic loss, that of the direction alone, or a mixture, in any number of weights."""
    D = int(rng.integers(1, 7))
    A, b = rng.standard_normal((D, D)), rng.uniform(1, 2, D)
    A, part = A @ A.T + np.eye(D), float(rng.choice([0, 0.3, 1])) if D > 1 else 1.0

    def gradient(w):
        length = np.linalg.norm(w)
        g = (A @ w / length - b) / length
        return part * (A @ w - b) + (1 - part) * (g - w * (w @ g) / length**2)

    w = draws.size(rng, 0.1, 10) * rng.uniform(0.5, 2, D) * draws.sign(rng, D)
    return gradient, w, draws.size(rng, 0.1, 10)


@exercise(
    cases=losses,
    domain=any_loss,
    atol=1e-11,  # a cosine is a share of 1, and the rounding of 1 where it should be 0
    hints=(
        "Two gradients are all you need: at w and at a · w. The rest is dot products and lengths.",
        "For batch norm with eps = 0 the cosine is 0, the ratio 1/a, the turn 1, and the growth "
        "above 1. Which of the four is not, and is it then the reciprocal, the square, or not "
        "divided by the lengths?",
        "g, g_a = gradient(w), gradient(___)\n"
        "size = np.linalg.norm\n"
        'return {"cosine": w @ g / (size(___) * size(___)), "ratio": size(___) / size(___),\n'
        '        "turn": ___ @ ___ / (size(g) * size(g_a)), "growth": size(w - ___) / size(w)}',
    ),
    points=2,
    minutes=8,
    difficulty=3,
    ask="The weights grow with every step of gradient descent. What happens to the step, seen as a "
    "turn of w?",
)
def weight_gradient_facts(gradient, w, a):
    """Whether a loss sees the length of w (D,): cosine, ratio, turn and growth. -> dict"""
    g, g_scaled = gradient(w), gradient(a * w)
    size = np.linalg.norm
    return {
        "cosine": w @ g / (size(w) * size(g)),
        "ratio": size(g_scaled) / size(g),
        "turn": g_scaled @ g / (size(g_scaled) * size(g)),
        "growth": size(w - g) / size(w),
    }


@weight_gradient_facts.alternative
def facts_from_unit_vectors(gradient, w, a):
    def split(v):
        length = np.sqrt(np.sum(v**2))
        return length, v / length

    (n_w, u_w), (n_g, u_g), (n_a, u_a) = map(split, (w, gradient(w), gradient(w * a)))
    step = split(n_w * u_w - n_g * u_g)[0]
    facts = {"turn": np.dot(u_a, u_g), "ratio": n_a / n_g, "cosine": np.dot(u_w, u_g)}
    return facts | {"growth": step / n_w}


@weight_gradient_facts.alternative
def facts_on_plain_numbers(gradient, w, a):
    def dot(u, v):
        return sum(float(p) * float(q) for p, q in zip(u, v, strict=True))

    g, h = gradient(w), gradient(np.array([a * v for v in w]))
    ww, gg, hh, wg = dot(w, w), dot(g, g), dot(h, h), dot(w, g)
    return dict(
        cosine=wg / (ww * gg) ** 0.5,
        ratio=(hh / gg) ** 0.5,
        turn=dot(g, h) / (gg * hh) ** 0.5,
        growth=((ww - 2 * wg + gg) / ww) ** 0.5,
    )


@weight_gradient_facts.alternative
def facts_from_one_gram_matrix(gradient, w, a):
    rows = np.stack([w, gradient(w), gradient(a * w), w - gradient(w)])
    gram = np.einsum("in,jn->ij", rows, rows)
    size = np.sqrt(np.diag(gram))
    cosines = gram / np.outer(size, size)
    return {
        "cosine": cosines[0, 1],
        "turn": cosines[1, 2],
        "ratio": size[2] / size[1],
        "growth": size[3] / size[0],
    }


facts = weight_gradient_facts
