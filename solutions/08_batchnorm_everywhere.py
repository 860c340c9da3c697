# %% [markdown] id="title"
# # Batch norm everywhere
#
# **A mean is taken over one axis instead of three. Nothing fails, the loss falls, and the test
# accuracy is as good as ever. What does it cost?**
#
# So far a batch was a table: samples down, features across. Images, volumes, audio and sentences
# have more axes, and somebody has to say which of them share a mean. Here you write that down once,
# for all of them, and see what a wrong answer costs, and when it hides.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-pixel"
# ## Guess first
#
# A convolutional network turns an image into several maps of it, one for each pattern that it looks
# for. Such a map is a [*channel*](../docs/glossary.md#channel).
#
# {{predict predict_mean_per_pixel}}

# %% id="predict_mean_per_pixel"
# {{answer}}

# %% id="check-predict_mean_per_pixel"
check("predict_mean_per_pixel", predict_mean_per_pixel)

# %% [markdown] id="what-is-a-feature"
# ## What is a feature?
#
# Batch norm gives each *feature* its own mean and variance ([lesson
# 04](04_batchnorm_forward.ipynb)). In a table $(N, D)$ a feature is a column. What is it in a batch
# of images $(N, C, H, W)$, with $N$ images, $C$ channels, $H \times W$ pixels?
#
# One could say: each channel of each pixel, $C \cdot H \cdot W$ features. But a convolution looks
# for the *same* pattern everywhere, with the same weights. Channel 3 is one question asked at many
# places: "is there an edge here?" If every place had its own mean and scale, the same edge would
# come out differently at the left and at the right.
#
# So a feature is a **channel**. It is averaged over all samples *and all pixels*, $N \cdot H \cdot
# W$ values **[paper]** (Ioffe and Szegedy 2015, section 3.2).

# %% [markdown] id="the-table"
# The rule for everything else is the same: *keep the channels, average over all other axes.*
#
# | data | shape | averaged over | values per mean | PyTorch |
# |:--|:--|:--|:--|:--|
# | tables | $(N, C)$ | N | $N$ | `BatchNorm1d` |
# | signals | $(N, C, L)$ | N, L | $N L$ | `BatchNorm1d` |
# | images | $(N, C, H, W)$ | N, H, W | $N H W$ | `BatchNorm2d` |
# | volumes | $(N, C, D, H, W)$ | N, D, H, W | $N D H W$ | `BatchNorm3d` |
#
# A table's features count as its channels, and $D$ in the last row is depth. γ, β and the running
# statistics have shape $(C,)$ in every row, so batch norm itself does not mind if a network is
# trained on small images and applied to large ones.

# %% [markdown] id="guess-values"
# {{predict predict_values_per_mean}}

# %% id="predict_values_per_mean"
# {{answer}}

# %% id="check-predict_values_per_mean"
check("predict_values_per_mean", predict_values_per_mean)

# %% [markdown] id="cube-text"
# ### Explore: who shares a statistic
#
# The cube shows three images of six channels. Cells with the same letter share a mean.
#
# 1. In batch norm, how far does letter A reach, and which axis stops it?
# 2. Three other norms are on offer, the subject of [lesson 13](13_one_function_many_norms.ipynb).
#    Which of them never leave an image?
# 3. Switch the memory to NHWC, [channels last](../docs/glossary.md#channels-last). Does anything
#    change but the order of the cells?

# %% id="cube" tags=["demo"]
from coursekit.widgets import axes_cube

axes_cube()

# %% [markdown] id="cube-found"
# <details><summary>What you should find</summary>
#
# 1. It reaches over all three images and all their pixels. The channel axis stops it, because the
#    next channel has the next letter.
# 2. All three stay inside an image. Layer norm has one letter for each image, instance norm one for
#    each channel of an image, and group norm one for each group of channels of an image.
# 3. No, every cell keeps its letter. Only the order in memory changes: the cells of one channel
#    used to lie next to each other, and now they lie scattered.
#
# </details>

# %% [markdown] id="exercise-statistics_count"
# ## Exercise · statistics_count
#
# {{exercise statistics_count}}
#
# If you know how many means there are, you know what is averaged. Count the means and the values in
# each, for $(N, C)$ and any number of spatial axes after it. Besides batch norm there are the
# mistake of the opening, and two norms of the cube.

# %% id="statistics_count"
# {{answer}}

# %% id="check-statistics_count"
check(statistics_count)

# %% id="counted" tags=["demo"]
# NBVAL_CHECK_OUTPUT
statistics_count = use(statistics_count)
for shape in [(32, 16, 28, 28), (4, 16, 28, 28), (2, 512, 1, 1)]:
    for method in ["batch", "per pixel"]:
        means, values = statistics_count(shape, method)
        print(f"{shape!s:<18} {method:<10} {means:>6} means of {values:>6} values each")

# %% [markdown] id="counted-read"
# Look at the last two lines: near the output of a network the maps have shrunk to one pixel, so
# each mean of a batch of two is taken over two values, and only "which is larger" survives (lesson
# 04). Whether a batch is small depends on the number of values per mean, not on the number of
# images alone. (Pixels of one image resemble each other, so a thousand of them tell less about the
# mean than a thousand images would.)

# %% [markdown] id="exercise-batch_norm_nd"
# ## Exercise · batch_norm_nd
#
# {{exercise batch_norm_nd}}
#
# Where do the channels stand? PyTorch puts them at axis 1 (NCHW), Keras and most image files last
# (NHWC), so your function is told where: by `channel_axis`, which may be negative. All other axes
# are averaged over, however many there are.
#
# γ has shape $(C,)$, and NumPy lines shapes up from the right, so give it length $C$ at
# `channel_axis` and 1 everywhere else.

# %% id="batch_norm_nd"
# {{answer}}

# %% id="check-batch_norm_nd"
check(batch_norm_nd)

# %% [markdown] id="oracle"
# ### Ask an oracle
#
# PyTorch has three layers for what you wrote once.

# %% id="oracle-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch

from coursekit import device

batch_norm_nd = use(batch_norm_nd)
rng = np.random.default_rng(0)
one, zero = np.ones(3), np.zeros(3)
for name, shape in {
    "BatchNorm1d": (8, 3),
    "BatchNorm1d, signals": (8, 3, 10),
    "BatchNorm2d": (8, 3, 5, 4),
    "BatchNorm3d": (8, 3, 2, 5, 4),
}.items():
    x = rng.normal(3, 2, shape)
    layer = getattr(torch.nn, name.partition(",")[0])(3).to(device())
    theirs = layer(torch.tensor(x, dtype=torch.float32).to(device())).detach().cpu().numpy()
    print(f"{name:<21} agrees: {np.allclose(batch_norm_nd(x, one, zero), theirs, atol=1e-4)}")

# %% [markdown] id="oracle-read"
# "1d for fully connected layers, 2d for images, 3d for volumes" is how they are usually introduced.
# But what picks the class is the [*rank*](../docs/glossary.md#rank) of the input, not the meaning
# of the data. Spectrograms go through `BatchNorm2d`, and the audio itself through `BatchNorm1d`.
#
# ### Three ways to be silently wrong
#
# Wrong axes need not raise an error. Below are images of 4 channels, $4 \times 4$ pixels, a shape
# in which every slip fits. The first row of the output is the right one, with mean 0 and deviation
# 1 in every channel. Do the numbers of the other three give them away?

# %% id="slips" tags=["demo"]
# NBVAL_CHECK_OUTPUT
x = rng.normal([0, 5, 10, 20], [1, 2, 4, 8], (6, 4, 4, 4))  # (N, H, W, C): channels last
one, zero = np.ones(4), np.zeros(4)
rows = x.transpose(0, 3, 1, 2).reshape(-1, 4)  # NCHW, cut into pieces of 4
cut = ((rows - rows.mean(0)) / rows.std(0)).reshape(6, 4, 4, 4).transpose(0, 2, 3, 1)
for name, y in {
    "channel_axis = -1": batch_norm_nd(x, one, zero, channel_axis=-1),
    "channel_axis = 1 (the default)": batch_norm_nd(x, one, zero),
    "NCHW with reshape(-1, C)": cut,
    "a mean for each pixel": (x - x.mean(0)) / x.std(0),
}.items():
    means, deviations = np.abs(y.mean((0, 1, 2))).max(), y.std((0, 1, 2))
    print(f"{name:<32} largest mean {means:.2f}   deviations {deviations.round(2)}")

# %% [markdown] id="slips-read"
# The second and the third row mix channels, so the channels with large values drown the others.
# `reshape` cuts memory into pieces and moves no axis, so use `np.moveaxis` or `transpose` to move
# one.
#
# The last row looks perfect, with mean 0 and deviation 1 in every channel. These numbers cannot
# show the fault of the opening, because a mean for each pixel gives a channel the mean 0 *as well*.
#
# PyTorch falls into the same trap with sentences $(N, T, C)$ where $T$ happens to equal $C$:

# %% id="square" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
for T in [7, 8]:
    try:
        layer = torch.nn.BatchNorm1d(8).to(device())
        layer(torch.randn(4, T, 8, generator=torch.Generator().manual_seed(0)).to(device()))
        print(f"(4, {T}, 8): no error. Kept: {T} positions. Averaged over: samples, channels.")
    except RuntimeError:
        print(f"(4, {T}, 8): RuntimeError")

# %% [markdown] id="experiment-intro"
# ## Experiment: a mean for each pixel
#
# How do you find a bug that leaves the accuracy as it was? By asking where the number of values per
# mean, or the place of a pixel, begins to matter. A small convolutional network learns digits, 1297
# images of 8 × 8 pixels, in three versions: batch norm per channel, batch norm per pixel (γ, β and
# the running statistics too), and no norm. Each version has the one of four learning rates that
# served it best on other seeds. Then 500 other images are read twice: as they are, and moved by one
# pixel (to the right and to the left, averaged).
#
# First come batches of 32, from five seeds, which takes about ten seconds. The ± is a 95 %
# [interval](../docs/glossary.md#interval).

# %% id="experiment" tags=["demo"] needs="torch scipy"
from coursekit import quick
from coursekit.bars import bar
from coursekit.experiments import interval, per_pixel

steps = dict.fromkeys(per_pixel.STEPS, 5) if quick() else per_pixel.STEPS
seeds = range(1 if quick() else 5)


def table(found):
    print(f"{'% of 500 read':<26}" + "".join(f"{t:>22}" for t in per_pixel.TESTS))
    for arm, rows in found.items():
        shown = (f"{m:.1f} ± {h:.1f}" for m, h in zip(*interval(100 * rows), strict=True))
        print(f"batches of {arm.batch:>2}, {arm.norm:<12}" + "".join(f"{s:>22}" for s in shown))


large = [arm for arm in per_pixel.ARMS if arm.batch == 32]
found = per_pixel.measure(bar(seeds, "seeds trained"), steps=steps, arms=large)
table(found)

# %% [markdown] id="experiment-small"
# The first column answers the guess of the opening, and the second begins to say what the mistake
# costs. To learn more, train in batches of 4, with twice the steps, so on a quarter of the images
# in all.
#
# {{predict predict_batch_of_four}}

# %% id="predict_batch_of_four"
# {{answer}}

# %% id="check-predict_batch_of_four"
check("predict_batch_of_four", predict_batch_of_four)

# %% id="experiment-4" tags=["demo"]
small = [arm for arm in per_pixel.ARMS if arm.batch == 4]
found |= per_pixel.measure(bar(seeds, "seeds trained"), steps=steps, arms=small)
table({arm: found[arm] for arm in small})

# %% id="experiment-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

looks = {"per channel": ("o", "blue"), "per pixel": ("s", "red"), "no norm": ("D", "grey")}
fig, panels = figure(1, 2, size=(7.5, 3), sharey=True)
for axes, batch in zip(panels, per_pixel.STEPS, strict=True):
    for arm, rows in found.items():
        if arm.batch == batch:
            marker, color = looks[arm.norm]
            style = {"fmt": marker + "-", "color": COLOURS[color], "capsize": 3}
            axes.errorbar([0, 1], *interval(100 * rows), label=arm.norm, **style)
    axes.set_xticks([0, 1], [t.replace(" by", "\nby") for t in per_pixel.TESTS])
    axes.set(title=f"batches of {batch}", xlim=(-0.3, 1.3), ylim=(0, 104))
panels[0].set_ylabel("test images read (%)")
panels[1].legend(loc="lower left")
show(
    fig,
    alt="Two panels, batches of 32 and of 4; in each, images read as they are and moved. With 32 "
    "the two batch norms start together, and per pixel falls lower when images move. With 4, per "
    "pixel is lowest at both ends, below no norm.",
)

# %% id="experiment-paired" tags=["demo"] needs="scipy"
by_name = {(arm.norm, arm.batch): 100 * rows for arm, rows in found.items()}
print("paired by seed, in points:")
for other, batch in [("per channel", 32), ("per channel", 4), ("no norm", 4)]:
    gap = by_name[other, batch] - by_name["per pixel", batch]
    for test, m, h in zip(per_pixel.TESTS, *interval(gap), strict=True):
        print(f"batches of {batch:>2}, {other:<11} − per pixel, {test:<18} {m:+6.1f} ± {h:.1f}")

# %% [markdown] id="experiment-read"
# **Result [measured here].** *Batches of 32, images as they are:* the network with a mean for each
# pixel reads as many as the network with a mean for each channel, as far as five seeds can show. So
# a test set that looks like the training set does not find this bug.
#
# *Batches of 32, moved by one pixel:* every network reads fewer, because the linear layer at the
# end knows its places. But the network with a mean for each pixel loses far more than the one with
# a mean for each channel. The likely reason is that each place has learned its own idea of "usual",
# and a moved image brings every pixel to the wrong one.
#
# *Batches of 4:* why does the mistake now show without moving anything? A channel's mean still
# averages 256 values in the first layer and 64 in the second, but a pixel's mean averages only
# four. A mean of so few values brings noise into every step of training, and so the network with a
# mean for each pixel now reads fewer images than the one with a mean for each channel.
#
# Is the wrong norm worse than no norm at all? On average the network with a mean for each pixel
# reads fewer images than the network without any norm, both as they are and moved. But five seeds
# are too few to be sure of it, because the intervals in the last two lines reach below 0.
#
# The experiment does *not* show that a mean for each place is never useful. Where places mean
# something, as in a table of measurements, it is the right choice.

# %% [markdown] id="padding"
# ## Sentences and padding
#
# Sentences have different lengths, and a batch is a box $(N, T, D)$: $T$ is the length of the
# longest, the rest is [filled with zeros](../docs/glossary.md#padding), and a
# [*mask*](../docs/glossary.md#mask) says what is real. A linear layer treats each token alone, so
# padding does no harm to the real ones, but in an average it does.
#
# {{predict predict_padding}}

# %% id="predict_padding"
# {{answer}}

# %% id="check-predict_padding"
check("predict_padding", predict_padding)

# %% [markdown] id="exercise-masked_batch_norm"
# ## Exercise · masked_batch_norm
#
# {{exercise masked_batch_norm}}
#
# There are no γ and β this time, and only real tokens may count: in the sum, in the number you
# divide by, and in the variance. Padding comes out as 0, whatever was in it, be it 50 or NaN.

# %% id="masked_batch_norm"
# {{answer}}

# %% id="check-masked_batch_norm"
check(masked_batch_norm)

# %% [markdown] id="numbers"
# Now with real data. A "sentence" is a number of one to six digits, written by hand. Each digit is
# an image of 64 pixels, and a random layer turns it into 32 features. What happens to the outputs
# of real digits when the box is made longer, with nothing in the new places?

# %% id="numbers-code" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit import data

masked_batch_norm = use(masked_batch_norm)
rng = np.random.default_rng(1)
digits = data.digits().images.reshape(-1, 64) / 16 @ rng.standard_normal((64, 32)) / 8
lengths = rng.integers(1, 7, 40)


def boxed(T):
    """The 40 numbers in a box of T places: x (40, T, 32) and mask (40, T)."""
    mask = np.arange(T) < lengths[:, None]
    x = np.zeros((40, T, 32))
    x[mask] = digits[: mask.sum()]
    return x, mask


for T in [6, 12, 48]:
    x, mask = boxed(T)
    for name, y in {
        "counted": batch_norm_nd(x, np.ones(32), np.zeros(32), channel_axis=2),
        "masked": masked_batch_norm(x, mask),
    }.items():
        print(f"T = {T:>2}, padding {name:<8} deviation of the real tokens {y[mask].std():.2f}")

# %% [markdown] id="numbers-read"
# The digits are the same, and yet what comes out of them depends on how much of nothing stands
# behind them **[measured here]**. (Even with T = 6 the counted version is off, because the shorter
# numbers are padded already.) If every batch is padded alike, a network may get used to it, and the
# running statistics with it. Then somebody sorts the sentences by length to save time, and the
# statistics of training are those of another task.
#
# A test that costs nothing follows: *add padding, and the real outputs must not move.*

# %% [markdown] id="bias"
# ## A bias that does nothing
#
# A [bias](../docs/glossary.md#bias) shifts a whole channel, in all samples and pixels alike. The
# mean is shifted by as much, so subtracting the mean takes the bias off again. The shift that the
# network wants is left to β, behind the division. So right before batch norm a bias has no effect
# in training, and *no gradient* **[theorem]**. Do not take a proof's word for it:

# %% id="bias-gradient" tags=["demo"] needs="torch sklearn"
# NBVAL_CHECK_OUTPUT
from torch import nn


def seeded(*layers):
    """A network in float64 on the CPU, its weights drawn from a seed."""
    net, source = nn.Sequential(*layers).double(), torch.Generator().manual_seed(0)
    for p in net.parameters():
        if p.ndim > 1:
            nn.init.normal_(p, std=0.2, generator=source)
    return net


net = seeded(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(288, 10))
images, labels = (torch.tensor(part[:64]) for part in data.digits())
nn.functional.cross_entropy(net(images[:, None] / 16), labels).backward()
for name, p in net.named_parameters():
    size = "0, up to rounding" if p.grad.abs().max() < 1e-12 else "not 0"
    print(f"{name:<9} {p.numel():>5} numbers, gradient {size}")

# %% [markdown] id="bias-read"
# (The check runs on the CPU in float64, so that "up to rounding" means something: below $10^{-12}$.
# In float32 the rounding noise is larger, and an optimizer such as Adam, which divides by the
# gradient's size, can follow it.)
#
# Nothing is broken by such a bias. But it costs memory and a gradient that is thrown away, and with
# weight decay it drifts to 0 for no reason, so it is better to say `bias=False`.
#
# ## Exercise · redundant_biases
#
# {{optional}}
#
# {{exercise redundant_biases}}
#
# Find them in any network. It is given as a list: for each layer its name, its kind, and whether it
# has a bias (in a batch norm that is β). Follow a bias forwards:
#
# | kind | what happens to a shift of a whole channel |
# |:--|:--|
# | `BatchNorm1d`, `2d`, `3d` | taken off |
# | `Identity`, `Flatten`, `MaxPool2d`, `AvgPool2d` | handed on as it is (pooling without padding) |
# | `Linear` | handed on, as another constant |
# | `Conv2d` and its kin | stops: the zeros of padding are not shifted, so the border differs |
# | everything else (`ReLU`, `Dropout`, `LayerNorm` …) | stops: no constant any more |

# %% id="redundant_biases"
# {{answer}}

# %% id="check-redundant_biases"
check(redundant_biases)

# %% [markdown] id="verify"
# Now confront your rule with gradients, on a network of real layers.

# %% id="verify-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
redundant_biases = use(redundant_biases)
first = nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.BatchNorm2d(8), nn.ReLU()
second = nn.Conv2d(8, 8, 2), nn.ReLU(), nn.BatchNorm2d(8), nn.Flatten()
third = nn.Linear(32, 16), nn.Linear(16, 12), nn.BatchNorm1d(12), nn.Tanh(), nn.Linear(12, 10)
net = seeded(*first, *second, *third)
nn.functional.cross_entropy(net(images[:, None] / 16), labels).backward()
outline = [(n, type(m).__name__, hasattr(m, "bias")) for n, m in net.named_children()]
named = redundant_biases(outline)
for name, kind, bias in outline:
    if bias:
        size = "0" if net[int(name)].bias.grad.abs().max() < 1e-12 else "not 0"
        said = "redundant" if name in named else "-"
        print(f"{name:>2} {kind:<12} you: {said:<10} gradient: {size}")

# %% [markdown] id="verify-read"
# Rule and gradient agree, also on layer 6, which is easily overlooked. It is a batch norm, whose β
# is flattened and goes through *two* linear layers before the next batch norm takes it off.
#
# All this holds **only in training**. In evaluation the mean is a stored number, and the bias is in
# it. If you delete a redundant bias from a *trained* network, the outputs move, unless you subtract
# its share from the running mean too.

# %% [markdown] id="mend"
# ## Exercise · mend_images
#
# {{exercise mend_images}}
#
# **Mend this.** A batch norm for tables serves images too, if they are first brought into the form
# of a table: one row for each pixel of each image, one column for each channel. This function does
# so, and was accepted because of the spot check that stands before it.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given = received("mend_images")  # what stands in the next cell, as it was handed to you
pictures = np.random.default_rng(5).normal(5, 3, (8, 3, 6, 6))
y = given(pictures, gamma=np.ones(3), beta=np.zeros(3))
print("the shape is that of the images:", y.shape == pictures.shape)
print("mean 0 and deviation 1:", np.allclose(y.mean(), 0), np.allclose(y.std(), 1, atol=1e-3))
shifted = given(pictures, gamma=np.ones(3), beta=np.full(3, 7.0))
print("beta shifts the output by 7:", np.allclose(shifted, y + 7))

# %% [markdown] id="mend-ask"
# It says True everywhere, and yet a network that was trained with this layer would see channels
# mixed up. Mend it.

# %% id="mend_images"
# {{answer}}

# %% id="check-mend_images"
check(mend_images)

# %% [markdown] id="claims"
# ## What the article says
#
# This course grew out of an introductory article on batch normalization. Here is what it says about
# shapes, each with a verdict.
#
# 1. *Each neuron is normalized over the mini-batch.* **Needs a condition**: in a convolution it is
#    each *channel*, over samples and pixels together. **[paper]**
# 2. *Mean and variance are taken per feature.* **Holds**, once you say what a feature is; both
#    divide by the number of all values, $N \cdot H \cdot W$ in images. **[paper]**
# 3. *β shifts the mean.* **Holds**, and that makes a bias right before the layer useless in
#    training. **[measured here]**
# 4. *PyTorch offers BatchNorm1d, 2d and 3d.* **Holds**, as one function with three checks of the
#    rank. **[measured here]**
# 5. *1d is for fully connected layers, 2d for images, 3d for volumes.* **Needs a condition**,
#    because the rank of the input decides, and 1d takes $(N, C)$ and $(N, C, L)$. A wrong order of
#    axes is refused only if the lengths differ. **[measured here]**

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Mean 0 and deviation 1 in every channel proves it."* A mean for each pixel has that too.
# - *"The accuracy is the same, so it is right."* It may be the same with one batch size, on one
#   kind of images, and not with others.
# - *"reshape(-1, C) puts the channels last."* It cuts memory into pieces of C, whereas `moveaxis`
#   moves.
# - *"Padding is zero, so it does not matter."* Zeros are numbers like any others in an average.
# - *"A bias before batch norm can be deleted any time."* In training it can, because the batch's
#   mean takes it out again. Afterwards the stored mean contains it, so both must go together.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_running_shape}}

# %% id="quiz_running_shape"
# {{answer}}

# %% id="check-quiz_running_shape"
check("quiz_running_shape", quiz_running_shape)

# %% [markdown] id="quiz-2"
# {{quiz quiz_input_rank}}

# %% id="quiz_input_rank"
# {{answer}}

# %% id="check-quiz_input_rank"
check("quiz_input_rank", quiz_input_rank)

# %% [markdown] id="quiz-3"
# {{quiz quiz_square_input}}

# %% id="quiz_square_input"
# {{answer}}

# %% id="check-quiz_square_input"
check("quiz_square_input", quiz_square_input)

# %% [markdown] id="quiz-4"
# {{quiz quiz_padding}}

# %% id="quiz_padding"
# {{answer}}

# %% id="check-quiz_padding"
check("quiz_padding", quiz_padding)

# %% [markdown] id="quiz-5"
# {{quiz quiz_bias_before_relu}}

# %% id="quiz_bias_before_relu"
# {{answer}}

# %% id="check-quiz_bias_before_relu"
check("quiz_bias_before_relu", quiz_bias_before_relu)

# %% [markdown] id="recap"
# ## Recap
#
# - Keep the channels, average over every other axis. γ, β and what is stored are $(C,)$.
# - A batch is small if few values go into a mean, and with images $N \cdot H \cdot W$ of them do.
# - Wrong axes often raise no error, so move axes with `moveaxis`, and test with unequal lengths.
# - A mean for each pixel can pass on the test set, but shows with small batches and on moved
#   images.
# - Padding must not be in the average, so adding some must leave the real outputs as they were.
# - In training, a bias is redundant if a batch norm takes its shift off before anything changes it.
#
# ## Stretch goal: the border
#
# The table stops at every convolution. But it is only the padding that stops the shift, because a
# convolution without padding would hand it on. Build `seeded(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3,
# padding=p), nn.BatchNorm2d(8), …)` with `p` = 0 and 1 and look at the gradient of the first bias.
# Then predict what `padding_mode="replicate"` does, and why.
#
# <details><summary>What you should find</summary>
#
# It is 0 up to rounding for `p` = 0, not 0 for `p` = 1. With repeated edges the border is shifted
# like the rest, so the gradient is 0 again. [Lesson 13](13_one_function_many_norms.ipynb) meets the
# same frame of zeros in another norm.
#
# </details>
#
# ## References
#
# {{reference ioffe2015: section 3.2, batch norm in convolutional networks}}
# {{reference torch_batch_norm_1d}}
# {{reference torch_batch_norm_2d}}
# {{reference keras_batch_normalization}}
# {{reference data_digits}}
#
# **Next:** [09 The full layer](09_full_layer.ipynb) makes all of it a layer that PyTorch and Keras
# would take for their own.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 2 go to a passing `statistics_count`, 3 to
# `batch_norm_nd`, the slips and the experiment, 3 to padding and the bias, 1 to `mend_images`, 1 to
# the verdicts and the quiz. `redundant_biases` makes good homework.
#
# **Ask the room.** Before the table of shapes: "What is a feature of an image?" Before the
# experiment: "The bug costs nothing on the test set. Design a test that finds it." Before the
# padding: "I add a blank page to your letter. May your words change?"
#
# **Where it goes wrong.** In public solutions of comparable assignments the most frequent slips
# with images are reshaping without transposing and a mean for each pixel. Square test images hide
# both, so the check uses shapes in which no two lengths agree, and one in which width and channels
# do. Many forget that −1 is not in `range(x.ndim)`. With masks people divide by N · T, or leave
# padding in the variance after having kept it out of the mean. In `redundant_biases` they look at
# the next layer only.
#
# </details>
