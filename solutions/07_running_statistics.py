# %% [markdown] id="title"
# # Running statistics
#
# **Two networks start alike, see the same batches, and train identically, bit by bit. Why does one
# then read nearly every test digit, and the other far fewer?**
#
# They differ in one number that training never reads. It is on few lists of things to tune, its
# name means the opposite in two libraries, and it decides what a network knows when it is alone.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-stale"
# ## Guess first
#
# {{predict predict_stale}}

# %% id="predict_stale"
# {{answer}}

# %% id="check-predict_stale"
check("predict_stale", predict_stale)

# %% [markdown] id="alone"
# ## Alone
#
# In [training](../docs/glossary.md#training-mode), batch norm is a function of the batch ([lesson
# 04](04_batchnorm_forward.ipynb)). That will not do for a network at work. If a photo comes alone,
# nothing is left of it, and if it comes in company, its label depends on whose photos came with it.
#
# So the layer has a second mode. In training it normalizes by the batch's mean and variance, *and
# remembers them* as its [running statistics](../docs/glossary.md#running-statistics). In
# [evaluation](../docs/glossary.md#evaluation-mode) it normalizes by what it remembers.

# %% id="two-modes" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch

from coursekit import device


def photos(n, seed=0):
    """Pretend features of n photos: (n, 2), with means near 5 and −3."""
    x = torch.randn(n, 2, generator=torch.Generator().manual_seed(seed))
    return (2 * x + torch.tensor([5.0, -3.0])).to(device())


layer = torch.nn.BatchNorm1d(2, momentum=1.0).to(device())
layer(photos(32))  # one step of training; with momentum 1 it remembers this batch alone
print("remembered means:    ", layer.running_mean.cpu().numpy().round(1))
print("remembered variances:", layer.running_var.cpu().numpy().round(1))

# %% [markdown] id="two-modes-text"
# Compare the modes: in each of them photo 0 goes through the layer twice, with other neighbours the
# second time.

# %% id="two-modes-compared" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
first, mates = photos(1, seed=1), [photos(7, seed=s) for s in (2, 3)]
for training in [True, False]:
    layer.train(training)
    with torch.no_grad():
        a, b = (layer(torch.cat([first, others]))[0] for others in mates)
    print("training:  " if training else "evaluation:", "photo 0 comes out the same:", end=" ")
    print(torch.allclose(a, b))

# %% [markdown] id="what-to-keep"
# ## What to keep
#
# What should the layer remember? Best would be the mean of all training data, as the network sees
# it *now*. The layer cannot know that mean, because it has seen one batch at a time, and each time
# the layers that feed it had other weights. A good compromise is an average in which old batches
# fade:
#
# $$r \leftarrow (1-m)\,r + m\,b$$
#
# $r$ is what is remembered, $b$ the new batch's mean (or variance), and $m$ is called the
# [*momentum*](../docs/glossary.md#momentum). A batch that is $n$ steps old has the weight
# $m\,(1-m)^n$.

# %% [markdown] id="exercise-update_running"
# ## Exercise · update_running
#
# {{exercise update_running}}
#
# Here `momentum` is the weight of the *new* batch. Return a new array, and leave the old one as it
# is.

# %% id="update_running"
# {{answer}}

# %% id="check-update_running"
check(update_running)

# %% id="follow" tags=["demo"]
# NBVAL_CHECK_OUTPUT
update_running = use(update_running)
running = 0.0
for step in range(1, 31):
    running = update_running(running, 5.0, momentum=0.1)
    if step in (1, 2, 10, 30):
        print(f"after {step:>2} batches with mean 5: {running:.2f}")

# %% [markdown] id="opposite"
# ## The same word, the opposite meaning
#
# PyTorch's `momentum` weighs the new batch, Keras's and Flax's the *old value*. Neither is a typing
# error; they are two conventions, and the defaults do not agree either:
#
# | | `momentum` weighs | default | the new batch weighs | stored variance divides by |
# |:--|:--|--:|--:|:--|
# | PyTorch | the new batch | 0.1 | 0.1 | $N-1$ |
# | Keras 3 | the old value | 0.99 | 0.01 | $N$ |
# | Flax | the old value | 0.99 | 0.01 | $N$ |
#
# If you copy `momentum=0.9` from a Keras model into PyTorch, the layer remembers little more than
# the last batch. Nothing warns you, because training is the same.

# %% [markdown] id="exercise-keras_momentum"
# ## Exercise · keras_momentum
#
# {{exercise keras_momentum}}
#
# It is the shortest exercise of the course, and the translation that people forget.

# %% id="keras_momentum"
# {{answer}}

# %% id="check-keras_momentum"
check(keras_momentum)

# %% [markdown] id="window"
# ## How far back does it remember?
#
# {{predict predict_left}}

# %% id="predict_left"
# {{answer}}

# %% id="check-predict_left"
check("predict_left", predict_left)

# %% [markdown] id="exercise-effective_window"
# ## Exercise · effective_window
#
# {{exercise effective_window}}
#
# Every step multiplies what was there before by the same factor. Count the steps until at most 1 %
# of it is left.

# %% id="effective_window"
# {{answer}}

# %% id="check-effective_window"
check(effective_window)

# %% id="windows" tags=["demo"]
# NBVAL_CHECK_OUTPUT
effective_window = use(effective_window)
for m, who in {0.9: "", 0.1: "PyTorch's default", 0.01: "Keras's default", 0.001: ""}.items():
    print(f"m = {m:<6} forgets its start in {effective_window(m):>4} batches   {who}".rstrip())

# %% [markdown] id="trade"
# (One momentum stands on an edge. With $m=0.99$ exactly 1 % is left after one batch, but on a
# computer `1 - 0.99` is a hair more than 0.01. So a program that multiplies and counts returns 2,
# and one that takes logarithms returns 1. Both are right answers, and the check does not ask for
# it.)
#
# A small $m$ is late, and a large $m$ is restless, because it believes the last few batches. How
# restless is it, if the batches' values are independent and have variance $s^2$? In the long run
# the running average has the variance
#
# $$s^2\,\frac{m}{2-m} \qquad\textbf{[theorem]}$$
#
# <details><summary>A proof</summary>
#
# The new average is $(1-m)$ times the old one plus $m$ times a value that is independent of it. In
# the long run both averages have the same variance $V$, so $V=(1-m)^2V+m^2s^2$, and hence
# $(2m-m^2)V=m^2s^2$.
#
# </details>

# %% [markdown] id="a-nineteenth"
# With $m=0.1$ that is a nineteenth of $s^2$, as if 19 batches were averaged, and with $m=0.01$ it
# is a 199th. There is no $m$ that is right at step 50 *and* at step 50,000.
#
# ### Explore: the running mean
#
# 1. At which momentum is the line both near the truth at batch 100 and steady?
# 2. Let the data drift half-way: which of your two favourites is still good?
# 3. "None" is the plain average of all batches so far. When is it the best, and when the worst?

# %% id="playground" tags=["demo"]
from coursekit.widgets import ema_playground

ema_playground()

# %% [markdown] id="playground-found"
# <details><summary>What you should find</summary>
#
# 1. It is 0.05, or 0.1 if you mind the restlessness less. With 0.02 and below the start at 0 still
#    weighs too much at batch 100, and with 0.2 and above the last few batches decide.
# 2. Both follow, 0.1 sooner, because fifty batches after the drift 0.05 has a little of the old
#    level left, and a smaller momentum much of it.
# 3. It is the best while nothing changes, because it uses all batches alike and its noise falls
#    with their number. It is the worst after a drift, because it never forgets the time before.
#
# </details>

# %% [markdown] id="which-variance"
# ## Which variance?
#
# {{predict predict_stored_variance}}

# %% id="predict_stored_variance"
# {{answer}}

# %% id="check-predict_stored_variance"
check("predict_stored_variance", predict_stored_variance)

# %% id="two-variances" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
pair = torch.tensor([[1.0], [3.0]]).to(device())
layer = torch.nn.BatchNorm1d(1, momentum=1.0).to(device())
normalized = layer(pair).detach().cpu().numpy().ravel()
print(f"stored: mean {layer.running_mean.item():.0f}, variance {layer.running_var.item():.0f}")
print("normalized in training:  ", normalized.round(2))
print("normalized in evaluation:", layer.eval()(pair).detach().cpu().numpy().ravel().round(2))

# %% [markdown] id="which-variance-why"
# The two variances have two purposes. *This batch* shall leave with variance 1, so it is normalized
# by its own variance, the one over $N$. What is *stored* shall estimate the variance of all data.
# For that the variance over $N$ is too small, by the factor $(N-1)/N$ on average, so the one over
# $N-1$ is stored. This is Algorithm 2 of Ioffe and Szegedy **[paper]**. Keras 3 and Flax store the
# one over $N$; from 64 samples on the difference is below 2 %.
#
# For years PyTorch's documentation said "via the biased estimator", and no more. Readers looked
# into `running_var`, found the [unbiased](../docs/glossary.md#unbiased-variance) one, and reported
# a bug, in [2021](https://github.com/pytorch/pytorch/issues/54858), in
# [2022](https://github.com/pytorch/pytorch/issues/77427), in
# [2023](https://github.com/pytorch/pytorch/issues/106366). But the program had followed the paper
# all along. The text was amended, and then spoke of a "moving average of the *standard-deviation*",
# although the buffer holds a variance. In PyTorch 2.13 `BatchNorm1d` says so, but `BatchNorm2d` and
# `BatchNorm3d` still speak of the standard deviation.

# %% [markdown] id="layer"
# ## A layer with two modes
#
# Part of a layer is the same for all kinds: the switch between the modes, and saving. PyTorch's
# `nn.Module` does that; here it is in NumPy, given.


# %% id="layer-given"
class Layer:
    """Two modes; what `self.saved` names can be saved and loaded."""

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.saved}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, np.array(value))


# %% [markdown] id="exercise-BatchNorm1d"
# ## Exercise · BatchNorm1d
#
# {{exercise BatchNorm1d}}
#
# In `__init__`, set `eps`, `momentum` and `training` (a new layer trains); `weight` and `bias` (γ
# and β: ones and zeros); `running_mean` and `running_var` (what does a layer assume that has seen
# nothing?), arrays of shape (D,) all four; and `saved`, a list with the names of *every* array that
# a loaded layer needs to evaluate alike.
#
# In `__call__`, settle which statistics normalize, and when the stored ones move (you have
# `update_running` already).


# %% id="BatchNorm1d" own="Layer, given above, has train, eval, state_dict and load_state_dict"
class BatchNorm1d(Layer):
    """Normalize (N, D) by the batch in training, by running statistics in evaluation."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        # BEGIN SOLUTION
        self.eps, self.momentum, self.training = eps, momentum, True
        self.weight, self.bias = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.saved = ("weight", "bias", "running_mean", "running_var")
        # END SOLUTION

    def __call__(self, x):
        # BEGIN SOLUTION
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var, m = x.mean(0), x.var(0), self.momentum
            self.running_mean = update_running(self.running_mean, mean, m)
            self.running_var = update_running(self.running_var, x.var(0, ddof=1), m)
        return self.weight * (x - mean) / np.sqrt(var + self.eps) + self.bias
        # END SOLUTION


# %% id="check-BatchNorm1d"
check(BatchNorm1d)

# %% [markdown] id="parts"
# A long exercise like this one is judged in parts, which are listed above, and has the points of
# those that are right. `check(BatchNorm1d, part="state")` looks at one of them alone, so you can
# find out whether `__init__` is right before `__call__` is written.

# %% [markdown] id="oracle"
# ### Ask an oracle
#
# Three batches of different sizes go through yours and through PyTorch's. The outputs, what is
# stored, and evaluation should all agree.

# %% id="oracle-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
BatchNorm1d = use(BatchNorm1d)
mine, theirs = BatchNorm1d(2), torch.nn.BatchNorm1d(2).to(device())


def agree(a, b):
    return np.allclose(a, b.detach().cpu().numpy(), atol=1e-4)


for n in [32, 7, 2]:
    x = photos(n, seed=n)
    print(f"batch of {n:>2}: outputs agree: {agree(mine(x.cpu().numpy()), theirs(x))}")
mine.eval(), theirs.eval()
for name in ["running_mean", "running_var"]:
    print(f"{name:<13} agrees: {agree(getattr(mine, name), getattr(theirs, name))}")
print("evaluation    agrees:", agree(mine(x.cpu().numpy()), theirs(x)))

# %% [markdown] id="evaluation-is"
# ### What is left in evaluation
#
# In evaluation everything but $x$ is a constant, so the layer is a fixed line, $y = a\,x + b$, for
# each feature:
#
# $$a = \frac{\gamma}{\sqrt{r_{\text{var}}+\varepsilon}}, \qquad b = \beta - a\,r_{\text{mean}}.$$
#
# So no sample sees another **[theorem]**, and the line can be merged into the linear layer before
# it, at no cost at all ([lesson 16](16_in_production.ipynb)). In lesson 04, γ and β could undo the
# normalization of one batch and not of the next. In evaluation nothing depends on the batch, so
# they undo it exactly.

# %% id="line" tags=["demo"]
# NBVAL_CHECK_OUTPUT
mine.weight, mine.bias = np.sqrt(mine.running_var + mine.eps), mine.running_mean
batch = photos(8, seed=5).cpu().numpy().astype(float)
print(f"evaluation:  off by less than 1e-12: {np.abs(mine(batch) - batch).max() < 1e-12}")
mine.train()
print(f"training:    off by {np.sqrt(((mine(batch) - batch) ** 2).mean()):.2f} (root mean square)")

# %% [markdown] id="mend"
# ## Exercise · mend_step
#
# {{exercise mend_step}}
#
# **Mend this.** The layer below is one function without a memory of its own: each call is given
# what was stored before, and returns what is to be stored after it. It comes with the spot check
# that its author ran on it, in which it was trained on 200 batches and then evaluated.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given, source = received("mend_step"), np.random.default_rng(7)  # what stands in the next cell
mean, deviation = np.array([2, -1, 5]), np.array([1, 3, 0.5])
running = np.zeros(3), np.ones(3)
for _ in range(200):
    y, running = given(source.normal(mean, deviation, (64, 3)), running, training=True)
print("training gives mean 0:     ", np.allclose(y.mean(0), 0))
print("training gives deviation 1:", np.allclose(y.std(0), 1, atol=1e-3))
near = np.allclose(running, [mean, deviation**2], rtol=0.15, atol=0.1)
print("stored are mean and variance of the data:", near)
unseen = source.normal(mean, deviation, (10, 3))
y, _ = given(unseen, running, training=False)
formula = (unseen - running[0]) / np.sqrt(running[1] + 1e-5)
print("evaluation is what the formula says:", np.allclose(y, formula))

# %% [markdown] id="mend-ask"
# Everything that the spot check prints is as it should be, although the function has a mistake.
# Mend it.

# %% id="mend_step"
# {{answer}}

# %% id="check-mend_step"
check(mend_step)

# %% [markdown] id="impostors"
# ### Two things that are not eval()
#
# `torch.no_grad()` and `requires_grad_(False)` are often taken for it. What do they really do? Each
# row below calls a layer with neighbours and without, and asks two questions.

# %% id="impostors-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
alone, crowd = photos(2, seed=6), photos(30, seed=7)


def tried(prepare, grad=True):
    layer = torch.nn.BatchNorm1d(2).to(device())
    prepare(layer)
    before = layer.running_mean.clone()
    with torch.set_grad_enabled(grad):
        with_crowd, without = layer(torch.cat([alone, crowd]))[:2], layer(alone)
    mixed = not torch.allclose(with_crowd, without, atol=1e-4)
    return mixed, not torch.equal(before, layer.running_mean)


for name, answer in {
    "nothing": tried(lambda layer: None),
    "no_grad()": tried(lambda layer: None, grad=False),
    "requires_grad_(False)": tried(lambda layer: layer.requires_grad_(False)),
    "eval()": tried(lambda layer: layer.eval()),
}.items():
    said = ["yes" if a else "no" for a in answer]
    print(f"{name:<22} neighbours matter: {said[0]:<4}  what is stored moves: {said[1]}")

# %% [markdown] id="impostors-read"
# Only `eval()` changes the mode. The last row also settles a piece of advice that you may read, to
# "track the running statistics during evaluation", because in evaluation they do not move.
#
# In fine-tuning this bites, because a layer that you froze with `requires_grad_(False)` goes on
# collecting the statistics of the new data. And a layer put into `eval()` comes back into training
# with the next `model.train()`, because that switches every layer of the model.

# %% [markdown] id="experiment-intro"
# ## Experiment: identical training
#
# Back to the opening: a convolutional network with three batch norms learns digits, 1297 images of
# 8 × 8 pixels, in batches of 64. In training its layers never read what they store, so the momentum
# cannot matter there **[theorem]**:

# %% id="never-read" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
fast, slow = (torch.nn.BatchNorm1d(2, momentum=m).to(device()) for m in (0.9, 0.001))
x = photos(16)
print("training:   same output to the last bit:", torch.equal(fast(x), slow(x)))
print("evaluation: same output:                ", torch.allclose(fast.eval()(x), slow.eval()(x)))

# %% [markdown] id="experiment-design"
# So one training serves all momenta: the network is trained *once* per seed, and four running
# averages follow it, with four momenta. After 20, 60 and 200 steps all of them are judged with the
# same weights on 500 other images. Two yardsticks say how good the weights are:
#
# - *by the batch*: the test images normalize themselves, 250 at a time;
# - *recalibrated*: evaluation, after the averages were thrown away and measured anew on the
#   training images (your next exercise does it).
#
# With five seeds (± is a 95 % [interval](../docs/glossary.md#interval)) it takes about twenty
# seconds.

# %% id="experiment" tags=["demo"] needs="torch scipy"
from coursekit import quick
from coursekit.bars import bar
from coursekit.experiments import interval
from coursekit.experiments import stale_statistics as stale

steps, sizes = ((2, 4, 6), stale.SIZES[-3:]) if quick() else (stale.CHECKPOINTS, stale.SIZES)
seeds = bar(range(1 if quick() else 5), "seeds trained")
found = stale.measure(seeds, checkpoints=steps, sizes=sizes)
table = np.concatenate([found.stored, found.batch[..., None], found.fresh[..., None]], axis=2)
mean, half = interval(100 * table)
columns = [f"m = {m}" for m in stale.MOMENTA] + ["by the batch", "recalibrated"]
print(f"{'% of 500 read':<15}" + "".join(f"{c:>14}" for c in columns))
for row, step in enumerate(steps):
    shown = (f"{m:.1f} ± {h:.1f}" for m, h in zip(mean[row], half[row], strict=True))
    print(f"after {step:>3} steps" + "".join(f"{s:>14}" for s in shown))

# %% id="experiment-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

fig, axes = figure(size=(7, 3.4))
places = np.arange(len(steps))
looks = zip(stale.MOMENTA, "osD^", ("blue", "green", "orange", "red"), strict=True)
for k, (m, marker, color) in enumerate(looks):
    style = {"marker": marker, "color": COLOURS[color], "capsize": 3}
    axes.errorbar(places + 0.04 * (k - 1.5), mean[:, k], half[:, k], label=f"m = {m}", **style)
axes.plot(places, mean[:, -1], "--", color=COLOURS["grey"], label="recalibrated")
axes.set_xticks(places, [f"{s} steps" for s in steps])
axes.set(ylim=(0, 104), ylabel="test images read (%)")
axes.set_title("Same weights: what they are worth depends on what was stored")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show(
    fig,
    alt="Accuracy after few, more and many steps for four momenta and for recalibrated statistics. "
    "0.9 lies on the recalibrated line; 0.1 starts below it and comes close to it next; 0.01 comes "
    "close only at the end; 0.001 stays far below.",
)

# %% [markdown] id="experiment-read"
# **Result [measured here].** Read the table by rows, because in a row the weights are the same.
# The two columns on the right agree within their intervals, and they show what the weights were
# worth all along. With the smallest momentum the same weights read far fewer images. (The intervals
# there are wide, because *how* a network fails depends on its seed, but that it fails does not.)
#
# There are two possible reasons for this gap, and they can be told apart. One is the *start*: with
# $m=0.001$, 94 % of what is stored after 60 steps is still "mean 0, variance 1". Its share is
# known, $(1-m)^n$, so it can be taken out. Subtract that share of the start and divide by what is
# left, $1-(1-m)^n$, as Adam does to correct its averages.

# %% id="two-reasons" tags=["demo"]
for row, step in enumerate(steps[:2]):
    for k, m in list(enumerate(stale.MOMENTA))[1:]:
        three = found.stored[:, row, k], found.startless[:, row, k], found.fresh[:, row]
        a, b, c = (f"{100 * mean:.1f} ± {100 * half:.1f}" for mean, half in map(interval, three))
        print(f"{step} steps, m = {m:<5}  stored {a:<12} start taken out {b:<12} recalibrated {c}")

# %% [markdown] id="two-reasons-read"
# Without its start even the slowest average is worth far more, and still not as much as a
# recalibrated one. What is left is the second reason: in the steps that the average covers, the
# weights have moved. So a running average is not only late, but describes networks that no longer
# exist.
#
# *m = 0.9* does best early on. Does that make it a good choice? Batches of 64 images with 16 to 64
# pixels per channel are large samples, so the last one alone gives a good estimate, but with few
# values per batch it would be noise. And the longer the training, the less the lag of a smaller
# momentum matters, as the last row of the first table shows.

# %% [markdown] id="repair"
# ## Repair without training
#
# Nothing is wrong with the weights, so do not train on, but measure the statistics again, with the
# weights as they are. This [recalibration](../docs/glossary.md#recalibration) is also called
# *precise batch norm* (Wu and Johnson 2021) **[paper]**. A trick turns the running average into a
# plain one: let the momentum fall. It is 1 for the first batch, which forgets everything before,
# and then 1/2, 1/3, and so on.
#
# And if the last batch is smaller than the others? Then "each batch once" is not "each sample
# once".

# %% [markdown] id="exercise-recalibrate"
# ## Exercise · recalibrate
#
# {{exercise recalibrate}}
#
# `layer(x, momentum)` is one training call whose batch weighs `momentum`. That is your only way in,
# because you see neither the statistics nor the weights. Return how many samples were averaged
# over.

# %% id="recalibrate"
# {{answer}}

# %% id="check-recalibrate"
check(recalibrate)

# %% [markdown] id="repair-text"
# Your function knows nothing of convolutions, and need not, because a whole network is such a
# `layer`: one call moves the statistics of all its batch norms. Take the network after 60 steps
# with the statistics of $m=0.001$.

# %% id="repair-code" tags=["demo"] needs="torch"
recalibrate = use(recalibrate)
moment = next(stale.train(1, checkpoints=(5 if quick() else 60,)))
stale.use(moment.net, moment.stored[0.001])


def network_call(x, momentum):
    """One training call of the whole network, without gradients and with this momentum."""
    moment.net.train()
    for norm in stale.norms(moment.net):
        norm.momentum = momentum
    with torch.no_grad():
        moment.net(x)


pixels, _ = stale.images("train")
before = stale.accuracy(moment.net)
seen = recalibrate(network_call, pixels.split(64))
after = stale.accuracy(moment.net)
print(f"read before: {before:.1%}   after one look at {seen} training images: {after:.1%}")

# %% [markdown] id="repair-read"
# Without labels and without a gradient, the network is back. But the trick is *not* an exact
# measurement, because an average of variances within batches leaves out how far apart the means of
# the batches lie ([lesson 01](01_mean_and_variance.ipynb)). Does that matter? The worst case is a
# batch for each class, and it was measured too, after the last step:

# %% id="by-class" tags=["demo"] needs="scipy"
rows = {
    "recalibrated with mixed batches": found.fresh[:, -1],
    "with ten batches of one digit each": found.by_class,
    "difference, paired by seed": found.by_class - found.fresh[:, -1],
}
for name, values in rows.items():
    mean, half = (float(v) for v in interval(100 * values))
    print(f"{name:<36}{mean + 0.0:>6.1f} ± {half:.1f} % of 500 read")

# %% [markdown] id="by-class-read"
# This is a [null result](../docs/glossary.md#null-result), and we report it: recalibrated with
# batches of one class each, the networks read as many images as with mixed batches, at least here.
#
# ## Experiment: who forgot eval()?
#
# It is a common bug with this layer, and it hides, because with large shuffled test batches the
# results look right.
#
# {{predict predict_sorted}}

# %% id="predict_sorted"
# {{answer}}

# %% id="check-predict_sorted"
check("predict_sorted", predict_sorted)

# %% [markdown] id="forgot-text"
# Take the same networks after the last step. The 500 test images come in batches of 1 to 250,
# shuffled or sorted by class, and `eval()` is not called.

# %% id="forgot" tags=["demo"] needs="scipy"
right, _ = interval(100 * found.fresh[:, -1])
mean, half = interval(100 * found.forgotten)
print(f"{'test batch':<18}" + "".join(f"{size:>13}" for size in sizes))
for row, order in enumerate(stale.ORDERS):
    shown = (f"{m:.1f} ± {h:.1f}" for m, h in zip(mean[row], half[row], strict=True))
    print(f"{order:<18}" + "".join(f"{s:>13}" for s in shown))
print(f"with eval()       {right:>13.1f}")

# %% id="forgot-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
fig, axes = figure(size=(7, 3.2))
for row, (order, marker, color) in enumerate(zip(stale.ORDERS, "os", ("blue", "red"), strict=True)):
    style = {"marker": marker, "color": COLOURS[color], "capsize": 3, "label": order}
    axes.errorbar(sizes, mean[row], half[row], **style)
axes.axhline(right, linestyle="--", color=COLOURS["grey"], label="with eval()")
axes.axhline(10, linestyle=":", color=COLOURS["grey"], label="guessing")
axes.set(xscale="log", xlabel="test images in a batch", ylabel="read (%)", ylim=(0, 104))
axes.set_xticks(sizes, sizes)
axes.minorticks_off()
axes.set_title("eval() forgotten: the company decides")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show(
    fig,
    alt="Images read against the size of the test batch, without eval(). Shuffled: near guessing "
    "for one image, then rising to the level of eval() at 64. Sorted by class: near guessing up to "
    "four, {{result forgot | sorted by class | 4 : mean .0f}} % at 16, still below in the largest.",
)

# %% [markdown] id="forgot-read"
# **Result [measured here].** *Shuffled*, large batches are fine, because their statistics are
# nearly those of all data. That is why the bug survives a test on a loader with shuffled batches,
# and appears in production, where images come one by one. (One image is not NaN here, because a
# channel has 16 to 64 pixels, so an image has a spread of its own, but what is lost is how it
# compares with others.)
#
# *Sorted*, fewer images are read than shuffled, at every batch size but 1. The mean takes off what
# all images of a batch have in common, and in a batch of threes this is just what sets a 3 apart
# from other digits. A test folder with one directory per class, read in order, is exactly this
# case.

# %% [markdown] id="exercise-diagnose_gap"
# ## Exercise · diagnose_gap
#
# {{optional}}
#
# {{exercise diagnose_gap}}
#
# A colleague says: "It trains well and evaluates badly." You get the layer as a function, `layer(x,
# training)`, and nothing else. Find out what is wrong with it by four experiments, in this order;
# the first that strikes is the answer:
#
# | do | it strikes if | return |
# |:--|:--|:--|
# | evaluate `x` twice | the two differ | `"eval moves the statistics"` |
# | evaluate sample 0 alone, `x[:1]` | it differs from its row before | `"eval uses the batch"` |
# | train 30 times on `x`, evaluate | evaluation is as before | `"training moves nothing"` |
# | compare it with the last training output | somewhere over 0.5 apart | `"converges elsewhere"` |
# | | none does | `"fine"` |
#
# Outputs differ if they differ by more than rounding (`np.allclose` tells). Why 30 times? The
# healthy layers here have a momentum of 0.3 or more, and need some calls to arrive. Why allow as
# much as 0.5? Those that store the variance over $N-1$ stay a few per cent off.

# %% id="diagnose_gap"
# {{answer}}

# %% id="check-diagnose_gap"
check(diagnose_gap)

# %% [markdown] id="ward"
# Try it on PyTorch's own layer, with four momenta that its constructor accepts without a word.

# %% id="ward-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
diagnose_gap = use(diagnose_gap)
sample = photos(20, seed=8).cpu().numpy()


def as_function(layer):
    def call(x, training):
        layer.train(training)
        with torch.no_grad():
            return layer(torch.tensor(x).to(device())).cpu().numpy()

    return call


for m in [0.3, None, 0.0, 0.001]:
    layer = torch.nn.BatchNorm1d(2, momentum=m).to(device())
    print(f"momentum = {m!s:<6} {diagnose_gap(as_function(layer), sample)}")

# %% [markdown] id="ward-read"
# The last row is the network of the opening, which is not broken but late. From outside, after 30
# calls, nobody can tell late from broken. (`None` is the plain average of all batches. And with
# `track_running_stats=False`, `eval()` goes on using the batch, so that PyTorch refuses to evaluate
# a single sample.)

# %% [markdown] id="claims"
# ## What the article says
#
# This course grew out of an introductory article on batch normalization. Here is what it says about
# statistics and evaluation, each with a verdict.
#
# 1. *Momentum sets how fast the statistics adapt.* **Holds**, in opposite directions, since a
#    larger value is faster in PyTorch and slower in Keras. **[measured here]**
# 2. *Track the running statistics carefully during evaluation.* **Wrong**, because they move in
#    training and are only read in evaluation. **[measured here]**
# 3. *Inference uses precomputed moving averages.* **Holds**, unless the layer was made with
#    `track_running_stats=False`. **[paper]**
# 4. *γ and β let the network undo the normalization.* **Holds in evaluation**, exactly, but not in
#    training (lesson 04). **[theorem]**
# 5. *Small batches hurt.* **Holds**, and not only in training ([lesson
#    12](12_noise_and_small_batches.ipynb)), because a forgotten `eval()` makes test batches matter
#    too. **[paper]**
# 6. *A small batch's statistics do not represent the data.* **Holds**: the mean of $M$ independent
#    values misses by $\sigma/\sqrt M$, because their variances add up. In a convolution $M$ counts
#    pixels too, which are not independent. **[theorem]**
# 7. *They reduce the stability of training.* **Needs a condition**: much of the damage appears at
#    evaluation, because training normalizes by one thing and evaluation by another (Ioffe 2017, Wu
#    and Johnson 2021). **[paper]**
# 8. *Highly variable data is trouble.* **Needs a condition**, because it is the *batch* that must
#    be mixed. Sorted test batches, normalized by themselves, fail. **[measured here]**
# 9. *Reliance on batch statistics can slow training.* **Unsupported** as it stands, because each
#    step costs a little more, but it is not shown that more steps are needed. **[contested]**
# 10. *Inconsistent batch sizes or shifted data hurt generalization.* **Holds**, and Schneider et
#     al. 2020 win much of the loss back by measuring statistics on the shifted data. **[paper]**

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"no_grad() is evaluation mode."* It stops gradients, but the batch normalizes, and what is
#   stored moves.
# - *"Momentum is the optimizer's."* The running statistics have no gradient, and no optimizer
#   touches them.
# - *"A frozen layer stands still."* `requires_grad_(False)` freezes γ and β, but statistics move
#   until `eval()`.
# - *"It evaluates badly, so it overfits."* Normalize by large shuffled test batches, or
#   recalibrate. If it is good then, it was stale.
# - *"The running variance is a running standard deviation."* The root comes when it is used.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_moves}}

# %% id="quiz_moves"
# {{answer}}

# %% id="check-quiz_moves"
check("quiz_moves", quiz_moves)

# %% [markdown] id="quiz-2"
# {{quiz quiz_translate}}

# %% id="quiz_translate"
# {{answer}}

# %% id="check-quiz_translate"
check("quiz_translate", quiz_translate)

# %% [markdown] id="quiz-3"
# {{quiz quiz_forgot_eval}}

# %% id="quiz_forgot_eval"
# {{answer}}

# %% id="check-quiz_forgot_eval"
check("quiz_forgot_eval", quiz_forgot_eval)

# %% [markdown] id="quiz-4"
# {{quiz quiz_stale}}

# %% id="quiz_stale"
# {{answer}}

# %% id="check-quiz_stale"
check("quiz_stale", quiz_stale)

# %% [markdown] id="quiz-5"
# {{quiz quiz_divisor}}

# %% id="quiz_divisor"
# {{answer}}

# %% id="check-quiz_divisor"
check("quiz_divisor", quiz_divisor)

# %% [markdown] id="recap"
# ## Recap
#
# - Training normalizes by the batch and stores its statistics. Evaluation normalizes by what is
#   stored and leaves it alone, and only `eval()` switches.
# - `momentum` weighs the new batch in PyTorch, the old value in Keras and Flax: $m = 1 - m'$.
# - The past fades like $(1-m)^n$, so that 1 % is left after 44 batches at 0.1, after 459 at 0.01.
# - Normalize by the variance over $N$, store the one over $N-1$ (PyTorch, and the paper).
# - Good weights with stale statistics look like a bad network, so recalibrate before you retrain.
# - Without `eval()` the company of an image decides what is read in it.
#
# ## Stretch goal: how restless is a running average?
#
# Feed `update_running` with 100,000 draws of `rng.standard_normal()` at momentum 0.1 and store
# every value it takes. What variance do you predict, what do you find, and what if you repeat it
# with 0.01? Then start at 0 with momentum $1/k$ for batch $k$. How does the variance fall, and what
# does PyTorch call this?
#
# <details><summary>What you should find</summary>
#
# The variance is $m/(2-m)$, which is 0.053 for the first momentum and 0.005 for the second. With
# $1/k$ it is the plain average, and its variance falls like $1/k$. PyTorch calls this
# `momentum=None`, which is the steadiest choice for a network that no longer changes, and the worst
# for one that does.
#
# </details>
#
# ## References
#
# {{reference ioffe2015: Algorithm 2}}
# {{reference ioffe2017: section 2 on the gap between training and inference}}
# {{reference schneider2020}}
# {{reference wu2021: section 3 on precise statistics}}
# {{reference torch_batch_norm_1d}}
# {{reference keras_batch_normalization}}
# {{reference data_digits}}
#
# **Next:** [08 Batch norm everywhere](08_batchnorm_everywhere.ipynb) takes the layer from tables to
# images, volumes and sentences.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 2 go to a passing `effective_window` and the
# playground, 4 to `BatchNorm1d`, 1 to `mend_step`, 2 to the first experiment and `recalibrate`, 1
# to the second, the verdicts and the quiz. `diagnose_gap` makes good homework, since nothing
# depends on it.
#
# **Ask the room.** Before the experiment: "Name a hyperparameter that cannot change training and
# ruins the test." Before the repair: "You may use the training images but no labels and no
# gradients. What can you still fix?" Before the sorted batches: "What do forty threes have in
# common, and where does it go?"
#
# **Where it goes wrong.** Many swap the two weights, because they come from Keras or think of an
# optimizer's momentum. The biased variance in `running_var` survives any test with large batches,
# so the check uses batches of 2 and 5. Some write `self.running_var` first and then normalize by
# it. Some leave the statistics out of `saved`, and everything works until a model is loaded. In
# `diagnose_gap` the order matters, and people make 5 training calls instead of 30.
#
# </details>
