"""The exercise adain of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.one_function_many_norms.inputs import images
from coursekit.exercises.one_function_many_norms.normalize import normalize as the_exercise

normalize = the_exercise.right


def pairs(rng):
    """Content and style of different sizes; one style without any contrast."""
    content = images(rng, 2, 3, 4, 5)
    yield "style of another size, eps = 0.1", (content, 2 + 3 * images(rng, 2, 3, 2, 6), 0.1)
    yield "1 image, eps = 0.3", (images(rng, 1, 4, 3, 2), 1 - images(rng, 1, 4, 5, 3), 0.3)
    yield "content and style the same image, eps = 0.1", (content, content.copy(), 0.1)
    grey = np.ones((2, 3, 3, 3)) * np.array([1.0, 2.0, 5.0]).reshape(1, 3, 1, 1)
    yield "eps left out", (content, images(rng, 2, 3, 5, 2))
    yield "a style that is one colour, eps = 1e-5", (content, grey, 1e-5)


def any_pair(rng):
    """Content and style of their own size and scale; a style of one colour now and then."""
    N, C, H, W = draws.sizes(rng, 4, high=5)
    content = draws.size(rng, 1e-6, 1e3) * images(rng, N, C, H, W)
    style = draws.size(rng, 1e-6, 1e3) * images(rng, N, C, *draws.sizes(rng, 2))
    if rng.random() < 0.2:
        style[:] = style[..., :1, :1]
    return draws.laid(rng, content), draws.laid(rng, style), draws.eps(rng)


@exercise(
    cases=pairs,
    domain=any_pair,
    hints=(
        "Instance norm takes an image's statistics away. AdaIN puts another image's in their "
        "place: its deviation is gamma, its mean is beta.",
        "Measure your output: is each channel's mean that of the style? Now try adain(x, x, 0.1). "
        "Is it x? If it is a little flatter, what has the style's deviation forgotten?",
        "pixels = (2, 3)\n"
        "std = np.sqrt(___.var(pixels, keepdims=True) + ___)\n"
        "mean = ___.mean(pixels, keepdims=True)\n"
        "return ___ * normalize(content, pixels, eps) + ___",
    ),
    minutes=6,
    difficulty=3,
    ask="AdaIN has nothing to learn. Where do its γ and β come from?",
)
def adain(content, style, eps=1e-5):
    """Give each channel of the content the style's mean and √(var + eps). (N, C, H, W) -> the same

    Image n of the content gets the statistics of image n of the style, and is normalized with the
    same eps, so that adain(x, x) is x. A variance divides by the number of pixels. Content and
    style agree in N and C; their pixels may differ in number.
    """
    pixels = (2, 3)
    std = np.sqrt(style.var(pixels, keepdims=True) + eps)
    mean = style.mean(pixels, keepdims=True)
    return std * normalize(content, pixels, eps) + mean


@adain.alternative
def adain_from_scratch(content, style, eps=1e-5):
    def statistics(x):
        return x.mean((2, 3), keepdims=True), x.var((2, 3), keepdims=True) + eps

    (mean, var), (style_mean, style_var) = statistics(content), statistics(style)
    return (content - mean) * np.sqrt(style_var / var) + style_mean


@adain.alternative
def adain_by_loops(content, style, eps=1e-5):
    y = np.empty_like(content)
    for n in range(content.shape[0]):
        for c in range(content.shape[1]):
            a, b = content[n, c], style[n, c]
            x_hat = (a - a.mean()) / np.sqrt(a.var() + eps)
            y[n, c] = x_hat * np.sqrt(b.var() + eps) + b.mean()
    return y


@adain.alternative
def adain_in_torch(content, style, eps=1e-5):
    import torch

    a, b = torch.from_numpy(content).flatten(2), torch.from_numpy(style).flatten(2)
    va, ma = torch.var_mean(a, dim=-1, correction=0, keepdim=True)
    vb, mb = torch.var_mean(b, dim=-1, correction=0, keepdim=True)
    return ((a - ma) / (va + eps).sqrt() * (vb + eps).sqrt() + mb).reshape(content.shape)


@adain.alternative
def adain_on_rows(content, style, eps=1e-5):
    rows = [x.reshape(x.shape[0] * x.shape[1], -1) for x in (content, style)]
    mean, style_mean = (r.mean(1)[:, None] for r in rows)
    std, style_std = (np.sqrt(r.var(1)[:, None] + eps) for r in rows)
    return ((rows[0] - mean) / std * style_std + style_mean).reshape(content.shape)
