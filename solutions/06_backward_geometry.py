# %% [markdown] id="title"
# # Backward geometry
#
# **Which two directions can no gradient ever take on its way back through batch norm?**
#
# Lesson 05 walked the backward pass in six lines. The six fold into one, and that one is a picture.
# With it you can say without a calculation why a bias before the layer learns nothing, why the
# weights before it only ever grow, and what goes wrong if mean and variance are taken for
# constants.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-share"
# ## Guess first
#
# {{predict predict_share}}

# %% id="predict_share"
# {{answer}}

# %% id="check-predict_share"
check("predict_share", predict_share)

# %% [markdown] id="share-text"
# Ask PyTorch, for 2000 features at once. Each of them is a batch of its own with its own random
# `dy`.

# %% id="share-run" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch

from coursekit import device

for N in [2, 3, 4, 8, 32]:
    x = torch.randn(N, 2000, generator=torch.Generator().manual_seed(N)).to(device())
    dy = torch.randn(N, 2000, generator=torch.Generator().manual_seed(99)).to(device())
    x.requires_grad_()
    y = torch.nn.functional.batch_norm(x, None, None, training=True, eps=1e-12)
    [dx] = torch.autograd.grad(y, x, dy)
    through = dx * x.detach().std(0, correction=0)  # without the division by σ
    share = float((through**2).sum() / (dy**2).sum())
    print(f"N = {N:>2}: {share:>4.0%} of dy's square leaves; (N − 2) / N = {(N - 2) / N:>4.0%}")

# %% [markdown] id="share-read"
# It is as if two directions of $N$ were missing, at every $N$ **[measured here]**. Which two? The
# answer does not need the derivation of lesson 05, because lesson 04 has collected all that it
# takes.

# %% [markdown] id="why"
# ## Which two
#
# A gradient tells what becomes of the loss when something moves a little. If moving along a
# direction does not change an output, then no loss that is computed from this output changes
# either, so the gradient has *no component along that direction*.
#
# **A *continuous* [invariance](../docs/glossary.md#invariance) of a function is a direction that
# its gradient cannot take [theorem].** Continuous means that it can be done little by little. A
# jump closes no direction: $x^2$ does not change when $x$ becomes $-x$, and yet its gradient is not
# 0.
#
# <details><summary>Proof</summary>
#
# Let $x(t)$ be a path from $x(0)=x$ on which $f(x(t))$ stays as it is, and $v=x'(0)$ the direction
# in which it sets out. Then the loss $L(f(x(t)))$ is the same for every $t$. So its derivative at
# $t=0$ is 0, and by the chain rule that derivative is $\nabla_{\!x}L\cdot v$.
#
# </details>

# %% [markdown] id="what-it-undergoes"
# Lesson 04 found what a feature can undergo while batch norm's output stays the same (for ε = 0).
# Two of these changes are continuous. Before you unfold the answer below, write down for four
# samples $x=(x_1,x_2,x_3,x_4)$ the direction in which each of the two moves them.
#
# <details><summary>The two directions</summary>
#
# - Adding a number $t$ to all samples gives $x+t\,\mathbf 1$ with $\mathbf 1=(1,1,1,1)$, so no
#   gradient leaves along $\mathbf 1$.
# - Multiplying all samples by a factor $1+t$ gives $x+t\,x$, so none leaves along $x$.
#
# With these two everything that lies in the plane between them is closed, such as $x-\mu\mathbf 1$
# and therefore $\hat x$.
#
# </details>

# %% [markdown] id="two-closed"
# So at least two directions are closed, and the measurement says that exactly two are missing. If
# all the rest passes, then what leaves is `dy` with these two directions taken out. To take
# directions out is called a [**projection**](../docs/glossary.md#projection), here $P$, and you
# write it next.

# %% [markdown] id="exercise-project"
# ## Exercise · project_out
#
# {{exercise project_out}}
#
# Take out of `v` whatever lies in the span of some vectors, the rows of `basis`. The part of $v$
# along one vector $b$ is $\frac{v\cdot b}{b\cdot b}\,b$. Where the rows stand at right angles,
# subtracting one such part after the other is enough. In general it is not, because rows may stand
# at any angle to each other, as $\mathbf 1$ and $x$ do, or be parallel, or be zero.

# %% id="project_out"
# {{answer}}

# %% id="check-project_out"
check(project_out)

# %% [markdown] id="three-norms-text"
# Now the guess can be put to the test, and not for batch norm only. The next cell makes three
# backward passes with your one function (ε = 0, γ = 1). They differ in the number that they divide
# by, and in the basis of directions that the norm does not see:
#
# - batch norm has $\mathbf 1$ and $x$, and layer norm ([lesson
#   13](13_one_function_many_norms.ipynb)) has the same two along a *sample*;
# - a norm that only subtracts the mean has $\mathbf 1$;
# - RMS norm ([lesson 14](14_sequences_and_transformers.ipynb)), which divides by a length and
#   subtracts no mean, has $x$.

# %% id="three-norms" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
project_out = use(project_out)
v, x = np.random.default_rng(3).standard_normal((2, 6))
norms = {
    "batch or layer norm": (lambda t: (t - t.mean()) / t.std(correction=0), [np.ones(6), x]),
    "mean subtracted": (lambda t: t - t.mean(), [np.ones(6)]),
    "RMS norm": (lambda t: t / (t**2).mean() ** 0.5, [x]),
}
scale = {"batch or layer norm": x.std(), "mean subtracted": 1, "RMS norm": (x**2).mean() ** 0.5}
for name, (f, basis) in norms.items():
    t = torch.tensor(x, requires_grad=True)  # float64, and so on the CPU
    [gradient] = torch.autograd.grad(f(t), t, torch.tensor(v))
    mine = project_out(v, np.array(basis)) / scale[name]
    print(f"{name:<20} autograd is the projection: {np.allclose(gradient.numpy(), mine)}")

# %% [markdown] id="three-norms-read"
# Each time the gradient is the projection, divided by that number **[measured here]**. The
# invariances say only that two directions are closed. Why does all the rest pass unchanged, but for
# the factor $\gamma/\sigma$? Only the derivation can say that.

# %% [markdown] id="explore"
# ### Explore: the circle
#
# With three samples you can see it. Centered vectors fill a plane, which is seen here from above,
# and $\hat x$ lies on a circle in it. Drag the tip of `dy`, and settle three questions.
#
# 1. Which `dy` comes through whole, and which not at all?
# 2. Turn $\hat x$ and leave `dy` where it is. Does `dx` ever point off the circle's tangent?
# 3. Now halve σ, and look at `dx`. What happens to it, and is it the fault of `dy`?

# %% id="circle" tags=["demo"]
from coursekit.widgets import gradient_circle

gradient_circle()

# %% [markdown] id="circle-found"
# <details><summary>What you should find</summary>
#
# 1. A `dy` with mean 0 along the tangent, at right angles to $\hat x$, comes through whole but for
#    the division by σ. One that is the same for all samples, one along $\hat x$, and any sum of the
#    two do not come through at all.
# 2. It never does, because the part of `dy` along $\hat x$ is taken out whatever `dy` is. Only the
#    length of `dx`, and its sense along the tangent, depend on where $\hat x$ stands.
# 3. `dx` doubles and keeps its direction, and `dy` has no part in it. A narrow batch is stretched
#    more on the way forward, so a small step in $x$ is a larger one in $\hat x$.
#
# </details>

# %% [markdown] id="fold"
# ## Six lines into one
#
# A layer need not solve a least-squares problem for every feature, because there is a simpler
# basis. $\mathbf 1$ and $\hat x$ span the same plane as $\mathbf 1$ and $x$, and they stand at a
# right angle because $\hat x$ sums to 0. So their parts may be subtracted one after the other, each
# with a factor of its own.
#
# For ε > 0 there is a snag. Stretching then does change the output a little, so the direction of
# $\hat x$ is not quite closed, and only the derivation says how much of it is taken out. Write
# $g_i=\gamma\,dy_i$ for the gradient at $\hat x_i$ and $s=\sqrt{\sigma^2+\varepsilon}$. Then lesson
# 05 has
#
# $$dx_i=\frac{g_i}{s}+d\sigma^2\,\frac{2(x_i-\mu)}{N}+\frac{d\mu}{N},\qquad
# d\sigma^2=-\frac1{2s^3}\sum_j g_j(x_j-\mu),\qquad d\mu=-\frac1s\sum_j g_j .$$
#
# Put the last two into the first, and write $s\,\hat x$ for every $x-\mu$. What remains is a
# projection, or nearly one. It holds neither $x$ nor $\mu$ nor $\sigma^2$, so the forward pass has
# to keep nothing but $\hat x$ and $1/s$, beside the γ that the layer has anyway.

# %% [markdown] id="exercise-backward"
# ## Exercise · batch_norm_backward
#
# {{exercise batch_norm_backward}}
#
# Write your line for a whole batch, and lesson 05's two sums for γ and β. `inv_std` is $1/s$.

# %% id="batch_norm_backward"
# {{answer}}

# %% id="check-batch_norm_backward"
check(batch_norm_backward)

# %% [markdown] id="oracle-text"
# The next cell compares it with PyTorch on real inputs, the first hidden layer of eight digits. Two
# tolerances are wide, because PyTorch gets a float32 copy and ε lets a little through along
# `x_hat`.

# %% id="oracle" tags=["demo"] needs="torch sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit import data

batch_norm_backward = use(batch_norm_backward)
rng = np.random.default_rng(0)
pixels = data.digits().images.reshape(-1, 64) / 16
hidden = pixels[:8] @ rng.standard_normal((64, 6)) / 8
dy, gamma = rng.standard_normal((8, 6)), rng.uniform(0.5, 2, 6)


def forward(x, eps=1e-5):
    """What batch norm computes, and what its backward pass needs: x_hat and inv_std."""
    inv_std = 1 / np.sqrt(x.var(0) + eps)
    return (x - x.mean(0)) * inv_std, inv_std


x, weight = (torch.tensor(a, dtype=torch.float32).to(device()) for a in (hidden, gamma))
y = torch.nn.functional.batch_norm(x.requires_grad_(), None, None, weight, training=True)
[theirs] = torch.autograd.grad(y, x, torch.tensor(dy, dtype=torch.float32).to(device()))
x_hat, inv_std = forward(hidden)
dx, _, _ = batch_norm_backward(dy, x_hat, gamma, inv_std)
print("agrees with PyTorch to 1e-3:", np.allclose(dx, theirs.cpu().numpy(), atol=1e-3))
print("each column of dx sums to 0:", np.abs(dx.sum(0)).max() < 1e-12)
cosine = (dx * x_hat).sum(0) / np.linalg.norm(dx, axis=0) / np.linalg.norm(x_hat, axis=0)
print("dx and x_hat at right angles, to 1e-2:", np.abs(cosine).max() < 1e-2)

# %% [markdown] id="projection"
# ### What you wrote
#
# $$dx_i=\frac1s\Big(g_i-\underbrace{\tfrac1N\textstyle\sum_j g_j}_{\text{mean of }g}
# -\hat x_i\,\underbrace{\tfrac1N\textstyle\sum_j g_j\hat x_j}_{\text{mean of }g\hat x}\Big)
# \qquad\textbf{[theorem]}$$
#
# <details><summary>The folding, step by step</summary>
#
# With $x_j-\mu=s\hat x_j$ the variance's gradient is $d\sigma^2=-\frac1{2s^2}\sum_j g_j\hat x_j$.
# Its term in $dx_i$ is that times $\frac{2s\hat x_i}N$, which is
# $-\frac1s\,\hat x_i\cdot\frac1N\sum_j g_j\hat x_j$. The mean's term in $dx_i$ is in the same way
# $-\frac1s\cdot\frac1N\sum_j g_j$. All three terms hold the factor $\frac1s$, and taking it out
# leaves the line.
#
# </details>

# %% [markdown] id="a-column"
# Read one column as a vector of $N$ numbers, with one axis for each sample. The part of $g$ along
# $\mathbf 1$ is $\frac{g\cdot\mathbf 1}{\mathbf 1\cdot\mathbf 1}\,\mathbf 1$, the mean of $g$ in
# every entry. Its part along $\hat x$ is $\frac{g\cdot\hat x}{\hat x\cdot\hat x}\,\hat x$. For ε =
# 0, where $\hat x\cdot\hat x=N$, this is the mean of $g\hat x$ times $\hat x$. So these are the
# terms of the line: the mean's path takes out the part along $\mathbf 1$, and the variance's path
# the part along $\hat x$. In matrices, for ε = 0,
#
# $$dx=\frac{\gamma}{\sigma}\,P\,dy,\qquad
# P=I-\frac{\mathbf 1\mathbf 1^\top}{N}-\frac{\hat x\hat x^\top}{N} \qquad\textbf{[theorem]}$$
#
# This is the projection that was measured above.

# %% [markdown] id="eps"
# ### What ε lets through
#
# With $\varepsilon>0$ the vector $\hat x$ is shorter than $\sqrt N$, because
# $\hat x\cdot\hat x=N\,\sigma^2/(\sigma^2+\varepsilon)$. The line still divides by $N$, so it takes
# out only a share $\sigma^2/(\sigma^2+\varepsilon)$ of the part of $g$ along $\hat x$. The rest of
# that part passes, which is a share of
#
# $$1-\frac{\sigma^2}{\sigma^2+\varepsilon}=\frac{\varepsilon}{\sigma^2+\varepsilon}.
# \qquad\textbf{[theorem]}$$
#
# A feature that is nearly constant is hardly normalized, and so its gradient is hardly projected.

# %% id="eps-run" tags=["demo"]
# NBVAL_CHECK_OUTPUT
wave = np.array([1.0, -2.0, 0.5, 0.5])[:, None]
print("deviation of x   share along x_hat that passes   by the formula")
for deviation in [1, 0.1, 0.01, 0.003, 0.001]:
    x_hat, inv_std = forward(7 + deviation * wave / wave.std())
    dx, _, _ = batch_norm_backward(x_hat, x_hat, np.ones(1), inv_std)  # dy along x_hat
    share = (dx[0, 0] / inv_std[0]) / x_hat[0, 0]
    law = 1e-5 / (deviation**2 + 1e-5)
    print(f"{deviation:>14} {share:>31.3f} {law:>16.3f}")

# %% [markdown] id="weights"
# ## The weights before the norm
#
# Features come out of weights, so take one hidden unit $u=Xw$ with batch norm behind it. Lesson 04
# found that ten times the weights give the same output.
#
# {{predict predict_scale}}

# %% id="predict_scale"
# {{answer}}

# %% id="check-predict_scale"
check("predict_scale", predict_scale)

# %% [markdown] id="weights-2"
# Let $L(w)$ be the loss as a function of this unit's weights. Then $L(aw)=L(w)$ for every $a>0$,
# exactly so for $\varepsilon=0$. Three facts follow **[theorem]** (van Laarhoven 2017):
#
# 1. Differentiate in $a$ at $a=1$, and you get $w\cdot\nabla L(w)=0$. The gradient stands at a
#    right angle to the weights. It is the same argument again: a stretch is a continuous
#    invariance, so its direction is closed.
# 2. Differentiate in $w$, and you get $a\,\nabla L(aw)=\nabla L(w)$. So
#    $\nabla L(aw)=\nabla L(w)/a$, and long weights get small gradients.
# 3. A step of gradient descent is orthogonal to $w$. With learning rate $\eta$ Pythagoras says
#    $\lVert w-\eta\nabla L\rVert^2=\lVert w\rVert^2+\eta^2\lVert\nabla L\rVert^2$, so plain
#    gradient descent never makes these weights shorter, whatever the data.
#
# All three belong to the unit and not to the whole matrix, because batch norm normalizes each
# feature by itself, and so the length of each unit's weights is free.

# %% [markdown] id="exercise-facts"
# ## Exercise · weight_gradient_facts
#
# {{exercise weight_gradient_facts}}
#
# Which of the three hold for a given loss? Measure them for any loss, and assume none. `gradient`
# is a function that takes weights (D,) and returns $\nabla L$ (D,), and `a` is the factor. Return a
# dict of four numbers, under these keys:
#
# | key | what |
# |:--|:--|
# | `cosine` | of the angle between $w$ and $\nabla L(w)$ |
# | `ratio` | the length of $\nabla L(a\,w)$ over the length of $\nabla L(w)$ |
# | `turn` | cosine of the angle between these two gradients |
# | `growth` | the length of $w-\nabla L(w)$, one step with rate 1, over that of $w$ |

# %% id="weight_gradient_facts"
# {{answer}}

# %% id="check-weight_gradient_facts"
check(weight_gradient_facts)

# %% [markdown] id="facts-text"
# Now measure a real network of three blocks, each a linear layer, batch norm and ReLU with 32
# units, on a batch of 64 digits. Whose weights see their own length?

# %% id="facts-setup" tags=["demo"] needs="sklearn"
from coursekit.experiments import detached_statistics, interval

weight_gradient_facts = use(weight_gradient_facts)
digits = detached_statistics.digits()
images, labels = digits.train[None, :64], digits.train_labels[None, :64]
network = detached_statistics.start([0])


def gradient_of_unit(layer, unit=0, **options):
    """The weights of one unit, and a function from them to their gradient."""

    def gradient(w):
        params = {k: p.copy() for k, p in network.items()}
        params[layer][0, :, unit] = w
        seen = detached_statistics.one_pass(params, images, labels, **options)
        return seen.gradients[layer][0, :, unit]

    return gradient, network[layer][0, :, unit]


# %% id="facts-run" tags=["demo"]
# NBVAL_CHECK_OUTPUT
units = {
    "before batch norm, eps = 0": gradient_of_unit("W1", eps=0),
    "before batch norm, eps = 1e-5": gradient_of_unit("W1"),
    "output layer": gradient_of_unit("W3"),
    "no batch norm anywhere": gradient_of_unit("W1", norm=False),
}
print(f"{'ten times the weights':<31}{'cosine':>9}{'ratio':>9}{'turn':>9}{'grows':>8}")
for name, (gradient, w) in units.items():
    facts = weight_gradient_facts(gradient, w, 10)
    row = "".join(f"{round(float(facts[k]), 4) + 0.0:>9.4f}" for k in ("cosine", "ratio", "turn"))
    print(f"{name:<31}{row}{'yes' if facts['growth'] > 1 else 'no':>8}")

# %% [markdown] id="facts-read"
# Before a batch norm there is a right angle, a tenth of the gradient, no turn, and growth. The
# output layer has no norm right after it, so its gradient is not at a right angle to its weights
# and turns when they get longer. The last row is the first row's unit with all norms taken away.
# Its gradient is not at a right angle to its weights either, and it turns as well.

# %% [markdown] id="rate"
# ### Ten times the weights, a hundred times the rate
#
# Fact 2 has a consequence for training. With ten times the weights the gradient is a tenth, and
# *relative to the weights* a step is a hundredth. A hundred times the learning rate makes up for it
# exactly. To see that, train three copies of the network with ε = 0: one as it is, one whose
# weights before batch norm are ten times as long and learn at a hundred times the rate, and one
# with the long weights and the old rate.


# %% id="rate-run" tags=["demo"]
# NBVAL_CHECK_OUTPUT
def losses(factor, rate, steps=30):
    """The loss, step by step; weights before a norm start longer and have a rate of their own."""
    before = {"W0": (factor, rate), "W1": (factor, rate), "W2": (factor, rate)}
    params = {k: p * before.get(k, (1, 0))[0] for k, p in network.items()}
    rows = []
    for _ in range(steps):
        seen = detached_statistics.one_pass(params, images, labels, eps=0)
        rows.append(seen.loss[0])
        rates = {k: before.get(k, (1, 0.1))[1] for k in params}
        params = {k: p - rates[k] * seen.gradients[k] for k, p in params.items()}
    return np.array(rows)


plain = losses(1, 0.1)
others = {rate: losses(10, rate) for rate in (10, 0.1)}
print(f"plain: loss {plain[0]:.2f} at the start, {plain[-1]:.3f} after 30 steps")
for rate, other in others.items():
    same = np.abs(other - plain).max() < 1e-12
    print(f"weights × 10, rate {rate:>4}: {other[-1]:.3f} after 30 steps; same to 1e-12: {same}")

# %% [markdown] id="rate-read"
# With a hundred times the rate the trajectory is the same to rounding, while at the old rate the
# long weights lag behind **[measured here]**. So before a norm a learning rate means nothing by
# itself. What counts is $\eta/\lVert w\rVert^2$, the [*effective* learning
# rate](../docs/glossary.md#effective-learning-rate) (van Laarhoven 2017 **[paper]**). As the
# weights grow, the effective rate falls, although nobody has scheduled it. [Lesson
# 11](11_why_it_works.ipynb) asks what that does to weight decay.

# %% [markdown] id="facts-eps-text"
# ### How far ε spoils the right angle
#
# {{optional}}
#
# With ε the gradient has a small part along $w$, and you can say how small. It is what passes along
# $\hat x$, so it goes like $\varepsilon/(a^2\sigma^2)$ and is a hundred times smaller for ten times
# the weights.

# %% id="facts-eps" tags=["demo"]
# NBVAL_CHECK_OUTPUT
gradient, w = gradient_of_unit("W1")
cosines = [weight_gradient_facts(gradient, a * w, 1)["cosine"] for a in (0.1, 1, 10)]
for a, cosine in zip((0.1, 1, 10), cosines, strict=True):
    print(f"weights times {a:<4} |cosine| about 10^{np.log10(abs(cosine)):.0f}")
print("each divided by the next:", (np.divide(cosines[:-1], cosines[1:])).round())

# %% [markdown] id="detached"
# ## Experiment: statistics outside the graph
#
# What if a backward pass takes mean and variance [for
# constants](../docs/glossary.md#statistics-outside-the-graph)? Frameworks make it easy, because a
# `.detach()` or a `no_grad` around the statistics is enough, and the forward pass stays as it was.
# Ioffe and Szegedy warn of it in section 2 **[paper]**, with an example that you can work out by
# hand.
#
# {{predict predict_bias}}

# %% id="predict_bias"
# {{answer}}

# %% id="check-predict_bias"
check("predict_bias", predict_bias)

# %% id="bias-run" tags=["demo"]
# NBVAL_CHECK_OUTPUT
x = np.random.default_rng(5).standard_normal(16)
for name, mean_path in {"mean in the graph": 1, "mean constant": 0}.items():
    b, seen = 0.0, []
    for _ in range(101):
        out = (x + b) - (x + b).mean()
        g = (out - 1) / 16  # of the loss, mean of ½ (out − 1)²
        seen.append(0.5 * ((out - 1) ** 2).mean())
        b_before, b = b, b - 0.1 * (g - mean_path * g.mean()).sum()
    still = max(seen) - min(seen) < 1e-12
    print(f"{name:<18} b after 100 steps: {b_before + 0.0:5.2f}   loss stood still: {still}")

# %% [markdown] id="bias-read"
# Without the mean's path the bias walks for ever along $\mathbf 1$, the one direction in which the
# loss is flat, and the loss stands still. With the mean's path the bias gets no gradient at all, as
# it should.
#
# That is one bias and one loss. Does a *network* fail in the same way? Three blocks as above learn
# to read from 1297 digits, in batches of 64, by 200 steps of plain gradient descent. The experiment
# has five arms: one keeps both paths, as it should be, and one has no norm. The other three leave
# out terms of the one line, so that the mean, the variance, or both are constant. In the forward
# pass these three compute the same as the arm with both paths.
#
# Every arm runs with each of five learning rates and five seeds, so that no arm is given a rate
# that suits only another. It takes about ten seconds.

# %% id="detached-run" tags=["demo"]
from coursekit import quick

seeds, steps = (range(1), 10) if quick() else (range(5), 200)
found = detached_statistics.measure(seeds, steps=steps)
rates = detached_statistics.RATES
ends = {arm: history.loss[-20:].mean(0) for arm, history in found.items()}  # (rates, seeds)

# %% id="detached-table" tags=["demo"] needs="scipy"
print("training loss over the last 20 steps, by learning rate; ± is a 95 % interval over seeds")
print(f"{'':<20}" + "".join(f"{rate:>15}" for rate in rates))
for arm, loss in ends.items():
    mean, half = interval(loss, axis=1)
    row = "".join(
        f"{f'{m:.3f} ± {h:.3f}' if np.isfinite(m) else 'diverges':>15}"
        for m, h in zip(mean, half, strict=True)
    )
    print(f"{arm:<20}{row}")

# %% id="detached-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

at = rates.index(0.1)
fig, (left, right) = figure(1, 2, size=(8.5, 3.3))
looks = [("blue", "-"), ("red", "-"), ("green", "-."), ("purple", "--"), ("grey", ":")]
for (arm, history), (color, line) in zip(found.items(), looks, strict=True):
    smooth = np.lib.stride_tricks.sliding_window_view(history.loss[:, at], 10, axis=0).mean(-1)
    for axes, rows in ((left, smooth), (right, history.bias[:, at])):
        mean, half = interval(rows, axis=1)
        t = np.arange(len(mean))
        axes.plot(t, mean, line, color=COLOURS[color], label=arm)
        axes.fill_between(t, mean - half, mean + half, color=COLOURS[color], alpha=0.15)
left.set(xlabel="step", ylabel="training loss (10-step mean)", yscale="log", title="Slower …")
right.set(xlabel="step", ylabel="length of the biases", title="… while useless biases grow")
left.legend(fontsize=8)
show(
    fig,
    alt="Left: the training loss of five arms at learning rate 0.1 falls for all, fastest for no "
    "norm and for both paths, slower with the variance constant, slowest with the mean or both "
    "constant. Right: the biases before batch norm stay level with both paths and with the "
    "variance constant; they grow where the mean is constant.",
)

# %% id="detached-result" tags=["demo"] needs="scipy"
print("at learning rate 0.1: loss relative to both paths, biases and weights relative to the start")
for arm in list(found)[:4]:
    h = found[arm]
    ratio = interval(np.log(ends[arm][at] / ends["both paths"][at]))
    low, high = np.exp(ratio.mean - ratio.half), np.exp(ratio.mean + ratio.half)
    bias, weight = (interval(v[-1, at] / v[0, at]) for v in (h.bias, h.weight))
    print(f"    {arm:<18} loss × {np.exp(ratio.mean):.2f} [{low:.2f}, {high:.2f}]", end="")
    print(f"   b × {bias.mean:.2f} ± {bias.half:.2f}   W × {weight.mean:.2f} ± {weight.half:.2f}")
print("each at the rate that was best for it:")
best = {arm: np.nanargmin(loss.mean(1)) for arm, loss in ends.items()}
for arm in list(found)[1:]:
    ratio = interval(np.log(ends[arm][best[arm]] / ends["both paths"][best["both paths"]]))
    low, high = np.exp(ratio.mean - ratio.half), np.exp(ratio.mean + ratio.half)
    print(f"    {arm:<18} rate {rates[best[arm]]:<4} loss × {np.exp(ratio.mean):.2f}", end="")
    print(f" [{low:.2f}, {high:.2f}]")

# %% [markdown] id="detached-read"
# **Result [measured here].** Compare the loss of each arm with that of both paths, all at the same
# moderate rate of 0.1. With the mean constant it is {{result detached-result | at learning rate 0.1
# > mean constant | loss ×}} times as large, with both constant {{result detached-result | at
# learning rate 0.1 > both constant | loss ×}} times, and with the variance constant {{result
# detached-result | at learning rate 0.1 > variance constant | loss ×}} times. The biases grow where
# the mean is constant, as the paper says. The weights grow in all three arms, because nothing keeps
# the step off the closed directions. With both paths fact 3 alone hardly makes them longer.
#
# But the loss **does fall** in every arm. If each arm has the rate that is best for it (picked on
# these same seeds, so take it with care), the gap to both paths shrinks. With *both* constant there
# is still a gap, because the interval excludes 1. With one of them constant the interval includes
# 1, but it is so wide that five seeds cannot tell a gap from none. The paper's extreme, a loss that
# stands still and a model that blows up, did not happen in this network. And at rate 0.1 the arm
# without any norm is ahead of all the others. Batch norm gains at higher rates, and [lesson
# 10](10_training_with_batchnorm.ipynb) compares the two fairly.
#
# Why is the harm so mild? Along $\mathbf 1$ and $\hat x$ the loss is flat, so a step there does no
# direct harm by the invariance **[theorem]**. The harm is indirect: the weights get longer, so the
# effective rate falls, but a higher rate repairs that. And the blocks *below* are handed a part of
# the gradient that should have been removed. How much harm each of the two does was not measured.

# %% [markdown] id="real"
# ### How much is there to remove?
#
# {{optional}}
#
# For a random `dy` and 64 samples it would be $2/64$, three per cent, which is hardly worth a word.
# Is the gradient of a real loss like a random one?

# %% id="real-run" tags=["demo"] needs="scipy"
seeds = list(range(2 if quick() else 10))
rows = np.stack([np.random.default_rng([s, 9]).choice(1297, 64, replace=False) for s in seeds])
batch = digits.train[rows], digits.train_labels[rows]
fresh = detached_statistics.start(seeds)
trained, _ = detached_statistics.train(fresh, seeds, [0.1] * len(seeds), steps=60)
print(f"% of the gradient's square along 1 and x_hat (random: {100 * 2 / 64:.1f})")
for name, params in {"at the start": fresh, "after 60 steps": trained}.items():
    shares = detached_statistics.removed(detached_statistics.one_pass(params, *batch))
    mean, half = interval(100 * shares, axis=1)
    shown = "".join(
        f"   block {k} {m:5.1f} ± {h:.1f}" for k, (m, h) in enumerate(zip(mean, half, strict=True))
    )
    print(f"{name:<15}{shown}")

# %% [markdown] id="real-read"
# Next to the loss, in the last block, the part to be removed is {{result real-run | at the start |
# block 2}} % of the gradient's square, several times as much as for a random one. In the first
# block it is {{result real-run | at the start | block 0}} % at the start, like a random one, and
# {{result real-run | after 60 steps | block 0}} % after 60 steps **[measured here]**. A likely
# reason for the last block, which was not tested here, is that the samples agree on part of what
# they want, such as "more of this class". So a test with a random `dy` and a large batch, which
# found these paths small in lesson 05, underrates what they do to the gradient next to the loss.

# %% [markdown] id="claims"
# ## What the article says
#
# The article that this course grew out of makes three claims about gradients. They are paraphrased
# here, each with a verdict.
#
# 1. *Batch norm mitigates covariate shift and gradient problems.* **Needs a condition.** What it
#    passes down does not depend on the *size* of the weights before it, because a factor in the
#    weights is also a factor in σ, and the two cancel **[theorem]**. The covariate shift is another
#    claim, and a disputed one, for [lesson 11](11_why_it_works.ipynb) **[contested]**.
# 2. *It makes gradients less likely to vanish or explode.* **Half of it.** It does so where weights
#    are badly scaled, by the same argument. With well scaled weights batch norm itself makes the
#    gradient of a plain network grow towards the input. Theory says so (Yang et al. 2019
#    **[paper]**), and in 20 ReLU layers of the course's ledger it grows by {{claim 38.2 : mean
#    .1f}} powers of ten (`coursekit evidence --claim 38`). [Lesson 11](11_why_it_works.ipynb)
#    settles the rest.
# 3. *Gradient updates become more consistent.* **Not shown here.** What is exact is that `dx` is at
#    most $|\gamma|/\sqrt{\sigma^2+\varepsilon}$ times as long as `dy`, and shorter by the two
#    removed parts. Santurkar et al. (2018, theorem 4.1) build their case for a smoother loss on
#    that identity **[paper]**, and [lesson 11](11_why_it_works.ipynb) measures whether training is
#    smoother.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"The two extra terms are corrections."* They are half of a projection each, and without them
#   part of the gradient points where the loss is flat.
# - *"Detaching the statistics freezes the learning."* Here it slowed it, and let weights drift.
# - *"The gradient is orthogonal to the weights of any layer."* This holds only with a norm right
#   after it.
# - *"Small gradients mean that the weights hardly matter."* Before a norm they may just be long.
# - *"w stays as long as it is, since the gradient is orthogonal."* Each step is finite, so it
#   grows.
# - *"Batch norm cures exploding gradients."* It cures badly scaled weights.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_two_samples}}

# %% id="quiz_two_samples"
# {{answer}}

# %% id="check-quiz_two_samples"
check("quiz_two_samples", quiz_two_samples)

# %% [markdown] id="quiz-2"
# {{quiz quiz_half}}

# %% id="quiz_half"
# {{answer}}

# %% id="check-quiz_half"
check("quiz_half", quiz_half)

# %% [markdown] id="quiz-3"
# {{quiz quiz_cache}}

# %% id="quiz_cache"
# {{answer}}

# %% id="check-quiz_cache"
check("quiz_cache", quiz_cache)

# %% [markdown] id="quiz-4"
# {{quiz quiz_growth}}

# %% id="quiz_growth"
# {{answer}}

# %% id="check-quiz_growth"
check("quiz_growth", quiz_growth)

# %% [markdown] id="quiz-5"
# {{quiz quiz_norms}}

# %% id="quiz_norms"
# {{answer}}

# %% id="check-quiz_norms"
check("quiz_norms", quiz_norms)

# %% [markdown] id="recap"
# ## Recap
#
# - A continuous invariance of a function is a direction that its gradient cannot take.
# - Batch norm's backward pass projects out $\mathbf 1$ and $\hat x$, then divides by σ. With ε > 0
#   a share $\varepsilon/(\sigma^2+\varepsilon)$ of the part along $\hat x$ passes.
# - It is one line, $dx=\frac1s\big(g-\overline g-\hat x\,\overline{g\hat x}\big)$, from $\hat x$
#   and $1/s$ alone.
# - Before a norm $w\cdot\nabla L=0$, $\nabla L(aw)=\nabla L(w)/a$, and plain descent makes $w$
#   grow.
# - What counts there is $\eta/\lVert w\rVert^2$, so weights × 10 and rate × 100 are the same
#   training.
# - With statistics taken for constants useless biases grow and learning slows, but it did not stop
#   here.
#
# ## Stretch goal: the whole matrix
#
# Batch norm frees the length of each *unit*. Layer norm normalizes a sample over its units, so only
# a factor common to the whole matrix drops out. Replace the norm in a one-layer network by layer
# norm (and leave out the biases), measure $\langle W,\nabla L\rangle$ for the matrix and
# $w\cdot\nabla L$ for each unit, and predict first which is 0.
#
# <details><summary>What you should find</summary>
#
# For batch norm every unit's product is 0, and so is their sum. For layer norm the sum over the
# matrix is 0 to rounding, and the single units' products are not, because some units want to grow
# at the expense of others. A second closed direction of layer norm is a common vector added to all
# units' weights.
#
# </details>
#
# ## References
#
# {{reference ioffe2015: section 2, the bias that grows for ever; section 3.3, scales}}
# {{reference santurkar2018: theorem 4.1}}
# {{reference vanlaarhoven2017}}
# {{reference yang2019}}
# {{reference torch_batch_norm_1d}}
# {{reference data_digits}}
#
# **Next:** [lesson 07](07_running_statistics.ipynb) leaves training: what replaces the batch when
# there is none?
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** The core falls into three parts of about equal length, which are the two directions
# with `project_out` and the circle, the folding with `batch_norm_backward`, and the weights; the
# experiment on detached statistics is shorter. The optional sections and the stretch goal make good
# homework.
#
# **Ask the room.** Before the two directions: "Three people stand on a line and I normalize them.
# Along which two moves of all three does nothing happen?" Before the weights: "The loss does not
# see the length of w. What can you say about its gradient, without knowing the loss?" Before the
# experiment: "The paper says that the model blows up. Here it trains. Who is wrong?" (Nobody: one
# bias, or a network in which everything else can follow.)
#
# **Where it goes wrong.** In `project_out` people subtract parts one after the other, which is
# right for a basis at right angles, such as $\mathbf 1$ and $\hat x$, and for no other; QR of
# dependent rows invents a direction. In the line many divide by $N-1$ "because of the variance", or
# use sums where means belong, and the check's small batches make both large. Some project `g` out
# of $\hat x$ fully, which is right only for ε = 0; send them back to the six lines. In
# `weight_gradient_facts` the common slip is `a * gradient(w)` in place of `gradient(a * w)`.
#
# </details>
