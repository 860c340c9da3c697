# %% [markdown] id="title"
# # One function, many norms
#
# **A network reads nearly every handwritten digit. Dim the images, so that you still read them all,
# and it fails on most. Which one line, with nothing to learn, repairs it?**
#
# You have all but written that line: it is batch norm with one of its axes left out. Layer norm and
# group norm are the same function too, and this lesson is about the one thing in which they differ.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-quarter"
# ## Guess first
#
# Here is one digit as the network learned it, and as it may look on another day.

# %% id="looks" tags=["demo"] jupyter={"source_hidden": true} needs="sklearn"
# The figure below is drawn here.
looks = {"as trained": (1, 0), "half the contrast": (0.5, 0), "a quarter": (0.25, 0)}
looks["inverted"] = (-1, 1)

from coursekit import data
from coursekit.figures import COLOURS, explorable, figure, show

digit = data.digits().images[0] / 16
fig, panels = figure(1, 4, size=(7, 2.1))
for axes, (name, (a, b)) in zip(panels, looks.items(), strict=True):
    axes.imshow(a * digit + b, cmap="gray", vmin=0, vmax=1)
    axes.set(title=name, xticks=[], yticks=[])
show(
    fig,
    alt="The same handwritten digit four times: bright on black, at 0.5 and at 0.25 of its "
    "contrast, and black on white. It can be read in all four.",
)

# %% [markdown] id="guess-quarter-2"
# {{predict predict_quarter}}

# %% id="predict_quarter"
# {{answer}}

# %% id="check-predict_quarter"
check("predict_quarter", predict_quarter)

# %% [markdown] id="one-function"
# ## One function
#
# Batch norm on images takes one mean and one variance for each channel. It averages over all images
# and all pixels: over the axes 0, 2 and 3 of $(N, C, H, W)$. Nothing in its formula insists on
# these three. For any set $S$ of values that are averaged together,
#
# $$\mu_S = \frac1M\sum_{i\in S} x_i, \qquad
# \sigma_S^2 = \frac1M\sum_{i\in S}(x_i-\mu_S)^2, \qquad
# \hat x_i = \frac{x_i-\mu_S}{\sqrt{\sigma_S^2+\varepsilon}},$$
#
# where $M$ is the number of values in $S$. The choice of $S$ is the choice of axes, and it is all
# that tells these methods apart **[paper]** (Wu and He 2018, figure 2):
#
# | | average over | one mean for each | means for (8, 6, 5, 5) |
# |:--|:--|:--|--:|
# | batch norm | N, H, W | channel | 6 |
# | layer norm, on images | C, H, W | image | 8 |
# | layer norm, per pixel | C | pixel of an image | 200 |
# | instance norm | H, W | channel of an image | 48 |
# | group norm | C/G, H, W | group of channels of an image | 8 · G |
#
# *Layer norm* is the name of two of the rows. Wu and He share a mean over the whole image, but a
# vision transformer normalizes each patch over its features (Dosovitskiy et al. 2021), and ConvNeXt
# each pixel over its channels (Liu et al. 2022) **[paper]**.
#
# Only the first row has an N in it. The others look at one image at a time, so they need no running
# statistics, and they compute the same in training and in evaluation **[theorem]**.

# %% [markdown] id="exercise-normalize"
# ## Exercise · normalize
#
# {{exercise normalize}}
#
# Write the formula once, for an array of any shape and any tuple of axes. The rest of the lesson
# stands on it.

# %% id="normalize"
# {{answer}}

# %% id="check-normalize"
check(normalize)

# %% [markdown] id="use-normalize-text"
# Three norms take three tuples, and wherever a mean was taken, it is now 0. Look at the last
# column: batch norm settles a channel's mean for all images together, and leaves the single images
# apart.

# %% id="use-normalize"
normalize = use(normalize)

# %% id="three-norms" tags=["demo"]
# NBVAL_CHECK_OUTPUT
images = np.random.default_rng(0).standard_normal((8, 6, 5, 5)) * 3 + 1
for name, axes in {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3)}.items():
    y = normalize(images, axes)
    means = y.mean(axes).round(6)
    spread = y.mean((2, 3)).std()
    print(f"{name:<9} {means.size:>3} means, all 0: {not means.any()}", end="   ")
    print(f"channels of single images: means vary by {spread:.3f}")

# %% [markdown] id="layer"
# ## Layer norm
#
# Batch norm needs company. In a batch of one there is none, and in a recurrent network company gets
# scarce, because the sentences end at different times. Ba, Kiros and Hinton turned the table by 90
# degrees **[paper]**: [layer norm](../docs/glossary.md#layer-norm) takes mean and variance over the
# *features of one sample*.
#
# For a table $(N, D)$ that is axis 1. For sentences $(N, T, D)$ it is axis 2, so that each *token*
# has its own mean. Both times it is the last axis.
#
# One thing does not turn. Although the statistics belong to a sample, γ and β still belong to a
# *feature*: one pair for each of the $D$, shared by all samples.

# %% [markdown] id="exercise-layer_norm"
# ## Exercise · layer_norm
#
# {{exercise layer_norm}}
#
# It takes one call of `normalize`, then γ and β, for any number of leading axes.

# %% id="layer_norm"
# {{answer}}

# %% id="check-layer_norm"
check(layer_norm)

# %% [markdown] id="one-at-a-time"
# You may read that layer norm suits GPT and BERT *because they process one sequence at a time*.
# They do not, because they are trained and served in batches. Layer norm suits them because the
# batch makes no difference to it. Run a batch of sentences, then the same sentences one by one.

# %% id="one-at-a-time-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
layer_norm = use(layer_norm)
rng = np.random.default_rng(1)
sentences = rng.standard_normal((5, 7, 16))  # 5 sentences, 7 tokens, 16 features
gamma, beta = rng.uniform(0.5, 2, (2, 16))
together = layer_norm(sentences, gamma, beta)
alone = np.concatenate([layer_norm(s[None], gamma, beta) for s in sentences])
token = layer_norm(sentences[0, 0], gamma, beta)  # (16,): no sentence around it
print("batch against one by one, largest difference:", np.abs(together - alone).max())
print("a token against the same one in its sentence:", np.abs(token - together[0, 0]).max())

# %% [markdown] id="one-at-a-time-read"
# The difference is exactly 0.0, not merely small, because no token saw another, let alone another
# sentence. (If you averaged over axes 1 *and* 2, a later word would move an earlier one, and a
# model that predicts the next word would be told about it.)
#
# Ask an oracle: PyTorch's layer calls γ `weight` and β `bias`.

# %% id="layer-torch" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch

from coursekit import device


def on_device(array):
    return torch.tensor(array, dtype=torch.float32).to(device())


theirs = torch.nn.functional.layer_norm(
    on_device(sentences), (16,), on_device(gamma), on_device(beta)
)
print("yours and PyTorch's agree to 1e-4:", np.allclose(together, theirs.cpu().numpy(), atol=1e-4))

# %% [markdown] id="instance"
# ## Instance norm
#
# Images have something that a table has not: a channel of a single image is already a crowd, $H
# \cdot W$ pixels. So [instance norm](../docs/glossary.md#instance-norm) normalizes each channel of
# each image by itself.
#
# Ulyanov, Vedaldi and Lempitsky did so in a network that repaints a photograph in the style of a
# painting. The result should not depend on the *contrast* of the photograph, so they removed it
# **[paper]**.

# %% [markdown] id="exercise-instance_norm"
# ## Exercise · instance_norm
#
# {{exercise instance_norm}}
#
# γ and β have shape $(C,)$, and NumPy lines shapes up from the right, where the width is. `gamma[:,
# None, None]` has shape $(C, 1, 1)$ and meets the channels.

# %% id="instance_norm"
# {{answer}}

# %% id="check-instance_norm"
check(instance_norm)

# %% [markdown] id="forgets"
# What does each norm *not see*? Dim one image of four, $0.3\,x + 0.5$, and leave the other three as
# they are.

# %% id="forgets-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
four = np.random.default_rng(2).standard_normal((4, 3, 8, 8))
dimmed = four.copy()
dimmed[0] = 0.3 * dimmed[0] + 0.5
for name, axes in {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3)}.items():
    moves = np.abs(normalize(dimmed, axes) - normalize(four, axes)).max((1, 2, 3))
    print(f"{name:<9} moves by {moves[0]:.3f} in the dimmed image, {moves[1:].max():.3f} in others")

# %% [markdown] id="forgets-read"
# Batch norm sees the change, and passes some of it on to the neighbours. Layer norm and instance
# norm do not see it. With $a > 0$ the mean of $a\,x + b$ is $a\mu+b$ and its deviation is
# $a\sigma$, so $\hat x$ is the same, up to ε **[theorem]**.
#
# So far the two agree, because all channels were dimmed alike. Tint the image instead, with a
# change of its own for each channel, and they part.

# %% id="tint" tags=["demo"]
# NBVAL_CHECK_OUTPUT
tint = np.array([0.3, 1.0, 2.0])[:, None, None]
tinted = four.copy()
tinted[0] = tint * tinted[0] + tint
for name, axes in {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3)}.items():
    moves = np.abs(normalize(tinted, axes) - normalize(four, axes)).max((1, 2, 3))
    print(f"{name:<9} moves by {moves[0]:.3f} in the tinted image, {moves[1:].max():.3f} in others")

# %% [markdown] id="forgets-price"
# Instance norm forgets the most. That is its use, and its price. If the question is "day or
# night?", the answer was in the brightness, and is gone. Two images that differ by $a\,x + b$ have
# the same $\hat x$, up to ε, so nothing that comes after can tell them apart **[theorem]**.

# %% [markdown] id="group"
# ## Group norm
#
# Between "all channels of an image" and "each channel by itself" there is room. In [group
# norm](../docs/glossary.md#group-norm) Wu and He cut the channels into $G$ groups of neighbours and
# give each group its statistics **[paper]**. Their reason was memory, because the images of a
# detector are so large that a GPU holds only one or two of them, and with so few batch norm
# suffers.
#
# {{predict predict_means}}

# %% id="predict_means"
# {{answer}}

# %% id="check-predict_means"
check("predict_means", predict_means)

# %% [markdown] id="exercise-group_norm"
# ## Exercise · group_norm
#
# {{exercise group_norm}}
#
# "A group" is no axis of $(N, C, H, W)$, but becomes one by a reshape. There are two traps: which
# channels sit together, and to whom γ belongs.

# %% id="group_norm"
# {{answer}}

# %% id="check-group_norm"
check(group_norm)

# %% [markdown] id="ends"
# {{predict predict_groups}}

# %% id="predict_groups"
# {{answer}}

# %% id="check-predict_groups"
check("predict_groups", predict_groups)

# %% [markdown] id="equivalences"
# ### The same thing twice
#
# Four of these five pairs are two names for one thing. Which one is not? (Batch norm of *one* image
# averages over what instance norm averages over, but with more images they part.)

# %% id="equivalences-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
instance_norm, group_norm = use(instance_norm), use(group_norm)
x, table = np.random.default_rng(3).standard_normal((4, 6, 3, 5)), images[:, :, 0, 0]
one, zero = np.ones(6), np.zeros(6)
pairs = {
    "group norm, G = 1": (group_norm(x, 1, one, zero), "layer norm", normalize(x, (1, 2, 3))),
    "group norm, G = C": (group_norm(x, 6, one, zero), "instance norm", normalize(x, (2, 3))),
    "batch norm of 1": (normalize(x[:1], (0, 2, 3)), "instance norm", normalize(x[:1], (2, 3))),
    "layer norm": (normalize(table, (1,)), "batch norm, turned", normalize(table.T, (0,)).T),
    "group norm, G = 2": (group_norm(x, 2, one, zero), "batch norm", normalize(x, (0, 2, 3))),
}
for name, (a, other, b) in pairs.items():
    print(f"{name:<18} = {other:<19} {'yes' if np.allclose(a, b) else 'no'}")

# %% [markdown] id="equivalences-read"
# So group norm leads from layer norm ($G=1$, all channels in one group) to instance norm ($G=C$, a
# group for each) **[theorem]**. Batch norm is not on that road, at any $G$, because no choice of
# groups makes an image look at its neighbours.
#
# PyTorch agrees with your three, γ and β included.

# %% id="images-torch" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
F = torch.nn.functional
gamma, beta = np.random.default_rng(4).uniform(0.5, 2, (2, 6))
t, w, b = on_device(x), on_device(gamma), on_device(beta)
for name, mine, theirs in [
    ("instance norm", instance_norm(x, gamma, beta), F.instance_norm(t, weight=w, bias=b)),
    ("group norm, G = 2", group_norm(x, 2, gamma, beta), F.group_norm(t, 2, w, b)),
    ("group norm, G = 6", group_norm(x, 6, gamma, beta), F.instance_norm(t, weight=w, bias=b)),
]:
    print(f"{name:<18} agrees to 1e-4:", np.allclose(mine, theirs.cpu().numpy(), atol=1e-4))

# %% [markdown] id="mend"
# ## Exercise · mend_group_norm
#
# {{exercise mend_group_norm}}
#
# **Mend this.** Here is another group norm, written without `normalize`. Its author compared it
# with a group norm that is right, on a layer of 16 channels in 4 groups.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given, source = received("mend_group_norm"), np.random.default_rng(9)  # the next cell's answer
pictures = source.normal(np.arange(16.0).reshape(16, 1, 1), 2, (5, 16, 6, 6))
gamma, beta = source.uniform(0.5, 2, (2, 16))
same = np.allclose(given(pictures, gamma, beta, groups=4), group_norm(pictures, 4, gamma, beta))
print("16 channels in 4 groups: agrees with a right one:", same)
alone, among = (given(x, gamma, beta, groups=4)[-1] for x in (pictures[-1:], pictures))
print("an image comes out alone as it does in its batch:", np.allclose(alone, among))

# %% [markdown] id="mend-ask"
# To agree with a right answer on one input is no proof, even where each number has its own value.
# Mend the function.

# %% id="mend_group_norm"
# {{answer}}

# %% id="check-mend_group_norm"
check(mend_group_norm)

# %% [markdown] id="map"
# ## Find the axes from outside
#
# Suppose you are handed a norm and not its code. Move *one* value of the input, and every output
# that moves shares a mean with it. Do that for value after value, and you have a map.
#
# Below, each letter is one mean. Rows are 3 images, columns are 4 channels, and each of the blocks
# has 2 × 2 pixels.

# %% id="map-code" tags=["demo"] jupyter={"source_hidden": true}
# The maps below are measured and drawn here.
from coursekit.experiments.shared_statistics import owners

small = np.random.default_rng(5).standard_normal((3, 4, 2, 2))
hues = [COLOURS[c] for c in ("sky", "orange", "green", "purple", "red", "blue")]


def in_groups(G):
    return lambda x: group_norm(x, G, np.ones(4), np.zeros(4))


def over(*axes):
    return lambda x: normalize(x, axes)


def draw_map(axes, ids, title):
    for (n, c, h, w), owner in np.ndenumerate(ids):
        column, row = 2 * c + w, 2 * n + h
        tile = axes.fill_between([column, column + 1], row, row + 1, alpha=0.45)
        tile.set(facecolor=hues[owner % len(hues)], edgecolor="none")
        axes.text(column + 0.5, row + 0.55, chr(65 + owner), ha="center", va="center", fontsize=8)
    axes.vlines([2, 4, 6], 0, 6, color="black", linewidth=1.5)
    axes.hlines([2, 4], 0, 8, color="black", linewidth=1.5)
    axes.set(xlim=(0, 8), ylim=(6, 0), xlabel="channel", ylabel="image", title=title)
    axes.set_xticks([1, 3, 5, 7], ["0", "1", "2", "3"])
    axes.set_yticks([1, 3, 5], ["0", "1", "2"])


# %% id="map-drawn" tags=["demo"]
known = {"batch norm": over(0, 2, 3), "layer norm": over(1, 2, 3)}
known |= {"instance norm": over(2, 3), "group norm, 2 groups": in_groups(2)}
fig, panels = figure(2, 2, size=(7, 5))
for axes, (name, norm) in zip(panels.flat, known.items(), strict=True):
    draw_map(axes, owners(norm, small), name)
show(
    fig,
    alt="Four maps of 3 images by 4 channels; equal letters share a mean. Batch norm: one letter "
    "for each column. Layer norm: one for each row. Instance norm: one for each block. Group norm "
    "with 2 groups: one for each pair of neighbouring blocks in a row.",
)

# %% [markdown] id="map-read"
# Batch norm's letters run down, the others' across, and only the first map has a letter in more
# than one row.
#
# ### Explore: name that norm
#
# Here are six norms without their names. Say which axes each of them averages over, then switch the
# answer on. One of them is a mistake, and one is a known norm under another name.

# %% id="guessing-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The game below is made here.
puzzles = [
    ("instance norm: axes 2, 3", over(2, 3)),
    ("group norm with 2 groups: 2 channels and axes 2, 3", in_groups(2)),
    ("batch norm: axes 0, 2, 3", over(0, 2, 3)),
    ("layer norm per pixel, as in ConvNeXt: axis 1 only", over(1)),
    ("group norm with 1 group, also called layer norm: axes 1, 2, 3", in_groups(1)),
    ("batch norm that forgot the pixels: axis 0 only", over(0)),
]
maps = [owners(norm, small) for _, norm in puzzles]


def guess(axes, puzzle, answer):
    ids = maps[puzzle - 1]
    draw_map(axes, ids, f"Puzzle {puzzle}: which norm is this?")
    count = ids.max() + 1
    said = f"{count} means of {ids.size // count} values each."
    return f"{said} It is {puzzles[puzzle - 1][0]}." if answer == "shown" else said


# %% id="guessing" tags=["demo"]
explorable(
    guess,
    alt="A map of 3 images by 4 channels of 2 by 2 pixels; equal letters share a mean.",
    size=(6, 3.2),
    puzzle=(1, 6, 1, 1),
    answer=["hidden", "shown"],
)

# %% [markdown] id="guessing-found"
# <details><summary>What you should find</summary>
#
# In order: instance norm; group norm with 2 groups; batch norm; layer norm per pixel; layer norm on
# images, under its other name of group norm with 1 group; and the mistake, a batch norm that forgot
# the pixels and so has a mean for each pixel of each channel. Only in the third and the last does a
# letter cross from one image to another.
#
# </details>

# %% [markdown] id="backward"
# ## Backward: where γ stands
#
# One function forward, one formula backward: for any set $S$ that shares its statistics, with $g_i
# = \gamma_i\,\partial L/\partial y_i$,
#
# $$\frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{\sigma_S^2+\varepsilon}}
# \Big(g_i - \underbrace{\tfrac1M\textstyle\sum_{j\in S} g_j}_{\text{through the mean}}
# - \hat x_i\,\underbrace{\tfrac1M\textstyle\sum_{j\in S} g_j \hat x_j}_{\text{through the
# variance}}\Big).$$
#
# It is what lesson 05 derives for batch norm **[theorem]**. $S$ may be anything, because the
# derivation only uses that its values share a mean and a variance.
#
# There is a trap in the two letters $\gamma_i$. In batch norm every value of $S$ has the *same* γ,
# since $S$ is one channel, so γ can be taken out of the bracket, and often is. In layer norm $S$
# runs over the features, and each has its own γ, so γ has to meet the gradient *before* the
# averages are taken.
#
# The gradients of γ and β collect from every value that used them, so sum over every axis but the
# features.

# %% [markdown] id="exercise-layer_norm_backward"
# ## Exercise · layer_norm_backward
#
# {{exercise layer_norm_backward}}
#
# The forward pass hands you `x_hat` and `inv_std`, which is $1/\sqrt{\sigma^2+\varepsilon}$ with
# its last axis kept. `dy` is the gradient that arrives.

# %% id="layer_norm_backward"
# {{answer}}

# %% id="check-layer_norm_backward"
check(layer_norm_backward)

# %% [markdown] id="difference"
# Do not take a derivation's word for it. Nudge each value of `x` up and down by $h$ and look at
# what the output does.

# %% id="difference-code" tags=["demo"]
layer_norm_backward = use(layer_norm_backward)
rng = np.random.default_rng(6)
x, dy, (gamma, beta) = rng.normal(size=(3, 5)), rng.normal(size=(3, 5)), rng.uniform(0.5, 2, (2, 5))
h, measured = 1e-5, np.empty_like(x)
for place in np.ndindex(x.shape):
    up, down = x.copy(), x.copy()
    up[place], down[place] = x[place] + h, x[place] - h
    change = layer_norm(up, gamma, beta) - layer_norm(down, gamma, beta)
    measured[place] = (dy * change).sum() / (2 * h)

# %% [markdown] id="compare-text"
# Compare that with your `dx`, and with the tempting version, γ at the end.

# %% id="compare" tags=["demo"]
# NBVAL_CHECK_OUTPUT
inv_std = 1 / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
x_hat = (x - x.mean(-1, keepdims=True)) * inv_std
right = layer_norm_backward(dy, x_hat, gamma, inv_std)[0]
tempting = gamma * layer_norm_backward(dy, x_hat, np.ones(5), inv_std)[0]
print("γ with dy:      off by less than 1e-7:", np.abs(right - measured).max() < 1e-7)
print(f"γ at the end:   off by {np.abs(tempting - measured).max():.3f}")
print(f"rows of dx, γ with dy, sum to 0:     {np.abs(right.sum(-1)).max() < 1e-12}")
print(f"rows of dx, γ at the end, sum to 0:  {np.abs(tempting.sum(-1)).max() < 1e-12}")

# %% [markdown] id="difference-read"
# The row sums are a test that costs nothing. Adding a constant to a sample changes no output, so
# the gradient of a sample has no part in that direction, which means that its row sums to 0
# **[theorem]**. With γ = 1, as every layer starts, both versions agree, so a test at initialization
# does not see the bug.

# %% [markdown] id="adain-intro"
# ## Instance norm, the other way round
#
# {{optional}}
#
# Instance norm takes an image's channel means and deviations away. Huang and Belongie read that as
# *style normalization*, and asked what happens if you then put in those of **another** image
# **[paper]**. They called it [AdaIN](../docs/glossary.md#adain):
#
# $$\text{AdaIN}(x, s) = \sigma(s)\,\frac{x-\mu(x)}{\sigma(x)} + \mu(s),
# \qquad \sigma(\cdot)=\sqrt{\text{var}+\varepsilon}.$$
#
# It is instance norm whose γ and β are not learned but measured, on the style image $s$.

# %% [markdown] id="exercise-adain"
# ## Exercise · adain
#
# {{optional}}
#
# {{exercise adain}}
#
# The style may have another height and width than the content, but its statistics have not.

# %% id="adain"
# {{answer}}

# %% id="check-adain"
check(adain)

# %% [markdown] id="photographs"
# Try it on two real photographs, a temple and a flower. Here the channels are red, green and blue.

# %% id="photographs-code" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
adain = use(adain)
photos = data.photographs()
china, flower = (p[::3, ::3].transpose(2, 0, 1)[None] / 255 for p in photos)  # (1, 3, 143, 214)
swapped = adain(china, flower)
for name, image in {"temple": china, "flower": flower, "temple with AdaIN": swapped}.items():
    mean, deviation = image.mean((2, 3))[0].round(3), image.std((2, 3))[0].round(3)
    print(f"{name:<18} means {mean}   deviations {deviation}")
print(f"{((swapped < 0) | (swapped > 1)).mean():.0%} of its values cannot be shown on a screen")

# %% id="photographs-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
fig, panels = figure(1, 3, size=(7.5, 2))
shown = {"content: temple": china, "style: flower": flower, "AdaIN": swapped}
for axes, (name, image) in zip(panels, shown.items(), strict=True):
    axes.imshow(image[0].clip(0, 1).transpose(1, 2, 0))
    axes.set(title=name, xticks=[], yticks=[])
show(
    fig,
    alt="Three photographs: a temple under a pale sky, an orange flower on dark green, and the "
    "temple again, much darker, under a dusky orange sky.",
)

# %% [markdown] id="photographs-read"
# The temple stands where it stood, in the flower's colours **[measured here]**: each channel has
# the flower's mean and, up to ε, its deviation. This is colour transfer, not yet style, because
# brush strokes are not a matter of red, green and blue. In the paper the channels are a deep
# network's features, where a channel's mean says how much of some *texture* there is, and a decoder
# paints the picture back.

# %% [markdown] id="contrast"
# ## Experiment: the dimmed digits
#
# Back to the opening. A small convolutional network learns clean digits, 1297 images of 8 × 8
# pixels for training, 500 others for testing. Then the same 500 come as $a\,x + b$, for eight arms:
#
# - no norm; batch, layer, group and instance norm after each of the two convolutions;
# - instance norm once more, with convolutions that see the repeated edge beyond the image's border,
#   instead of zeros;
# - batch norm, *trained* on images of random contrast and brightness, which is the remedy without a
#   norm;
# - batch norm, with one instance norm, nothing learned, on the image itself.
#
# All arms get the same number of steps, and each has the one of four learning rates that served its
# clean accuracy best on other seeds. The last arm is the line of the opening, and it cannot see
# dimming. What of an inverted image, black for white?
#
# {{predict predict_negative}}

# %% id="predict_negative"
# {{answer}}

# %% id="check-predict_negative"
check("predict_negative", predict_negative)

# %% [markdown] id="contrast-run"
# Every arm has five seeds, which takes about ten seconds, and ± is a 95 %
# [interval](../docs/glossary.md#interval). In *each image its own*, every test image has a random
# contrast and brightness of its own.

# %% id="experiment" tags=["demo"] needs="torch scipy"
from coursekit import quick
from coursekit.experiments import contrast_shift, interval

found = contrast_shift.measure(range(1 if quick() else 5), steps=10 if quick() else 150)
shifts = list(contrast_shift.SHIFTS)
said = ("as trained", "contrast x 1/4", "each image its own", "inverted")
columns = [shifts.index(s) for s in said]
print(f"{'% of 500 read':<31}" + "".join(f"{s:>19}" for s in said))
for arm, rows in found.items():
    mean, half = interval(100 * rows)
    print(f"{arm:<31}" + "".join(f"{mean[c]:>11.1f} ± {half[c]:>5.1f}" for c in columns))

# %% id="experiment-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
table = np.array([100 * rows.mean(0) for rows in found.values()])
fig, axes = figure(size=(7.5, 3.9))
axes.imshow(table, cmap="cividis", vmin=0, vmax=100, aspect="auto")
for (row, column), value in np.ndenumerate(table):
    color = "black" if value > 60 else "white"
    axes.text(column, row, f"{value:.0f}", ha="center", va="center", color=color)
axes.set_yticks(range(len(found)), list(found))
words = [s.replace(" x", "\nx").replace(" +", "\n+").replace(" i", "\ni") for s in shifts]
axes.set_xticks(range(len(shifts)), words)
axes.tick_params(length=0)
axes.set_title("Test images read (%): two rows do not see contrast")
show(
    fig,
    alt="A table of accuracies, arms by shifts. All arms read almost all clean digits. At other "
    "contrasts no norm, batch and layer norm fall lowest, group and instance norm less; instance "
    "norm with repeated edges and instance norm in front stay level. All fail on inverted images.",
)

# %% id="experiment-paired" tags=["demo"] needs="scipy"
plain, first = found["batch norm"], found["batch norm, instance norm first"]
zeros, edges = found["instance norm"], found["instance norm, edges repeated"]
taught = found["batch norm, varied contrast"]
own, clean = shifts.index("each image its own"), 0
print("paired by seed, in points:")
for words, values in {
    "instance norm first − plain batch norm, each image its own": (first - plain)[:, own],
    "instance norm first − plain batch norm, clean": (first - plain)[:, clean],
    "instance norm first − varied training, each image its own": (first - taught)[:, own],
    "instance norm, repeated edges − zeros, each image its own": (edges - zeros)[:, own],
    "instance norm, repeated edges − batch norm, clean": (edges - plain)[:, clean],
    "layer norm − batch norm, clean": (found["layer norm"] - plain)[:, clean],
}.items():
    mean, half = interval(100 * values)
    print(f"{words:<60} {mean.round(1) + 0.0:+6.1f} ± {half:.1f}")

# %% [markdown] id="experiment-read"
# **Result [measured here].** Read the heat map by columns.
#
# *As trained,* the norms lie close together. Another learning rate or five other seeds may change
# their order, so on clean data this experiment recommends none of them.
#
# *At other contrasts,* batch norm does no better than no norm, because in evaluation it subtracts
# and divides by *stored* numbers, and those belong to bright images. (The intervals are wide,
# because *how* a network fails depends on its seed, but that it fails does not.)
# `normalize(x, (2, 3))` in front, the line of the opening, makes the whole network blind to $a$ and
# $b$, at no visible cost here. With this line the network reads more than the one that was trained
# on varied contrast, both at other contrasts and on clean images. The other one has to learn what
# the formula knows, and had only the same number of steps for it. With many more steps the gap may
# close.
#
# *Instance norm after every convolution* was meant to be just as blind, and is not. Why? A
# convolution surrounds the image with zeros, its [padding](../docs/glossary.md#padding), and
# $a\,x+b$ changes the image but not the zeros. So a frame appears that was not there in training.
# Repeat the edge pixels instead, and the row is level. An invariance holds only as far as *every*
# step before the norm respects it.
#
# *Inverted* images defeat all of them, and no arm does much better than the 10 % of guessing. Here
# $a=-1$, but a standard deviation is always positive, so dividing by it leaves the sign as it is.

# %% [markdown] id="claims"
# ## What the article says
#
# This course grew out of an introductory article on batch normalization. Here is what it says about
# the alternatives, each with a verdict.
#
# <details><summary>Twelve statements, twelve verdicts</summary>
#
# 1. *Layer norm normalizes over all neurons of a layer, within a sample.* **Needs a condition**: a
#    transformer, for text or for images, does so for each token, ConvNeXt for each pixel, and Wu
#    and He's comparison over channels and pixels together. **[paper]**
# 2. *Layer norm is independent of the batch, and fine with small ones.* **Holds** exactly, since no
#    other sample enters its statistics. **[theorem]**
# 3. *It is effective in recurrent networks and language.* **Holds**, says its paper, and [lesson
#    14](14_sequences_and_transformers.ipynb) measures it. On images it lost to batch norm in Wu and
#    He's comparison, where it was taken over channels and pixels (ImageNet error 25.3 % against
#    23.6 % for batch norm). Taken over channels only, it is used by vision transformers, and by
#    ConvNeXt in batch norm's place. **[paper]**
# 4. *GPT and BERT use it because they process one sample at a time.* **Wrong**, because they use
#    batches, and between a batch and its sentences one by one the difference is 0.0. **[measured
#    here]**
# 5. *Instance norm treats each channel of each sample by itself.* **Holds**, as the table says.
#    **[paper]**
# 6. *It came to style transfer because batch statistics give inconsistent outputs.* **In part**,
#    since the stated motive was to discard the contrast of the content image. **[paper]**
# 7. *It preserves style-specific features while it normalizes content.* **Wrong way round**,
#    because it removes what AdaIN puts back, and that carries the style. **[theorem] [paper]**
# 8. *It is useful where spatial consistency is critical.* **Unsupported**, because it removes one
#    mean and one deviation per channel, and nothing in it is spatial. **[folklore]**
# 9. *Group norm splits the channels into groups.* **Holds**, in groups of neighbours. **[paper]**
# 10. *It balances between instance norm and batch norm.* **Wrong**, since it lies between *layer*
#     norm ($G=1$) and instance norm ($G=C$). **[theorem]** In the paper the middle beat both ends:
#     24.1 % error with 32 groups, 25.3 % and 28.4 % at the ends. **[paper]**
# 11. *It works with small batches.* **Holds**: with 2 images per GPU, 24.1 % error against batch
#     norm's 34.7 %. **[paper]**
# 12. *It serves detection and medical imaging.* **Half**, since detection is in the paper, but
#     medicine is not. **[folklore]**
#
# </details>

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"They are different inventions."* They are one formula, in which only the axes differ.
# - *"γ and β have the shape of the statistics."* In batch norm they do, by chance. In layer, group
#   and instance norm statistics belong to samples, γ and β never do.
# - *"Layer norm is batch norm for batches of one."* Of one image, batch norm is instance norm.
# - *"Group norm lies between instance norm and batch norm."* It lies between instance and layer
#   norm.
# - *"A norm makes the network robust to contrast."* Only one that uses the image at hand does, and
#   only if nothing before it (such as zero padding) has already seen the contrast.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_axes}}

# %% id="quiz_axes"
# {{answer}}

# %% id="check-quiz_axes"
check("quiz_axes", quiz_axes)

# %% [markdown] id="quiz-2"
# {{quiz quiz_batch_size}}

# %% id="quiz_batch_size"
# {{answer}}

# %% id="check-quiz_batch_size"
check("quiz_batch_size", quiz_batch_size)

# %% [markdown] id="quiz-3"
# {{quiz quiz_style}}

# %% id="quiz_style"
# {{answer}}

# %% id="check-quiz_style"
check("quiz_style", quiz_style)

# %% [markdown] id="quiz-4"
# {{quiz quiz_pixel}}

# %% id="quiz_pixel"
# {{answer}}

# %% id="check-quiz_pixel"
check("quiz_pixel", quiz_pixel)

# %% [markdown] id="quiz-5"
# {{quiz quiz_gamma}}

# %% id="quiz_gamma"
# {{answer}}

# %% id="check-quiz_gamma"
check("quiz_gamma", quiz_gamma)

# %% [markdown] id="recap"
# ## Recap
#
# - `normalize(x, axes)` is batch, layer and instance norm, and group norm is the same in another
#   view.
# - Without N among the axes there are no running statistics, and training equals evaluation.
# - γ and β belong to features or channels, never to samples or groups.
# - Backward is one formula, and in it γ meets the gradient before the averages, unless all the
#   values averaged have the same γ.
# - Group norm leads from layer norm to instance norm, but batch norm is not on that road.
# - A norm that uses the image at hand forgets its contrast, and with it all that contrast meant.
#
# ## Stretch goal: what a norm does not see in the weights
#
# Let $z = xW$ be a linear layer, $x$ of shape (32, 10) and $W$ of shape (10, 6), followed by batch
# norm or by layer norm over the 6 outputs. Which changes of $W$ leave the output as it was: the
# whole of $W$ times 3; one *column* (one neuron) times 3; the same vector added to all columns?
# Predict six answers, then compute them with `normalize` and a small `eps`.
#
# <details><summary>What you should find</summary>
#
# | | all of $W$ × 3 | one neuron × 3 | same vector added to all neurons |
# |:--|:--|:--|:--|
# | batch norm | unchanged | unchanged | changes |
# | layer norm | unchanged | changes | unchanged |
#
# Batch norm treats each neuron by itself, so each has a free scale. Layer norm compares the neurons
# with each other, so only what all have in common drops out. Lesson 06 draws the consequences.
#
# </details>
#
# ## References
#
# {{reference ba2016}}
# {{reference ulyanov2016}}
# {{reference wu2018: figure 2 and the ImageNet tables}}
# {{reference huang2017}}
# {{reference dosovitskiy2021: layer norm per patch}}
# {{reference liu2022: layer norm over the channels only}}
# {{reference ioffe2015: section 3, the backward pass}}
# {{reference torch_layer_norm}}
# {{reference torch_instance_norm_2d}}
# {{reference torch_group_norm}}
# {{reference data_digits}}
# {{reference data_china}}
# {{reference data_flower}}
#
# **Next:** [14 Sequences and transformers](14_sequences_and_transformers.ipynb) takes layer norm to
# rows of tokens, and drops the mean.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 2 go to a passing `normalize`, 4 to layer,
# instance and group norm, 1 to `mend_group_norm` and the guessing game, 2 to the backward pass, 1
# to the experiment and the quiz. AdaIN makes good homework, since nothing depends on it.
#
# **Ask the room.** Before the table of axes: "Four norms, one formula. What is left to choose?"
# Before the maps: "I give you a layer without its code, and one call. Which value do you touch?"
# Before the experiment: "Which arms must be level, by proof? Which one looks as if it must, and is
# not?" Afterwards: "Name a task where you would not put an instance norm in front."
#
# **Where it goes wrong.** In `group_norm` many reshape to (N, C/G, G, H, W), which is right for G =
# 1 and G = C, wrong between, and only a test in between sees it. γ of shape (C,) meets the width,
# silently where the image is as wide as it has channels. In the backward pass people copy batch
# norm's compact form with γ in front, which passes every test with γ = 1. `y.sum()` as the loss
# makes every dx zero, right or wrong. Some conclude from the experiment that instance norm is best,
# but it is best at not seeing contrast, and here contrast never mattered.
#
# </details>
