# %% [markdown] id="title"
# # Signals through depth
#
# **Ten layers, a library's defaults, SGD at any of four rates: it learns nothing. Why?**
#
# The network is plain, the data are easy and the code has no bug. With three layers it learns, but
# with ten and SGD (stochastic gradient descent) it goes on guessing. One number per layer is to
# blame, and you can have it right before the first step.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, quick, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-repair"
# ## Guess first
#
# {{predict predict_repair}}

# %% id="predict_repair"
# {{answer}}

# %% id="check-predict_repair"
check("predict_repair", predict_repair)

# %% [markdown] id="opening-text"
# Look at the illness first. The data are 1797 handwritten digits, of which 1297 are there to train
# on, by SGD with [momentum](../docs/glossary.md#momentum). Three seeds at four learning rates make
# twelve networks for each depth, trained at once in a few seconds.

# %% id="opening" tags=["demo"] needs="torch sklearn"
from functools import partial

from coursekit.experiments import initialization as init
from coursekit.training import digits

problem = digits()
steps = 10 if quick() else 200
for depth in [3, 10]:
    build = partial(init.ARMS["PyTorch's default"], depth=depth)
    tried = init.tuned(build, problem, steps=steps, title=f"{depth} layers")
    print(f"{depth} hidden layers")
    for rate, three in zip(init.RATES, tried.accuracy, strict=True):
        print(f"    learning rate {rate:<6} test digits read:", *(f"{a:6.1%}" for a in three))

# %% [markdown] id="look-inside"
# With ten layers they guess at each of the four rates, although these weights are what `nn.Linear`
# gives you when you do not ask for anything else.
#
# Do not train longer. Look inside before the first step, and show a fresh network four digits.

# %% id="four-digits" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch

fresh = init.at_the_start("PyTorch's default", problem, seeds=[0])
logits = init.activations(fresh, problem)[-1][0]  # (rows, 10)
for digit in [0, 1, 4, 7]:
    row = list(problem.y).index(digit)
    print(f"shown a {digit}, it puts out", logits[row, :5].round(3) + 0.0)

# %% [markdown] id="four-digits-read"
# Four images, one output: what you see is made of the biases, which PyTorch draws at random like
# the weights. The images went in at the front and did not arrive. So the loss hardly depends on the
# images, and only a faint gradient tells the first layers what to do.
#
# ## 1 · One layer
#
# How large is the output of a layer? Unit $j$ adds up $n$ products,
#
# $$z_j = \sum_{i=1}^{n} x_i\,w_{ij}.$$
#
# Draw the weights independently, with mean 0 and standard deviation $s$; the expectation is over
# these draws, and $x$ is given. The product of two different weights then has the mean 0, so that
# only squares are left **[theorem]**:
#
# $$\mathbb E\,z_j^2 \;=\; n\,s^2\cdot\overline{x^2},$$
#
# where $\overline{x^2}$ is the mean square of the inputs and $n$ is called
# [*fan-in*](../docs/glossary.md#fan-in). No assumption about $x$ was needed, so its values may be
# correlated and their mean need not be 0.

# %% id="one-layer" tags=["demo"]
# NBVAL_CHECK_OUTPUT
rng = np.random.default_rng(0)
x = problem.x.astype(float)  # (1297, 64): neighbouring pixels are anything but independent
for std in [0.05, 0.125, 0.25]:
    grown = [((x @ (std * rng.standard_normal((64, 64)))) ** 2).mean() for _ in range(200)]
    ratio = np.mean(grown) / (x**2).mean()
    print(f"std {std:<6} mean square times {ratio:.2f}   n s² = {64 * std**2:.2f}")

# %% [markdown] id="relu-half"
# Now the [activation](../docs/glossary.md#activation). If the weights are symmetric about 0, as a
# Gaussian's and a uniform's are, then so is $z$. ReLU sets the negative half to 0, and half of the
# square goes with it **[theorem]**:
#
# $$\mathbb E\,\mathrm{relu}(z)^2 = \tfrac12\,\mathbb E\,z^2.$$
#
# Which $s$ keeps the mean square of a layer together with its activation? You have both factors to
# work it out. (Treat tanh as linear, which it nearly is near 0; what that neglects is measured
# further down.)

# %% [markdown] id="exercise-init_std"
# ## Exercise · init_std
#
# {{exercise init_std}}
#
# Return the number to multiply `rng.standard_normal((fan_in, fan_out))` by. Names you have no rule
# for must not get a number.

# %% id="init_std"
# {{answer}}

# %% id="check-init_std"
check(init_std)

# %% [markdown] id="default-std"
# For ReLU, $\sqrt{2/n}$ is the rule of He et al. (2015), and for linear layers $1/\sqrt n$ is that
# of LeCun et al. (1998) **[paper]**. What does PyTorch do? It draws weights and biases uniformly
# within $\pm1/\sqrt n$ **[documented]**, and uniform numbers within $\pm a$ have a variance of
# $a^2/3$.

# %% id="default-std-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
init_std = use(init_std)
theirs = torch.nn.Linear(64, 5000).weight.detach().cpu().numpy().std()
print(f"needed by ReLU  {init_std(64, 'relu'):.3f}")
print(f"PyTorch draws   {theirs:.3f}")
print(f"so a layer multiplies the mean square by {64 * theirs**2 / 2:.2f}")

# %% [markdown] id="sixth"
# That is a sixth: one third for the uniform, one half for the ReLU. In one layer nobody notices,
# but layers multiply.
#
# ## 2 · Many layers
#
# {{predict predict_shrink}}

# %% id="predict_shrink"
# {{answer}}

# %% id="check-predict_shrink"
check("predict_shrink", predict_shrink)

# %% [markdown] id="exercise-forward_stats"
# ## Exercise · forward_stats
#
# {{exercise forward_stats}}
#
# The instrument for the rest of this lesson: send a batch through and note, after each layer, the
# mean and the standard deviation of all its activations together, one number each.
#
# A layer is `act(h @ W)`, without a bias, and `weights` is a list of L matrices (fan_in, fan_out).
# Here `act` is a function, not a name.

# %% id="forward_stats"
# {{answer}}

# %% id="check-forward_stats"
check(forward_stats)

# %% id="use-forward_stats" tags=["demo"]
forward_stats = use(forward_stats)


def relu(z):
    return np.maximum(z, 0)


def ten_layers(std, seed):
    rng = np.random.default_rng(seed)
    return [std * rng.standard_normal((64, 64)) for _ in range(10)]


RULES = {"He, √(2/n)": init_std(64, "relu"), "1/√n": 64**-0.5, "1/√(3n)": (3 * 64) ** -0.5}

# %% id="ten-layers" tags=["demo"]
# NBVAL_CHECK_OUTPUT
print(f"{'std of the weights':<20}{'std after layer 1':>18}{'5':>10}{'10':>10}{'per layer':>12}")
for name, std in RULES.items():
    runs = [forward_stats(ten_layers(std, seed), x, relu)[:, 1] for seed in range(20)]
    after = np.exp(np.log(runs).mean(0))  # geometric mean of 20 networks
    factor = (after[-1] / after[0]) ** (1 / 9)
    print(f"{name:<20}{after[0]:>18.2f}{after[4]:>10.3f}{after[9]:>10.4f}{factor:>12.2f}")

# %% [markdown] id="ten-layers-read"
# The last column is close to what theory says, $\sqrt{n s^2/2}$, which is $1$, $\sqrt{1/2}=0.71$
# and $\sqrt{1/6}=0.41$, less a few percent **[measured here]**. Why less? He's rule keeps the mean
# square *on average over networks*. Single networks scatter around that average, the more the
# narrower and deeper they are. A few lie far above it, so a typical one lies below.
#
# The last row has the std of PyTorch's weights, without the biases, and its signal loses nearly
# four powers of ten. The biases, which PyTorch draws anew in every layer, lose nothing, so they are
# what arrived.
#
# And tanh, which was treated as linear?

# %% id="tanh-layers" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for name, gain in {"1/√n": 1, "(5/3)/√n": 5 / 3}.items():
    runs = [forward_stats(ten_layers(gain / 8, seed), x, np.tanh)[:, 1] for seed in range(20)]
    square = (np.array(runs) ** 2).mean(0)  # tanh is odd and its mean near 0: std² is mean square
    print(f"{name:<10} mean square after layer 1, 5, 10:", *square[[0, 4, 9]].round(2))

# %% [markdown] id="tanh-read"
# With $1/\sqrt n$ the mean square does not stay, because tanh bends and every layer loses a little,
# less as the values get smaller. A factor of 5/3 on the weights makes up for that, and the mean
# square settles **[measured here]**. (LeCun et al. stretched the function instead: their
# $1/\sqrt n$ is for $1.7159\tanh(2z/3)$ **[paper]**.)
#
# ### Explore: a signal through twenty layers
#
# The [*gain*](../docs/glossary.md#gain) is the weights' std in units of $1/\sqrt n$.
#
# 1. Which gain keeps the signal with ReLU, and what does a slightly larger one do in twenty layers?
# 2. tanh cannot explode. What does its histogram look like when the gain is too large, and what is
#    its slope there?
# 3. Switch on batch norm, which standardizes each unit over the batch, in every layer ([lesson
#    04](04_batchnorm_forward.ipynb)). What has become of the question?

# %% id="explore" tags=["demo"]
from coursekit.widgets import signal_depth

signal_depth()

# %% [markdown] id="explore-found"
# <details><summary>What you should find</summary>
#
# 1. He's gain, √2. The next larger one on the slider multiplies the signal by a little more than 1
#    in each layer, and twenty times that is an explosion.
# 2. It piles up near −1 and 1, with little between. There tanh is flat, so that a gradient on its
#    way back is multiplied by a slope near 0.
# 3. It has gone: every gain gives the same activations, because batch norm divides by it.
#
# </details>

# %% [markdown] id="backward"
# ## 3 · And back again
#
# The gradient takes the same road in the other direction. From a layer's output to its input it
# goes through the slope of the activation and the transposed matrix,
#
# $$\frac{\partial L}{\partial x} = \Bigl(\varphi'(z)\odot\frac{\partial L}{\partial h}\Bigr)W^\top,
# \qquad z=xW,\quad h=\varphi(z).$$
#
# Take slopes and gradients as independent of the weights, which at the start they nearly are. Then
# the same count as before gives a factor of $n_\text{out}\,s^2\cdot\overline{\varphi'^2}$ on the
# gradient's mean square, so now the *fan-out* counts **[theorem]**. For ReLU $\varphi'^2$ is 1 half
# of the time and 0 else, which is the same ½ as forward. Where a layer has as many outputs as
# inputs, He's rule serves both ways; elsewhere it can serve only one. Glorot and Bengio (2010) took
# the middle, $s^2=2/(n_\text{in}+n_\text{out})$, for layers without ReLU **[paper]**.
#
# The sigmoid is another matter, because its slope is $\tfrac14$ at best.
#
# {{predict predict_sigmoid}}

# %% id="predict_sigmoid"
# {{answer}}

# %% id="check-predict_sigmoid"
check("predict_sigmoid", predict_sigmoid)

# %% [markdown] id="gradients-text"
# How large is the loss's gradient for each weight matrix, before the first step? Look at ten hidden
# layers, 128 digits and twenty networks of each kind.

# %% id="gradients" tags=["demo"] needs="scipy"
from coursekit.experiments import interval

seeds = range(3 if quick() else 20)
CURVES = {
    "ReLU, He": ("He", "relu"),
    "ReLU, 1/√n": ("1/√n", "relu"),
    "ReLU, PyTorch's default": ("PyTorch's default", "relu"),
    "sigmoid, 1/√n": ("1/√n", "sigmoid"),
}
sizes = {}
for name, (arm, act) in CURVES.items():
    net = init.at_the_start(arm, problem, seeds, act=act)
    sizes[name] = interval(np.log10(init.gradient_sizes(net, problem)))
    lost = (sizes[name].mean[9] - sizes[name].mean[0]).round(1) + 0.0
    print(f"{name:<25} layer 10 to layer 1: {lost:4.1f} powers of ten lost")

# %% id="gradients-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

LOOK = dict(zip(CURVES, [("blue", "o"), ("sky", "s"), ("orange", "^"), ("red", "D")], strict=True))
fig, axes = figure(size=(7.5, 3.6))
layers = np.arange(1, 12)
for name, (mean, half) in sizes.items():
    color, marker = LOOK[name]
    axes.plot(layers, mean, marker + "-", color=COLOURS[color], markersize=4, label=name)
    axes.fill_between(layers, mean - half, mean + half, color=COLOURS[color], alpha=0.25)
axes.set(xlabel="weight matrix (11 is the output's)", ylabel="log10 of the gradient's norm")
axes.set_xticks(layers)
axes.set_title("A gradient may vanish along the way, or everywhere at once")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
he, lecun, default, sig = (10**size.mean for size in sizes.values())
fall, lower = np.log10(sig[9] / sig[0]), np.log10(he[0] / lecun[0])
first = default[0]
show(
    fig,
    alt="Size of the gradient for each weight matrix, on a logarithmic axis. ReLU with He's "
    f"weights is level near 1. ReLU with 1/√n is level as well, {lower:.1f} powers of ten lower. "
    f"PyTorch's default falls towards the first layers to {first:.0e}. The sigmoid falls by "
    f"{fall:.1f} powers of ten.",
)

# %% [markdown] id="gradients-read"
# **Result [measured here].** Read from right to left, as the gradient goes. The sigmoid is the
# textbook's [*vanishing gradient*](../docs/glossary.md#vanishing-gradient), a straight line
# downwards with the same factor for each layer.
#
# ReLU with $1/\sqrt n$ is less well known: it is level, and much too low. A weight's gradient is
# the product of the signal that comes in from the front and the gradient that comes back from
# behind. If both lose the same factor per layer, what one still has the other has lost, and *every*
# layer gets the same, tiny gradient. So "the first layer's gradient is as large as the last's" does
# not mean that all is well, unless the size is right, too.
#
# PyTorch's default does both. In the deep layers the biases hold up the signal, if not the images,
# but nothing holds up the gradient, so the curve falls. In the first few layers the images are
# still there and fade as the gradient does, so the curve is level.
#
# ## 4 · Dead units
#
# A ReLU unit that is 0 for every sample of a batch passes neither a signal nor a gradient, and is
# called [*dead*](../docs/glossary.md#dead-unit).

# %% [markdown] id="exercise-dead_fraction"
# ## Exercise · dead_fraction
#
# {{exercise dead_fraction}}
#
# Mind the two axes: a single 0 here and there is what ReLU is for, and a healthy network is full of
# them. `tol` allows for activations that are tiny and not 0. It may be 0 itself, so exactly ±`tol`
# counts as within.

# %% id="dead_fraction"
# {{answer}}

# %% id="check-dead_fraction"
check(dead_fraction)

# %% id="dead" tags=["demo"]
# NBVAL_CHECK_OUTPUT
dead_fraction = use(dead_fraction)
shown = [1, 4, 7, 10]
print(f"{'layer':<42}" + "".join(f"{n:>7}" for n in shown))
for arm in ["He", "PyTorch's default"]:
    hidden = init.activations(init.at_the_start(arm, problem, range(10)), problem)[:10]
    share = np.array([[dead_fraction(one, 0) for one in h] for h in hidden]).mean(1)
    directions = [h / np.linalg.norm(h, axis=2, keepdims=True) for h in hidden]
    alike = [(d.mean(1) ** 2).sum(1).mean() for d in directions]  # average cosine of two images
    print(f"{arm + ', dead units':<42}" + "".join(f"{share[n - 1]:>7.0%}" for n in shown))
    print(f"{arm + ', cosine of two images':<42}" + "".join(f"{alike[n - 1]:>7.2f}" for n in shown))

# %% [markdown] id="dead-read"
# With the default, {{result dead | PyTorch's default, dead units | 4}} of the units in the tenth
# layer are dead **[measured here]**. Once the signal is small beside the biases, a unit's bias
# alone decides. A negative one switches the unit off for all images; a positive one leaves it on
# for all, where ReLU is a straight line, so nothing is left that could bend.
#
# With He's weights fewer units are dead, and yet their number grows with depth, so scale is not all
# that can go wrong. After ReLU no activation is negative, and so the images become more *alike*
# from layer to layer: the cosine of two images' activations grows towards 1 **[measured here]**. No
# scale of the weights cures that, because without biases a positive factor passes every ReLU and
# cancels in the cosine **[theorem]**. Batch norm, which subtracts what the images have in common,
# is another kind of remedy ([lesson 04](04_batchnorm_forward.ipynb)).
#
# ## 5 · Measure instead of calculating
#
# {{optional}}
#
# He's rule assumes ReLU, and weights that are Gaussian or at least symmetric. What if the layer is
# something else? Mishkin and Matas (2016) send a batch through the first layer, look how far its
# outputs spread before the activation, and divide the weights by that **[paper]**. The second layer
# follows, and so on: *layer-sequential unit variance*, [LSUV](../docs/glossary.md#lsuv). (They
# start from orthogonal matrices, here it is Gaussian ones.)

# %% [markdown] id="exercise-lsuv_scale"
# ## Exercise · lsuv_scale
#
# {{optional}}
#
# {{exercise lsuv_scale}}
#
# One layer gets one factor.

# %% id="lsuv_scale"
# {{answer}}

# %% id="check-lsuv_scale"
check(lsuv_scale)

# %% [markdown] id="lsuv-text"
# Try it on weights that are badly wrong, with an activation that is in no table. The layers have to
# be done in order, because the batch that enters layer 5 depends on layers 1 to 4.

# %% id="lsuv-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
lsuv_scale = use(lsuv_scale)


def wave(z):
    return np.sin(2 * z)


raw, repaired, h = ten_layers(0.01, seed=0), [], x
for W in raw:
    repaired.append(lsuv_scale(W, h))
    h = wave(h @ repaired[-1])
for name, weights in {"std 0.01": raw, "after LSUV": repaired}.items():
    after = forward_stats(weights, x, wave)[:, 1]
    print(f"{name:<12} std after layer 1, 5, 10:", *(f"{after[n]:.2g}" for n in [0, 4, 9]))

# %% [markdown] id="lsuv-read"
# What is printed is the std after `wave`, whereas LSUV makes it 1 before, in `h @ W`. What counts
# is that it stays the same from layer to layer.
#
# LSUV is a scaler fitted once, to the initial network. From the first step on the weights move, and
# nobody measures again. Keep that in mind for the next lesson, where somebody does.
#
# ## Experiment: four ways to begin
#
# Ten hidden layers of 64 ReLUs learn the digits by SGD with momentum 0.9, in batches of 64 and 200
# steps, about ten passes. The four arms differ in what they start from: PyTorch's default weights
# and random biases, or biases of 0 with $1/\sqrt n$, He's weights or LSUV. LSUV (section 5) scales
# He's weights until each layer puts out a std of 1.
#
# - Each arm gets the learning rate, of four, with the lowest average *training* loss on three seeds
#   that are not shown, so that no test image has a say in it.
# - Then ten fresh seeds, the same in all arms. A seed decides the random numbers behind weights and
#   batches, so arms can be compared seed by seed.
# - Intervals are 95 %, and a network whose loss becomes nan stays in the table as lost.
#
# {{predict predict_lsuv}}

# %% id="predict_lsuv"
# {{answer}}

# %% id="check-predict_lsuv"
check("predict_lsuv", predict_lsuv)

# %% id="experiment" tags=["demo"] needs="scipy"
fresh_seeds = range(1 if quick() else 10)
found = init.compare(init.ARMS, problem, seeds=fresh_seeds, steps=steps)
print(f"{'':<20}{'rate':>6}{'test digits read':>20}{'steps to 90 % (median)':>25}{'lost':>6}")
for arm, (chosen, run) in found.items():
    mean, half = interval(100 * run.accuracy[:, -1])
    needed = np.median(init.steps_to(run.accuracy, run.at, 0.9))
    words = f"{needed:.0f}" if np.isfinite(needed) else "never"
    lost = (run.diverged >= 0).sum()
    print(f"{arm:<20}{chosen.rate:>6}{mean:>12.1f} ± {half:.1f} %{words:>25}{lost:>6}")

# %% id="experiment-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
LOOK = dict(zip(found, [("orange", "^"), ("sky", "s"), ("blue", "o"), ("green", "D")], strict=True))
fig, axes = figure(size=(7.5, 3.6))
for arm, (_, run) in found.items():
    color, marker = LOOK[arm]
    mean, half = interval(100 * run.accuracy)
    axes.plot(run.at, mean, marker + "-", color=COLOURS[color], markersize=4, label=arm)
    axes.fill_between(run.at, mean - half, mean + half, color=COLOURS[color], alpha=0.25)
axes.axhline(10, color=COLOURS["grey"], linestyle=":")
axes.set(xlabel="steps", ylabel="test digits read (%)", ylim=(0, 100))
axes.set_title("Each arm at its own best learning rate (dotted: guessing)")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
default, lecun, he, lsuv = (run.accuracy[:, -1].mean() for _, run in found.values())
show(
    fig,
    alt="Test accuracy against steps for four initializations. LSUV and He rise steeply, nearly "
    f"together, to {lsuv:.0%} and {he:.0%}; 1/√n follows later and with a wide band, to "
    f"{lecun:.0%}; PyTorch's default stays at {default:.0%} throughout.",
)

# %% id="experiment-paired" tags=["demo"] needs="scipy"
he, lsuv, lecun = (found[arm][1].accuracy for arm in ("He", "LSUV", "1/√n"))
print("paired by seed, in points:")
for words, values in {
    "LSUV − He, at the end": (lsuv - he)[:, -1],
    "LSUV − He, averaged over training": (lsuv - he).mean(1),
    "He − 1/√n, at the end": (he - lecun)[:, -1],
}.items():
    mean, half = interval(100 * values)
    print(f"{words:<36}{mean.round(1) + 0.0:+6.1f} ± {half:.1f}")

# %% [markdown] id="experiment-read"
# **Result [measured here].** With SGD the default does not learn slowly. It does not learn at all,
# at any of the four rates. The figure of section 3 shows why one rate is not enough: the gradient
# in front is smaller than the one behind by powers of ten, and both are multiplied by the same
# number.
#
# $1/\sqrt n$ loses a factor of $\sqrt{2^{10}}=32$ on the way and recovers, since training changes
# the weights. That costs a good part of the budget, and the band is wide because not every seed
# gets there in time. The difference at the end has a wide interval, too, so mind whether 0 is in
# it. The steps to 90 % show the cost more clearly.
#
# He and LSUV end together; what is left between them is smaller than this experiment can see. If
# one is ahead on the way, it is by about one look at the test set, which is taken every ten steps.
# So take the formula where there is one, and measure where there is none.
#
# ### The same weights with Adam
#
# Is there nothing in that small gradient? [Adam](../docs/glossary.md#adam) divides the step of
# every weight by the size of that weight's own gradients (Kingma and Ba 2015 **[paper]**), so that
# a small gradient does not make a small step. Here is the default once more, and He's weights
# beside it, at Adam's usual rate of 0.001.

# %% id="adam" tags=["demo"] needs="scipy"
from coursekit.training import Adam, train

long = 10 if quick() else 1000
for arm in ["PyTorch's default", "He"]:
    options = {"lr": 0.001, "steps": long, "every": max(long // 5, 1), "optimizer": Adam}
    run = train(init.ARMS[arm], problem, seeds=range(1 if quick() else 5), **options)
    for at in [0, -1]:
        mean, half = interval(100 * run.accuracy[:, at])
        print(f"{arm:<20} after {run.at[at]:>4} steps: {mean:5.1f} ± {half:.1f} % read")

# %% [markdown] id="adam-read"
# It learns **[measured here]**. The gradient was small but not empty: it told the digits apart all
# the while, and SGD, with one rate for all layers, could not use it. So a bad start can be hidden
# by an optimizer that does not mind sizes. It costs steps all the same, because He's weights are
# ahead early.
#
# ### The sigmoid and its scale
#
# LSUV keeps activations in size with a sigmoid, too. Does the gradient follow?

# %% id="sigmoid-lsuv" tags=["demo"] needs="scipy"
for arm, act in [("1/√n", "sigmoid"), ("LSUV", "sigmoid"), ("LSUV", "tanh"), ("LSUV", "relu")]:
    size = init.gradient_sizes(init.at_the_start(arm, problem, seeds, act=act), problem)
    mean, half = interval(np.log10(size[:, 9] / size[:, 0]))
    lost = mean.round(1) + 0.0
    print(f"{act:<8} {arm:<5} layer 10 to layer 1: {lost:4.1f} ± {half:.1f} powers of ten lost")

# %% [markdown] id="sigmoid-lsuv-read"
# For ReLU and tanh it does, more or less, but not for the sigmoid **[measured here]**, because
# LSUV's weights do not make up for the sigmoid's slope. Larger weights do in part, until they drive
# the sigmoid to where it is flat. How far does that go? The gain, in units of $1/\sqrt n$, is now
# chosen by hand, with batch norm beside it.

# %% id="sigmoid-gain" tags=["demo"] needs="scipy"
from coursekit.training import mlp, normal


def sigmoid(gain=1, norm="none"):
    return partial(mlp, depth=10, act="sigmoid", norm=norm, init=normal(lambda n: gain / n**0.5))


for gain in [1, 2, 4, 8]:
    size = init.gradient_sizes(sigmoid(gain)(seeds, problem), problem)
    mean, half = interval(np.log10(size[:, 9] / size[:, 0]))
    print(f"gain {gain}: layer 10 to layer 1: {mean:4.1f} ± {half:.1f} powers of ten lost")

# %% id="sigmoid-trained" tags=["demo"] needs="scipy"
for name, build in {
    "gain 1": sigmoid(1), "gain 5": sigmoid(5), "gain 1, batch norm": sigmoid(1, "batch")
}.items():  # fmt: skip
    rate = init.tuned(build, problem, steps=steps, title=name).rate
    options = {"lr": rate, "steps": 3 * steps, "every": steps}
    run = train(build, problem, seeds=range(1 if quick() else 5), **options)
    for at in [0, -1]:
        mean, half = interval(100 * run.accuracy[:, at])
        print(f"{name:<20} after {run.at[at]:>3} steps at {rate}: {mean:5.1f} ± {half:.1f} % read")

# %% [markdown] id="sigmoid-gain-read"
# Scale helps, but batch norm helps more, and sooner **[measured here]**. The sigmoid is one of the
# networks with which batch norm was introduced, and [lesson 10](10_training_with_batchnorm.ipynb)
# puts it to the test. There the arm to beat is the one with the tuned gain.
#
# ## The fair baseline
#
# From here on this course compares norms with networks that have none, its
# [baseline](../docs/glossary.md#baseline), and "none" will mean:
#
# 1. He's weights for ReLU, $1/\sqrt n$ for tanh; for the sigmoid a gain that is tuned as the
#    learning rate is; biases 0.
# 2. Each arm at its own best learning rate, from one grid, chosen on other seeds.
# 3. The same steps, batches and seeds for all; at least three seeds, differences paired.
# 4. Lost runs are counted, and [null results](../docs/glossary.md#null-result) are printed.
#
# Beware of the comparison that breaks the first rule. On ten layers with PyTorch's defaults a norm
# that restores the scale looks like a miracle, but so does a factor of √6 with biases of 0.

# %% [markdown] id="claims"
# ## What the article says
#
# This course grew out of an introductory article on batch normalization, which says the following
# of depth and initialization, paraphrased.
#
# 1. *Deep networks suffer from slow convergence, vanishing gradients and sensitivity to their
#    initial weights.* **Holds.** This lesson has slow convergence in the experiment's second arm,
#    vanishing gradients with the sigmoid, and in the first arm initial weights with which SGD
#    learns nothing **[measured here]**. Glorot and Bengio showed it in 2010 **[paper]**.
# 2. *Batch norm addresses these.* **Needs a condition**, since in ten ReLU layers weights of the
#    right size address them as well, at no cost. With the sigmoid a larger scale helps, and batch
#    norm helps more and sooner **[measured here]**. In very deep plain networks batch norm even
#    makes gradients *explode* (Yang et al. 2019 **[paper]**).
# 3. *Without batch norm, weights must be initialized with care.* **Holds**, and care is one square
#    root **[measured here]**. How much less batch norm needs is measured in [lesson
#    10](10_training_with_batchnorm.ipynb).

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"A library's default is a good default."* It is right for a few layers, and nobody can change
#   it without changing everybody's results.
# - *"He's rule keeps the variance."* It keeps the mean square, which is another thing, because
#   after ReLU the mean is not 0.
# - *"Gradients of equal size in all layers are healthy."* They may all be too small.
# - *"Many zeros mean dead units."* Half of all entries are 0 in a healthy ReLU layer; a dead unit
#   is a whole column.
# - *"A larger learning rate makes up for small gradients."* In SGD it multiplies the large ones as
#   well. Adam, which measures each weight's own, does make up for them.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Each answer is one letter in quotes, `"a"`, and a wrong option tells you why it is wrong.

# %% [markdown] id="quiz-1"
# {{quiz quiz_depth_width}}

# %% id="quiz_depth_width"
# {{answer}}

# %% id="check-quiz_depth_width"
check("quiz_depth_width", quiz_depth_width)

# %% [markdown] id="quiz-2"
# {{quiz quiz_depth_half}}

# %% id="quiz_depth_half"
# {{answer}}

# %% id="check-quiz_depth_half"
check("quiz_depth_half", quiz_depth_half)

# %% [markdown] id="quiz-3"
# {{quiz quiz_depth_output}}

# %% id="quiz_depth_output"
# {{answer}}

# %% id="check-quiz_depth_output"
check("quiz_depth_output", quiz_depth_output)

# %% [markdown] id="quiz-4"
# {{quiz quiz_depth_sigmoid}}

# %% id="quiz_depth_sigmoid"
# {{answer}}

# %% id="check-quiz_depth_sigmoid"
check("quiz_depth_sigmoid", quiz_depth_sigmoid)

# %% [markdown] id="quiz-5"
# {{quiz quiz_depth_fair}}

# %% id="quiz_depth_fair"
# {{answer}}

# %% id="check-quiz_depth_fair"
check("quiz_depth_fair", quiz_depth_fair)

# %% [markdown] id="recap"
# ## Recap
#
# - A layer multiplies the mean square by $n\,s^2$, ReLU halves it, and layers multiply.
# - So $s=\sqrt{2/n}$ for ReLU (He), $1/\sqrt n$ for linear and about 5/3 of it for tanh. Backward,
#   fan-out takes fan-in's place.
# - A weight's gradient is signal times returning gradient, so it can vanish in all layers alike.
# - A dead unit is silent for the whole batch, and depth makes them even with He's weights.
# - LSUV measures once what the formulas calculate. For the sigmoid a larger gain helps in part.
# - Compare with a baseline that has had the same care: right weights, its own learning rate.
#
# **Next:** [04 Batch norm, forward](04_batchnorm_forward.ipynb) fits a scaler in every layer and
# every step.

# %% [markdown] id="stretch"
# ## Stretch goal
#
# At which depth does the default begin to fail? Train `mlp(seeds, problem, depth=d, init="torch")`
# for d = 2, 4, … 10, each at its best rate of a grid of your own, and plot it beside He's:
#
#     from functools import partial
#     from coursekit.training import mlp, sweep
#     run = sweep(partial(mlp, depth=4, init="torch"), problem,
#                 seeds=range(3), lrs=[0.01, 0.03, 0.1, 0.3], steps=200)
#     run.accuracy    # (rates, seeds, 1): nan where a network was lost
#
# <details><summary>What you should find</summary>
#
# With two or three layers there is nothing to complain of. Then the rate that is needed rises,
# until it is too large for stability before it is large enough for the gradients, so that the
# window closes somewhere between five and nine layers. He's stays open longer, and [lesson
# 10](10_training_with_batchnorm.ipynb) follows it down.
#
# </details>

# %% [markdown] id="references"
# ## References
#
# {{reference glorot2010}}
# {{reference he2015: section 2.2}}
# {{reference lecun1998: sections 4.4 and 4.6}}
# {{reference kingma2015: Algorithm 1}}
# {{reference mishkin2016: Algorithm 1}}
# {{reference yang2019}}
# {{reference torch_linear: what it draws weights and biases from}}
# {{reference data_digits}}

# %% [markdown] id="instructor-notes"
# <details><summary>Instructor notes</summary>
#
# **Timing.** The opening 3 minutes, one layer and `init_std` 9, `forward_stats` and the explorable
# 12, the way back 3, dead units 8, the experiments and the fair baseline 6, verdicts and quiz 8;
# LSUV takes 6 more. The experiment runs while you talk about its rules, and the quiz makes good
# homework.
#
# **Ask the room.** Before the opening: "Who has ever set the initial weights by hand?" After it:
# "What would you try first?", to which they will say a larger learning rate, or more steps. Before
# the gradient picture: "The first and the last layer's gradient are equal: good or bad?" After the
# experiment: "Which arm would you choose to make your new layer look good?"
#
# **Where it goes wrong.** √2 is forgotten, or given to everybody. In `forward_stats` the activation
# is measured and not passed on, or the other way round. `dead_fraction` comes out near one half
# when entries are counted. Some read the level curve of $1/\sqrt n$ as healthy; ask for the number
# on the axis. Some conclude that He's rule settles it; ask why the dead units grow.
#
# </details>
