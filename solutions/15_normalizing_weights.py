# %% [markdown] id="title"
# # Normalizing weights
#
# **Twenty layers can be kept healthy at the start by their weights alone, without a look at a
# single image. Yet the network that does this best learns worst, so what does a norm of activations
# do that no norm of weights can?**
#
# So far each norm looked at what flows through a network. This lesson looks at what it flows
# through. A norm of weights knows no batch, so it cannot leak, and it costs nothing when the
# network is served. In the end there will be no norm at all.
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).
#
# {{card}}

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess"
# ## Guess first
#
# Lesson 03 showed that images become alike on their way through many ReLU layers, and lesson 11
# that batch norm keeps them apart. [Weight
# standardization](../docs/glossary.md#weight-standardization) keeps them apart as well.
#
# {{predict predict_standardized}}

# %% id="predict_standardized"
# {{answer}}

# %% id="check-predict_standardized"
check("predict_standardized", predict_standardized)

# %% [markdown] id="split"
# ## How long, and which way
#
# The weights of one output are an arrow, which has a length and a direction. Gradient descent moves
# both at once, so that a unit cannot turn without changing how loud it is. Salimans and Kingma gave
# each its own parameter, an idea called [weight norm](../docs/glossary.md#weight-norm) **[paper]**:
#
# $$w = g\,\frac{v}{\lVert v\rVert}.$$
#
# Now g alone is the length and v alone the direction, so that multiplying v by ten changes nothing
# **[theorem]**. For a convolution an output's arrow contains all of its input channels and all
# places of its kernel, which together are its [fan-in](../docs/glossary.md#fan-in).

# %% [markdown] id="backward"
# ## Backward: what is along v goes to g
#
# A change of v along itself does not change w, so its gradient can have no part along v. What the
# upstream gradient has along v is just what g needs. With $u = v/\lVert v\rVert$,
#
# $$\frac{\partial L}{\partial g} = u\cdot\frac{\partial L}{\partial w}, \qquad
# \frac{\partial L}{\partial v} = \frac{g}{\lVert v\rVert}\Big(\frac{\partial L}{\partial w} -
# \frac{\partial L}{\partial g}\,u\Big).$$
#
# It is the [projection](../docs/glossary.md#projection) of lesson 06, where batch norm's backward
# pass took out what lies along $\hat x$.
#
# {{predict predict_longer}}

# %% id="predict_longer"
# {{answer}}

# %% id="check-predict_longer"
check("predict_longer", predict_longer)

# %% [markdown] id="exercise-weight_norm"
# ## Exercise · weight_norm
#
# {{exercise weight_norm}}
#
# The check begins with four outputs of four inputs, because in a square table a sum along the
# wrong axis raises no error, and only the numbers show it.

# %% id="weight_norm"
# {{answer}}

# %% id="check-weight_norm"
check(weight_norm)

# %% id="backward-facts" tags=["demo"]
# NBVAL_CHECK_OUTPUT
weight_norm = use(weight_norm)
rng = np.random.default_rng(0)
v, dw, g = rng.normal(1, 2, (3, 5)), rng.normal(size=(3, 5)), np.array([1.0, 2.0, 3.0])
w, dv, dg = weight_norm(v, g, dw)
print("dv has no part along v:", np.allclose((dv * v).sum(1), 0))
before, *after = (np.linalg.norm(v - rate * dv, axis=1) for rate in (0, 0.1, 1, 10))
print("longer after a step, whatever the rate:", all((before < one).all() for one in after))
same, less, _ = weight_norm(10 * v, g, dw)
print("v ten times as long, same w:", np.allclose(same, w))
print("v ten times as long, gradient a tenth:", np.allclose(less, dv / 10))

# %% [markdown] id="torch-text"
# In PyTorch this is a *parametrization*, which means that the layer keeps g and v as parameters and
# computes its weight from them at each use. They are called `original0` and `original1` there.

# %% id="torch-weight" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch
from torch.nn.utils import parametrizations, parametrize

torch.manual_seed(0)
layer = parametrizations.weight_norm(torch.nn.Conv2d(3, 5, (2, 4)))
g, v = (p.detach() for p in layer.parametrizations.weight.parameters())
print("g", tuple(g.shape), "and v", tuple(v.shape))
given = v.double().numpy()
mine, *_ = weight_norm(given, g.double().numpy().ravel(), np.zeros(given.shape))
print("yours and PyTorch's agree:", np.allclose(mine, layer.weight.detach(), atol=1e-6))
parametrize.remove_parametrizations(layer, "weight")
print("afterwards an ordinary layer again:", type(layer.weight).__name__ == "Parameter")

# %% [markdown] id="step-text"
# ### Explore: one step in each parametrization
#
# One output with two weights, in the plane: its arrow w has the length 2 and takes one step of
# plain gradient descent, once in w itself and once in v and g, with your own functions. `gradient`
# is the angle from w to the gradient in degrees, and `v length` is $\lVert v\rVert$. Turn the
# gradient, and then make v longer or shorter, which changes nothing in w before the step.

# %% id="step-code" tags=["demo"] jupyter={"source_hidden": true}
# The picture below is computed and drawn here.
from coursekit.figures import COLOURS, explorable

START = 2 * np.array([[np.cos(0.5), np.sin(0.5)]])


def steps_of(gradient, v_length, rate):
    turn = 0.5 + np.radians(gradient)
    dw = np.array([[np.cos(turn), np.sin(turn)]])
    v, g = START / 2 * v_length, np.array([2.0])
    _, dv, dg = weight_norm(v, g, dw)
    return START - rate * dw, weight_norm(v - rate * dv, g - rate * dg, dw)[0], dw


def draw_step(axes, gradient, v_length, rate):
    plain, normed, dw = steps_of(gradient, v_length, rate)
    circle = np.linspace(0, 2 * np.pi, 100)
    axes.plot(2 * np.cos(circle), 2 * np.sin(circle), color=COLOURS["grey"], linewidth=0.8)
    arrows = {  # the wide one lies below, so that it is seen beside the other
        "w before": (START, "grey", "-", 2),
        "w after a step in v and g": (normed, "orange", "-", 6),
        "w after a step in w": (plain, "blue", "--", 2),
    }
    said = []
    for name, (tip, hue, line, width) in arrows.items():
        x, y = tip[0]
        axes.plot([0, x], [0, y], line, color=COLOURS[hue], lw=width, label=name)
        axes.plot(x, y, "o", color=COLOURS[hue], markersize=width + 4)
        turned = np.degrees(np.arctan2(y, x) - 0.5)
        turned = round((turned + 180) % 360 - 180) + 0
        size = np.hypot(x, y)
        said.append(f"{name}: length {size:.2f}, turned by {turned}°".replace("-", "−"))
    slope = {"arrowstyle": "-|>", "color": COLOURS["purple"], "lw": 2, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", START[0] + 0.8 * dw[0], START[0], arrowprops=slope)
    axes.plot([], [], color=COLOURS["purple"], lw=2, label="the gradient")
    axes.set(xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), aspect="equal")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return "; ".join(said) + "."


# %% id="step-drawn" tags=["demo"]
explorable(
    draw_step,
    alt="Arrows in the plane: w before, with the gradient at its tip, w after a step in w, and w "
    "after a step in v and g.",
    size=(7.0, 4.0),
    gradient=(0, 345, 15, 90),
    v_length=(0.5, 4.0, 0.5, 2.0),
    rate=(0.1, 1.0, 0.1, 0.5),
)

# %% [markdown] id="step-found"
# <details><summary>What you should find</summary>
#
# With the gradient at 90°, right across w, both arrows turn by the same angle while v is as long as
# w. The plain step leaves the circle, because it is a tangent, whereas weight norm stays on it. If
# v is half as long, the tangent of the angle is four times as large, and if v is twice as long, it
# is a quarter: what counts is the rate divided by $\lVert v\rVert^2$, as in lesson 11. With the
# gradient at 0° or 180°, along w, both steps end in the same place, because only g moves.
#
# </details>

# %% [markdown] id="growing"
# So a step never shortens v, and a longer v turns less per step. Weight norm therefore turns its
# own rate down, and the more so the larger the gradients are, as batch norm does with the weights
# before it **[theorem]**. In the [ledger](../docs/claims.md) the cosine of v and its gradient is
# {{claim 65.1}}.
#
# ## The axis of the outputs
#
# "Each output has a length" needs to know where the outputs are. In nearly all layers they are the
# first axis of the weight, and there is one kind of layer in PyTorch where they are not.

# %% [markdown] id="exercise-mend_transposed"
# ## Exercise · mend_transposed
#
# {{exercise mend_transposed}}
#
# **Mend this.** Somebody wrote it for the layers that make an image larger in a generator, and
# checked what a weight norm must fulfil.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given, source = (
    received("mend_transposed"),
    np.random.default_rng(3),
)  # what stands in the next cell
kernel, loud = source.normal(1, 2, (6, 4, 3, 3)), source.uniform(1, 2, 4)
w = given(kernel, loud)
print("shape as v:", w.shape == kernel.shape)
print("v ten times as long, same w:", np.allclose(given(10 * kernel, loud), w))
print("g doubled, w doubled:", np.allclose(given(kernel, 2 * loud), 2 * w))

# %% [markdown] id="mend-ask"
# Find the property that nobody checked before you change a line. The check says nothing while the
# text is the one that you received.

# %% id="mend_transposed"
# {{answer}}

# %% id="check-mend_transposed"
check(mend_transposed)

# %% [markdown] id="rates"
# ## Experiment: does it do batch norm's work?
#
# Weight norm was made to give some of batch norm's speed without its batch. Six ReLU layers read
# digits at five learning rates. For each arm you see at how many of the five it reads nine digits
# of ten, and what it reads at its own rate, chosen by the training loss on two other seeds.

# %% id="rates-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit import quick
from coursekit.experiments import interval, weight_norm_rates

found = weight_norm_rates.measure(range(2 if quick() else 5), steps=10 if quick() else 120)
names = {"none": "no norm", "weight": "weight norm", "layer": "layer norm", "batch": "batch norm"}
print(f"{'':<14}{'rates of 5':>16}{'% of 500 read':>18}")
for arm, (usable, percent) in found.items():
    (a, b), (c, d) = interval(usable), interval(percent)
    print(f"{names[arm]:<14}{a:>10.1f} ± {b:.1f}{c:>12.1f} ± {d:.1f}")
print("paired by seed:")
more = interval(found["batch"][0] - found["weight"][0])
print(f"rates that batch norm adds to weight norm: {more[0]:.1f} ± {more[1]:.1f}")
points = interval(found["weight"][1] - found["none"][1])
print(f"points that weight norm adds to no norm: {points[0].round(1) + 0.0:+.1f} ± {points[1]:.1f}")

# %% [markdown] id="rates-read"
# **Result [measured here].** Weight norm serves at {{result rates-run | weight norm | 1 : mean}}
# of five rates and batch norm at {{result rates-run | batch norm | 1 : mean}}. At their own rates
# weight norm and no norm differ by {{result rates-run | points that weight norm adds to no norm:}}
# points. On twenty seeds the ledger finds {{claim 68.1}} more rates for batch norm, so that the
# claim of equal work fails here.
#
# At the scale of ImageNet, Gitman and Ginsburg found a ResNet-50 with weight norm six points
# behind, and less stable **[paper]**.
#
# A reason is easy to see: v and g say how long w is, and nothing says how large or how centred the
# *outputs* are. In the ledger a unit's mean stays {{claim 66.1}} away from zero.

# %% [markdown] id="init"
# ## Look at the data once
#
# The paper knew this, and let the network look at one batch before the first step. Send it through
# the layer, measure each unit's mean μ and standard deviation σ, and choose g and b so that this
# batch comes out with mean 0 and variance 1: [data-dependent
# initialization](../docs/glossary.md#data-dependent-initialization). It is batch norm for one
# batch, and never again.

# Twenty layers of ReLU follow, whose weights were drawn a hundred times too small, as they should
# be, and a hundred times too large. The cell prints the size of what arrives at the top.


# %% id="init-code" tags=["demo"]
def data_dependent_init(x, v):
    """g and b that give the batch x (N, D) mean 0 and variance 1 in every unit of v (out, D)"""
    t = x @ (v / np.linalg.norm(v, axis=1, keepdims=True)).T
    mean, std = t.mean(0), t.std(0)
    return 1 / std, -mean / std


# %% id="init-run" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit.training import digits

images = digits().x[:256].astype(float)


def top(scale, ask):
    x, rng = images, np.random.default_rng(0)
    for _ in range(20):
        v = scale * rng.standard_normal((64, 64)) * np.sqrt(2 / 64)
        g, b = data_dependent_init(x, v) if ask else (np.linalg.norm(v, axis=1), 0)
        w, *_ = weight_norm(v, g, np.zeros(v.shape))
        x = np.maximum(x @ w.T + b, 0)
    return np.sqrt((x**2).mean())


for ask, words in ((False, "as drawn"), (True, "after one look at the data")):
    print(f"{words}:", ", ".join(f"{top(scale, ask):.1e}" for scale in (0.01, 1, 100)))

# %% [markdown] id="init-read"
# After one look the scale of the drawing no longer matters, which is what lesson 03's
# [LSUV](../docs/glossary.md#lsuv) did as well. It holds on the first batch and at the first
# weights, and whatever training does afterwards it does unobserved.
#
# ## No look at all: standardized weights
#
# Images become alike because behind a ReLU everything is positive, so that the features of all
# images share a large mean. A unit whose weights have a mean hears it, and hands it on
# **[theorem]**. While batch norm subtracts it afterwards, Qiao et al. subtract the mean of the
# *weights* beforehand, and divide by their standard deviation **[paper]**:
#
# $$\hat w = \frac{w-\mu_w}{\sqrt{\sigma_w^2+\varepsilon}}.$$
#
# That is $\hat x$ again, taken over an output's fan-in. Such a unit hears no common mean, since its
# weights sum to zero. He's gain √2 counts on the mean square that a ReLU leaves,
# and here only the spread comes through.

# %% id="relu-moments" tags=["demo"]
# NBVAL_CHECK_OUTPUT
relu = np.maximum(np.random.default_rng(0).standard_normal(1_000_000), 0)
print(f"mean square behind ReLU: {(relu**2).mean():.2f}")
print(f"spread around its mean: {relu.var():.2f}")
print(f"half of 1 - 1/pi: {(1 - 1 / np.pi) / 2:.2f}")
print(f"so the gain is: {np.sqrt(2 / (1 - 1 / np.pi)):.2f}")

# %% [markdown] id="gain-text"
# Of the half that ReLU leaves, the share 1/π is squared mean. So Brock et al. scale standardized
# weights by $\gamma/\sqrt n$ with $\gamma = \sqrt2/\sqrt{1-1/\pi}$, where n is the fan-in, and give
# each output a learned g beside it **[paper]**.

# %% [markdown] id="exercise-weight_standardize"
# ## Exercise · weight_standardize
#
# {{exercise weight_standardize}}
#
# The mean and the variance are those of one output's own weights, as many as its fan-in.

# %% id="weight_standardize"
# {{answer}}

# %% id="check-weight_standardize"
check(weight_standardize)

# %% [markdown] id="price"
# ## What keeps images apart makes gradients grow
#
# It pays to count once more in both directions. Upwards the spread is multiplied by
# $\gamma^2(1-1/\pi)/2$ in each layer, which is 1 by the choice of γ. Downwards nothing is centred:
# a ReLU lets half of a gradient's square pass, so that in a wide layer it is multiplied by
# $\gamma^2/2 = \pi/(\pi-1)$, nearly one and a half **[theorem]**. Over twenty layers that is a
# gradient dozens of times larger at the bottom than at the top. No gain repairs both directions,
# because their ratio does not contain γ. It is the factor of Yang et al. for batch norm, too:
# whoever keeps images apart pays it.
#
# A remedy for gradients that are too large is to shorten them. Plain *clipping* cuts the whole
# gradient at one length, although what is too much depends on the weights that it is to move.
# [Adaptive clipping](../docs/glossary.md#adaptive-clipping) compares the two, output by output
# **[paper]**.

# %% [markdown] id="exercise-clip_adaptively"
# ## Exercise · clip_adaptively
#
# {{exercise clip_adaptively}}
#
# The length of an output's weights sets the limit, so an output of large weights may have a large
# gradient. A gradient within its limit is left as it is.

# %% id="clip_adaptively"
# {{answer}}

# %% id="check-clip_adaptively"
check(clip_adaptively)

# %% [markdown] id="deep"
# ## Experiment: twenty plain layers
#
# The question at the top is put to five arms of twenty layers, each at its own rate of six, chosen
# on other seeds. Before training you see the average cosine of two images at the top, and how many
# times larger the first layer's gradient is than the last one's, each beside its weights.

# %% id="deep-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import standardized_weights

found = standardized_weights.measure(range(2 if quick() else 8), steps=4 if quick() else 100)
names = {
    "he": "He",
    "batch": "batch norm",
    "standardized": "standardized",
    "he, clipped": "clipped, He",
    "standardized, clipped": "clipped, standardized",
}
print(f"{'':<22}{'% of 500 read':>16}{'cosine':>16}{'gradient':>14}")
for arm, name in names.items():
    cells = [interval(values) for values in (found[arm].percent, found[arm].cosine)]
    (a, b), (c, d) = cells
    print(
        f"{name:<22}{a:>9.1f} ± {b:>4.1f}{c:>9.2f} ± {d:.2f}{np.median(found[arm].growth):>14.1f}"
    )

# %% id="deep-paired" tags=["demo"] needs="torch scipy sklearn"
print("paired by seed, in points:")
for words, (one, other) in {
    "He − standardized": ("he", "standardized"),
    "batch norm − standardized": ("batch", "standardized"),
    "clipping adds to standardized": ("standardized, clipped", "standardized"),
    "clipping adds to He": ("he, clipped", "he"),
}.items():
    mean, half = interval(found[one].percent - found[other].percent)
    print(f"{words:<32}{mean:+.1f} ± {half:.1f}")

# %% [markdown] id="deep-read"
# **Result [measured here].** Standardized weights do what they promise, since two images have a
# cosine of {{result deep-run | standardized | cosine : mean}} at the top, where He's weights leave
# {{result deep-run | He | cosine : mean}} and batch norm {{result deep-run | batch norm | cosine :
# mean}}, and nobody looked at an image. And yet this arm is last, {{result deep-paired | He −
# standardized : abs}} points behind He.
#
# The gradient is one part of the reason. At the bottom it is {{result deep-run | standardized |
# gradient}} times as large as at the top, so that a rate at which the lowest layers survive hardly
# moves the others. Clipping adds {{result deep-paired | clipping adds to standardized : abs}}
# points. That it is not all shows in batch norm, which reads far more although its gradient is
# {{result deep-run | batch norm | gradient}} times as large at the bottom, and in He's arm, to
# which clipping adds {{result deep-paired | clipping adds to He : abs}} points.
#
# What else is missing this table does not say. A likely reason is that weights can promise
# something about the *start* only, because the count above takes features for independent, and they
# are not after some steps, whereas batch norm measures anew at every step. What it does say is that
# to keep images apart is no aim in itself. Plain layers begin with nearly equal images, and with
# clipped gradients they read {{result deep-run | clipped, He | 1}} % all the same.

# %% [markdown] id="no-norm"
# ## No norm at all
#
# In deep networks of practice the layers are branches of residual blocks, and then there is a much
# simpler way to a healthy start. Let the branch count for nothing: $y = x + \alpha f(x)$ with a
# learned number α that begins at *zero*. De and Smith call it
# [SkipInit](../docs/glossary.md#skipinit). The network is an identity at the start, at any depth
# **[theorem]**. Fixup does it by a last layer of zeros, and
# [LayerScale](../docs/glossary.md#layerscale) by a small number for each channel **[paper]**.
#
# They also observed that batch norm in a branch does the same unasked. It makes every branch as
# large as the first one, while the [residual stream](../docs/glossary.md#residual-stream) grows, so
# that a branch counts for less the higher it stands **[paper]**. In `coursekit.layers` you find
# `SkipInit`, `LayerScale` and `ScaledWeightStandardizedConv2d` to read and to use, and
# `clip_adaptively`, which is called between the backward pass and the step.

# %% [markdown] id="exercise-skip_init_block"
# ## Exercise · skip_init_block
#
# {{exercise skip_init_block}}
#
# A layer whose output is multiplied by zero sounds dead. Your gradients will say if it is.

# %% id="skip_init_block"
# {{answer}}

# %% id="check-skip_init_block"
check(skip_init_block)

# %% id="wake" tags=["demo"]
# NBVAL_CHECK_OUTPUT
skip_init_block = use(skip_init_block)
rng = np.random.default_rng(1)
dy, x, w1, w2 = (rng.standard_normal(s) for s in ((4, 3), (4, 3), (3, 5), (5, 3)))
for alpha in (0.0, 0.1):
    y, dx, dalpha, dw1, dw2 = skip_init_block(dy, x, w1, w2, alpha)
    moved = {"alpha": dalpha, "w1": dw1, "w2": dw2}
    heard = [name for name, slope in moved.items() if np.any(slope)]
    print(f"alpha = {alpha}: y is x: {np.array_equal(y, x)}; with a gradient: {', '.join(heard)}")

# %% [markdown] id="wake-read"
# α wakes up first, and the weights of the branch follow from the second step on.
#
# ## Experiment: twenty blocks without a norm
#
# {{predict predict_no_norm}}

# %% id="predict_no_norm"
# {{answer}}

# %% id="check-predict_no_norm"
check("predict_no_norm", predict_no_norm)

# %% id="blocks-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import residual_blocks

found = residual_blocks.measure(range(2 if quick() else 5), steps=4 if quick() else 100)
names = {
    "none": "no norm",
    "skipinit": "SkipInit",
    "batch": "batch norm",
    "layer": "layer norm",
    "rms": "RMS norm",
    "dyt": "DyT",
}
print(f"{'':<14}{'% of 500 read':>18}")
for arm, name in names.items():
    mean, half = interval(found[arm])
    print(f"{name:<14}{mean:>11.1f} ± {half:>4.1f}")
mean, half = interval(found["skipinit"] - found["batch"])
print(f"SkipInit − batch norm, paired by seed, in points: {mean.round(1) + 0.0:+.1f} ± {half:.1f}")

# %% [markdown] id="blocks-read"
# **Result [measured here].** Without anything every run is lost, which counts as {{result
# blocks-run
# | no norm : mean}} %, because a block adds a branch as large as its stream, and so the stream's
# square is $2^{20}$ times as large at the top. With one number for each block it is {{result
# blocks-run | SkipInit : mean}} %, which is {{result blocks-run | SkipInit − batch norm, paired by
# seed, in points:}} points from batch norm. The ledger finds {{claim 126.1}} % on twenty seeds.
#
# Two doubts are left. Perhaps the blocks without anything needed lower rates only, and perhaps zero
# is not what matters.

# %% id="blocks-doubts" tags=["demo"] needs="torch scipy sklearn"
from functools import partial

from coursekit.experiments import TUNING, best_rate
from coursekit.training import residual, sweep

trained = range(2 if quick() else 5)
for words, scale, rates in (
    ("no norm, lower rates", None, (1e-7, 1e-6, 1e-5, 1e-4)),
    ("branches times 0.16", (2 * 20) ** -0.5, residual_blocks.RATES),
):
    run = sweep(
        partial(residual, depth=20, scale=scale), digits(), lrs=rates, title=words,
        seeds=[*TUNING, *trained], steps=4 if quick() else 100,
    )  # fmt: skip
    best = best_rate(run.loss[:, :2], rates)
    mean, half = interval(100 * np.nan_to_num(run.accuracy[best, 2:, -1]))
    print(f"{words:<22}{mean:>6.1f} ± {half:>4.1f}")

# %% [markdown] id="doubts-read"
# At its own rate of four much lower ones, a network without anything reads {{result blocks-doubts |
# no norm, lower rates}} %. Branches that start at $1/\sqrt{40}$, so that twenty of them
# make the stream little larger, read {{result blocks-doubts | branches times
# 0.16}} %. What matters is that branches start *small* **[measured here]**.
#
# So what twenty blocks need from a norm is mostly a quiet start. At the scale of ImageNet more is
# needed: NFNets combine scaled weight standardization, small branches, adaptive clipping and strong
# regularization, and then surpass networks with batch norm **[paper]**.

# %% [markdown] id="spectral"
# ## Bounded: spectral norm
#
# {{optional}}
#
# A GAN has a *critic*, which tells real images from made ones, and must not be able to change its
# mind abruptly, because its slope is what the generator learns from. How far can a linear layer
# stretch a difference? By its largest [singular value](../docs/glossary.md#singular-value) σ, so
# Miyato et al. divide by it **[paper]**. Since ReLU stretches nothing, a network of such layers
# stretches nothing either **[theorem]**.
#
# To find σ, let any arrow go back and forth through the table. Each round favours the direction
# that is stretched most, and after some rounds only that one is left, which is called [power
# iteration](../docs/glossary.md#power-iteration).

# %% [markdown] id="exercise-spectral_normalize"
# ## Exercise · spectral_normalize
#
# {{optional}}
#
# {{exercise spectral_normalize}}

# %% id="spectral_normalize"
# {{answer}}

# %% id="check-spectral_normalize"
check(spectral_normalize)

# %% id="spectral-kept" tags=["demo"]
# NBVAL_CHECK_OUTPUT
spectral_normalize = use(spectral_normalize)
rng = np.random.default_rng(2)
w, start = rng.standard_normal((64, 64)), rng.standard_normal(64)
for steps in (1, 5, 200):
    w_bar, _ = spectral_normalize(w, start, steps)
    print(f"{steps} steps from anywhere: largest singular value {np.linalg.norm(w_bar, 2):.2f}")
u = start
for _ in range(200):  # one step per update, while the weights move
    w = w + 0.01 * rng.standard_normal(w.shape)
    w_bar, u = spectral_normalize(w, u, 1)
print(f"1 step each, u kept, w moving: {np.linalg.norm(w_bar, 2):.2f}")

# %% [markdown] id="spectral-read"
# One step per update is enough where u is kept, because the weights move little meanwhile. Two
# things are easily forgotten. In evaluation u must stay, or the same input gives two answers. And a
# convolution is read as a table (outputs, fan-in), whose σ is *not* how far the convolution
# stretches an image: each pixel takes part in several places **[theorem]**.

# %% [markdown] id="design"
# ## Design an experiment
#
# Is weight norm as good as batch norm in a network of six ReLU layers that learns digits by plain
# descent with momentum? Write the plan *before* the run, as a dict with these entries:
#
# | entry | what it is |
# |:--|:--|
# | `"arms"` | what is compared: `"none"`, `"weight"`, `"batch"` |
# | `"rates"` | a dict: for each arm, the learning rates that it is tried at |
# | `"tuning_seeds"` | the seeds on which an arm's rate is chosen |
# | `"rate_chosen_by"` | `"training loss"`, `"validation accuracy"` or `"test accuracy"` |
# | `"seeds"` | the seeds that are reported |
# | `"steps"` | a dict: for each arm, how many |
# | `"batch_size"` | a dict: for each arm, images in a step |
# | `"lost_runs"` | `"count as failures"`, `"leave out"` or `"repeat with another seed"` |
# | `"report"` | what is shown in the end, one of the four below |
# | `"bar"` | how many points behind would be too many |
#
# Reported is a `"paired interval"`, an `"interval of each arm"`, the `"mean of each arm"` or the
# `"best run of each arm"`. A rate is searched well if an arm tries at least 4 between 0.0001 and 3,
# with neighbours up to a factor of 4 apart and the highest at least 10 times the lowest. A network
# takes 50 to 300 steps of 16 to 1000 images, and at least 5 seeds are reported. One test image is
# 0.2 points, and a bar above 20 points would never be reached.
#
# Each arm is trained at each of its rates on each tuning seed, and then, at the rate that was
# chosen, on each seed of `"seeds"`. All of that together may take up to `runs` networks.

# %% [markdown] id="exercise-plan_weight_norm"
# ## Exercise · plan_weight_norm
#
# {{exercise plan_weight_norm}}
#
# There is no single right plan, so the check reads yours line by line and says what could make it
# unfair.

# %% id="plan_weight_norm"
# {{answer}}

# %% id="check-plan_weight_norm"
check(plan_weight_norm)

# %% [markdown] id="asked"
# ## Asked
#
# **"Does weight norm stay at inference?"** It computes the same in training and in evaluation, so
# it may stay. It need not: `parametrize.remove_parametrizations` stores w as an ordinary weight,
# and nothing is left to compute **[theorem]**.
#
# **"Where are g and v now?"** `layer.parametrizations.weight.original0` is g and `original1` is v.
# The old `torch.nn.utils.weight_norm` called them `weight_g` and `weight_v`, so that a checkpoint
# from then needs its keys renamed.
#
# **"Which norm in a GAN's critic?"** Spectral norm, if you want a bound without a penalty. With a
# gradient penalty take layer norm or none, and no batch norm, because the penalty is about the
# slope of each single answer, and batch norm makes an answer depend on the whole batch **[paper]**.
#
# **"Shall I decay g and v?"** Decay on v changes no w, only how fast v turns. Decay on g shrinks w
# itself, as decay does in a plain layer **[theorem]**.
#
# **"Is weight standardization of use with a norm?"** It was made to stand beside group norm, where
# it helps with one or two images on a device **[paper]**. Alone it needs the gain, small branches
# and clipping.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Weight norm normalizes what a layer puts out."* It fixes the length of the weights, while the
#   outputs keep whatever mean and size the inputs give them.
# - *"v has length 1."* w is divided by v's length, but v itself grows with every plain step.
# - *"Weight standardization is weight norm."* It also takes the mean out, and that is what keeps
#   images apart.
# - *"Images that stay apart train well."* They stay apart at a price, which is a gradient that
#   grows on its way down.
# - *"A branch that starts at zero is dead."* Its α has a gradient at once, and its weights have one
#   a step later.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_inference}}

# %% id="quiz_inference"
# {{answer}}

# %% id="check-quiz_inference"
check("quiz_inference", quiz_inference)

# %% [markdown] id="quiz-2"
# {{quiz quiz_across}}

# %% id="quiz_across"
# {{answer}}

# %% id="check-quiz_across"
check("quiz_across", quiz_across)

# %% [markdown] id="quiz-3"
# {{quiz quiz_gain}}

# %% id="quiz_gain"
# {{answer}}

# %% id="check-quiz_gain"
check("quiz_gain", quiz_gain)

# %% [markdown] id="quiz-4"
# {{quiz quiz_critic}}

# %% id="quiz_critic"
# {{answer}}

# %% id="check-quiz_critic"
check("quiz_critic", quiz_critic)

# %% [markdown] id="quiz-5"
# {{quiz quiz_wake}}

# %% id="quiz_wake"
# {{answer}}

# %% id="check-quiz_wake"
check("quiz_wake", quiz_wake)

# %% [markdown] id="recap"
# ## Recap
#
# - Weight norm gives length and direction a parameter each; the gradient of v has no part along v.
# - A plain step never shortens v, and a longer v turns less: the rate divided by $\lVert v\rVert^2$
#   counts.
# - Data-dependent initialization is batch norm for one batch; it says nothing about the second.
# - Standardized weights keep images apart at any depth, and their gradient grows by π/(π − 1) in
#   mean square for each layer.
# - Adaptive clipping shortens an output's gradient to a share of its weights' length.
# - Branches that start at zero let twenty blocks train without a norm.
#
# ## Stretch goal: mean-only batch norm
#
# Salimans and Kingma also joined weight norm with *half* a batch norm, which subtracts the batch's
# mean and does not divide. Write it as a norm for `mlp`, on the weights of `weight_normed` in
# `coursekit.experiments.weight_norm_rates`, and add it to the table of rates.
#
# <details><summary>What you should find</summary>
#
# It takes away the common mean, which weight norm leaves in, so you should find more usable rates
# than weight norm has and fewer than batch norm has. Remember running statistics of the mean for
# evaluation, or the accuracy will depend on the test batch.
#
# </details>
#
# ## References
#
# {{reference salimans2016: equations 2 and 3, section 3}}
# {{reference gitman2017}}
# {{reference qiao2019}}
# {{reference brock2021_signal: section 4}}
# {{reference brock2021: section 4.1}}
# {{reference yang2019}}
# {{reference desmith2020}}
# {{reference zhang2019_fixup}}
# {{reference touvron2021: section 2}}
# {{reference miyato2018: algorithm 1}}
# {{reference gulrajani2017: section 4}}
# {{reference data_digits}}
#
# **Next:** [lesson 16](16_in_production.ipynb) takes trained networks into production.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 3 go to weight norm, its backward pass and
# `mend_transposed`, 1 to the data-dependent start, 3 to standardized weights and clipping, 2 to
# SkipInit, 1 to the plan. Spectral norm makes good homework.
#
# **Ask the room.** Before the backward pass: "If v doubles, what does w do, and what must dv be?"
# Before the twenty layers: "What does a ReLU's output have that its input has not?" After them:
# "Who measures again at every step?"
#
# **Where it goes wrong.** In `weight_norm` many treat the length as a constant on the way back, as
# in lesson 05 with σ. In `weight_standardize` the √n is forgotten or divided twice. In
# `clip_adaptively` gradients that are short enough are stretched. In `skip_init_block` α lands on
# the line.
#
# </details>
