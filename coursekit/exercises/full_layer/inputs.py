"""What the script of BatchNorm draws and observes."""

import torch

from coursekit.checking import AnswerError


def images(rng, N, C, *spatial):
    """(N, C, *spatial) in float32; each channel has its own mean, and a scale from 0.3 to 5."""
    scale = torch.logspace(-0.5, 0.7, C).view(1, C, *[1] * len(spatial))
    mean = torch.linspace(-1, 2, C).view(1, C, *[1] * len(spatial))
    noise = torch.from_numpy(rng.standard_normal((N, C, *spatial)).astype("float32"))
    return scale * (mean + noise)


def far_from_zero(rng, *shape):
    """float32 around 4096, in eighths: x² loses everything but x's distance from 4096, exactly.

    (4096 + d)² = 2²⁴ + 8192 d + d², and float32 has no room for a d² below 1/2 there. So the
    variance mean(x²) − mean(x)² is exactly 0, in whatever order its sums are taken.
    """
    eighths = torch.from_numpy(rng.integers(-5, 6, shape).astype("float32"))
    eighths.view(shape[0], shape[1], -1)[0, :, :2] = torch.tensor([-5.0, 5.0])  # never constant
    return 4096 + eighths / 8


def cotangent(rng, x):
    """A random dy: for a sum the gradient of a normalized batch would be 0."""
    return torch.from_numpy(rng.standard_normal(tuple(x.shape)).astype("float32"))


def kind_of(value):
    """Observed in place of what should be a layer: "a layer", or the value that is none."""
    return "a layer" if hasattr(value, "vjp") else value


def another(answer, *args, **options):
    """One more layer from the answer.

    Raises:
        AnswerError: what came is no layer.
    """
    layer = answer(*args, **options)
    if not hasattr(layer, "vjp"):
        raise AnswerError("TypeError", f"a layer was asked for, {type(layer).__name__} came")
    return layer


def dtypes(state):
    """The dtype of each saved tensor, by name; anything but a dict as it is."""
    if not isinstance(state, dict):
        return state
    return {k: str(getattr(v, "dtype", "none")).removeprefix("torch.") for k, v in state.items()}


def names_in(state):
    """What is saved, as one string; anything but a dict as it is."""
    return ", ".join(sorted(map(str, state))) if isinstance(state, dict) else state


def parameters(layer):
    return {name: layer.get(name) for name in ("weight", "bias")}


def statistics(layer):
    """The running statistics, and whether a graph hangs on them."""
    stored = {name: layer.get(name) for name in ("running_mean", "running_var")}
    graph = {f"{k}.requires_grad": getattr(v, "requires_grad", False) for k, v in stored.items()}
    return stored, graph
