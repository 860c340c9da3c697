"""The exercise weight_gradient_facts of the lesson backward_geometry."""

import numpy as np

from coursekit.checking import exercise


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


@exercise(
    cases=losses,
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
    minutes=10,
    difficulty=3,
    ask="The weights grow with every step of gradient descent. What happens to the step, seen as a "
    "turn of w? Lesson 11 has the name: effective learning rate.",
)
def weight_gradient_facts(gradient, w, a):
    """Measure whether a loss sees the length of w: (D,). -> dict of four numbers

    gradient(w) gives the gradient of the loss at w, (D,). Keys:
        cosine: of the angle between w and ∇L(w).
        ratio: the length of ∇L(a · w) over that of ∇L(w).
        turn: cosine of the angle between ∇L(a · w) and ∇L(w).
        growth: the length of w − ∇L(w), one step with learning rate 1, over that of w.
    """
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


SCALED = {
    "right": lambda gradient, w, a: gradient(a * w),
    "outside": lambda gradient, w, a: a * gradient(w),
    "divided": lambda gradient, w, a: gradient(w / a),
    "unscaled": lambda gradient, w, a: gradient(w),
}
COSINE = {
    "right": lambda w, g: w @ g / np.linalg.norm(w) / np.linalg.norm(g),
    "dot": lambda w, g: w @ g,
    "squares": lambda w, g: w @ g / (w @ w) / (g @ g),
    "size": lambda w, g: abs(w @ g) / np.linalg.norm(w) / np.linalg.norm(g),
    "downhill": lambda w, g: -(w @ g) / np.linalg.norm(w) / np.linalg.norm(g),
}
RATIO = {
    "right": lambda g, h: np.linalg.norm(h) / np.linalg.norm(g),
    "upside down": lambda g, h: np.linalg.norm(g) / np.linalg.norm(h),
    "squared": lambda g, h: (h @ h) / (g @ g),
    "entries": lambda g, h: np.mean(h / g),
}
GROWTH = {
    "right": lambda w, g: np.linalg.norm(w - g) / np.linalg.norm(w),
    "uphill": lambda w, g: np.linalg.norm(w + g) / np.linalg.norm(w),
    "difference": lambda w, g: np.linalg.norm(w - g) - np.linalg.norm(w),
    "squared": lambda w, g: ((w - g) @ (w - g)) / (w @ w),
    "pythagoras": lambda w, g: np.sqrt(1 + (g @ g) / (w @ w)),
}
TURN = {
    "right": lambda w, g, h: h @ g / np.linalg.norm(g) / np.linalg.norm(h),
    "with w": lambda w, g, h: h @ w / np.linalg.norm(w) / np.linalg.norm(h),
    "dot": lambda w, g, h: h @ g,
}


@weight_gradient_facts.variant
def _(gradient, w, a, *, scaled="right", cosine="right", ratio="right", turn="right", grow="right"):
    g, h = gradient(w), SCALED[scaled](gradient, w, a)
    return {
        "cosine": COSINE[cosine](w, g),
        "ratio": RATIO[ratio](g, h),
        "turn": TURN[turn](w, g, h),
        "growth": GROWTH[grow](w, g),
    }


facts = weight_gradient_facts
ALONE = dict.fromkeys("scaled cosine ratio turn grow".split(), "right")  # pairs with none
facts.switch(
    "gradient_scaled",
    "You multiplied the gradient by a. Ask for the gradient at another place: gradient(a * w).",
    scaled="outside",
)
facts.switch(
    "weight_divided",
    "You went to w / a; the second gradient belongs to a * w.",
    **ALONE | {"scaled": "divided"},
)
facts.switch(
    "weight_not_scaled",
    "Your second gradient is taken at w again; take it at a * w.",
    scaled="unscaled",
)
facts.switch(
    "dot_for_cosine",
    "`cosine` is the plain dot product w · ∇L; divide it by both lengths.",
    cosine="dot",
)
facts.switch(
    "cosine_over_squares",
    "You divided w · ∇L by the squared lengths; a cosine divides by the lengths.",
    **ALONE | {"cosine": "squares"},
)
facts.switch("cosine_unsigned", "`cosine` has a sign; you dropped it.", cosine="size")
facts.switch(
    "cosine_downhill",
    "You took the angle between w and −∇L, the step; the one between w and ∇L is asked for.",
    **ALONE | {"cosine": "downhill"},
)
facts.switch(
    "ratio_upside_down",
    "`ratio` is upside down: the gradient at a · w over the one at w.",
    ratio="upside down",
)
facts.switch("ratio_squared", "`ratio` compares squared lengths; take the root.", ratio="squared")
facts.switch(
    "ratio_by_entry",
    "You averaged the ratios of the entries, which is no ratio of lengths unless the two "
    "gradients are parallel.",
    **ALONE | {"ratio": "entries"},
)
facts.switch("turn_against_w", "`turn` compares the two gradients, not one with w.", turn="with w")
facts.switch(
    "turn_not_divided",
    "`turn` must be divided by both gradients' lengths.",
    **ALONE | {"turn": "dot"},
)
facts.switch("uphill", "The step goes downhill: w − ∇L, not w + ∇L.", grow="uphill")
facts.switch(
    "growth_as_difference",
    "`growth` is the new length over the old one; you subtracted them.",
    grow="difference",
)
facts.switch(
    "growth_squared",
    "`growth` compares squared lengths; take the root.",
    **ALONE | {"grow": "squared"},
)
facts.switch(
    "pythagoras_assumed",
    "√(1 + |∇L|² / |w|²) holds where ∇L is orthogonal to w. That is to be found out: take the "
    "length of w − ∇L.",
    **ALONE | {"grow": "pythagoras"},
)


@facts.mistake(
    "w *= a writes into the caller's weights: what you compute after it sees a longer w."
)
def weights_overwritten(gradient, w, a):
    g = gradient(w)
    w *= a
    h, size = gradient(w), np.linalg.norm
    return {
        "cosine": w @ g / (size(w) * size(g)),
        "ratio": size(h) / size(g),
        "turn": h @ g / (size(h) * size(g)),
        "growth": size(w - g) / size(w),
    }
