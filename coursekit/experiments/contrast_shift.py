"""Which norms keep reading a digit when the images' contrast and brightness change after training?

One small convolutional network, with another norm in it each time, learns clean digits. It is then
tested on the same test images, seen as a * image + b. Every arm trains with the learning rate of
0.01, 0.03, 0.1 and 0.3 that gave it the best clean accuracy on three other seeds (100 to 102).
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from coursekit.data import digit_split
from coursekit.devices import device, generator, one_thread
from coursekit.training import SGD, cosine

BATCH, STEPS = 32, 150


class Arm(NamedTuple):
    """One kind of network, and how it is trained."""

    norm: str  # in both blocks
    lr: float
    input_norm: bool = False  # one instance norm, nothing learned, on the image itself
    augment: bool = False  # train on images of random contrast and brightness
    padding: Literal["zeros", "replicate"] = (
        "zeros"  # what the convolutions see beyond the image's edge
    )


ARMS = {
    "no norm": Arm("none", 0.03),
    "batch norm": Arm("batch", 0.1),
    "layer norm": Arm("layer", 0.1),
    "group norm, 4 groups": Arm("group", 0.1),
    "instance norm": Arm("instance", 0.1),
    "instance norm, edges repeated": Arm("instance", 0.1, padding="replicate"),
    "batch norm, varied contrast": Arm("batch", 0.1, augment=True),
    "batch norm, instance norm first": Arm("batch", 0.1, input_norm=True),
}
NORMS: dict[str, Callable[[int], nn.Module]] = {
    "none": lambda C: nn.Identity(),
    "batch": nn.BatchNorm2d,
    "layer": lambda C: nn.GroupNorm(1, C),
    "group": lambda C: nn.GroupNorm(4, C),
    "instance": lambda C: nn.InstanceNorm2d(C, affine=True),
}
SHIFTS: dict[str, tuple[float, float] | None] = {  # (a, b), with pixels from 0 to 1
    "as trained": (1.0, 0.0),
    "contrast x 1/2": (0.5, 0.0),
    "contrast x 1/4": (0.25, 0.0),
    "contrast x 2": (2.0, 0.0),
    "brightness + 1": (1.0, 1.0),
    "each image its own": None,  # drawn per image by `varied`
    "inverted": (-1.0, 1.0),
}


def network(arm: Arm, seed: int) -> nn.Sequential:
    """Convolution, norm, ReLU and pooling, twice; then a linear layer. Drawn on the CPU."""
    first = [nn.InstanceNorm2d(1)] if arm.input_norm else []
    net = nn.Sequential(
        *first,
        nn.Conv2d(1, 8, 3, padding=1, padding_mode=arm.padding),
        NORMS[arm.norm](8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, padding_mode=arm.padding),
        NORMS[arm.norm](16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
    source = generator(seed)
    for layer in net:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=source)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return net.to(device())


def varied(x, source):
    """Give each image of x (N, 1, H, W) a contrast (lognormal, 0.8) and a brightness of its own."""
    per_image = (len(x), 1, 1, 1)
    contrast = torch.exp(0.8 * torch.randn(per_image, generator=source)).to(x.device)
    return contrast * x + torch.randn(per_image, generator=source).to(x.device)


def shifted(x, shift: str, source):
    """The images as they look under one of SHIFTS."""
    line = SHIFTS[shift]
    return varied(x, source) if line is None else line[0] * x + line[1]


def train(arm: Arm, seed: int, *, steps: int):
    """Train a network by SGD with momentum, the learning rate falling to 0 along a cosine."""
    found, source = digit_split(), generator(1000 + seed)
    center, spread = found.train.mean(), found.train.std()
    net = network(arm, seed)
    sgd = SGD(net.parameters(), arm.lr, momentum=0.9)
    net.train()
    for done in range(steps):
        rows = torch.randint(len(found.train), (BATCH,), generator=source).to(found.train.device)
        x = found.train[rows]
        x = varied(x, source) if arm.augment else x
        loss = F.cross_entropy(net((x - center) / spread), found.train_labels[rows])
        sgd.lr = cosine(arm.lr, done, steps)
        sgd.descend(loss)
    return net.eval()


@torch.no_grad()
def accuracies(net, seed: int):
    """The share of test images read correctly, for each of SHIFTS."""
    found, rows = digit_split(), []
    center, spread = found.train.mean(), found.train.std()
    for shift in SHIFTS:
        x = shifted(found.test, shift, generator(2000 + seed))
        answers = net((x - center) / spread).argmax(1)
        rows.append((answers == found.test_labels).float().mean().item())
    return rows


def measure(seeds, *, steps=STEPS, arms=tuple(ARMS)):
    """Train every arm from every seed.

    Returns:
        arm -> (seeds, shifts), test accuracies.
    """
    one_thread()
    return {
        arm: np.array([accuracies(train(ARMS[arm], s, steps=steps), s) for s in seeds])
        for arm in arms
    }


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy."""
    clean, quarter, own = (
        [*SHIFTS].index(s) for s in ("as trained", "contrast x 1/4", "each image its own")
    )
    batch, layer, instance = (100 * found[f"{n} norm"] for n in ("batch", "layer", "instance"))
    first = 100 * found["batch norm, instance norm first"]
    return {
        "batch norm: lost to contrast x 1/4": batch[:, clean] - batch[:, quarter],
        "instance norm: lost to contrast x 1/4": instance[:, clean] - instance[:, quarter],
        "own contrast, instance - batch norm": instance[:, own] - batch[:, own],
        "own contrast, layer - batch norm": layer[:, own] - batch[:, own],
        "clean, batch - instance norm": batch[:, clean] - instance[:, clean],
        "own contrast, instance norm first - batch norm": first[:, own] - batch[:, own],
    }


def trial(seeds) -> dict[str, np.ndarray]:
    """`effects` of the arms that they compare."""
    arms = ("batch norm", "layer norm", "instance norm", "batch norm, instance norm first")
    return effects(measure(seeds, arms=arms))
