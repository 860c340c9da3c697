# %% [markdown] id="title"
# # In production
#
# **A network reads nearly every digit. Then somebody averages its weights, rounds them to 8 bits,
# or sends it darker images, and it guesses. No weight is wrong, so what is?**
#
# A network with batch norm holds two kinds of numbers, those that were learned and those that were
# only stored on the way. Training keeps the two in step with each other. Whatever happens to a
# network afterwards moves one kind and forgets the other, and this lesson is about how that shows.
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).
#
# {{card}}

# %% id="imports"
import numpy as np
import torch
from torch import nn

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# Random rows of three numbers, on which small networks are tried below.
rows = 5 + 2 * torch.randn(256, 3, generator=torch.Generator().manual_seed(3))

# %% [markdown] id="guess"
# ## Guess first
#
# The weights of the last steps of a training jump around a good place, so it is common to keep
# their average and to use that. Two names for it are *EMA*, an exponential average that is updated
# in every step, and *SWA*, a plain average over the last epochs.
#
# {{predict predict_average}}

# %% id="predict_average"
# {{answer}}

# %% id="check-predict_average"
check("predict_average", predict_average)

# %% [markdown] id="averaged"
# ## Experiment: averaged weights
#
# Networks with three hidden layers train on the digits at a high rate, with an exponential average
# of their weights beside them. Each is read as its last step left it, then with the averaged
# weights. The average is read twice, because [what batch norm
# stores](../docs/glossary.md#running-statistics) can stay as it was, or can be measured anew on the
# training images, which [lesson 07](07_running_statistics.ipynb) called
# [recalibration](../docs/glossary.md#recalibration).

# %% id="averaged-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit import quick
from coursekit.experiments import interval, weight_average

seeds = range(2 if quick() else 10)
found = weight_average.measure(seeds, steps=10 if quick() else weight_average.STEPS)
old, fresh = found["average, old statistics"], found["average, fresh statistics"]
print("% of 500 read, mean and 95 % interval")
for words, values in {
    "the last network": found["last"],
    "average, as stored": old,
    "average, measured anew": fresh,
    "gained by measuring, in points": fresh - old,
    "measured anew less last, in points": fresh - found["last"],
}.items():
    mean, half = interval(values)
    print(f"{words:<36}{mean:>6.1f} ± {half:.1f}")

# %% [markdown] id="averaged-read"
# **Result [measured here].** As stored, the statistics are those of activations that other weights
# made, and the averaged network reads worse than the last one. Measured anew, it gains {{result
# averaged-run | gained by measuring, in points}} points and is then better than the last one by
# {{result averaged-run | measured anew less last, in points}}. With other seeds the
# [ledger](../docs/claims.md) has {{claim 132}} points for the gain by measuring.
#
# Why not average the statistics as well, like the weights? In the first layer a mean would come out
# right, because it is linear in the weights. A variance is quadratic in them, so that averaged
# weights, in which the jumps cancel, have a smaller one than the networks had on average
# **[theorem]**.
#
# In PyTorch `torch.optim.swa_utils.update_bn` measures them anew. A colleague did not have it at
# hand and wrote a function of the same name from memory.

# %% [markdown] id="exercise-mend_update_bn"
# ## Exercise · mend_update_bn
#
# {{exercise mend_update_bn}}
#
# **Mend this.** With `momentum=None` a batch norm of PyTorch keeps a plain average over the batches
# that it has counted. The function was accepted on the following spot check.

# %% id="mend-spot-check" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given, batches = received("mend_update_bn"), rows.split(64)
norm = nn.BatchNorm1d(3)
norm.running_mean.fill_(-40.0)  # left over from other weights
given(nn.Sequential(norm), batches)
print("the stored mean is that of all batches:", torch.allclose(norm.running_mean, rows.mean(0)))
print("the stored variance is near 4:", torch.allclose(norm.running_var, rows.var(0), 0.05))
print("in eval afterwards:", not norm.training)

# %% [markdown] id="mend-ask"
# Find a network on which it must fail before you change a line. The check says nothing while the
# text is the one that you received.

# %% id="mend_update_bn"
# {{answer}}

# %% id="check-mend_update_bn"
check(mend_update_bn)

# %% [markdown] id="freezing"
# ## Freezing
#
# You load a trained network and train it on new images, with its batch norms
# [frozen](../docs/glossary.md#freezing), because your batches are small or the new images few. Two
# different things must then stop. γ and β are [parameters](../docs/glossary.md#parameter), and
# `requires_grad_(False)` stops them. What is stored is held in
# [buffers](../docs/glossary.md#buffer), and it moves in every forward pass of a layer that is in
# [training mode](../docs/glossary.md#training-mode), gradient or not.

# %% [markdown] id="exercise-freeze_bn"
# ## Exercise · freeze_bn
#
# {{exercise freeze_bn}}
#
# The model is in training when you get it, and dropout in it should remain so.

# %% id="freeze_bn"
# {{answer}}

# %% id="check-freeze_bn"
check(freeze_bn)

# %% id="thawed" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
freeze_bn = use(freeze_bn)
model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
for words, prepare in {
    "requires_grad_(False) alone": lambda: model.train().requires_grad_(False),
    "freeze_bn": lambda: freeze_bn(model.train()),
    "freeze_bn, then train()": lambda: freeze_bn(model).train(),
}.items():
    prepare()
    before = model[1].running_mean.clone()
    model(rows)
    print(f"{words}: what is stored moves: {not torch.equal(before, model[1].running_mean)}")

# %% [markdown] id="thawed-read"
# The last line is the one that bites, because most training loops begin each epoch with
# `model.train()`. So freeze after it, every time, or keep it from happening by a hook, as
# `coursekit.deploy.freeze_bn` does.
#
# Keras goes another way. In most layers `trainable = False` only stops the gradients, but a batch
# norm with `trainable = False` runs in inference mode as well, even where it is called with
# `training=True`. Look at both halves of that. (If Python does not find Keras, the cell shows
# what it printed elsewhere, and nothing below depends on it. To run it yourself, run
# `pip install keras`, 8 MB, and restart the kernel.)

# %% id="keras-frozen" tags=["demo"] needs="torch keras"
# NBVAL_CHECK_OUTPUT
import os

os.environ["KERAS_BACKEND"] = "torch"
os.environ["KERAS_TORCH_DEVICE"] = "cpu"  # or Keras takes a GPU, where there is one
import keras

bn = keras.layers.BatchNormalization()
bn.build((None, 3))
for trainable in (True, False):
    bn.trainable = trainable
    before = [np.array(w) for w in bn.get_weights()]
    y = np.array(keras.ops.convert_to_numpy(bn(np.float32(rows), training=True)))
    moved = any(not np.array_equal(a, b) for a, b in zip(before, bn.get_weights(), strict=True))
    by_batch = np.allclose(y.mean(0), 0, atol=1e-3)
    print(f"trainable={trainable}: moves {moved}, normalizes by the batch {by_batch}")

# %% [markdown] id="tuned"
# ## Experiment: what should batch norm do meanwhile?
#
# A trained network meets images of a quarter of the contrast, none of which it has seen, and learns
# from 128 of them. Batch norm goes on as in training, or is frozen as it was, or is adapted to the
# new images first and frozen then. Each arm is tried at five rates, on two other seeds, and keeps
# the one at which its loss on 128 further images is lowest. The other 244 are read.

# %% id="tuned-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import fine_tuned

small = {"steps": 10, "tune": 3} if quick() else {}
read, rates = fine_tuned.measure(seeds, **small)
print(f"{'% of 244 read':<24}{'':>14}{'learning rate':>18}")
for arm, values in read.items():
    mean, half = interval(values)
    print(f"{arm:<24}{f'{mean:.1f} ± {half:.1f}':>14}{rates.get(arm, 'none'):>18}")
for a, b in [("moving", "frozen"), ("adapted, then frozen", "moving")]:
    mean, half = interval(read[a] - read[b])
    print(f"{a} less {b}, seed by seed: {mean:.1f} ± {half:.1f}")

# %% [markdown] id="tuned-read"
# **Result [measured here].** Frozen statistics are those of bright images, so the weights have to
# make good for them, and {{result tuned-run | moving less frozen, seed by seed}} points are lost
# against statistics that move. If they are measured on the new images before they are frozen,
# nothing of that loss remains. So "freeze or not" is the smaller question, and the larger one is
# whose statistics you freeze.

# %% [markdown] id="shifted"
# ## New images, without labels
#
# If statistics alone do so much, the network may not need to be trained at all. *AdaBN* (Li et al.)
# only replaces what is stored by the statistics of unlabelled images of the new kind **[paper]**.
# Schneider et al. average old and new,
# with the old ones counting as `prior` images, since few new images make noisy statistics
# **[paper]**.

# %% [markdown] id="exercise-adapt_bn"
# ## Exercise · adapt_bn
#
# {{exercise adapt_bn}}
#
# Every pixel of every image counts for the new statistics of a channel, yet old and new are weighed
# by the number of images.

# %% id="adapt_bn"
# {{answer}}

# %% id="check-adapt_bn"
check(adapt_bn)

# %% [markdown] id="adapted-intro"
# ### Experiment: a cure and its two failures
#
# The networks were trained on digits as they are. One half of the test images is read, and 64 of
# the other half serve to adapt, first as they come, and then only those that show a three. Low
# contrast is a quarter of what it was, and bright images have every pixel raised by one half of the
# way from black to white.

# %% id="adapted-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import adapted

found = adapted.measure(seeds, steps=10 if quick() else adapted.STEPS)
print(f"{'% of 250 read':<28}" + "".join(f"{arm:>20}" for arm in adapted.ARMS))
for shift, arms in found.items():
    cells = (f"{m:.1f} ± {h:.1f}" for m, h in map(interval, arms.values()))
    print(f"{shift:<28}" + "".join(f"{cell:>20}" for cell in cells))
own = found["own contrast each"]
mean, half = interval(own["adapted"] - own["as stored"])
print(f"gained where each image has its own contrast: {mean:+.1f} ± {half:.1f}")

# %% [markdown] id="adapted-read"
# **Result [measured here].** At low contrast the network reads {{result adapted-run | low contrast
# | as stored : mean .0f}} % as stored, and {{result adapted-run | low contrast | 2 : mean .0f}} %
# with the statistics of 64 images that nobody labelled. The second column has the same number in
# its first three rows, because a common contrast and brightness are a scale and a shift, which the
# first batch norm takes out **[theorem]**.
#
# The table has two failures beside the cure. Statistics of threes alone leave {{result adapted-run
# | as trained | 3 : mean .0f}} %, even where nothing was shifted, because whatever all threes have
# in common is subtracted. And where each image has a contrast of its own, no single set of
# statistics fits, so adapting changes the accuracy by {{result adapted-run | gained where each
# image has its own contrast}} points. A norm that looks at one image at a time is the remedy there:
# instance norm on the input, as in [lesson 13](13_one_function_many_norms.ipynb), gains {{claim 105
# : mean .0f}} points in the ledger.

# %% [markdown] id="company"
# ## Answers that depend on the company
#
# Adapting anew to every batch that comes in sounds even better. It is what a network does that was
# left in training mode, and its answers then depend on who else is asked about. In the ledger's
# network, test batches of 16 images of one class cost {{claim 138.1 : mean .0f}} points, and mixed
# batches of two {{claim 138.2 : mean .0f}} **[measured here]**.
#
# So if accuracy depends on the size of the test batch, or on the order of the images, look for a
# missing `eval()` before you look for anything else. One line tests for it, because in evaluation
# an image alone must get the answer that it gets among others. In the next cell rows of three
# random numbers stand for the images.

# %% id="company-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
for mode in (True, False):
    net.train(mode)
    among = net(rows)[:2]
    same = torch.allclose(among, net(rows[:2]), atol=1e-5)
    print(f"in {'training' if mode else 'evaluation'}, two rows alone as among others: {same}")

# %% [markdown] id="overflow"
# ## One batch that overflows
#
# [Mixed precision](../docs/glossary.md#mixed-precision) computes in 16 bits where that is enough.
# Its loss is multiplied by a large number, so that small gradients do not vanish, and a *scaler*
# looks at the gradients before each step. Where one of them is infinite or no number at all, it
# skips the step and tries a smaller factor (Micikevicius et al.) **[paper]**. Such steps are
# expected, and no weight is harmed by them.
#
# {{predict predict_overflow}}

# %% id="predict_overflow"
# {{answer}}

# %% id="check-predict_overflow"
check("predict_overflow", predict_overflow)

# %% id="overflow-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
scaler, sgd = torch.amp.GradScaler("cpu"), torch.optim.SGD(net.parameters(), 0.1)


def step(x):
    with torch.autocast("cpu", torch.float16):
        loss = net(x).square().mean()
    sgd.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(sgd)
    scaler.update()


before = [p.clone() for p in net.parameters()]
step(1e5 * rows)
same = all(torch.equal(a, b) for a, b in zip(before, net.parameters(), strict=True))
print("the step was skipped, no weight has changed:", same)
for _ in range(100):
    step(rows)
print("stored variance, finite after 100 good batches:", bool(net[1].running_var.isfinite().all()))
print(
    "answers in eval that are numbers:", int(net.eval()(rows).isfinite().sum()), "of", 2 * len(rows)
)

# %% [markdown] id="overflow-read"
# The loss curve of such a run looks healthy, because training does not read what is stored. The
# first evaluation gives nothing but nan **[measured here]**. The remedy is the one from above, to
# measure anew, and it has to begin with a reset, since nan in any share remains nan.

# %% [markdown] id="folding"
# ## Folding
#
# In evaluation mean and variance are constants, and batch norm is a scale and a shift for each
# channel. A convolution in front of it is linear, so that the two are one convolution with other
# weights, which is called [folding](../docs/glossary.md#folding). With $a = \gamma/\sqrt{v +
# \varepsilon}$ for stored mean $m$ and variance $v$,
#
# $$a\,(W * x + b - m) + \beta \;=\; (aW) * x + \big(a\,(b-m)+\beta\big).$$

# %% [markdown] id="exercise-fold_conv_bn"
# ## Exercise · fold_conv_bn
#
# {{exercise fold_conv_bn}}
#
# A convolution in front of a batch norm is often built without a bias, and needs one now.

# %% id="fold_conv_bn"
# {{answer}}

# %% id="check-fold_conv_bn"
check(fold_conv_bn)

# %% [markdown] id="folded-text"
# Now fold a network of three convolutions, whose batch norms have seen some images, with your own
# function.

# %% id="to-fold" tags=["demo"] needs="torch sklearn"
from coursekit import data

pixels = torch.tensor(data.digits()[0][:256], dtype=torch.float32)[:, None] / 8 - 1
torch.manual_seed(0)
plain = nn.Sequential()
for inside, out in [(1, 16), (16, 16), (16, 16)]:
    plain += nn.Sequential(nn.Conv2d(inside, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU())
for part in pixels.split(64):
    plain(part)

# %% id="folded" tags=["demo"] needs="torch sklearn"
# NBVAL_CHECK_OUTPUT
import copy

fold_conv_bn, folded = use(fold_conv_bn), copy.deepcopy(plain.eval())
for i in (0, 3, 6):
    conv, bn2d = folded[i], folded[i + 1]
    norm = (bn2d.weight, bn2d.bias, bn2d.running_mean, bn2d.running_var)
    arrays = [a.detach().numpy() for a in (conv.weight, conv.bias, *norm)]
    new = map(torch.from_numpy, fold_conv_bn(*arrays, bn2d.eps))
    conv.load_state_dict(dict(zip(("weight", "bias"), new, strict=True)))
folded = nn.Sequential(*(m for m in folded if not isinstance(m, nn.BatchNorm2d)))
with torch.no_grad():
    print("layers:", len(plain), "and", len(folded))
    print("same outputs:", torch.allclose(plain(pixels), folded(pixels), atol=1e-4))

# %% [markdown] id="wrong-fold"
# ### Where it is wrong
#
# Folding needs the linear layer directly in *front*. Behind batch norm a convolution can be folded,
# too, as long as it sees no [padding](../docs/glossary.md#padding), because the zeros at the border
# do not pass through the norm, although a folded bias acts as if they did.

# %% id="wrong-fold-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
bn2d, behind = plain[1], nn.Conv2d(16, 4, 3, padding=1)
with torch.no_grad():
    images = plain[0](pixels)
    a = bn2d.weight * torch.rsqrt(bn2d.running_var + bn2d.eps)
    shift = bn2d.bias - bn2d.running_mean * a
    bias = behind.bias + (behind.weight.sum((2, 3)) * shift).sum(1)
    wrong = nn.functional.conv2d(images, behind.weight * a[:, None, None], bias, padding=1)
    off = (wrong - behind(bn2d(images))).abs().amax((0, 1))
print("inside the image, same outputs:", bool(off[1:-1, 1:-1].max() < 1e-4))
print("at its border, same outputs:", bool(off.max() < 1e-4))

# %% [markdown] id="fold-list"
# When accuracy drops after a fusion, these are the causes, the usual ones first:
#
# - The norm was folded in training mode, with the statistics of a batch.
# - The tool took its own ε. Keras has 0.001 and PyTorch 1e-5, which a small variance brings out.
# - There is padding, a ReLU or a sum of two branches between the two layers.
# - The folded weights were rounded, which is the next section.
#
# ### Is it faster?
#
# {{optional}}
#
# There are fewer operations, but whether you notice depends on the machine, so measure it on yours.
# Both networks take turns, so that whatever else the machine does hits both alike, and what is
# shown is a range as well as a median.

# %% id="timed" tags=["demo", "volatile"] needs="torch"
import time


def seconds(network, batch):
    start = time.perf_counter()
    network(batch)
    return time.perf_counter() - start


print("time with batch norm / folded: median, and the range of the middle 80 %")
with torch.no_grad():
    for images in (1, 64):
        batch = pixels[:images]
        rounds = 5 if quick() else 101
        ratios = [seconds(plain, batch) / seconds(folded, batch) for _ in range(rounds)]
        low, middle, high = np.percentile(ratios, [10, 50, 90])
        print(f"batches of {images:>2}: {middle:.2f}, from {low:.2f} to {high:.2f}")

# %% [markdown] id="timed-read"
# A range that reaches below 1 means that in some rounds the folded network was the slower of the
# two. So quote a median together with its range, and say for which machine and batch it holds.

# %% [markdown] id="quantized"
# ## Experiment: eight bits
#
# Small devices compute with whole numbers. [Quantization](../docs/glossary.md#quantization) to 8
# bits writes a weight matrix as whole numbers from −127 to 127 times a step, and one step for the
# whole matrix has to reach its largest weight. Folding multiplies each channel by its own $a$, so
# it can leave channels of very different size in one matrix.
#
# How much that matters can be tested without waiting for an unlucky network, because a ReLU network
# says the same if a unit's incoming weights and bias are multiplied by $s > 0$ and its outgoing
# weights divided by $s$. So the experiment folds trained networks and multiplies their units by
# random factors, most of them between 1/20 and 20, before it rounds.
#
# {{predict predict_quantized}}

# %% id="predict_quantized"
# {{answer}}

# %% id="check-predict_quantized"
check("predict_quantized", predict_quantized)

# %% id="quantized-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import quantized_fold

found = quantized_fold.measure(seeds, steps=10 if quick() else quantized_fold.STEPS)
print("% of 500 read, mean and 95 % interval")
for form, values in found.items():
    if form != "moved":
        mean, half = interval(values)
        print(f"{form:<36}{mean:.1f} ± {half:.1f}")
print(f"folding moved an output by less than 1e-12: {bool(found['moved'].max() < 1e-12)}")

# %% [markdown] id="quantized-read"
# **Result [measured here].** In floating point the rescaled network is the same function. Rounded
# with one step for each matrix it guesses, with {{result quantized-run | rescaled, one step : mean
# .0f}} %, because the loudest unit sets the step and all others are rounded away. With a step for
# each channel it reads {{result quantized-run | rescaled, a step for each channel : mean .0f}} %,
# and in the ledger that wins back {{claim 134 : mean .0f}} points. Not every device can do that,
# and Nagel et al. found what helps where it cannot, which is to undo the scaling **[paper]**.

# %% [markdown] id="exercise-equalize"
# ## Exercise · equalize
#
# {{exercise equalize}}
#
# With $r_1$ the largest |weight| of a unit coming in and $r_2$ going out, you look for the factor
# that makes the two equal.

# %% id="equalize"
# {{answer}}

# %% id="check-equalize"
check(equalize)

# %% [markdown] id="explore"
# ### Explore: spread and bits
#
# Below is one trained and folded network. `spread` is how far its units are pulled apart, in
# standard deviations of the factor's logarithm, and `bits` how finely weights are rounded. Your
# `equalize` is applied to each pair of layers, three times over.
#
# 1. At which spread does one step for each matrix begin to fail with 8 bits?
# 2. Does the equalized network notice the spread at all?
# 3. Without any spread, with how few bits does it still read nine of ten digits?

# %% id="explore-code" tags=["demo"] needs="torch sklearn"
from functools import partial

from coursekit import training
from coursekit.figures import COLOURS, explorable

equalize, problem = use(equalize), training.digits()
build = partial(training.mlp, depth=3, norm="batch")
trained = training.train(build, problem, seeds=[1], lr=0.1, steps=10 if quick() else 150).net
start = [
    (weight[0].T.numpy(), bias[0, 0].numpy())
    for weight, bias in quantized_fold.fold(trained.cpu().double().eval())
]


def pulled_apart(layers, spread):
    rng, back, out = np.random.default_rng(0), 1.0, []
    for n, (weight, bias) in enumerate(layers):
        s = np.exp(spread * rng.standard_normal(len(bias))) if n < len(layers) - 1 else 1.0
        out.append((((weight / back).T * s).T, bias * s))
        back = s
    return out


# %% id="explore-rounded" tags=["demo"] needs="torch sklearn"
def equalized(layers):
    out = list(layers)
    for n in 3 * [*range(len(out) - 1)]:
        (first, bias), (last, rest) = out[n], out[n + 1]
        first, bias, last = equalize(first, bias, last)
        out[n], out[n + 1] = (first, bias), (last, rest)
    return out


def read(layers, bits, axis=None):
    """Per cent of the test images; one step for each matrix, or for each slice along an axis."""
    h = problem.x_test
    for n, (weight, bias) in enumerate(layers):
        step = np.abs(weight).max(axis, keepdims=True) / (2 ** (bits - 1) - 1)
        h = h @ (np.round(weight / step) * step).T + bias
        h = np.maximum(h, 0) if n < len(layers) - 1 else h
    return 100 * (h.argmax(1) == problem.y_test).mean()


# %% id="explore-drawn" tags=["demo"] needs="torch sklearn" jupyter={"source_hidden": true}
# What the picture shows is drawn here.
def draw(axes, spread, bits):
    apart, widths = pulled_apart(start, spread), range(2, 11)
    forms = {
        "one step for a matrix": (apart, None, "orange", "o-"),
        "a step for each channel": (apart, 1, "sky", "s--"),
        "equalized, one step": (equalized(apart), None, "green", "^:"),
    }
    said = []
    for name, (layers, axis, hue, line) in forms.items():
        shares = [read(layers, b, axis) for b in widths]
        axes.plot(widths, shares, line, color=COLOURS[hue], label=name)
        said.append(f"{name} {read(layers, bits, axis):.1f} %")
    axes.axvline(bits, color=COLOURS["grey"], linewidth=1)
    axes.set(xlabel="bits for a weight", ylabel="digits read (%)", ylim=(0, 102))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))  # beside: curves go everywhere
    return f"Spread {spread:g}, {bits:g} bits: {', '.join(said)}."


# %% id="explored" tags=["demo"] needs="torch sklearn"
explorable(
    draw,
    alt="Three curves of accuracy against the number of bits: one step for a matrix, a step for "
    "each channel, and one step after equalizing. A line marks the chosen number of bits.",
    spread=(0.0, 2.0, 0.25, 1.5),
    bits=(2, 10, 1, 8),
)

# %% [markdown] id="explore-found"
# <details><summary>What you should find</summary>
#
# 1. At a spread of 1 it loses some ten points. At 1.5 the network guesses, and ten bits do not
#    bring all of it back.
# 2. No, since equalizing finds the way back to one scale for each unit, whatever it was multiplied
#    by. The green curve hardly moves.
# 3. It takes three bits. So eight bits are plenty, if the weights of a matrix use them evenly.
#
# </details>

# %% [markdown] id="together"
# ## Two processes, one batch
#
# In data-parallel training each of several devices has a copy of the network and a share of the
# batch, and they average their gradients. What batch norm computes is not averaged by that. Each
# copy normalizes its own share, and each stores statistics of its own. PyTorch's
# `DistributedDataParallel` handles the stored ones by sending those of process 0 to all others
# before each forward pass, so what the others have seen is lost.
#
# [Synchronized batch norm](../docs/glossary.md#synchronized-batch-norm) shares the statistics of
# the *batch*. Each process sends how many values it has, their mean and their variance.

# %% [markdown] id="exercise-sync_moments"
# ## Exercise · sync_moments
#
# {{exercise sync_moments}}
#
# [Lesson 01](01_mean_and_variance.ipynb) merged two parts, which carried sums of squares instead of
# variances.

# %% id="sync_moments"
# {{answer}}

# %% id="check-sync_moments"
check(sync_moments)

# %% [markdown] id="together-text"
# ### Experiment: real processes
#
# The next cell starts two further Python processes, which find each other through *gloo*, the part
# of PyTorch with which processors talk (between NVIDIA's GPUs it would be *NCCL*). One gets 24 of
# 32 images of each batch and the other 8. They train a network for 30 steps in double precision,
# while this notebook trains it with the whole batch. PyTorch's own `nn.SyncBatchNorm` refuses to
# train on a processor, so that the layer used here is the course's, whose arithmetic is yours.
#
# Whatever happens, no process remains. They are ended if you interrupt the cell, and they end by
# themselves if the notebook's kernel dies, because each watches a pipe that closes then.

# %% id="together-run" tags=["demo"] needs="torch sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit.experiments import two_processes

apart = two_processes.measure(steps=3 if quick() else two_processes.STEPS)
print("weights and statistics, away from those of one process with the whole batch:")
for norm, off in apart.items():
    print(f"{norm + ' batch norm:':<24} by rounding {off < 1e-12}, by more than 0.01 {off > 0.01}")

# %% [markdown] id="together-read"
# **Result [measured here].** Synchronized, two processes with unequal shares are one process with
# the whole batch, up to rounding, statistics included. With ordinary batch norm they train another
# network, although their gradients were averaged correctly. The price is communication, a
# message for each norm and direction, which is why it is not the default. Whether you need it is a
# question of how many values share a statistic on *one* device, as [lesson
# 12](12_noise_and_small_batches.ipynb) measured.

# %% [markdown] id="design"
# ## Design an experiment
#
# The table above says that moving statistics beat frozen ones, for images of another contrast. Your
# supervisor has images that look like the old ones, only by other writers, and asks whether it is
# the same there. Write the plan before the run, as a dict with these entries:
#
# | entry | what it is |
# |:--|:--|
# | `"arms"` | what is compared: `"moving"`, `"frozen"`, `"adapted, then frozen"` |
# | `"rates"` | a dict: for each arm, the learning rates that it is tried at |
# | `"tuning_seeds"` | the seeds on which an arm's rate is chosen |
# | `"rate_chosen_by"` | `"training loss"`, `"validation accuracy"` or `"test accuracy"` |
# | `"seeds"` | the seeds that are reported |
# | `"steps"` | a dict: for each arm, how many |
# | `"batch_size"` | a dict: for each arm, images in a step |
# | `"lost_runs"` | `"count as failures"`, `"leave out"` or `"repeat with another seed"` |
# | `"report"` | what is shown in the end, one of the four below |
# | `"bar"` | how many points would be a reason to choose one of them |
#
# Reported is a `"paired interval"`, an `"interval of each arm"`, the `"mean of each arm"` or the
# `"best run of each arm"`. A rate is searched well if an arm tries at least 4 from 0.0001 to 3,
# with neighbours up to a factor of 4 apart and the highest at least 10 times the lowest.
# Fine-tuning takes 20 to 200 steps of 16 to 1000 images, and at least 5 seeds are reported. With
# 244 images to read, one is 0.4 points, and a bar above 50 points would never be reached.
#
# Each arm is trained at each of its rates on each tuning seed, and then, at the rate that was
# chosen, on each seed of `"seeds"`. All of that together may take up to `runs` networks.

# %% [markdown] id="exercise-plan_freezing"
# ## Exercise · plan_freezing
#
# {{exercise plan_freezing}}
#
# There are many fair plans, and each passes. What is refused is called by the rule that it breaks.

# %% id="plan_freezing"
# {{answer}}

# %% id="check-plan_freezing"
check(plan_freezing)

# %% [markdown] id="asked"
# ## Asked
#
# **"What about the statistics under EMA or SWA?"** Whichever of the two you take, an average of
# weights needs statistics of its own. Measure them anew on training images before the average is
# evaluated or saved, and begin with a reset **[measured here]**.
#
# **"What about the statistics under DDP, with several processes?"** Each process normalizes its own
# share, and what process 0 has stored is what you save **[paper]**. If a share is small,
# synchronize, and if shares are large and alike, you need not **[measured here]**.
#
# **"Why did my accuracy drop after batch norm was fused?"** Folding itself changes nothing in
# evaluation, so look for training mode, another ε, padding or a ReLU in between, and then for 8-bit
# rounding with one step for each matrix **[measured here]**.
#
# **"Why does my accuracy depend on the size of the test batch?"** Then something is in training
# mode, or was built with `track_running_stats=False`. In evaluation an image alone gets the answer
# that it gets among others **[theorem]**.
#
# **"What does `trainable = False` do to a batch norm in Keras?"** For a batch norm it stops γ, β
# *and* what is stored, and the layer normalizes by what is stored, whatever `training` says
# **[measured here]**. In PyTorch you need `eval()` and `requires_grad_(False)`, after each
# `model.train()`.

# %% [markdown] id="claims"
# ## What the article says
#
# Five claims of the introductory article that this course grew out of ([section by
# section](../docs/article.md)), paraphrased, each with a verdict.
#
# 1. *Batch norm makes models more robust.* **Fails** for a change of contrast, which costs {{claim
#    41 : mean .0f}} points in the ledger. **[measured here]**
# 2. *Results suffer when the data shift.* **Holds**, although fresh statistics repair a shift that
#    all images share. **[measured here]**
# 3. *Relying on the batch can slow training.* **Needs a condition**, because a step moves more
#    memory, while more steps are not needed. **[paper]**
# 4. *At inference it costs next to nothing.* **Holds**, since where it can be folded, nothing of it
#    is left. **[measured here]**
# 5. *On small devices its cost may matter.* **Needs a condition**, that it stands where nothing can
#    be folded. **[theorem]**

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"A layer without a gradient is frozen."* That is one half of it, because what is stored has no
#   gradient anyway, and moves all the same.
# - *"A checkpoint of a network consists of its weights."* Without the buffers that belong to them,
#   those weights compute another function.
# - *"A step that the scaler skips leaves no trace."* The forward pass has already moved what is
#   stored.
# - *"Whoever averages gradients has synchronized batch norm."* The statistics were different before
#   there was a gradient.
# - *"If two networks are one function, they are so after rounding."* Rounding sees the size of each
#   weight, which the function does not.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_folding}}

# %% id="quiz_folding"
# {{answer}}

# %% id="check-quiz_folding"
check("quiz_folding", quiz_folding)

# %% [markdown] id="quiz-2"
# {{quiz quiz_frozen}}

# %% id="quiz_frozen"
# {{answer}}

# %% id="check-quiz_frozen"
check("quiz_frozen", quiz_frozen)

# %% [markdown] id="quiz-3"
# {{quiz quiz_processes}}

# %% id="quiz_processes"
# {{answer}}

# %% id="check-quiz_processes"
check("quiz_processes", quiz_processes)

# %% [markdown] id="quiz-4"
# {{quiz quiz_company}}

# %% id="quiz_company"
# {{answer}}

# %% id="check-quiz_company"
check("quiz_company", quiz_company)

# %% [markdown] id="quiz-5"
# {{quiz quiz_equal}}

# %% id="quiz_equal"
# {{answer}}

# %% id="check-quiz_equal"
check("quiz_equal", quiz_equal)

# %% [markdown] id="recap"
# ## Recap
#
# - Weights that were changed without training need statistics measured anew, after a reset.
# - A frozen batch norm is in `eval()` and has no gradient, again after each `model.train()`.
# - Statistics of new images repair a shift that all images share, unless they are of one class.
# - Batch norm folds exactly into the layer in front of it, and not into one that pads behind it.
# - Equalizing changes no answer in floating point, and decides what is left of it in 8 bits.
# - Shares of a batch are put together by counts, means, variances and the distance of the means.
#
# ## Stretch goal: carry out your plan
#
# `fine_tuned.measure(seeds, contrast=1.0)` trains the three arms of your plan on new images that
# look like the old ones. Copy the module, and let it take the rates, seeds and steps from
# `plan_freezing(60)`. Report each pair of arms as a paired interval, with your bar beside it.
#
# <details><summary>What you should find</summary>
#
# Nothing that a supervisor could act on, because no two arms lie a point apart. What was stored
# still fits images of the same contrast, so it makes no difference whether it moves. That is a
# [null result](../docs/glossary.md#null-result), and it is worth as much as the table above, since
# it says where the question does not matter.
#
# </details>
#
# ## References
#
# {{reference izmailov2018: section 3}}
# {{reference wu2021: section 3}}
# {{reference li2016: algorithm 1}}
# {{reference schneider2020}}
# {{reference niu2023}}
# {{reference micikevicius2018: section 3.2}}
# {{reference jacob2018: section 3.2}}
# {{reference nagel2019: section 4.1}}
# {{reference chan1983}}
# {{reference gitman2017}}
# {{reference galloway2019}}
# {{reference torch_swa_utils}}
# {{reference torch_sync_batch_norm}}
# {{reference torch_ddp}}
# {{reference keras_batch_normalization}}
# {{reference data_digits}}
#
# **Next:** [lesson 17](17_bug_hunt.ipynb) hands you twelve broken layers.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 2 go to averages and `mend_update_bn`, 2 to
# freezing, 1 to adapting, 2 to folding and rounding, 2 to the processes, 1 to the plan. The
# overflowing batch takes three minutes and is remembered.
#
# **Ask the room.** Before averages: "Which numbers of a checkpoint has no gradient ever touched?"
# Before freezing: "Write down the two lines that freeze a batch norm. Which of them does
# model.train() undo?" Before the processes: "Two processes send variance 0. What may the variance
# of all be?"
#
# **Where it goes wrong.** In `freeze_bn` many put the whole model into eval, which also stops
# dropout. In `adapt_bn` the new statistics are weighed by pixels. In `equalize` the bias is
# forgotten, which shows only where it is large. In `sync_moments` the variances are averaged and
# the distance of the means is forgotten, which is right where all shares are alike. On Windows the
# two processes take some seconds to start.
#
# </details>
