"""Transformers of R replicas: inside, tokens are (R, B · T, D), as other layers here take them."""

from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor, nn

from coursekit.devices import generator
from coursekit.training.network import INITS, NORMS, Linear, _named
from coursekit.training.norms import RMSNorm
from coursekit.training.problem import Problem

PLACES = ("pre", "post", "out", "peri")
MakeNorm = Callable[[int, int], nn.Module]


class Attention(nn.Module):
    """Attention of several heads. Queries and keys are RMS-normalized where `qk` says so.

    `largest` holds, after a call in eval mode, the largest |logit| of each replica.
    """

    def __init__(
        self, sources: list[Generator], D: int, T: int, *, heads: int, causal: bool, qk: bool
    ):
        super().__init__()
        self.heads, self.T, self.causal = heads, T, causal
        self.mixed = Linear(sources, D, 3 * D, INITS["lecun"])
        self.out = Linear(sources, D, D, INITS["lecun"])
        R, d = len(sources), D // heads
        self.query_norm, self.key_norm = (RMSNorm(R, d) if qk else nn.Identity() for _ in range(2))
        self.largest: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:  # (R, B · T, D) -> same
        R, rows, D = x.shape
        parts = self.mixed(x).view(R, rows // self.T, self.T, 3, self.heads, D // self.heads)
        q, k, v = parts.permute(3, 0, 1, 4, 2, 5).reshape(3, R, -1, self.T, D // self.heads)
        q, k = self._normed(self.query_norm, q), self._normed(self.key_norm, k)
        logits = q @ k.transpose(-1, -2) / (D // self.heads) ** 0.5  # (R, B · heads, T, T)
        if not self.training:
            self.largest = logits.detach().abs().amax((1, 2, 3))
        if self.causal:
            later = torch.ones(self.T, self.T, dtype=torch.bool, device=x.device).triu(1)
            logits = logits.masked_fill(later, -torch.inf)
        y = logits.softmax(-1) @ v
        y = y.view(R, -1, self.heads, self.T, D // self.heads).transpose(2, 3)
        return self.out(y.reshape(R, rows, D))

    def _normed(self, norm: nn.Module, x: Tensor) -> Tensor:
        return norm(x.flatten(1, 2)).view_as(x)


class Placed(nn.Module):
    """One branch beside the stream, and its norms at one of PLACES."""

    def __init__(self, place: str, branch: nn.Module, R: int, D: int, make: MakeNorm):
        super().__init__()
        self.place, self.branch, self.first = place, branch, make(R, D)
        self.second = make(R, D) if place == "peri" else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        if self.place == "post":
            return self.first(x + self.branch(x))
        if self.place == "out":
            return x + self.first(self.branch(x))
        return x + self.second(self.branch(self.first(x)))


class Transformer(nn.Module):
    """Blocks of attention and a small network, on a table of numbers or on whole-number tokens.

    Args:
        seeds: one for each replica.
        problem: x (N, T · F), each row T tokens of F numbers, with y (N,): one class for a row;
            or x (N, T), whole numbers below `words`, with y (N, T): each token's next.
        tokens: T.
        words: how many different tokens there are; 0 where tokens are rows of numbers.
        place: one of PLACES. All but "post" have a last norm before what is read out.
        norm: a name in NORMS, or what makes a module for R replicas of D features.
        qk: normalize queries and keys.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        problem: Problem,
        *,
        tokens: int,
        words: int = 0,
        depth: int = 2,
        width: int = 32,
        heads: int = 4,
        place: str = "pre",
        norm: str | MakeNorm = RMSNorm,
        qk: bool = False,
    ):
        super().__init__()
        sources, R = [generator(seed) for seed in seeds], len(seeds)
        make, lecun, he = _named(norm, NORMS, "norm"), INITS["lecun"], INITS["he"]
        self.T, self.words = tokens, words
        features = words or problem.x.shape[1] // tokens
        self.stem = Linear(sources, features, width, lecun if not words else _unit)
        place_of = [0.5 * torch.randn(tokens, width, generator=source) for source in sources]
        self.position = nn.Parameter(torch.stack(place_of))  # (R, T, D)
        layers: list[nn.Module] = []
        for _ in range(depth):
            attention = Attention(sources, width, tokens, heads=heads, causal=words > 0, qk=qk)
            inner, last = (
                Linear(sources, *w, he) for w in ((width, 2 * width), (2 * width, width))
            )
            for branch in (attention, nn.Sequential(inner, nn.GELU(), last)):
                layers.append(Placed(place, branch, R, width, make))
        self.layers = nn.Sequential(*layers)
        self.end = nn.Identity() if place == "post" else make(R, width)
        self.out = Linear(sources, width, words or int(problem.y.max()) + 1, lecun)

    def forward(self, x: Tensor) -> Tensor:  # (R, B, ·) -> (R, B, classes) or (R, B · T, words)
        R, B = x.shape[:2]
        x = _one_hot(x, self.words) if self.words else x.reshape(R, B * self.T, -1)
        h = self.stem(x).view(R, B, self.T, -1) + self.position[:, None]
        h = self.end(self.layers(h.flatten(1, 2)))
        return self.out(h if self.words else h.view(R, B, self.T, -1).mean(2))

    def largest_logit(self) -> Tensor:
        """The largest |logit| of attention in the last call in eval mode, (R,)."""
        found = [m.largest for m in self.modules() if isinstance(m, Attention)]
        return torch.stack([one for one in found if one is not None]).amax(0)


def _unit(source: Generator, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
    """Rows of a table of tokens: each has numbers of size 1."""
    return torch.randn(fan_in, fan_out, generator=source), torch.zeros(fan_out)


def _one_hot(x: Tensor, words: int) -> Tensor:
    """(R, B, T) of whole numbers -> (R, B · T, words)"""
    return nn.functional.one_hot(x.flatten(1).long(), words).to(x.dtype)
