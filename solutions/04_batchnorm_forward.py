# %% [markdown] id="title"
# # Batch norm, forward
#
# **The same photo, the same network, nothing random, and two different outputs: what changed?**
#
# It happens at every training step of every network that contains the layer this course is about.
# Here you write that layer's forward pass, find out from outside what it cannot see, and measure
# how much of an output belongs to somebody else.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-moved"
# ## Guess first
#
# A [*batch*](../docs/glossary.md#batch) is the handful of samples that a network is trained on in
# one step.
#
# {{predict predict_moved}}

# %% id="predict_moved"
# {{answer}}

# %% id="check-predict_moved"
check("predict_moved", predict_moved)

# %% [markdown] id="borrow"
# You have not written [batch norm](../docs/glossary.md#batch-norm) yet, so borrow PyTorch's.
# Numbers are drawn on the CPU and then moved to your device, so that every device gets the same
# ones.

# %% id="borrowed" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch

from coursekit import device

layer = torch.nn.BatchNorm1d(4).to(device())
batch = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
changed = batch.clone()
changed[0] += torch.tensor([1.0, 2.0, 3.0, 4.0])
with torch.no_grad():
    moves = (layer(changed.to(device())) - layer(batch.to(device()))).abs() > 1e-6
print(f"{int(moves.sum())} of {moves.numel()} outputs change,")
print(f"{int(moves[1:].sum())} of them in samples that were not touched")

# %% [markdown] id="answer"
# That is what happened to the photo. In training, batch norm is a function of the *batch*, not of a
# sample: change a sample's neighbours, and its output changes.
#
# ## Four lines
#
# How does everything come to depend on everything? Write the batch as a table `x` of shape $(N,
# D)$, with one row for each of the $N$ samples and one column for each of the $D$
# [features](../docs/glossary.md#feature). Batch norm treats every column by itself. For feature
# $j$:
#
# $$\begin{aligned}
# \mu_j &= \frac1N\sum_{i=1}^N x_{ij} && \text{what the batch has in common}\\
# \sigma_j^2 &= \frac1N\sum_{i=1}^N (x_{ij}-\mu_j)^2 && \text{how far its values spread}\\
# \hat x_{ij} &= \frac{x_{ij}-\mu_j}{\sqrt{\sigma_j^2+\varepsilon}} && \text{both removed}\\
# y_{ij} &= \gamma_j\,\hat x_{ij}+\beta_j && \text{and a scale and a shift given back}
# \end{aligned}$$
#
# This is Algorithm 1 of Ioffe and Szegedy (2015), who invented the layer **[paper]**. The first
# three lines are the standard score of [lesson 00](00_start_here.ipynb), plus an
# [$\varepsilon$](../docs/glossary.md#epsilon). The last line has two numbers per feature, [γ and
# β](../docs/glossary.md#gamma-and-beta), that the network *learns* like any weight. Why a network
# needs them comes later.
#
# Here are the first three lines for one feature of five samples.

# %% id="one-feature" tags=["demo"]
# NBVAL_CHECK_OUTPUT
column = np.array([2.0, 4.0, 4.0, 6.0, 9.0])
mean = column.mean()
var = ((column - mean) ** 2).mean()
x_hat = (column - mean) / np.sqrt(var + 1e-5)
print(f"mean {mean:.1f}   variance {var:.1f}   x_hat {x_hat.round(2)}")

# %% [markdown] id="why-n"
# Why divide by $N$ and not by $N-1$? Dividing by $N-1$ gives an unbiased estimate of the variance
# of whatever the batch was drawn from, and that is not the aim. The aim is that *this* batch comes
# out with variance 1. With $N-1$ it would come out with $(N-1)/N$ **[theorem]**, because
# $\sum_i(x_{ij}-\mu_j)^2/N$ would be divided by $\sum_i(x_{ij}-\mu_j)^2/(N-1)$.
#
# | | shape | one number for each |
# |:--|:--|:--|
# | $x,\ \hat x,\ y$ | $(N, D)$ | sample and feature |
# | $\mu,\ \sigma^2$ | $(D,)$ | feature, computed anew for every batch |
# | $\gamma,\ \beta$ | $(D,)$ | feature, learned |
#
# NumPy lines shapes up from the right, so $(D,)$ meets $(N, D)$ without a reshape.

# %% [markdown] id="exercise-batch-norm"
# ## Exercise · batch_norm
#
# {{exercise batch_norm}}
#
# Write the four lines for a whole batch. Watch three things: the axis, the place of `eps` (use the
# argument, not a number of your own), and `x` itself, which the caller still needs unchanged.

# %% id="batch_norm"
# {{answer}}

# %% id="check-batch_norm"
check(batch_norm)

# %% [markdown] id="what-comes-out"
# ### What comes out
#
# Whatever went in, column $j$ leaves with mean $\beta_j$ and standard deviation $|\gamma_j|$, as
# long as its variance is large beside $\varepsilon$ **[theorem]**. The reason is that $\hat x$ has
# mean 0 and variance $\sigma_j^2/(\sigma_j^2+\varepsilon)$, which is then nearly 1. The network,
# not the data, decides where a feature lies and how far it spreads.

# %% id="columns" tags=["demo"]
# NBVAL_CHECK_OUTPUT
batch_norm = use(batch_norm)
gamma, beta = np.array([1.0, 3.0, -0.5]), np.array([0.0, 10.0, -2.0])
for scale in [1, 1000]:
    x = scale * (7 + np.random.default_rng(0).standard_normal((8, 3)))
    y = batch_norm(x, gamma, beta)
    means, deviations = y.mean(0).round(3) + 0.0, y.std(0).round(3)
    print(f"x times {scale:>4}:   means of y {means}   deviations {deviations}")

# %% [markdown] id="oracle"
# ### Ask an oracle
#
# PyTorch's layer, in training mode, should agree with you (it calls γ `weight` and β `bias`). Two
# programs written independently that agree are better evidence than either alone.

# %% id="torch" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
layer = torch.nn.BatchNorm1d(3)
with torch.no_grad():
    layer.weight.copy_(torch.tensor(gamma))
    layer.bias.copy_(torch.tensor(beta))
layer = layer.to(device())
theirs = layer(torch.tensor(x, dtype=torch.float32).to(device())).detach().cpu().numpy()
print("yours and PyTorch's agree to 1e-4:", np.allclose(y, theirs, atol=1e-4))

# %% [markdown] id="exercise-influence"
# ## Exercise · influence_of_sample
#
# {{exercise influence_of_sample}}
#
# Change *one* sample and look at all the outputs, as in the opening. The function `f` is handed to
# you: sometimes it is batch norm and sometimes not, and your code must not care which.
#
# Add 1 to the first feature of sample `i`, 2 to the second, and so on up to $D$, in a copy of `x`,
# and return what that does to `f`, the difference after minus before. Why a different amount for
# each feature? Because layer norm does not notice it when all features of a sample are shifted by
# the same amount.

# %% id="influence_of_sample"
# {{answer}}

# %% id="check-influence_of_sample"
check(influence_of_sample)

# %% [markdown] id="two-norms"
# Beside batch norm stands [**layer norm**](../docs/glossary.md#layer-norm), its best known
# relative, which applies the same formula over the other axis, so that each sample is normalized
# with its own mean and variance ([lesson 13](13_one_function_many_norms.ipynb)).

# %% id="two-norms-code" tags=["demo"]
influence_of_sample = use(influence_of_sample)


def normalized(x, eps=1e-5):
    """x_hat: your batch norm with gamma = 1 and beta = 0."""
    return batch_norm(x, np.ones(x.shape[1]), np.zeros(x.shape[1]), eps)


def layer_norm(x, eps=1e-5):
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps)


NORMS = {"batch norm": normalized, "layer norm": layer_norm}
six = np.random.default_rng(1).standard_normal((6, 4)) * [1, 2, 3, 4]

# %% id="who-moves" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for name, norm in NORMS.items():
    moves = np.abs(influence_of_sample(norm, six, 0)) > 1e-6
    print(f"{name}: move sample 0, and {moves.sum()} of {moves.size} outputs change")

# %% id="moves-picture" tags=["demo"]
from coursekit.figures import COLOURS, explorable, figure, show


def arrows(axes, before, after):
    """Outputs of one feature before (hollow) and after (filled) a sample has moved."""
    samples = np.arange(len(before))
    axes.vlines(samples, before, after, color=COLOURS["grey"])
    axes.plot(samples, before, "o", color=COLOURS["blue"], markerfacecolor="white", label="before")
    axes.plot(samples, after, "o", color=COLOURS["red"], label="after")
    axes.axhline(0, color=COLOURS["grey"], linewidth=0.5)
    axes.set(xlabel="sample", ylabel="output of feature 0", ylim=(-2.8, 2.8))


# %% id="moves-drawn" tags=["demo"]
fig, panels = figure(1, 2, size=(7.5, 2.8), sharey=True)
for axes, norm in zip(panels, NORMS.values(), strict=True):
    moved = six.copy()
    moved[0, 0] += 3
    arrows(axes, norm(six)[:, 0], norm(moved)[:, 0])
panels[0].set_title("batch norm: everyone moves")
panels[1].set_title("layer norm: only sample 0 moves")
panels[1].legend(ncols=2)
show(
    fig,
    alt="Two panels of six samples; feature 0 of sample 0 was raised by 3. Under batch norm the "
    "outputs of all six change, under layer norm only that of sample 0.",
)

# %% [markdown] id="moves-read"
# The left panel is a tug of war. Sample 0 drags the mean after itself, so the others sink. It also
# widens the spread, so they are pressed together, although nobody touched them.
#
# ### Explore: the batch sandbox
#
# Drag a sample, with the mouse or the arrow keys, and settle three questions.
#
# 1. Where does a sample's output stop when you drag it far out, and what becomes of the others?
# 2. Is there a move after which another sample's output changes its sign?
# 3. Who moves once you switch to layer norm?

# %% id="sandbox" tags=["demo"]
from coursekit.widgets import batch_sandbox

batch_sandbox()

# %% [markdown] id="sandbox-found"
# <details><summary>What you should find</summary>
#
# 1. It stops short of $\sqrt5\approx2.24$, however far you drag, since no output of $N$ samples can
#    pass $\sqrt{N-1}$. The other five are pressed together on the far side, near $-1/\sqrt5$, since
#    all six must sum to 0.
# 2. Yes, because an output's sign says on which side of the mean its sample lies, and the mean
#    moves with whatever you drag. Raise sample 5 until the mean passes sample 0, and sample 0's
#    output turns negative.
# 3. Only the sample that you drag, since each sample is compared with its own features only.
#
# </details>

# %% [markdown] id="same-digit"
# ### The same digit, twice
#
# Now with real data, 1797 handwritten digits of 8 × 8 pixels. A random first layer turns each image
# into 64 hidden features. The same image goes through batch norm in the company of seven others,
# then of seven different ones.

# %% id="digits" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit import data

pixels = data.digits().images.reshape(-1, 64) / 16
hidden = pixels @ np.random.default_rng(0).standard_normal((64, 64)) / 8
print("into batch norm         ", hidden[0, :5].round(2))
for mates in [range(1, 8), range(8, 15)]:
    batch = hidden[[0, *mates]]
    print(f"out, with images {mates[0]:>2} to {mates[-1]:>2}", normalized(batch)[0, :5].round(2))

# %% [markdown] id="same-digit-read"
# Same input, same weights, and yet the outputs differ **[measured here]**. This is why the layer
# needs a second mode for inference, where a photo may come alone ([lesson
# 07](07_running_statistics.ipynb)).
#
# ## One sample, two samples
#
# Small batches show best what normalizing destroys.
#
# {{predict predict_n1}}

# %% id="predict_n1"
# {{answer}}

# %% id="check-predict_n1"
check("predict_n1", predict_n1)

# %% [markdown] id="guess-n2"
# {{predict predict_n2}}

# %% id="predict_n2"
# {{answer}}

# %% id="check-predict_n2"
check("predict_n2", predict_n2)

# %% id="small-batches" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for values in [[7], [-400], [3, 5], [3, 5_000_000], [5, 3], [3, 5, 5_000_000]]:
    x = np.array(values, dtype=float)[:, None]  # (N, 1): one feature
    print(f"{values!s:<20} ->", (normalized(x)[:, 0] + 0.0).round(3))

# %% [markdown] id="degrees"
# Of one sample nothing is left, and of two samples only which of them is larger. In general, fixing
# the mean and the variance of $N$ numbers takes two of their $N$ degrees of freedom **[theorem]**,
# so a batch of 32 keeps 30 of its 32, while a batch of 2 keeps none. What is left has a bound, too,
# because no $\hat x$ can leave $\pm\sqrt{N-1}$ **[theorem]** (proved in [lesson
# 00](00_start_here.ipynb)). In the sandbox, with six samples, $\sqrt5$ was the wall that you ran
# into.
#
# PyTorch refuses to train on one value per feature, whereas Keras returns β without a word.

# %% id="torch-refuses" tags=["demo"] needs="torch"
try:
    layer(torch.ones(1, 3).to(device()))
except ValueError as error:
    print("ValueError:", error)

# %% [markdown] id="exercise-invariances"
# ## Exercise · bn_invariances
#
# {{exercise bn_invariances}}
#
# What a function cannot see is its fingerprint. Given a function `f` and a batch `x`, find out
# which of five changes leave the output as it was, within `1e-3` (because of ε the answer is almost
# never exact, so use `np.allclose(a, b, atol=1e-3)`).
#
# | key | change x so | compare |
# |:--|:--|:--|
# | `shift_features` | add to each feature a constant of its own | all outputs |
# | `scale_features` | multiply each feature by a factor of its own, 1 to 10 | all outputs |
# | `shift_samples` | add to each sample a constant of its own | all outputs |
# | `reorder` | put the samples in another order | with the old outputs in that order |
# | `replace_mates` | replace every sample but sample 0 by other numbers | only sample 0's output |
#
# "Other numbers" are not the same rows in another order, which is what `reorder` asks about.
#
# True means that the output survives the change. `np.arange(1, n + 1)` gives $n$ different
# constants.

# %% id="bn_invariances"
# {{answer}}

# %% id="check-bn_invariances"
check(bn_invariances)

# %% id="fingerprints" tags=["demo"]
# NBVAL_CHECK_OUTPUT
bn_invariances = use(bn_invariances)
stored = six.mean(0), six.std(0)
suspects = NORMS | {"stored statistics": lambda x: (x - stored[0]) / stored[1], "identity": np.copy}
prints = {name: bn_invariances(f, six) for name, f in suspects.items()}
print(f"{'survives':<16}", *(f"{name:>18}" for name in prints))
for key in prints["batch norm"]:
    print(f"{key:<16}", *(f"{'yes' if p[key] else '-':>18}" for p in prints.values()))

# %% [markdown] id="fingerprints-read"
# Only batch norm says yes to the first two rows and no to the last. With stored statistics, as in
# inference, it is a fixed scale and shift, which these questions cannot tell from the identity.
#
# Read the first two rows of the table as advice.
#
# **In training, a [bias](../docs/glossary.md#bias) before batch norm does nothing**, because it
# shifts a feature in all samples alike, and the mean takes it off again **[theorem]**. Many
# networks therefore leave it out (`bias=False`), and β does its work on the other side of the
# division. (With stored statistics the bias is part of the stored mean, so it must stay as it was
# in training.)
#
# **The size of the weights before batch norm does nothing either**, in training and up to ε,
# because ten times the weights make ten times the feature, and the factor cancels. [Lesson
# 06](06_backward_geometry.ipynb) shows what that does to gradients.

# %% id="bias-does-nothing" tags=["demo"]
# NBVAL_CHECK_OUTPUT
rng = np.random.default_rng(2)
W, b = rng.standard_normal((64, 64)), rng.standard_normal(64)
image = pixels[:100]
bare = normalized(image @ W)
same = {"bias added": normalized(image @ W + b), "weights times 10": normalized(image @ (10 * W))}
for name, y in same.items():
    print(f"{name:<17} same outputs: {np.allclose(y, bare, atol=1e-3)}")

# %% [markdown] id="not-whitening"
# Batch norm does *not* touch how features go together. Each column is shifted and stretched by
# itself, so every correlation keeps its size, although a negative γ turns its sign **[theorem]**.
# Removing correlations too is called [whitening](../docs/glossary.md#whitening) (lesson 02), costs
# a matrix decomposition per batch, and is not what this layer does.

# %% id="correlation" tags=["demo"]
# NBVAL_CHECK_OUTPUT
pair = hidden[:, [1, 19]]
for name, values in {"before": pair, "after": normalized(pair)}.items():
    r = np.corrcoef(values.T)[0, 1]
    print(f"{name:<7} deviations {values.std(0).round(2)}   correlation {r:.2f}")

# %% [markdown] id="eps"
# ## ε is a decision
#
# "A small number for numerical stability": that is how ε is usually introduced, and it is half of
# the truth.
#
# {{predict predict_small}}

# %% id="predict_small"
# {{answer}}

# %% id="check-predict_small"
check("predict_small", predict_small)

# %% [markdown] id="eps-formula"
# For γ = 1 the output's variance is not 1 but
#
# $$\operatorname{Var}\hat x = \frac{\sigma^2}{\sigma^2+\varepsilon} \qquad\textbf{[theorem]}$$
#
# The reason is that dividing numbers by $\sqrt{\sigma^2+\varepsilon}$ divides their variance by
# $\sigma^2+\varepsilon$.
#
# So ε draws a line: a feature whose variance lies far above it comes out with spread 1, and one far
# below it is left small. Its gain, $1/\sqrt{\sigma^2+\varepsilon}$, can never exceed
# $1/\sqrt\varepsilon$. Without that ceiling, the rounding errors of a constant feature would be
# blown up to full size.

# %% id="eps-table" tags=["demo"]
# NBVAL_CHECK_OUTPUT
wave = np.array([-1.0, 1.0, -1.0, 1.0])[:, None]
print("std of x   std of output: eps = 1e-5   eps = 1e-3")
for spread in [1, 0.1, 0.01, 0.001, 0.0]:
    a, b = (normalized(7 + spread * wave, eps).std() for eps in [1e-5, 1e-3])
    print(f"{spread:>8}   {a:>25.3f}   {b:>10.3f}")
print(f"largest gain {1e-5**-0.5:>24.0f}   {1e-3**-0.5:>10.0f}")

# %% [markdown] id="eps-defaults"
# 1e-5 is PyTorch's default, 1e-3 is Keras's. The same trained weights, moved from one to the other
# with the default left in place, give a different network.
#
# May ε be 0? In the formula it may, as long as no feature is constant. From version 2.10 on PyTorch
# refuses it in training, but not in evaluation, where the stored variance is used.

# %% id="eps-zero" tags=["demo"] needs="torch"
exact = torch.nn.BatchNorm1d(3, eps=0).to(device())
for mode in ["training", "evaluation"]:
    try:
        exact.train(mode == "training")(torch.eye(3).to(device()))
        print(f"in {mode} PyTorch {torch.__version__.partition('+')[0]} takes eps = 0")
    except ValueError as error:
        print(f"in {mode}: ValueError:", error)

# %% [markdown] id="explore-eps"
# ### Explore: a feature that is almost constant
#
# {{optional}}
#
# Take six samples of one feature, 7 plus a spread that you choose. At which ε does the feature
# disappear? Compare that ε with the *square* of the spread.

# %% id="almost-constant-drawn" tags=["demo"]
bumps = normalized(np.random.default_rng(5).standard_normal((6, 1)))


def almost_constant(axes, log10_spread, log10_eps):
    spread, eps = 10.0**log10_spread, 10.0**log10_eps
    y = normalized(7 + spread * bumps, eps)[:, 0]
    axes.bar(range(6), y, color=COLOURS["blue"])
    axes.set(ylim=(-2.2, 2.2), xlabel="sample", ylabel="output")
    axes.set_title(f"7 ± {spread:.0e} with eps = {eps:.0e}")
    gain = y.std() / spread
    return f"Standard deviation {spread:.0e} in, {y.std():.2f} out: a gain of {gain:.3g}."


# %% id="almost-constant" tags=["demo"]
explorable(
    almost_constant,
    alt="Bars: the outputs of six samples of a nearly constant feature; lower for larger eps.",
    log10_spread=(-6, 0, 0.5, -3),
    log10_eps=(-8, 0, 0.5, -5),
)

# %% [markdown] id="almost-constant-found"
# <details><summary>What you should find</summary>
#
# It disappears around the square of the spread. With spread $s$ the output's standard deviation is
# $s/\sqrt{s^2+\varepsilon}$ **[theorem]**, which is nearly 1 while $\varepsilon\ll s^2$, $1/\sqrt2$
# at $\varepsilon=s^2$, and a tenth at $\varepsilon\approx100\,s^2$. So ε has a unit, that of a
# variance, and the default is large or small only beside your feature's.
#
# </details>

# %% [markdown] id="eps-story"
# ### The mistake that nobody could see
#
# {{optional}}
#
# ε stands *inside* the root. PyTorch's own documentation of batch norm had it outside,
# $\sqrt{\sigma^2}+\varepsilon$, until a reader moved it "to match the paper/implementation" in
# [June 2017](https://github.com/pytorch/pytorch/pull/1804). When layer norm arrived, its
# [docstring](https://github.com/pytorch/pytorch/blob/01e88404001f3c5c7672b975430b68d759d0b3b3/torch/nn/modules/normalization.py)
# had it outside again, and was repaired together with instance norm's and group norm's [in
# 2018](https://github.com/pytorch/pytorch/pull/8545). PyTorch's program had been right all along,
# but people copy formulas. Another framework was found in
# [2024](https://github.com/tracel-ai/burn/issues/2185) to *compute* the outside version, and in
# [2025](https://github.com/callummcdougall/ARENA_3.0/issues/228) a course noticed that its tests
# let students pass with it.
#
# How can a wrong formula live so long? Because on the data that people test with, it is not wrong
# enough.


# %% id="eps-outside" tags=["demo"]
# NBVAL_CHECK_OUTPUT
def outside(x, eps):
    return (x - x.mean(0)) / (np.sqrt(x.var(0)) + eps)


for spread, eps in [(1.0, 1e-5), (0.001, 1e-5), (1.0, 0.3)]:
    x = spread * np.random.default_rng(3).standard_normal((32, 10))
    seen = not np.allclose(normalized(x, eps), outside(x, eps))
    print(f"spread {spread:<6} eps {eps:<6}  np.allclose notices: {'yes' if seen else 'no'}")

# %% [markdown] id="eps-moral"
# On a standard normal batch with the default ε, `np.allclose` calls the two equal. The cure is not
# a tighter tolerance but an input on which the mistake is large, which is why the check of
# `batch_norm` tried you at ε = 0.3 and on a feature of scale 0.001.

# %% [markdown] id="gamma-beta"
# ## Why γ and β?
#
# Having worked so hard to fix mean and spread, why hand them back? Because mean 0 and spread 1 may
# be the wrong place to be. In Ioffe and Szegedy's example **[paper]**, a sigmoid fed with such
# values works where it is almost a straight line, and a network of straight lines is one straight
# line.

# %% id="sigmoid" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for reach in [1, 2, 4]:
    z = np.linspace(-reach, reach, 201)
    bend = np.abs(1 / (1 + np.exp(-z)) - (0.5 + z / 4)).max()
    print(f"within ±{reach} the sigmoid leaves its tangent by at most {bend:.2f}")

# %% [markdown] id="gamma-beta-2"
# With γ = 4 the same values reach the bends, and with β ≠ 0 they sit on one side, so γ and β let
# training choose. And giving the mean back is not the same as never having taken it. It used to be
# the tangled result of all earlier layers' weights, and is now one parameter, β, that gradient
# descent can set by itself **[paper]** (Goodfellow, Bengio and Courville, section 8.7.1).
#
# The paper's argument goes further: if it were best not to normalize at all, γ and β could undo the
# normalization. Can they?
#
# ## Exercise · undo_normalization
#
# {{exercise undo_normalization}}
#
# Return the `gamma` and `beta` with which `batch_norm(x, gamma, beta, eps)` gives back `x`.

# %% id="undo_normalization"
# {{answer}}

# %% id="check-undo_normalization"
check(undo_normalization)

# %% [markdown] id="undo-next"
# So batch norm can be undone, for *the batch that gamma and beta were made from*, but training does
# not use one batch. Take the γ and β that undo the normalization of all 1797 digits together, and
# feed the layer batches of 32.

# %% id="undo-next-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
undo_normalization = use(undo_normalization)
gamma, beta = undo_normalization(hidden, 1e-5)
batches = {"all 1797": hidden, "0 to 31": hidden[:32], "32 to 63": hidden[32:64]}
for name, rows in batches.items():
    miss = (batch_norm(rows, gamma, beta, 1e-5) - rows) / hidden.std(0)
    print(f"images {name:<9}  off by {np.sqrt((miss**2).mean()):.3f} standard deviations")

# %% [markdown] id="noise"
# ## Experiment: the share of the strangers
#
# What is left over changes with every batch, so to the network it is *noise*, made by the batch
# mates. By its size we mean the typical ([root mean square](../docs/glossary.md#root-mean-square))
# distance between a value normalized in its batch and the same value normalized with all images.
# How large is it, and how does it depend on the batch size $B$?
#
# {{predict predict_noise}}

# %% id="predict_noise"
# {{answer}}

# %% id="check-predict_noise"
check("predict_noise", predict_noise)

# %% [markdown] id="noise-one"
# First look at a single number, hidden feature 0 of digit 0, normalized in 300 random batches.


# %% id="noise-one-code" tags=["demo"]
def in_random_batches(B, draws=300):
    rng = np.random.default_rng(B)
    mates = [1 + rng.choice(len(hidden) - 1, B - 1, replace=False) for _ in range(draws)]
    return np.array([normalized(hidden[[0, *m], :1])[0, 0] for m in mates])


fig, axes = figure(size=(7, 2.6))
for row, B in enumerate([4, 16, 64]):
    jitter = np.random.default_rng(9).uniform(-0.3, 0.3, 300)
    axes.plot(in_random_batches(B), row + jitter, ".", color=COLOURS["blue"], alpha=0.4)
axes.axvline(normalized(hidden)[0, 0], color=COLOURS["red"], linestyle="--")
axes.set(yticks=range(3), yticklabels=["B = 4", "B = 16", "B = 64"], xlabel="normalized value")
axes.set_title("One value of one image in 300 batches (dashed: in all 1797 images)")
show(fig, alt="Three rows of 300 dots around a dashed line; wide for B = 4, narrow for B = 64.")

# %% [markdown] id="noise-theory"
# The cloud shrinks around the value that all images together give. How fast? The mean of $B$ values
# typically misses the mean of all by $\sigma/\sqrt B$, which moves $\hat x$ by $1/\sqrt B$. Their
# standard deviation misses by a fraction $1/\sqrt{2B}$, which moves $\hat x$ by $\hat x/\sqrt{2B}$.
# The squares add up, and $\hat x^2$ is 1 on average, so
#
# $$\text{noise}^2 \approx \frac1B + \frac1{2B} = \frac{1.5}{B}, \qquad
# \text{noise} \approx \frac{1.22}{\sqrt B}$$
#
# for Gaussian features and large $B$ **[theorem]**. In general 1.5 becomes $1 + (\kappa - 1)/4$,
# where κ is the feature's [*kurtosis*](../docs/glossary.md#kurtosis), the average of $\hat x^4$ (3
# for a Gaussian), because rare, large values make more noise.
#
# <details><summary>A proof</summary>
#
# Let the feature have mean 0 and variance 1 over all samples, and let a batch have mean $m$ and
# standard deviation $s$. Then $(x-m)/s\approx x-m-x(s-1)$. Here $m$ has variance $1/B$, and
# $s-1\approx\frac12(\overline{x^2}-1)$, a mean of $B$ values, has variance $(\kappa-1)/4B$. The
# square of $m+x(s-1)$, averaged over $x$ with mean 0 and mean square 1, loses its mixed term and is
# $1/B+(\kappa-1)/4B$. What was left out, such as the share of $x$ itself in $m$ and $s$, adds terms
# in $1/B^2$ only.
#
# </details>

# %% [markdown] id="dashed-lines"
# The dashed lines below use $1/B - 1/1797$ for $1/B$, because a batch drawn without replacement
# from 1797 images misses a little less.
#
# Now measure, over all images and features. The hidden features come from 20 random layers, with
# 100 batches of each size. Beside them stand the raw pixels, without those that are nearly always
# blank. A ± is a 95 % [interval](../docs/glossary.md#interval) over the 20 seeds, and all of it
# takes about two seconds.

# %% id="experiment" tags=["demo"] needs="torch scipy"
from coursekit import quick
from coursekit.experiments import batch_noise, interval

ink = pixels[:, pixels.std(0) > 0.03]
seeds, draws = (range(1), 10) if quick() else (range(20), 100)
found = batch_noise.measure(ink, seeds, draws=draws)
curves = {"hidden features": found.hidden, "pixels": found.pixels}
print(f"{'batch size':<16} " + "  ".join(f"{B:<13}" for B in found.sizes))
for name, rows in curves.items():
    mean, half = interval(rows)
    shown = "  ".join(f"{m:.3f} ± {h:.3f}" for m, h in zip(mean, half, strict=True))
    print(f"{name:<16} {shown}")

# %% id="experiment-axes" tags=["demo"]
fig, axes = figure(size=(7, 3.2))
axes.set(xscale="log", yscale="log", xlabel="batch size B", ylabel="noise (feature's std = 1)")
axes.set_xticks(found.sizes, found.sizes)
axes.set_yticks([0.1, 0.2, 0.4, 0.8], ["0.1", "0.2", "0.4", "0.8"])
axes.minorticks_off()
axes.set_title("Hidden features come close to the law, pixels only in large batches")
layer_1 = batch_noise.hidden_features(ink, 64, np.random.default_rng(0))
looks = {"hidden features": (layer_1, "o", COLOURS["blue"]), "pixels": (ink, "s", COLOURS["red"])}

# %% id="experiment-picture" tags=["demo"] needs="scipy"
for name, (x, marker, color) in looks.items():
    mean, half = interval(curves[name])
    axes.errorbar(found.sizes, mean, half, fmt=marker, color=color, capsize=3, label=name)
    law = batch_noise.predicted_noise(x, found.sizes)
    axes.plot(found.sizes, law, "--", color=color, label=f"predicted for {name}")
axes.legend()
show(
    fig,
    alt="Noise against batch size, both logarithmic. Hidden features lie slightly above their "
    "predicted line at 4 and on it in large batches; pixels lie below theirs in small batches and "
    "reach it in the largest.",
)

# %% id="experiment-result" tags=["demo"] needs="scipy"
for name, rows in curves.items():
    mean, half = interval((rows[:, 0] / rows[:, 4])[:, None])
    kurtosis = (batch_noise.normalized(looks[name][0], eps=0) ** 4).mean()
    print(f"{name}: kurtosis {kurtosis:.1f} (a Gaussian has 3); from B = 4 to B = 64")
    print(f"    the noise falls by a factor {mean[0]:.2f} ± {half[0]:.2f}")
    law = batch_noise.predicted_noise(looks[name][0], found.sizes)
    over = "  ".join(f"{round(100 * m):+d} %" for m in interval(rows / law - 1)[0])
    print(f"    above or below the prediction, B = 4 to 128: {over}")

# %% [markdown] id="experiment-read"
# **Result [measured here].** Hidden features are sums of many pixels and therefore nearly
# Gaussian, so they come close to the law. In batches 16 times as large their noise is smaller by a
# factor of {{result experiment-result | hidden features > the noise falls by a factor}}, where
# $1/\sqrt B$ says 4. At $B = 4$ they lie {{result experiment-result | hidden features > above or
# below the prediction, B = 4 to 128: | 1 : abs}} above their line, and they come nearer to it as
# batches grow, because the law is for large $B$. Pixels are far from theirs in small batches and
# reach it only in large ones. Ink in a corner is rare, and a batch of 4 often holds none of it.
# Such a batch cannot show how variable that pixel is, because no $\hat x$ can leave
# $\pm\sqrt{B-1}$. (The intervals are drawn, but they are smaller than the marks.)
#
# The noise does not reach 0 at any batch size that you would train with. "γ and β can undo the
# normalization" is true of fixed statistics and false of every training step. Whether the noise
# *helps*, as a regularizer, is a question for [lesson 12](12_noise_and_small_batches.ipynb).

# %% [markdown] id="mend"
# ## Exercise · mend_batch_norm
#
# {{exercise mend_batch_norm}}
#
# **Mend this.** A network in use may be shown one photo at a time, and batch norm would turn a
# batch of one into β. In use it therefore normalizes by a mean and a variance that were stored
# before, and [lesson 07](07_running_statistics.ipynb) says where those come from. A colleague has
# taught batch norm both ways and hands you the function, together with the spot check on which it
# was accepted. Run that first.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given = received("mend_batch_norm")  # what stands in the next cell, as it was handed to you
sample = np.random.default_rng(8).normal(3, 2, (50, 6))
one, zero = np.ones(6), np.zeros(6)
by_batch = given(sample, one, zero)
by_stored = given(sample, one, zero, stored=(sample.mean(0), sample.var(0)))
print("every feature has mean 0:     ", np.allclose(by_batch.mean(0), 0))
print("every feature has deviation 1:", np.allclose(by_batch.std(0), 1))
print("the batch's statistics, stored, change nothing:", np.allclose(by_batch, by_stored))

# %% [markdown] id="mend-ask"
# It passes, and it is wrong. Before you change a line, try to work out an input on which the
# function must fail, and run it. Then find the mistake and mend it. The check says nothing as long
# as the text is the one that you received, and judges what you make of it like any answer.

# %% id="mend_batch_norm"
# {{answer}}

# %% id="check-mend_batch_norm"
check(mend_batch_norm)

# %% [markdown] id="claims"
# ## What an introduction says
#
# This course grew out of an introductory article on batch normalization. Here are its claims about
# the forward pass, each with a verdict.
#
# 1. *Batch norm standardizes the inputs of a layer.* **Holds, with care**, because the paper puts
#    it before the nonlinearity, on $Wx$. It treats each feature by itself, so correlations stay.
#    **[paper]**
# 2. *The result has mean 0 and variance 1.* **Needs a condition.** The mean is exactly 0 and the
#    variance is $\sigma^2/(\sigma^2+\varepsilon)$, but only before γ and β, and only in this batch.
#    **[theorem]**
# 3. *A learnable scale and shift follow afterwards.* **Holds**, and they are the fourth of the
#    lines above. **[paper]**
# 4. *Each neuron is normalized over the mini-batch.* **Needs a condition**, because for images one
#    mean and one variance serve a whole channel ([lesson 08](08_batchnorm_everywhere.ipynb)).
#    **[paper]**
# 5. *Mean and variance are taken per feature.* **Holds**, and the variance divides by $N$.
#    **[paper]**
# 6. *$\hat x = (x-\mu)/\sqrt{\sigma^2+\varepsilon}$ is the normalized value.* **Holds**, with ε
#    inside the root. **[paper]**
# 7. *ε is there for numerical stability.* **Half of it**, since it also caps the gain at
#    $1/\sqrt\varepsilon$, and so decides which features count as constant. **[theorem]**
# 8. *Normalizing alone may limit what a network can express.* **Holds**, because it would keep a
#    sigmoid in its straight middle. **[paper]**
# 9. *γ sets the range, and β sets the mean.* **Holds**, since the deviation is |γ|, up to ε, and
#    the mean is β. **[theorem]**
# 10. *γ and β let the network undo the normalization.* **Needs a condition**: for fixed statistics
#     they undo it exactly, but in training the batch's noise remains. **[measured here]**
# 11. *The result is passed to the next layer.* **Needs a condition**, because in the paper it goes
#     to the nonlinearity first. **[paper]**
# 12. *These four lines are batch norm.* **Incomplete**, because they are its training half, and
#     inference uses running statistics ([lesson 07](07_running_statistics.ipynb)). **[paper]**

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Batch norm makes features Gaussian."* It only shifts and stretches, so a histogram keeps its
#   shape.
# - *"It decorrelates."* That is whitening, whereas batch norm leaves the size of every correlation
#   as it is (a negative γ turns its sign).
# - *"N − 1 would be more correct."* It would for estimating, but not for giving this batch
#   variance 1.
# - *"ε only prevents division by zero."* It silences every feature whose variance is far below it.
# - *"What comes out depends on my sample."* It depends on all the others in its batch, too.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_statistics}}

# %% id="quiz_statistics"
# {{answer}}

# %% id="check-quiz_statistics"
check("quiz_statistics", quiz_statistics)

# %% [markdown] id="quiz-2"
# {{quiz quiz_constant}}

# %% id="quiz_constant"
# {{answer}}

# %% id="check-quiz_constant"
check("quiz_constant", quiz_constant)

# %% [markdown] id="quiz-3"
# {{quiz quiz_bias}}

# %% id="quiz_bias"
# {{answer}}

# %% id="check-quiz_bias"
check("quiz_bias", quiz_bias)

# %% [markdown] id="quiz-4"
# {{quiz quiz_correlation}}

# %% id="quiz_correlation"
# {{answer}}

# %% id="check-quiz_correlation"
check("quiz_correlation", quiz_correlation)

# %% [markdown] id="quiz-5"
# {{quiz quiz_undo}}

# %% id="quiz_undo"
# {{answer}}

# %% id="check-quiz_undo"
check("quiz_undo", quiz_undo)

# %% [markdown] id="recap"
# ## Recap
#
# - The four lines are mean, variance (÷ N), $\hat x$ with ε inside the root, then γ and β.
# - In training the output is a function of the batch, so if one sample moves, all outputs move.
# - It cannot see a feature's offset or its scale, so in training a bias right before it is wasted.
# - For $N \ge 2$, $N-2$ of $N$ numbers survive; of two samples only one bit, of one nothing.
# - ε decides which features count as constant, because the output's variance is
#   $\sigma^2/(\sigma^2+\varepsilon)$.
# - γ and β undo fixed statistics, not a batch's, and what remains is noise of about $1.22/\sqrt B$.
#
# ## Stretch goal: count what survives
#
# Take one feature of $N$ samples. Nudge each sample by a little and collect the outputs' changes in
# an $N \times N$ matrix of derivatives. Its rank (`np.linalg.matrix_rank(J, tol=1e-3)`, with
# `eps=1e-12`) is the number of directions in which the output can still move. Predict it for $N$ =
# 2, 3, 6, then compute it. Which two changes of the input does it not see?
#
# <details><summary>What you should find</summary>
#
# The rank is $N-2$. Lost are the column of ones (a shift of all samples) and $\hat x$ itself (a
# stretch about the mean). [Lesson 06](06_backward_geometry.ipynb) derives the whole backward pass
# from these two.
#
# </details>
#
# ## References
#
# {{reference ioffe2015: Algorithm 1, and section 3 on the sigmoid and on undoing}}
# {{reference ba2016}}
# {{reference goodfellow2016: section 8.7.1}}
# {{reference torch_batch_norm_1d}}
# {{reference keras_batch_normalization}}
# {{reference data_digits}}
#
# **Next:** [05 Batch norm, backward](05_batchnorm_backward.ipynb) sends a gradient back through
# these four lines.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 2 go to a passing `batch_norm`, 1 to influence and
# the sandbox, 3 to small batches and the fingerprints, 2 to ε, γ, β and the experiment, 1 to
# `mend_batch_norm`, 1 to the verdicts and the quiz, which makes good homework.
#
# **Ask the room.** Before the sandbox: "One of you raises a hand; who moves?" Let six people stand
# on a line, compute their standard scores, and move one. Before ε: "Which is the larger number,
# 0.000001 or 0.00001, and why does it decide what your network sees?" Before undo: "If γ and β can
# undo it, why is it not useless?"
#
# **Where it goes wrong.** Axis 1 for axis 0 is silent on a square batch, so the check tries one
# first. Slips with ε (outside the root, missing, hard-coded) are among the most frequent in public
# solutions of comparable assignments, and they pass a casual comparison. Some write `x -= mean`. In
# `bn_invariances` people compare `f(x[::-1])` with `f(x)` and conclude that batch norm depends on
# the order. Some take "the noise shrinks" for "the noise vanishes"; ask for the batch size at which
# it would be 1 %.
#
# </details>
