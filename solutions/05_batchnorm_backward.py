# %% [markdown] id="title"
# # Batch norm, backward
#
# **Your backward passes its test with `y.sum()`. Why does that prove nothing?**
#
# A network learns by sending a gradient back through its layers. Through most layers that is one
# multiplication, but through batch norm it is a small walk, because every sample's input reaches
# every sample's output. It is easy to take a wrong turn there, and just as easy not to notice. In
# this lesson you first build an instrument that notices, and then derive the walk yourself, one
# node at a time.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-sum"
# ## Guess first
#
# People often test a backward pass like this: they take `y.sum()` as the loss, work out its
# gradient in `x` by hand, and compare it with the one that PyTorch finds.
#
# {{predict predict_sum}}

# %% id="predict_sum"
# {{answer}}

# %% id="check-predict_sum"
check("predict_sum", predict_sum)

# %% [markdown] id="court-text"
# PyTorch gives the right numbers here, and a wrong backward pass is *refused* if it differs from
# them by more than 1 % plus 0.001. `dy` is the gradient that arrives from the loss. It is all ones
# for the sum of `y`, `2 * y` for the sum of its squares, and the random numbers `pull` for the
# third loss.

# %% id="court" tags=["demo"] needs="torch"
import torch

from coursekit import device
from coursekit.experiments.wrong_backwards import WRONG

batch = 7 + 3 * np.random.default_rng(5).standard_normal((6, 4))
pull = np.random.default_rng(55).standard_normal((6, 4))
LOSSES = {
    "sum of y": lambda y: y.sum(),
    "sum of y²": lambda y: (y**2).sum(),
    "sum of y · random": lambda y: (y * torch.tensor(pull, dtype=y.dtype).to(y.device)).sum(),
}


# %% id="court-torch" tags=["demo"] needs="torch"
def torch_gradients(loss):
    """The gradient that arrives at batch norm's output, and the one that leaves at its input."""
    x = torch.tensor(batch, dtype=torch.float32).to(device()).requires_grad_()
    y = torch.nn.functional.batch_norm(x, None, None, training=True)
    dy, dx = torch.autograd.grad(loss(y), [y, x])
    return dy.cpu().double().numpy(), dx.cpu().double().numpy()


# %% id="court-verdicts" tags=["demo"]
# NBVAL_CHECK_OUTPUT
print(f"{'':<28}" + "".join(f"{name:>20}" for name in LOSSES))
for name, wrong in WRONG.items():
    verdicts = []
    for dy, dx in map(torch_gradients, LOSSES.values()):
        passes = np.allclose(wrong(dy, batch), dx, rtol=0.01, atol=1e-3)
        verdicts.append("passes" if passes else "refused")
    print(f"{name:<28}" + "".join(f"{v:>20}" for v in verdicts))

# %% [markdown] id="court-read"
# Five of seven wrong answers pass the first test. Whatever `x` is, each column of `y` sums to
# $N\beta$, so this loss is a *constant* and its right gradient is 0 **[theorem]**. Three of the
# five differ from the right answer by a factor only, and any factor times 0 is 0. The fourth always
# says 0, which is right here, and the fifth takes the variance for a constant. Why that one gets
# away with it is a question for later, when you know the paths on which `x` reaches `y`.
#
# The sum of squares does no better, because with γ = 1 and β = 0 it is fixed too, at $N$ for each
# column up to ε. Only the last column refuses all seven, since its loss weighs each output with a
# number of its own.
#
# <details><summary>Why the two sums are fixed</summary>
#
# With $s=\sqrt{\sigma^2+\varepsilon}$, $\sum_i\hat x_i=\frac1s\sum_i(x_i-\mu)=0$ because μ is the
# mean of the $x_i$, so $\sum_i y_i=\gamma\cdot 0+N\beta$. And
# $\sum_i\hat x_i^2=\frac1{s^2}\sum_i(x_i-\mu)^2=N\,\sigma^2/(\sigma^2+\varepsilon)$, which is $N$
# as long as ε is small beside σ².
#
# </details>

# %% [markdown] id="two-things"
# You need two things: a way to *measure* a gradient that owes nothing to your derivation, and then
# the derivation. Start with the first.

# %% [markdown] id="gradient"
# ## What a gradient says
#
# Let $L$ be the loss. Its [gradient](../docs/glossary.md#gradient) $\partial L/\partial x_{ij}$ is
# the answer to a question: *if $x_{ij}$ alone moves by a little, by how much per unit does $L$
# move?* In code the gradient is called `dx`, and it has the shape of `x`.
#
# A layer does not know $L$. It is handed `dy`, which says how much $L$ moves per unit of each of
# its outputs. So it may work with another loss, a sum in which `dy` is held fixed:
#
# $$L = \sum_{ij} y_{ij}\, dy_{ij} .$$
#
# Near this batch, that sum moves as the real loss does. Now move one entry of `x` up by $h$, then
# down by $h$, and compare the two values of $L$:
#
# $$dx_{ij} \approx \frac{L(x_{ij}+h) - L(x_{ij}-h)}{2h} .$$
#
# This estimate is called the [**central difference**](../docs/glossary.md#central-difference).

# %% [markdown] id="exercise-numgrad"
# ## Exercise · numgrad
#
# {{exercise numgrad}}
#
# `x` is an array of float64, and `f` may be any function of it. Its output is an array of any
# shape, or a plain number, and `dy` has the same shape. Move one entry of `x` at a time, and leave
# the caller's `x` as it was.

# %% id="numgrad"
# {{answer}}

# %% id="check-numgrad"
check(numgrad)

# %% [markdown] id="numgrad-used-text"
# The next cell compares two programs that share no line: PyTorch differentiates, while `numgrad`
# only tries things out.

# %% id="numgrad-used" tags=["demo"]
# NBVAL_CHECK_OUTPUT
numgrad = use(numgrad)


def normalized(x, eps=1e-5):
    """x_hat: batch norm with gamma = 1 and beta = 0, as you wrote it in lesson 04."""
    return (x - x.mean(0)) / np.sqrt(x.var(0) + eps)


measured = numgrad(normalized, batch, pull, h=1e-5)
_, theirs = torch_gradients(LOSSES["sum of y · random"])
print("measured, first sample: ", measured[0].round(4) + 0.0)
print("PyTorch's, first sample:", theirs[0].round(4) + 0.0)
print("agree to 1e-4:", np.allclose(measured, theirs, atol=1e-4))

# %% [markdown] id="everyone-text"
# Most layers treat each sample by itself, but this one does not. Let the loss depend on *one*
# output only, that of sample 0 in feature 0. Which inputs have a gradient then?

# %% id="everyone" tags=["demo"]
# NBVAL_CHECK_OUTPUT
one = np.zeros((6, 4))
one[0, 0] = 1
print("gradient of y[0, 0] in feature 0:", numgrad(normalized, batch, one, 1e-5)[:, 0].round(4))
others = np.abs(numgrad(normalized, batch, one, 1e-5)[:, 1:]).max()
print(f"and in the other features, at most: {others:g}")

# %% [markdown] id="everyone-read"
# It pulls at the inputs of all six samples. In training, one image's loss writes gradients into the
# inputs of its batch mates, because they share a mean and a variance. Features stay apart
# **[theorem]**, because the outputs of a column are computed from that column alone.

# %% [markdown] id="graph-text"
# ## The graph
#
# Now the derivation. Write the forward pass as a [graph](../docs/glossary.md#computational-graph)
# with one small step for each node, here for one feature of $N$ samples:
#
# $$x \;\to\; \mu=\tfrac1N\textstyle\sum x_i \;\to\; \sigma^2=\tfrac1N\sum(x_i-\mu)^2 \;\to\;
# \hat x_i=(x_i-\mu)(\sigma^2+\varepsilon)^{-1/2} \;\to\; y_i=\gamma\hat x_i+\beta$$
#
# | node | is made of | is used in |
# |:--|:--|:--|
# | $x_i$ | | $\mu$, $\sigma^2$ and $\hat x_i$ |
# | $\mu$ | every $x_i$ | $\sigma^2$ and every $\hat x_i$ |
# | $\sigma^2$ | every $x_i$, and $\mu$ | every $\hat x_i$ |
# | $\hat x_i$ | $x_i$, $\mu$ and $\sigma^2$ | $y_i$ |
# | $\gamma$, $\beta$ | | every $y_i$ |
#
# Write $d$ before a value for the gradient of $L$ in it, as in $dx$. Then $d\sigma^2$ (in code
# `dvar`) says how much $L$ moves per unit of $\sigma^2$, if everything that is made of $\sigma^2$
# moves along and the rest stays. Walking back takes three rules, all of them the chain rule
# **[theorem]** (Baydin et al. 2018):
#
# 1. **A step multiplies** the gradient by its own derivative.
# 2. **Used twice, added up.** A value that feeds several nodes gets the sum of what comes back from
#    each, so the gradient of a mean that feeds $N$ samples is a sum over $N$.
# 3. **A mean hands out shares.** If $m=\frac1N\sum a_i$, each $a_i$ gets $\frac1N$ of $m$'s
#    gradient.
#
# A gradient always has the shape of its value, which is $(D,)$ for a mean and $(N, D)$ for $x$.

# %% [markdown] id="worked"
# ### The rules on a smaller function
#
# Before batch norm, see the rules at work on a function that only divides by the mean, $y_i=x_i/m$
# with $m=\frac1N\sum x_i$.
#
# - The mean is used in every output, and the derivative of $x_i/m$ in $m$ is $-x_i/m^2$. By rules 1
#   and 2 the mean's gradient is $dm=-\sum_i dy_i\,x_i/m^2$.
# - Each $x_i$ is used in its own output, which returns $dy_i/m$ by rule 1, and in the mean, which
#   hands back $dm/N$ by rule 3. By rule 2 the two are added: $dx_i=dy_i/m+dm/N$.


# %% id="worked-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
def divided_by_mean(x):
    return x / x.mean(0)


def divided_backward(dy, x):
    m = x.mean(0)
    dm = -(dy * x).sum(0) / m**2
    return dy / m + dm / len(x)


by_trying = numgrad(divided_by_mean, batch, pull, 1e-5)
by_rules = divided_backward(pull, batch)
print("by the rules as by trying:", np.allclose(by_rules, by_trying, atol=1e-8))

# %% [markdown] id="nodes"
# ## Node by node
#
# Batch norm's six gradients are yours to derive. Each of the next three exercises goes back by one
# step, and each is judged by itself, because it is handed the *right* gradients of the nodes that
# follow its own on the way forward. The fourth puts the steps together and adds the last line.
#
# Work on paper first: find the node in the table, see where it is used, and let the rules say what
# comes back from there. No formula is printed here until you have all six, but `hint(NAME)` leads
# to each of them in three steps.

# %% [markdown] id="exercise-affine"
# ## Exercise · affine_backward
#
# {{exercise affine_backward}}
#
# The walk begins at the last step, $y=\gamma\hat x+\beta$. From `dy` find the gradients of the
# three values that this step is made of. `dy` and `x_hat` are $(N, D)$, and `gamma` is $(D,)$, one
# number for all samples of its feature. Return `dx_hat` of shape $(N, D)$, then `dgamma` and
# `dbeta` of shape $(D,)$.

# %% id="affine_backward"
# {{answer}}

# %% id="check-affine_backward"
check(affine_backward)

# %% [markdown] id="one-node-text"
# The next step back is $\hat x_i=(x_i-\mu)(\sigma^2+\varepsilon)^{-1/2}$. It is made of three
# values, and the variance comes first. What is a "gradient of the variance"? It is a gradient like
# any other: hold everything else where it is, move $\sigma^2$ alone, and watch $L$. You have an
# instrument for that, so measure the gradient before you derive it, here for a column of five
# numbers with γ = 3 and ε = 0.1.

# %% id="one-node" tags=["demo"]
# NBVAL_CHECK_OUTPUT
column, weights = np.array([2.0, 4.0, 4.0, 6.0, 9.0]), np.array([1.0, 0.0, -1.0, 2.0, 1.0])
gamma, eps = 3.0, 0.1
mu, var = column.mean(keepdims=True), column.var(keepdims=True)


def from_the_variance(var):
    return gamma * (column - mu) / np.sqrt(var + eps)


print(f"mean {mu[0]:.2f}, variance {var[0]:.2f}")
print(f"dvar, measured: {numgrad(from_the_variance, var, weights, 1e-5)[0]:.4f}")

# %% [markdown] id="exercise-variance"
# ## Exercise · variance_backward
#
# {{exercise variance_backward}}
#
# `dx_hat`, the gradient that arrives at $\hat x$, and `x` are $(N, D)$. Return `dvar`, which is
# $(D,)$. Compute again from `x` and `eps` what the forward pass had: the mean, the variance divided
# by $N$, and the root. For the column above,
# `variance_backward(gamma * weights[:, None], column[:, None], eps)` must give the measured number.

# %% id="variance_backward"
# {{answer}}

# %% id="check-variance_backward"
check(variance_backward)

# %% [markdown] id="mean-node-text"
# The mean is used in two places: it is subtracted in every $\hat x_i$, and it is part of the
# variance, which is the mean of $(x_i-\mu)^2$. By rule 2 you add what comes back from the two
# places. By rule 1 the variance sends back its own gradient, `dvar`, times a derivative. How much
# does this second way carry? (The check says so, once it passes.) The instrument measures both ways
# together, because in the cell below the variance moves along with the mean.


# %% id="mean-node" tags=["demo"]
# NBVAL_CHECK_OUTPUT
def from_the_mean(mu):
    var = ((column - mu) ** 2).mean()
    return gamma * (column - mu) / np.sqrt(var + eps)


print(f"dmu, measured: {numgrad(from_the_mean, mu, weights, 1e-5)[0]:.4f}")

# %% [markdown] id="exercise-mean"
# ## Exercise · mean_backward
#
# {{exercise mean_backward}}
#
# `dx_hat` and `x` are $(N, D)$ as before, and `dvar` of shape $(D,)$ is the variance's gradient,
# for the second way. Return `dmu`, which is $(D,)$.

# %% id="mean_backward"
# {{answer}}

# %% id="check-mean_backward"
check(mean_backward)

# %% [markdown] id="exercise-staged"
# ## Exercise · batch_norm_backward_staged
#
# {{exercise batch_norm_backward_staged}}
#
# The last node is the one that the layer below is waiting for. $x_i$ is used in three places, which
# are $\hat x_i$, the variance and the mean. Derive what comes back from each, and add the three up.
#
# Return all six gradients for a whole batch in a dict, whose keys are the names in the docstring.
# Your three functions give five of them, so call them, and write the sixth line yourself. `gamma`
# is $(D,)$; β is not needed. The check judges the six in the order in which the gradient reaches
# them and stops at the first wrong one, because what comes after a wrong node is not your fault
# yet. If the fault is in a function of yours which this one calls, it says in which.

# %% id="batch_norm_backward_staged"
# {{answer}}

# %% id="check-batch_norm_backward_staged"
check(batch_norm_backward_staged)

# %% [markdown] id="staged-used-text"
# Call the two witnesses again: the instrument for one column, and PyTorch for the batch of the
# opening.

# %% id="staged-used" tags=["demo"]
# NBVAL_CHECK_OUTPUT
staged = batch_norm_backward_staged = use(batch_norm_backward_staged)
nodes = staged(weights[:, None], column[:, None], np.array([gamma]), eps)
print(f"dvar, yours: {nodes['dvar'][0]:.4f}   dmu, yours: {nodes['dmu'][0]:.4f}")
dx = staged(pull, batch, np.ones(4), 1e-5)["dx"]
print("dx agrees with PyTorch's to 1e-4:", np.allclose(dx, theirs, atol=1e-4))
print(f"its columns sum to 0: {np.abs(dx.sum(0)).max() < 1e-12}")

# %% [markdown] id="nodes-2"
# You have derived the six formulas of Ioffe and Szegedy's section 3 **[paper]**.
#
# <details><summary>The six formulas, to compare with yours</summary>
#
# $$d\hat x_i = \gamma\,dy_i,\qquad d\gamma=\sum_i dy_i\,\hat x_i,\qquad d\beta=\sum_i dy_i ,$$
#
# $$d\sigma^2=\sum_i d\hat x_i\,(x_i-\mu)\cdot\big(-\tfrac12\big)(\sigma^2+\varepsilon)^{-3/2} ,$$
#
# $$d\mu=-\frac{1}{\sqrt{\sigma^2+\varepsilon}}\sum_i d\hat x_i
# \;+\; d\sigma^2\cdot\underbrace{\frac{-2}{N}\sum_i(x_i-\mu)}_{=\,0} ,$$
#
# $$dx_i=\underbrace{d\hat x_i\,\frac{1}{\sqrt{\sigma^2+\varepsilon}}}_{\text{directly}}
# +\underbrace{d\sigma^2\cdot\frac{2(x_i-\mu)}{N}}_{\text{through the variance}}
# +\underbrace{\frac{d\mu}{N}}_{\text{through the mean}} .$$
#
# The variance returns nothing to the mean, because to first order a variance does not change with
# the center from which it is measured.
#
# </details>

# %% [markdown] id="explore"
# ### Explore: walk back, cut a wire
#
# Here are three samples of one feature; click a box to read its gradient. $x-\mu$ is a box of its
# own, so that $x$ feeds two boxes in place of three. *Cut* stops what comes back to $\mu$ or
# $\sigma^2$. There are three questions to settle.
#
# 1. Which two boxes are reached by two gradients each, which are added?
# 2. Cut the wire of the mean. What do the three numbers of `dx` sum to now, and what did they sum
#    to before?
# 3. Send `dy` = 1, 1, 1 (the loss `y.sum()`). Which cuts change `dx`, and which go unnoticed?

# %% id="graph" tags=["demo"]
from coursekit.widgets import graph

graph()

# %% [markdown] id="graph-found"
# <details><summary>What you should find</summary>
#
# 1. $x-\mu$, from $\hat x$ and from its square, and $x$, from $x-\mu$ and from $\mu$.
# 2. Before the cut they sum to 0. Without the mean's wire they sum to what it should have taken
#    out, $\gamma\sum dy/\sqrt{\sigma^2+\varepsilon}$. The variance's wire adds nothing to the sum.
# 3. Cutting μ changes `dx` from three zeros to three equal numbers. Cutting σ² alone goes
#    unnoticed, because what comes back to it holds the factor $\sum(x-\mu)\,dy$, which is 0 for
#    equal `dy`. A test with `y.sum()` cannot see the variance's path.
#
# </details>

# %% [markdown] id="paths"
# ### Three paths
#
# The three terms of $dx$ belong to three paths from $x$ to $y$: one direct, one through the
# variance, one through the mean. How much comes along each? Here is one feature of eight digits,
# with a random `dy`.

# %% id="paths-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="sklearn"
# The figure below is drawn here.
from coursekit import data
from coursekit.experiments import finite_difference
from coursekit.figures import COLOURS, figure, show

pixels = data.digits().images.reshape(-1, 64) / 16
rng = np.random.default_rng(4)
feature = finite_difference.from_layer(pixels)(rng)[:, :1]
pulls = rng.standard_normal((8, 1)) + 1
at = staged(pulls, feature, np.ones(1), 1e-5)
offset = feature - feature.mean(0)
parts = {
    "directly": at["dx_hat"] / np.sqrt(feature.var(0) + 1e-5),
    "through the variance": at["dvar"] * 2 * offset / 8,
    "through the mean": np.broadcast_to(at["dmu"] / 8, (8, 1)),
    "together": at["dx"],
}
fig, axes = figure(size=(7.5, 3))
colors = ("sky", "orange", "purple", "blue")
for k, ((name, part), color) in enumerate(zip(parts.items(), colors, strict=True)):
    axes.bar(
        np.arange(8) + 0.2 * k - 0.3,
        part[:, 0],
        0.19,
        color=COLOURS[color],
        label=name,
        edgecolor="black",
        linewidth=1.0 if name == "together" else 0,
    )
axes.axhline(0, color=COLOURS["grey"], linewidth=0.6)
axes.set(xlabel="sample", ylabel="gradient", title="What reaches each sample, by its path")
axes.legend(ncols=2, fontsize=8)
show(
    fig,
    alt="Bars for eight samples: the direct part of the gradient differs from sample to sample, "
    "the part through the mean is the same for all, the part through the variance is "
    "proportional to the sample's distance from the mean. Outlined bars show their sum.",
)

# %% id="paths-sums" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
print(f"{'':<24}{'sum over samples':>18}{'sum of part · x_hat':>22}")
for name, part in parts.items():
    along = (part * normalized(feature)).sum()
    print(f"{name:<24}{part.sum().round(3) + 0.0:>18.3f}{along.round(3) + 0.0:>22.3f}")

# %% [markdown] id="paths-read"
# The mean's path is the same for all samples and cancels the *sum* of the direct part. The
# variance's path is proportional to $x_i-\mu$ and cancels the direct part's share along $\hat x$,
# up to ε. So each of the two has one job, and [lesson 06](06_backward_geometry.ipynb) makes that
# the whole story.
#
# Now the table of the opening can be read to the end. For the loss `y.sum()` the direct part is the
# same for every sample, so the mean's path alone brings it to 0. Whoever loses only the variance's
# path is therefore not found out, while the two who lose the mean's are. For the sum of squares,
# `dy` is $2\hat x$. There the variance's path does all the work, and whoever loses it is caught.

# %% [markdown] id="pair"
# ## Traps
#
# You have an instrument and a derivation. Before one judges the other, see five ways to be fooled.
# The first you know, the loss `y.sum()`. The second is the size of the batch, to begin with two.
#
# {{predict predict_pair}}

# %% id="predict_pair"
# {{answer}}

# %% id="check-predict_pair"
check("predict_pair", predict_pair)

# %% id="pair-run" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for size in [2, 3, 8]:
    x = 4 + np.random.default_rng(7).standard_normal((size, 1))
    dy = np.random.default_rng(8).standard_normal((size, 1))
    nodes = staged(dy, x, np.ones(1), 1e-5)
    direct = np.linalg.norm(nodes["dx_hat"] / x.std(0))
    print(f"N = {size}: of the direct gradient {np.linalg.norm(nodes['dx']) / direct:.2%} is left")

# %% [markdown] id="pair-read"
# With two samples the layers before batch norm learn next to nothing. A test with two samples tests
# nothing either, because the right gradient is nearly 0, as it is with `y.sum()`.
#
# So take a large batch? There the two statistics hardly depend on any one sample, so an error in
# their paths is small. The next cell measures how small, for a random `dy`.

# %% id="large" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.experiments.wrong_backwards import right

print(f"{'relative error of dx':<28}" + "".join(f"{f'N = {N}':>10}" for N in (4, 32, 512)))
for name in ["variance constant", "mean constant", "mean and variance constant"]:
    errors = []
    for N in (4, 32, 512):
        x, dy = np.random.default_rng(N).standard_normal((2, N, 64))
        truth = right(dy, x)
        errors.append(np.linalg.norm(WRONG[name](dy, x) - truth) / np.linalg.norm(truth))
    print(f"{name:<28}" + "".join(f"{e:>10.2f}" for e in errors))

# %% [markdown] id="large-read"
# At $N=512$ a backward pass *without its variance path* is off by {{result large | variance
# constant | 3 : percent}}, so a tolerance of 5 %, unlike the opening's 1 %, calls it right. For a
# random `dy` the error falls like $1/\sqrt N$ **[theorem]**, so a good test batch has four to eight
# samples. (The gradients of a real loss need not point anywhere at random, and [lesson
# 06](06_backward_geometry.ipynb) trains a network without these paths.)
#
# <details><summary>Why like 1/√N</summary>
#
# A `dy` of $N$ independent random numbers of mean square 1 has a component of mean square 1 along
# every direction. The mean's path takes out the component along $(1,\dots,1)$ and the variance's
# path the one along $\hat x$, which is at a right angle to it (lesson 06 proves this). So the right
# gradient consists of $N-2$ such components, and a backward pass that loses one path keeps one
# component too many. Relative to the right one its error is near $\sqrt{1/(N-2)}$, and near
# $\sqrt{2/(N-2)}$ without both paths. For one draw with $N=4$ it may lie well off, because the
# features with the smallest variances outweigh all others.
#
# </details>

# %% [markdown] id="third-trap"
# The third trap is a right answer that is exactly 0. Rounding leaves tiny numbers in both
# gradients, though not the same ones, and *relative* to their own size they differ a lot.

# %% id="zero" tags=["demo"]
# NBVAL_CHECK_OUTPUT
x = np.array([[1.0], [4.0]])
dy = np.array([[1.0], [-2.0]])
a = numgrad(lambda x: normalized(x, 0), x, dy, 1e-5)
b = staged(dy, x, np.ones(1), 0.0)["dx"]
relative = np.abs(a - b).max() / (np.abs(a) + np.abs(b)).max()
print("both below 1e-10:", max(np.abs(a).max(), np.abs(b).max()) < 1e-10)
print("relative error above 0.01:", relative > 0.01)
print("np.allclose(a, b):", np.allclose(a, b, rtol=1e-4, atol=1e-6))

# %% [markdown] id="zero-read"
# So compare with a relative *and* a small absolute tolerance, as `np.allclose` does. Write the
# comparison as `error <= tolerance`. If an error is NaN, neither that nor `error > tolerance` is
# true, so that `not (error > tolerance)` would let it pass.
#
# The fourth trap is the step, which can be too small as well as too large. Convert `x` to float64
# and take `h = 1e-5`; the optional section on the step, further down, says why.
#
# The fifth is a random `dy` that is not *independent*. A test draws `x` and `dy`, each with
# `np.random.default_rng(0)`, and finds nothing wrong with a gradient that is 3 % too large.

# %% id="same-seed" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for seed in [0, 1]:
    x = 7 + 3 * np.random.default_rng(0).standard_normal((6, 4))
    dy = np.random.default_rng(seed).standard_normal((6, 4))
    size = np.abs(right(dy, x)).max()
    passes = np.allclose(1.03 * right(dy, x), right(dy, x), rtol=1e-4, atol=1e-6)
    print(f"dy with seed {seed}: largest gradient above 0.001: {size > 1e-3}, passes: {passes}")

# %% [markdown] id="same-seed-read"
# The same seed drew the same numbers, so `dy` was a shifted multiple of $\hat x$. Nothing of such a
# pull gets through, because the mean's path removes what is the same for all samples, and the
# variance's path removes what lies along $\hat x$. The right gradient was 0 once more. Draw `dy`
# with a seed of its own.

# %% [markdown] id="exercise-gradcheck"
# ## Exercise · gradcheck
#
# {{exercise gradcheck}}
#
# Now put it together as a judge that is handed *any* function `f`, smooth near `x`, and *any*
# claimed backward pass, and answers True or False. It must accept right ones and refuse wrong ones,
# and each of the wrong ones here gets past some careless judge. To do so it has to
#
# - draw its own `dy`, of the shape of `f(x)`, which need not be that of `x`;
# - refuse what is off by 3 % or more of the largest entry, even if only a single entry is wrong;
# - go by the size of the gradient, since `f` may be multiplied by a million or by $10^{-4}$. Where
#   the right gradient is 0, measuring leaves errors of up to $10^{-6}$, which it accepts;
# - refuse a gradient that holds NaN, or whose shape is not that of `x`;
# - accept a right backward pass for a float32 `x` as well, and measure on a float64 copy of it,
#   because a step of $10^{-5}$ may be too small to change a float32 at all.
#
# It may call your `numgrad`, and it leaves the caller's `x` as it was.

# %% id="gradcheck"
# {{answer}}

# %% id="check-gradcheck"
check(gradcheck)

# %% [markdown] id="gradcheck-used-text"
# The seven of the opening come before your judge, and so does your own backward pass.

# %% id="gradcheck-used" tags=["demo"]
# NBVAL_CHECK_OUTPUT
gradcheck = use(gradcheck)


def mine(dy, x):
    return staged(dy, x, np.ones(x.shape[1]), 1e-5)["dx"]


for name, backward in {"your dx": mine, **WRONG}.items():
    print(f"{name:<28}", "accepted" if gradcheck(normalized, backward, batch) else "refused")

# %% [markdown] id="gradcheck-torch"
# PyTorch ships such a judge, whose default step of $10^{-6}$ is too small for float32. It does not
# refuse such inputs, but it warns that the check will likely fail **[documented]**. So give it
# float64, and call it whenever you write a layer with a backward pass of its own.


# %% id="gradcheck-torch-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
class Mine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.from_numpy(normalized(x.detach().numpy()))

    @staticmethod
    def backward(ctx, dy):
        return torch.from_numpy(mine(dy.numpy(), ctx.saved_tensors[0].numpy()))


small = torch.tensor(batch, requires_grad=True)  # float64, and so on the CPU
print("torch.autograd.gradcheck:", torch.autograd.gradcheck(Mine.apply, small))

# %% [markdown] id="train"
# ## Experiment: a network on your gradients
#
# Here a network learns to read without any autograd. It has 64 pixels, 32 hidden features with your
# batch norm forward and backward, ReLU, and ten classes. It trains on 1297 digits in batches of 64
# by plain gradient descent, and is tested on the other 500 with the statistics of all training
# images.

# %% id="train-setup" tags=["demo"] needs="sklearn"
from coursekit import quick
from coursekit.experiments import interval

pixels = data.digits().images.reshape(-1, 64) / 16
order = np.random.default_rng(0).permutation(1797)
X, Y = (pixels - pixels.mean()) / pixels.std(), data.digits().y
train, test = order[:1297], order[1297:]


def start(seed):
    rng = np.random.default_rng(seed)
    W, V = rng.standard_normal((64, 32)) / 8, rng.standard_normal((32, 10)) / 6
    return [W, np.ones(32), np.zeros(32), V]  # W, gamma, beta, V


# %% id="train-step" tags=["demo"]
def step(params, rows, lr):
    """One step of gradient descent, every gradient by hand."""
    W, gamma, beta, V = params
    u = X[rows] @ W
    y = gamma * normalized(u) + beta
    h = np.maximum(y, 0)
    p = np.exp(h @ V - (h @ V).max(1, keepdims=True))
    dlogits = (p / p.sum(1, keepdims=True) - np.eye(10)[Y[rows]]) / len(rows)
    back = staged(dlogits @ V.T * (y > 0), u, gamma, 1e-5)
    gradients = [X[rows].T @ back["dx"], back["dgamma"], back["dbeta"], h.T @ dlogits]
    return [w - lr * g for w, g in zip(params, gradients, strict=True)]


def accuracy(params):
    W, gamma, beta, V = params
    u = X[train] @ W
    y = gamma * (X[test] @ W - u.mean(0)) / np.sqrt(u.var(0) + 1e-5) + beta
    return ((np.maximum(y, 0) @ V).argmax(1) == Y[test]).mean()


# %% id="train-run" tags=["demo"] needs="scipy"
runs = range(1 if quick() else 5)
steps, marks = (20, [0, 20]) if quick() else (400, [0, 25, 100, 400])
reached = []
for seed in runs:
    params, rng, row = start(seed), np.random.default_rng(100 + seed), []
    for t in range(steps + 1):
        if t in marks:
            row.append(100 * accuracy(params))
        params = step(params, rng.choice(train, 64, replace=False), lr=0.5)
    reached.append(row)
mean, half = interval(reached)
for t, m, h in zip(marks, mean, half, strict=True):
    print(f"after {t:>3} steps: {m:5.1f} ± {h:.1f} % of the test digits read")

# %% [markdown] id="train-read"
# After 400 steps it reads {{result train-run | after 400 steps}} of the test digits **[measured
# here]**, on a backward pass that you derived, measured and put on trial. The ± is a 95 % interval
# over five seeds. Whether batch norm made the network any *better* is another question, which
# [lesson 10](10_training_with_batchnorm.ipynb) asks with fair baselines.

# %% [markdown] id="step"
# ## How small a step?
#
# {{optional}}
#
# A derivative is a limit, $h \to 0$. So the smaller the step, the better?
#
# {{predict predict_step}}

# %% id="predict_step"
# {{answer}}

# %% id="check-predict_step"
check("predict_step", predict_step)

# %% [markdown] id="step-theory"
# Two errors compete. One is the formula's own: by Taylor's theorem a central difference is off by
# about $\tfrac16 h^2 L'''$, and a *forward* one, $(L(x+h)-L(x))/h$, by $\tfrac12 h L''$. The other
# is rounding, because $L$ carries a relative error of about the precision's `eps`, which is divided
# by $h$. Up to constant factors the two errors are equal at these steps **[theorem]** (Nocedal and
# Wright, section 8.1):
#
# | | best step | best error |
# |:--|:--|:--|
# | forward | $\text{eps}^{1/2}$ | $\text{eps}^{1/2}$ |
# | central | $\text{eps}^{1/3}$ | $\text{eps}^{2/3}$ |
#
# NumPy's float64 has an `eps` of 2.2e-16, and float32 has one of 1.2e-7. (This `eps` has nothing to
# do with the layer's ε.)
#
# The measurement sends eight digits through a random first layer with 32 features, and draws a
# random `dy`. Each of 20 seeds draws another layer, batch and `dy`. The truth is the exact formula
# that you derived. Steps are counted in units of each feature's own
# $s=\sqrt{\sigma^2+\varepsilon}$.

# %% id="step-run" tags=["demo"] needs="sklearn"
from coursekit import data, quick
from coursekit.experiments import finite_difference, interval

pixels = data.digits().images.reshape(-1, 64) / 16
seeds = range(2 if quick() else 20)
cases = [(r, p) for p in ("float64", "float32") for r in ("central", "forward")]
found = finite_difference.measure(finite_difference.from_layer(pixels), seeds, cases=cases)

# %% id="step-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

fig, axes = figure(size=(7.5, 3.6))
looks = dict(
    zip(cases, [("blue", "-"), ("sky", "--"), ("red", "-"), ("orange", "--")], strict=True)
)
for case, (color, line) in looks.items():
    rule, precision = case
    mean, half = interval(np.log10(found.curve(*case)))
    axes.plot(found.steps, 10**mean, line, color=COLOURS[color], label=f"{rule}, {precision}")
    axes.fill_between(
        found.steps, 10 ** (mean - half), 10 ** (mean + half), color=COLOURS[color], alpha=0.3
    )
    best = np.finfo(precision).eps ** (1 / 3 if rule == "central" else 1 / 2)
    axes.plot([best], [2e-12], "^", color=COLOURS[color], markersize=9)
axes.set(xscale="log", yscale="log", ylim=(1e-12, 10), xlim=(1e-12, 1))
axes.set(xlabel="step, in units of the feature's s", ylabel="relative error of the gradient")
axes.set_title("Too small a step is as bad as too large (triangles: predicted best step)")
axes.legend()
show(
    fig,
    alt="Four V-shaped curves of the error against the step, both logarithmic. Each falls to a "
    "lowest point near its predicted best step and rises to both sides. The lowest errors of "
    "central differences are ten to the power "
    "{{result step-table | central, float64 | error there : mean .1f}} in float64 and "
    "{{result step-table | central, float32 | error there : mean .1f}} in float32.",
)

# %% id="step-table" tags=["demo"] needs="scipy"
print(
    f"{'(log10; 95 % over seeds)':<26}{'best step':>16}{'law':>8}{'times':>8}"
    f"{'error there':>18}{'at 1e-5':>10}"
)
for rule, precision in cases:
    curve, eps = found.curve(rule, precision), np.finfo(precision).eps
    law = np.log10(eps) * (1 / 3 if rule == "central" else 1 / 2)
    step = interval(np.log10(found.steps[curve.argmin(1)]))
    error = interval(np.log10(curve.min(1)))
    usual = np.log10(curve[:, np.abs(np.log10(found.steps) + 5).argmin()]).mean()
    print(
        f"{rule + ', ' + precision:<26}{step.mean:>9.2f} ± {step.half:.2f}{law:>8.2f}"
        f"{10 ** (step.mean - law):>8.1f}{error.mean:>11.2f} ± {error.half:.2f}{usual:>10.2f}"
    )

# %% [markdown] id="step-read"
# **Result [measured here].** Left of its lowest point a curve shows rounding: a step that is 10
# times as large makes the error 10 times as small. (Where the float32 curves lie flat near 1, the
# step is lost when it is added. There $x + h$ *is* $x$, and the measured gradient is 0.) Right of
# its lowest point a curve shows the formula's own error, which grows with the square of the step
# for central differences and in proportion for forward ones. The law says where the two meet, but
# only up to a small factor (under *times*), because it leaves out all constants. Each step that was
# tried is `10**0.25` times the one before, so ± 0.00 says that every seed chose the same one.
#
# Two rules are worth keeping: use *central* differences, and use *float64*. In float32 even the
# best step leaves an error of ten to the power
# {{result step-table | central, float32 | error there}}, and a step of $10^{-5}$ one of ten to
# the power {{result step-table | central, float32 | at 1e-5}}.
#
# ### Real features are not of size 1
#
# A step is small or large beside something. Take eight patients of the breast cancer data at a
# time, and look for the best step for each of the 30 raw measurements, whose spreads $s$ cover five
# decades.

# %% id="cancer-run" tags=["demo"] needs="sklearn scipy"
cancer = data.breast_cancer()
central = [("central", "float64"), ("central", "float32")]
tables = finite_difference.measure(finite_difference.from_rows(cancer.x), seeds, cases=central)
print("log10(best step) against log10(s), slope over 30 features:")
for case in central:
    slope = [
        np.polyfit(np.log10(s), np.log10(b), 1)[0]
        for s, b in zip(tables.units, tables.best(*case), strict=True)
    ]
    mean, half = interval(slope)
    print(f"    {case[1]}: {mean:.3f} ± {half:.3f}")

# %% id="cancer-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
fig, axes = figure(size=(7.5, 3.4))
span = np.array([2e-3, 2e3])
for (rule, precision), color, marker in zip(central, ("blue", "red"), "os", strict=True):
    typical = np.exp(np.log(tables.best(rule, precision)).mean(0))
    unit = np.exp(np.log(tables.units).mean(0))
    axes.plot(unit, typical, marker, color=COLOURS[color], label=f"best step, {precision}")
    law = np.finfo(precision).eps ** (1 / 3)
    axes.plot(span, law * span, "--", color=COLOURS[color], label=f"s times {law:.0e}")
axes.axhline(1e-5, color=COLOURS["grey"], linewidth=0.8)
axes.text(2e2, 1.5e-5, "h = 1e-5", color=COLOURS["grey"])
axes.set(xscale="log", yscale="log", xlim=(8e-4, 3e3), xlabel="s of the feature, in its own unit")
axes.set(ylabel="best step, same unit", title="The best step is a fixed fraction of the spread")
axes.legend(fontsize=8)
show(
    fig,
    alt="The features as dots, for two precisions: the best step grows in proportion to the "
    "feature's s, which goes from {{result cancer-fixed | fractal dimension error | 1}} to "
    "{{result cancer-fixed | worst area | 1 : .0f}}, a little above the dashed line of the cube "
    "root of eps.",
)

# %% id="cancer-fixed" tags=["demo"]
# One step for all: what does h = 1e-5 cost each feature?
order = np.argsort(tables.units.mean(0))[[0, 15, -1]]
print(f"{'relative error with h = 1e-5':<30}{'s':>8}{'float64':>12}{'float32':>12}")
errors = {p: [] for p in ("float64", "float32")}
for seed in seeds:
    rng = np.random.default_rng(seed)
    x = finite_difference.from_rows(cancer.x)(rng)
    dy = rng.standard_normal(x.shape)
    for p, rows in errors.items():
        rows.append(finite_difference.relative_errors(x, dy, np.array([1e-5]), precision=p)[0])
for j in order:
    typical = [np.exp(np.log(rows).mean(0)[j]) for rows in errors.values()]
    shown = "".join(f"{e:>12.0e}" for e in typical)
    print(f"{cancer.features[j]:<30}{tables.units.mean(0)[j]:>8.2g}{shown}")

# %% [markdown] id="cancer-read"
# A slope of $1$ means that the best step is a fixed fraction of the feature's spread, in whatever
# unit. The slope is {{result cancer-run | float64:}} in float64 and {{result cancer-run |
# float32:}} in float32 **[measured here]**. In float64 there is so much room that $10^{-5}$ serves
# everywhere in this table. In float32 the same step is lost when it is added to an area of some
# hundreds.

# %% [markdown] id="claims"
# ## What the article says
#
# The introductory article that this course grew out of stays with the forward pass. Four of its
# claims, paraphrased here, look different from this side, and each gets a verdict. The course's
# [page on the article](../docs/article.md) goes through it section by section.
#
# 1. *These four lines are batch norm.* **Incomplete.** Training needs the way back too, and `dvar`,
#    `dmu` and two of the three terms of `dx` exist only because the statistics depend on $x$.
#    **[theorem]**
# 2. *A neuron is normalized over the mini-batch.* **Holds, and has a price.** In training one
#    sample's loss puts gradients into its batch mates. **[theorem] [measured here]**
# 3. *γ and β are learned like weights.* **Holds.** Their gradients are sums over the batch. A bias
#    right before the layer gets a gradient of exactly 0 instead, because that is the sum of `dx`.
#    **[theorem]**
# 4. *ε is there for numerical stability.* **Half of it.** It also caps what comes back: the
#    gradient of a feature grows by a factor of at most $|\gamma|/\sqrt\varepsilon$, which is 316
#    |γ| for $\varepsilon=10^{-5}$. Only the factor $\gamma/s$ can lengthen a gradient here, as
#    [lesson 06](06_backward_geometry.ipynb) shows. **[theorem]**
#
# That batch norm mends *vanishing or exploding* gradients is a claim about many layers, which
# [lesson 11](11_why_it_works.ipynb) decides.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"My gradients match on `y.sum()`, so they are right."* On that loss even zeros are right.
# - *"The smaller the step, the better the estimate."* Below the cube root of eps, rounding wins.
# - *"Mean and variance are numbers, so they are constants."* They are functions of x, and two of
#   the three paths run through them.
# - *"dμ needs the path through the variance."* That path carries 0, for every batch.
# - *"A larger batch makes a sharper test."* It hides the very paths that are easy to forget.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_squares}}

# %% id="quiz_squares"
# {{answer}}

# %% id="check-quiz_squares"
check("quiz_squares", quiz_squares)

# %% [markdown] id="quiz-2"
# {{quiz quiz_shapes}}

# %% id="quiz_shapes"
# {{answer}}

# %% id="check-quiz_shapes"
check("quiz_shapes", quiz_shapes)

# %% [markdown] id="quiz-3"
# {{quiz quiz_float32}}

# %% id="quiz_float32"
# {{answer}}

# %% id="check-quiz_float32"
check("quiz_float32", quiz_float32)

# %% [markdown] id="quiz-4"
# {{quiz quiz_bias_before}}

# %% id="quiz_bias_before"
# {{answer}}

# %% id="check-quiz_bias_before"
check("quiz_bias_before", quiz_bias_before)

# %% [markdown] id="quiz-5"
# {{quiz quiz_flat_feature}}

# %% id="quiz_flat_feature"
# {{answer}}

# %% id="check-quiz_flat_feature"
check("quiz_flat_feature", quiz_flat_feature)

# %% [markdown] id="recap"
# ## Recap
#
# - A layer's loss is $\sum y\,dy$. Test it with a random `dy`, since with `y.sum()` zeros are
#   right.
# - A central difference is best near $s\cdot\text{eps}^{1/3}$, and in float64.
# - There are three rules: a step multiplies; used twice, added up; a mean hands out shares of 1/N.
# - x reaches y on three paths: directly, through the variance, and through the mean.
# - dγ and dβ are sums over the batch, and the mean gets nothing through the variance.
# - Two samples pass no gradient and large batches hide errors, so test with four to eight.
#
# ## Stretch goal: a derivative without a difference
#
# Rounding enters where two nearly equal numbers are subtracted. Step into the *imaginary* direction
# instead: for a smooth $f$, $\operatorname{Im} f(x+\mathrm{i}h)/h = f'(x) + O(h^2)$, and nothing is
# subtracted, so that $h$ may be $10^{-30}$. Write `complexgrad(f, x, dy)` and try it on
# `normalized`. It will be wrong at first. Which innocent function is to blame?
#
# <details><summary>What you should find</summary>
#
# `x.var(0)` of a complex array is the mean of $|x-\mu|^2$, a real number, because it takes the size
# where the formula has a square. The imaginary part is thrown away, and with it the path through
# the variance. Write `((x - x.mean(0)) ** 2).mean(0)`, and the error falls to that of rounding,
# with no step to choose (Squire and Trapp 1998).
#
# </details>
#
# ## References
#
# {{reference ioffe2015: section 3, the six formulas of the backward pass}}
# {{reference rumelhart1986}}
# {{reference baydin2018: the chain rule on a graph, and why frameworks do not try out}}
# {{reference nocedal2006: section 8.1, the best step}}
# {{reference squire1998}}
# {{reference torch_gradcheck}}
# {{reference data_breast_cancer}}
# {{reference data_digits}}
#
# **Next:** [lesson 06](06_backward_geometry.ipynb) folds the six lines into one, and finds a
# projection.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of the core, an eighth goes to the opening, a sixth to `numgrad`, and almost half to
# the derivation, from the graph to a passing `batch_norm_backward_staged`. The traps, `gradcheck`
# and the network share the rest. The optional section on the step and the quiz make good homework.
#
# **Ask the room.** Before the graph: "I move one person's x. Along which wires does anyone notice?"
# Let five people be nodes and pass notes backwards; the one who plays the mean must add up all
# notes before passing any on. Before `mean_backward`: "How much will come through the variance?
# Guess its sign." Before the traps: "Design a wrong backward pass that your test would let
# through."
#
# **Where it goes wrong.** Most lose the minus sign or the power −3/2 of `dvar`, and some write
# $\hat x$ where $x-\mu$ belongs, which divides once too often. Sums over the batch are forgotten,
# and broadcasting hides it, because (N, D) in place of (D,) raises no error until much later. Some
# divide by N twice, in `dmu` and in `dx`. Do not hand out the six formulas: a class that copies
# them is done in three minutes and cannot say afterwards why `dmu` has one term. In `gradcheck` the
# common slips are a `dy` of ones and a relative error without a floor. In `numgrad`, `up = x` makes
# a second name and not a copy.
#
# </details>
