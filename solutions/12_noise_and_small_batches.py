# %% [markdown] id="title"
# # Noise and small batches
#
# **Networks learn from the same batches of 64 digits, for as many steps. In one of them all 64
# images share a mean and a variance, in another only two do, and it misreads far more. Why, and how
# many must share one?**
#
# Everything that batch norm does better or worse than other norms comes from one fact, that an
# output depends on who else sits in the batch. This lesson measures what that costs, and what it
# gives away.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-pairs"
# ## Guess first
#
# {{predict predict_pairs}}

# %% id="predict_pairs"
# {{answer}}

# %% id="check-predict_pairs"
check("predict_pairs", predict_pairs)

# %% [markdown] id="three-numbers"
# ## Three numbers called batch size
#
# When somebody says that batch norm fails with small [batches](../docs/glossary.md#batch), one word
# stands for three numbers, which are often the same and need not be:
#
# | | how many images | who cares |
# |:--|:--|:--|
# | one step | the gradient is an average over them | the optimizer |
# | one statistic | a mean and a variance are shared by them | batch norm |
# | one device | fit into its memory at once | your budget |
#
# If you make a batch smaller, the first two shrink together, so the gradient becomes noisier and
# there are more steps in an epoch. Whatever happens then, you cannot tell which of the two did it.
#
# [Ghost batch norm](../docs/glossary.md#ghost-batch-norm) takes them apart (Hoffer, Hubara and
# Soudry 2017) **[paper]**. The optimizer keeps its large batch, but the batch is cut into groups,
# and each group is normalized by its own mean and variance, as if it were alone.

# %% [markdown] id="exercise-ghost_batch_norm"
# ## Exercise · ghost_batch_norm
#
# {{exercise ghost_batch_norm}}
#
# A batch need not be a multiple of the group, and the statement says what becomes of the rows that
# are left at the end.

# %% id="ghost_batch_norm"
# {{answer}}

# %% id="check-ghost_batch_norm"
check(ghost_batch_norm)

# %% [markdown] id="pairs"
# What is left of a feature if two images share its statistics? Try it with gaps of very different
# sizes between the two of a pair.

# %% id="pairs-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
ghost_batch_norm = use(ghost_batch_norm)
one, zero = np.ones(1), np.zeros(1)
six = np.array([[1.0], [2.0], [5.0], [-40.0], [7.0], [9000.0]])
for group in [2, 3, 6]:
    y = ghost_batch_norm(six, one, zero, group)
    print(f"groups of {group}:", " ".join(f"{v:>6.2f}" for v in y[:, 0]))

# %% [markdown] id="pairs-read"
# In groups of two each value becomes −1 or 1, whatever the gap was **[theorem]**. The mean lies
# half-way between the two values, so both are half a gap from it, and half a gap is also what they
# are divided by. The next layer learns which image of the two has more of a feature, and nothing
# else. In evaluation it then meets real sizes, which it has never seen.
#
# In larger groups the sizes come through, with an error, because the statistics of few images miss
# those of all. [Lesson 04](04_batchnorm_forward.ipynb) measured how fast that noise falls, and in
# the [ledger](../docs/claims.md) it is {{claim 43.1 : mean .2f}} standard deviations in batches of
# 4 and {{claim 43.2 : mean .2f}} in batches of 64 **[measured here]**. Your function shows the same
# for groups, on features of real digits.

# %% id="noise" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit import data

images, labels = data.digits()
pixels = images.reshape(-1, 64)
pixels = (pixels - pixels.mean()) / pixels.std()
rng = np.random.default_rng(12)
hidden = pixels @ rng.standard_normal((64, 64)) / 8  # features of a random layer
mean, std = hidden.mean(0), hidden.std(0)
rows = rng.permutation(len(hidden))[:1024]
truth, one, zero = (hidden[rows] - mean) / std, np.ones(64), np.zeros(64)
for group in [2, 4, 16, 64, 256]:
    y = ghost_batch_norm(hidden[rows], one, zero, group)
    print(f"groups of {group:>3}: off by {np.sqrt(((y - truth) ** 2).mean()):.2f}")

# %% [markdown] id="experiment-intro"
# ## Experiment: how small may a group be?
#
# Networks with two hidden layers of 64 units learn digits for 150 steps of 64 images. All of them
# see the same batches, and only the number of images that share a statistic differs. Two rivals
# have no groups, [layer norm](../docs/glossary.md#layer-norm) and a network without any norm.
#
# The comparison is fair only if each arm has a learning rate that suits it. So each is tried at
# four rates on two seeds of which nothing is reported, and keeps the one at which its training loss
# is lowest. What is reported comes from ten other seeds, and ± is a 95 %
# [interval](../docs/glossary.md#interval).

# %% id="experiment" tags=["demo"] needs="torch scipy"
from coursekit import quick
from coursekit.experiments import group_rates, interval

small = {"rates": (0.03, 0.1), "steps": 4} if quick() else {}
names = {"none": "no norm", "layer": "layer norm", "batch": "batch norm"}
seeds = range(2 if quick() else 10)
found = group_rates.measure(seeds, **small)
print(f"{'% of 500':<16}{'errors':>16}{'learning rate':>18}")
for name, error in found.error.items():
    arm = f"groups of {name}" if name.isdigit() else names[name]
    mean, half = interval(error)
    print(f"{arm:<16}{f'{mean:.1f} ± {half:.1f}':>16}{found.rate[name]:>18}")
for a, b in [("2", "64"), ("4", "64"), ("16", "64"), ("64", "layer")]:
    mean, half = interval(found.error[a] - found.error[b])
    print(f"{a} less {b}, seed by seed: {mean:.1f} ± {half:.1f}")

# %% id="experiment-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="torch scipy"
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

fig, axes = figure(size=(7, 3.2))
groups = [g for g in found.error if g.isdigit()]
means, halves = zip(*(interval(found.error[g]) for g in groups), strict=True)
places = np.arange(len(groups))
style = {"marker": "o", "color": COLOURS["blue"], "capsize": 3, "label": "batch norm in groups"}
axes.errorbar(places, means, halves, **style)
for name, colour, dashes in (("layer norm", "green", "--"), ("no norm", "grey", ":")):
    level = found.error[name.split()[0] if name == "layer norm" else "none"].mean()
    axes.axhline(level, linestyle=dashes, color=COLOURS[colour], label=name)
axes.set_xticks(places, groups)
axes.set(yscale="log", xlabel="images that share a statistic", ylabel="errors (%)")
axes.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
axes.minorticks_off()
axes.set_title("Each arm at its own learning rate")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show(
    fig,
    alt="Test errors against the size of the group, on a logarithmic axis. Groups of two lie far "
    "above all others. From groups of four the curve falls slowly, through the levels of layer "
    "norm and of no norm, which lie close together.",
)

# %% [markdown] id="experiment-read"
# **What came out [measured here].** With pairs the network misreads {{result experiment | groups of
# 2 | errors : mean .0f}} % of the images, and with groups of 4 no more than {{result experiment |
# groups of 4 | errors : mean .1f}} %. So the cliff lies between the two, where sizes become signs.
# Seed by seed, groups of 4 make {{result experiment | 4 less 64, seed by seed}} points more errors
# than groups of 64, and groups of 16 make {{result experiment | 16 less 64, seed by seed}} more,
# which is no difference that ten seeds can show.
#
# The right column matters as well, because the pairs had to learn more slowly to get this far.
# Theirs is the lowest of the four rates, so a lower one still might suit them better. At the rate
# of the other groups they make {{claim 42 : mean .0f}} points more errors than groups of 64 do, as
# the ledger has it, so a comparison at one common rate would have overstated
# the damage.
#
# Your images may need larger groups, since on ImageNet the error of a ResNet-50 grows from 23.6 to
# 34.7 % when 2 images share a statistic instead of 32, whereas group norm stays at 24.1 % (Wu and
# He 2018, table 2) **[paper]**. There the batch of a step changes as well.

# %% [markdown] id="noise-good"
# ## Does the noise do any good?
#
# {{optional}}
#
# A noise that shrinks with the batch sounds like a [regularizer](../docs/glossary.md#regularizer),
# and it is often sold as one. If so, smaller groups must fit the training data less well, and may
# read new images better. The best chance to see this is a network that can learn its training
# images by heart, 256 of them, a fifth under a wrong label. All groups run at one rate here, which
# was not tuned.

# %% id="regularizer" tags=["demo"] needs="torch scipy"
from coursekit.experiments import noise_regularizer

fitted = noise_regularizer.measure(seeds, steps=4 if quick() else noise_regularizer.STEPS)
print(f"{'':<14}{'training loss':>18}{'trained on, read':>20}{'new, read':>16}")
for group, (loss, known, new) in fitted.items():
    shown = [interval(loss), interval(100 * known), interval(100 * new)]
    cells = [f"{m:.{d}f} ± {h:.{d}f}" for (m, h), d in zip(shown, (3, 1, 1), strict=True)]
    print(f"groups of {group:<4}{cells[0]:>18}{cells[1]:>20}{cells[2]:>16}")

# %% [markdown] id="regularizer-read"
# **What came out [measured here].** In groups of 64 the network knows {{result regularizer | groups
# of 64 | trained on, read : mean .0f}} % of its labels, the wrong ones included. In groups of 4 it
# knows {{result regularizer | groups of 4 | trained on, read : mean .0f}} %, and it reads {{result
# regularizer | groups of 4 | new, read : mean .0f}} % of the new images instead of {{result
# regularizer | groups of 64 | new, read : mean .0f}} %.
#
# So the noise does keep the network from learning every label by heart. There are two [null
# results](../docs/glossary.md#null-result) beside it. Groups of 16 win nothing here over those of
# 64 images. The other one is not on this page but in the [ledger](../docs/claims.md), where
# networks learned from all images with their right labels. There the two are {{claim 11.3 : abs
# mean .1f}} points apart. So whoever shrinks batches to regularize pays with the first experiment's
# risk for a gain that may not come.

# %% [markdown] id="exercise-mend_epoch"
# ## Exercise · mend_epoch
#
# {{exercise mend_epoch}}
#
# **Mend this.** A colleague wrote one epoch of batch norm's bookkeeping and hands it to you with
# the spot check on which it was accepted.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given, source = received("mend_epoch"), np.random.default_rng(3)  # what stands in the next cell
sample = source.normal([2, -1, 5], [1, 3, 0.5], (640, 3))
running = np.zeros(3), np.ones(3)
for _ in range(20):
    running = given(sample, source.permutation(640).tolist(), 64, running)
near = [np.allclose(running[0], [2, -1, 5], atol=0.3), np.allclose(running[1], [1, 9, 0.25], 0.2)]
print("stored mean and variance are those of the data:", near)
once = given(sample, list(range(64)), 64, (np.zeros(3), np.ones(3)), momentum=1.0)
print("one batch at momentum 1 is stored as it is:", np.allclose(once[0], sample[:64].mean(0)))

# %% [markdown] id="mend-ask"
# It passes although it is wrong, so find an input on which it must fail before you change a line.
# The check says nothing while the text is the one that you received.

# %% id="mend_epoch"
# {{answer}}

# %% id="check-mend_epoch"
check(mend_epoch)

# %% [markdown] id="last-text"
# ## The smallest batch of all
#
# Small groups also come about by accident. An epoch of 1282 images in batches of 64 ends with one
# of 2, unless it is left out as in your mended epoch, and in PyTorch's `DataLoader` the default is
# `drop_last=False`. A last batch of one is refused by PyTorch's `BatchNorm1d` with an error,
# whereas Keras takes it without a word and moves what it stores towards a variance of 0.
#
# {{predict predict_last}}

# %% id="predict_last"
# {{answer}}

# %% id="check-predict_last"
check("predict_last", predict_last)

# %% id="last" tags=["demo"] needs="torch scipy"
from coursekit.experiments import last_batch

epochs = 1 if quick() else last_batch.EPOCHS
ends = last_batch.measure(seeds, epochs=epochs)
print(f"{'% read after epoch':<24}" + "".join(f"{e:>16}" for e in range(1, epochs + 1)))
for arm, scores in ends.items():
    for kind, label in {"stored": "as stored", "anew": "measured anew"}.items():
        cells = (interval(100 * s) for s in scores[kind])
        print(f"{f'{arm}, {label}':<24}" + "".join(f"{f'{m:.1f} ± {h:.1f}':>16}" for m, h in cells))

# %% [markdown] id="last-read"
# **What came out [measured here].** Two images moved what is stored by a tenth, as far as 64 do,
# and their variance says next to nothing. Right after an epoch is when most people evaluate, so
# what is stored is at its worst just then. The intervals are wide, because it depends on which two
# images came last. With statistics measured anew most of the loss is gone, but not all of it. A
# likely reason is that the step that was taken with these two images has moved the weights as well,
# but that was not tested here.

# %% [markdown] id="accumulation"
# ## Is accumulation a larger batch?
#
# If only 8 images fit into memory, there is a well-known way to a batch of 32, [gradient
# accumulation](../docs/glossary.md#gradient-accumulation). You compute the gradients of four parts,
# add them up, and take one step. For a loss that is a mean over images this is exact, because a
# mean of equal parts' means is the mean of all **[theorem]**. That proof supposes that an image's
# loss does not depend on the part that it is in.
#
# {{predict predict_cosine}}

# %% id="predict_cosine"
# {{answer}}

# %% id="check-predict_cosine"
check("predict_cosine", predict_cosine)

# %% [markdown] id="exercise-accumulation_gap"
# ## Exercise · accumulation_gap
#
# {{exercise accumulation_gap}}
#
# A gradient of a *mean* loss knows nothing of how many rows it is from, so you have to.

# %% id="accumulation_gap"
# {{answer}}

# %% id="check-accumulation_gap"
check(accumulation_gap)

# %% [markdown] id="accumulated-text"
# Now take a real network, untrained, with 32 digits in four parts of 8. In float64 rounding is far
# below what matters.

# %% id="accumulated" tags=["demo"] needs="torch scipy"
# NBVAL_CHECK_OUTPUT
from coursekit.experiments import accumulation

gaps = accumulation.measure(range(10))
print(f"{'':<12}{'cosine':>16}{'off, of its length':>22}")
for norm, (cosine, off) in gaps.items():
    cells = [f"{m:.2f} ± {h:.2f}" for m, h in (interval(cosine), interval(off))]
    print(f"{names[norm]:<12}{cells[0]:>16}{cells[1]:>22}")

# %% [markdown] id="accumulated-read"
# **What came out [measured here].** Without a norm and with layer norm the two gradients are the
# same. With batch norm the cosine is {{result accumulated | batch norm | cosine : mean .2f}}, and
# the difference is nearly as long as the gradient itself. Accumulation gives the optimizer its
# large batch and leaves the norm with 8 images. In the first table these were two different numbers
# as well.
#
# Whether it *hurts* is another question, which the first experiment answers. Its groups of 8 took
# steps of 64 images with statistics of 8, and that is what accumulating eight such parts does
# **[theorem]**. They misread {{result experiment | groups of 8 | errors}} %.

# %% [markdown] id="company"
# ## Who sits in the batch
#
# So far the images of a batch were drawn at random, which in practice they often are not. A folder
# is read class by class, a detector cuts a hundred boxes out of one photo, and a robot sees one
# room for an hour. Then the statistics are not only noisy but *off*, and a larger batch does not
# help, because it holds more of the same.
#
# ### Explore: compose a batch
#
# The picture shows one feature of the hidden layer that you used above, of all digits in grey and
# of a batch in blue. The line below it says how far normalized values in such a batch are from
# those that all digits' statistics give.
#
# 1. How large must a batch of all ten classes be until the error is below a quarter of a standard
#    deviation?
# 2. Which is better, 64 images of two classes or 8 images of ten?
# 3. With one class, what does it bring to go from 16 images to 64?

# %% id="compose" tags=["demo"] needs="sklearn"
from coursekit.figures import explorable

usual, spread = hidden.mean(0), hidden.std(0)


def drawn(classes, size, seed):
    """Rows of a batch whose images show so many of the ten digits."""
    source = np.random.default_rng(seed)
    here = np.isin(labels, source.permutation(10)[:classes])
    return source.choice(np.flatnonzero(here), size, replace=False)


def off(rows):
    """Mean square of the error that the batch's own statistics make."""
    x = hidden[rows]
    x_hat = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
    return ((x_hat - (x - usual) / spread) ** 2).mean()


# %% id="composed" tags=["demo"] needs="sklearn" jupyter={"source_hidden": true}
# What the picture shows is drawn here.
def draw(axes, classes, images, another):
    batch = drawn(classes, images, another)
    grey, blue = ({"color": COLOURS[name]} for name in ("grey", "blue"))
    axes.hist(hidden[:, 0], bins=40, density=True, linewidth=0, alpha=0.3, **grey)
    axes.plot(hidden[batch, 0], np.full(images, 0.03), "o", alpha=0.6, **blue)
    for height, (x, look) in enumerate([(hidden[:, 0], grey), (hidden[batch, 0], blue)]):
        place = x.mean(), 0.85 + 0.1 * height
        axes.errorbar(*place, xerr=x.std(), fmt="s", capsize=4, **look)
    axes.set(xlabel="a feature before the norm", yticks=[], ylim=(0, 1.1), xlim=(-2, 2.5))
    here = np.sqrt(off(batch))
    usually = np.sqrt(np.mean([off(drawn(classes, images, s)) for s in range(100)]))
    said = f"{images} images of {classes} of ten classes: values are off by {here:.2f} here"
    return f"{said}, and by {usually:.2f} in a hundred such batches."


# %% id="composed-shown" tags=["demo"] needs="sklearn"
explorable(
    draw,
    alt="A grey histogram of one feature over all digits, dots for the images of a batch, and two "
    "bars with mean and standard deviation, of all and of the batch.",
    classes=(1, 10, 1, 10),
    images=(2, 64, 1, 8),
    another=(0, 20, 1, 0),
)

# %% [markdown] id="composed-found"
# <details><summary>What you should find</summary>
#
# 1. It takes about 24 images, since at 16 the error is still near 0.3, and at 64 near 0.15.
# 2. They are about equally bad, with errors between 0.4 and 0.5. The noise of 8 images costs as
#    much as the bias of two classes in 64.
# 3. Next to nothing, since the error goes from about 0.73 to 0.69. What is wrong with such a batch
#    is whom it holds, and that does not average out.
#
# </details>

# %% [markdown] id="classes-text"
# ### Batches of two classes
#
# Does a network suffer from such batches in training? Each of these takes 300 steps of 64 images.
# One half of them see mixed batches, and the others only ever two classes at a time, another two in
# each batch. Both are read in evaluation, on the same test images.

# %% id="classes" tags=["demo"] needs="torch scipy"
from coursekit.experiments import two_classes

read = two_classes.measure(seeds, steps=4 if quick() else two_classes.STEPS)
print(f"{'% read':<12}{'mixed batches':>18}{'two classes':>18}{'points lost':>18}")
for norm, name in names.items():
    mixed, pairs = read[f"{norm}, mixed"], read[f"{norm}, pairs"]
    cells = (interval(v) for v in (mixed, pairs, mixed - pairs))
    print(f"{name:<12}" + "".join(f"{f'{m:.1f} ± {h:.1f}':>18}" for m, h in cells))

# %% [markdown] id="classes-read"
# **What came out [measured here].** Batch norm loses {{result classes | batch norm | points lost :
# mean .1f}} points and layer norm {{result classes | layer norm | points lost}}, at the same rate
# for both kinds of batches. Wu and Johnson (2021, section 5) saw the same with batches of one
# domain each: the network learns to rely on the company that it is normalized with, and in
# evaluation, with one set of statistics for all, that company is gone **[paper]**.

# %% [markdown] id="exercise-leaks"
# ## Exercise · leaks
#
# {{exercise leaks}}
#
# A statistic that is shared is a channel through which one sample can tell another something. Find
# out for any layer, from outside, who hears whom.

# %% id="leaks"
# {{answer}}

# %% id="check-leaks"
check(leaks)

# %% id="who-hears" tags=["demo"]
# NBVAL_CHECK_OUTPUT
leaks = use(leaks)
source = np.random.default_rng(5)
x, others = source.normal(0, 1, (6, 4)), source.normal(3, 1, (6, 4))


def ghosts(x, group):
    return ghost_batch_norm(x, np.ones(x.shape[1]), np.zeros(x.shape[1]), group)


tables = {
    "groups of 6": leaks(lambda x: ghosts(x, 6), x, others),
    "groups of 3": leaks(lambda x: ghosts(x, 3), x, others),
    "layer norm": leaks(lambda x: ghosts(x.T, 6).T, x, others),
}
print("   ".join(f"{name:<13}" for name in tables))
for rows in zip(*tables.values(), strict=True):
    print("   ".join(f"{' '.join('#' if seen else '.' for seen in row):<13}" for row in rows))

# %% [markdown] id="leak-text"
# Each row is an output, and each `#` in it a sample that it depends on.
#
# ## Experiment: what the mates give away
#
# How much can be heard through a mean and a variance? Here is a task that cannot be done by looking
# at the image. Images come in groups of eight, of which the first is any digit and the other seven
# are all of one class, and *their* class is the answer for the first one. Only the first counts in
# the loss, and a network never compares images, unless its norm does.
#
# {{predict predict_leak}}

# %% id="predict_leak"
# {{answer}}

# %% id="check-predict_leak"
check("predict_leak", predict_leak)

# %% id="leaked" tags=["demo"] needs="torch scipy"
from coursekit.experiments import leakage

heard = leakage.measure(seeds, steps=4 if quick() else leakage.STEPS)
print(f"{'% right':<12}{'in training':>16}{'in evaluation':>18}")
for norm, scores in heard.items():
    cells = [f"{m:.1f} ± {h:.1f}" for m, h in map(interval, 100 * scores)]
    print(f"{names[norm]:<12}{cells[0]:>16}{cells[1]:>18}")

# %% [markdown] id="leaked-read"
# **What came out [measured here].** With batch norm in groups of eight {{result leaked | batch norm
# | in training : mean .0f}} % are right, on images that the network never saw. In evaluation
# nothing passes from image to image, so it guesses, as layer norm does all along. A training curve
# that falls and an evaluation that guesses look like overfitting, although not one image was
# learned by heart.
#
# The task is artificial, but its cousins are not:
#
# - In *contrastive learning* a network is to say which of many images is another view of the same
#   one. If the two views share a statistic and the others do not, it can tell by that. MoCo
#   shuffles the images between devices before the norm for this reason (He et al. 2020, section
#   3.3) **[paper]**.
# - In a *GAN* one network, the discriminator, is to tell real images from generated ones. If all
#   images of a batch are of one kind, the norm subtracts what they have in common, although this is
#   what should be judged. If the batch mixes both kinds, its mean says how many there are of each
#   **[theorem]**.
# - In a *detector* the boxes cut from one image share a batch, so the norm of its head sees mostly
#   one photo in training and whatever comes in evaluation (Wu and Johnson 2021, section 6)
#   **[paper]**.
#
# The cure is the same in all three, statistics that span other images, or none at all.

# %% [markdown] id="dropout"
# ## Two noises do not add up
#
# Dropout is another noise that stops in evaluation. A network with both has a problem that neither
# has alone, which can be worked out with a pencil.
#
# In training, [dropout](../docs/glossary.md#dropout) keeps a value $z$ with probability $q=1-p$ and
# divides it by $q$, and otherwise puts 0 in its place. That was made to keep the mean, and it does
# not keep the variance. Let $z$ have mean $c$ and variance $v$. The square is $z^2/q^2$ in a share
# $q$ of the cases, so its mean is $(v+c^2)/q$, and with $c^2$ subtracted
#
# $$v_{\text{train}} = \frac{v+c^2}{q}-c^2 = \frac{v+p\,c^2}{q} \;\ge\; v = v_{\text{eval}}.$$
#
# A batch norm behind the dropout stores the left side, and in evaluation it meets the right one (Li
# et al. 2019, section 3) **[theorem]**.
#
# {{predict predict_shift}}

# %% id="predict_shift"
# {{answer}}

# %% id="check-predict_shift"
check("predict_shift", predict_shift)

# %% [markdown] id="exercise-variance_shift"
# ## Exercise · variance_shift
#
# {{exercise variance_shift}}

# %% id="variance_shift"
# {{answer}}

# %% id="check-variance_shift"
check(variance_shift)

# %% [markdown] id="shift-text"
# Does a real layer agree with the formula, which needs no network? Dropout is applied to features
# of a random ReLU layer that reads digits, and what is measured is each feature's variance without
# it over the one with it.

# %% id="shifted" tags=["demo"] needs="torch scipy"
from coursekit.experiments import dropout_shift

draws = 2 if quick() else 20
measured, formula = dropout_shift.measure(range(2 if quick() else 5), draws=draws)
print(f"{'variance, evaluation / training':<34}{'measured':>18}{'formula':>12}")
for p, found_, said in zip(dropout_shift.DROPS, measured, formula, strict=True):
    mean, half = interval(found_)
    print(f"{f'dropout p = {p}':<34}{f'{mean:.3f} ± {half:.3f}':>18}{said.mean():>12.3f}")

# %% [markdown] id="shift-read"
# **What came out [measured here].** With `p = 0.5` a batch norm behind the dropout meets {{result
# shifted | dropout p = 0.5 | 1 : mean percent .0f}} of the variance that it has stored, and the
# formula says the same. Behind a ReLU the shift is larger than for features with mean 0, because a
# mean that is not 0 becomes spread as well.
#
# What follows for a network that has both? Put dropout behind the last batch norm, where nothing
# stores a variance any more, or measure the running statistics again with dropout off, as in
# [lesson 07](07_running_statistics.ipynb).
#
# That batch norm *replaces* dropout is said of one network by the paper that introduced it. It
# could do without dropout, while its authors changed other things too **[paper]**, and whether
# yours can is for a comparison to decide **[contested]**.

# %% [markdown] id="plan"
# ## Design an experiment
#
# Your supervisor reads the first table and asks for the price of groups of 4 on another data set,
# against groups of 64 and against layer norm. Before anything is trained, a plan is agreed on, and
# whatever it leaves open will be decided later by what looks good.
#
# | entry | what it is |
# |:--|:--|
# | `"arms"` | what is compared: `"groups of 4"`, `"groups of 64"`, `"layer norm"` |
# | `"rates"` | a dict: for each arm, the learning rates that it is tried at |
# | `"tuning_seeds"` | the seeds on which an arm's rate is chosen |
# | `"rate_chosen_by"` | `"training loss"`, `"validation accuracy"` or `"test accuracy"` |
# | `"seeds"` | the seeds that are reported |
# | `"steps"` | a dict: for each arm, how many |
# | `"batch_size"` | a dict: for each arm, images in a step: whole groups, 1000 at most |
# | `"lost_runs"` | `"count as failures"`, `"leave out"` or `"repeat with another seed"` |
# | `"report"` | what is shown in the end, one of the four below |
# | `"bar"` | how many points would be worth the name of a price |
#
# Reported is a `"paired interval"`, an `"interval of each arm"`, the `"mean of each arm"` or the
# `"best run of each arm"`. A rate is searched well if an arm tries at least 4 from 0.0001 to 3,
# with neighbours up to a factor of 4 apart and the highest at least 10 times the lowest. All arms
# take from 50 to 500 steps, and at least 5 seeds are reported. The test set has 500 images, so one
# image is 0.2 points, and a bar below that asks for what cannot be seen.
#
# Each arm is trained at each of its rates on each tuning seed, and then, at the rate that was
# chosen, on each seed of `"seeds"`. All of that together may take up to `runs` networks.

# %% [markdown] id="exercise-plan_groups"
# ## Exercise · plan_groups
#
# {{exercise plan_groups}}
#
# There are many fair plans, and each passes. What is refused is called by the rule that it breaks.
# The plan is not run here, because it is for data that the course does not have. The stretch goal
# says how you run it on digits.

# %% id="plan_groups"
# {{answer}}

# %% id="check-plan_groups"
check(plan_groups)

# %% [markdown] id="asked"
# ## What people ask
#
# **How small may a batch be?** What counts is how many *values* share a statistic. In a fully
# connected layer that is the number of images, and here 4 were tolerable and 16 as good as 64. In a
# convolution every pixel counts as a value, so batches of 2 may train well on images of some size.
# Where there are fewer values, take another norm.
#
# **Is gradient accumulation a larger batch?** To the optimizer it is, but to batch norm it is not,
# because each part has its own statistics. Layer norm and group norm do not notice.
#
# **May I use dropout together with batch norm?** You may, behind the last batch norm. Before one,
# its stored variance is wrong in evaluation, by the factor that you worked out.
#
# **Two images fit on each of eight devices. What now?** Share statistics across the devices
# (`nn.SyncBatchNorm` in PyTorch, `synchronized=True` in Keras), which makes groups of 16 out of
# groups of 2 and costs communication. If you fine-tune, freeze the statistics of the pretrained
# network instead, that is, keep these layers in `eval()`. If you train from scratch and may choose,
# take group norm, whose error does not depend on it (Wu and He 2018) **[paper]**.
#
# **Does my batch leak?** Run your `leaks` on the network in training mode. Where it shows `#`, ask
# whether a label, a pairing or a kind (real, generated) can be told from the mates. In evaluation
# the table must be empty.

# %% [markdown] id="claims"
# ## What the article says
#
# These are the claims of the introductory article that this course grew out of about noise and
# small batches, and some that are often heard beside them. The numbers are those of the
# [ledger](../docs/claims.md), so they need not be those of the tables above.
#
# 1. *Small batches hurt batch norm.* **Holds**, most of all when two samples share a statistic.
#    **[measured here]**
# 2. *They make training itself unstable.* **Needs a condition**: with two to a statistic they do,
#    and with four, at one rate for all arms, {{claim 44.2 : mean .1f}} points of error more than
#    layer norm are all that is left of it. **[measured here]**
# 3. *The statistics of a small batch do not represent the data.* **Holds**, and a large batch of
#    few classes does not represent them either. **[measured here]**
# 4. *Batch norm is a mild regularizer.* **Needs a condition**, because its noise keeps a network
#    from learning every label by heart, and on clean digits nothing is won. **[measured here]**
# 5. *It makes dropout unnecessary.* **Needs a condition**: "in some cases", said the paper.
#    **[paper]**
# 6. *Dropout and batch norm together generalize better.* **Needs a condition**, since dropout
#    before a batch norm shifts the variance that the norm relies on. **[theorem]**
# 7. *Gradient accumulation is a larger batch.* **Needs a condition**: with batch norm the gradient
#    is another one. **[measured here]**
# 8. *A small last batch does no harm.* **Fails** right after it: it costs {{claim 115 : mean .0f}}
#    points of accuracy, as an average over four epochs. **[measured here]**

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"A larger batch makes batch norm better."* A batch of one class does not get better by growing.
# - *"Accumulation emulates a large batch."* The optimizer sees a large one, and the norm a small
#   one.
# - *"Good in training, bad in evaluation: overfitting."* It may be leakage, stale statistics, or
#   dropout before a norm. Evaluate training images in `eval()` to tell.
# - *"Averaging gradients over devices synchronizes batch norm."* Each device normalizes its own
#   images unless the statistics are shared.
# - *"Noise is free regularization."* You cannot turn it up without making the groups smaller.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_sizes}}

# %% id="quiz_sizes"
# {{answer}}

# %% id="check-quiz_sizes"
check("quiz_sizes", quiz_sizes)

# %% [markdown] id="quiz-2"
# {{quiz quiz_signs}}

# %% id="quiz_signs"
# {{answer}}

# %% id="check-quiz_signs"
check("quiz_signs", quiz_signs)

# %% [markdown] id="quiz-3"
# {{quiz quiz_accumulate}}

# %% id="quiz_accumulate"
# {{answer}}

# %% id="check-quiz_accumulate"
check("quiz_accumulate", quiz_accumulate)

# %% [markdown] id="quiz-4"
# {{quiz quiz_leak}}

# %% id="quiz_leak"
# {{answer}}

# %% id="check-quiz_leak"
check("quiz_leak", quiz_leak)

# %% [markdown] id="quiz-5"
# {{quiz quiz_dropout}}

# %% id="quiz_dropout"
# {{answer}}

# %% id="check-quiz_dropout"
check("quiz_dropout", quiz_dropout)

# %% [markdown] id="recap"
# ## Recap
#
# - A step, a statistic and a device each have a batch size, and ghost batch norm takes the first
#   two apart.
# - Two samples to a statistic leave only signs. From four on noise is left, which falls like
#   $1/\sqrt B$, and a batch that is not like the data is off however large it is.
# - Accumulated gradients are those of the large batch only if no layer shares statistics.
# - A last batch of two moves what is stored as much as a full one, so drop it.
# - Whoever shares a statistic can hear its mates: labels, pairs and kinds leak, in training only.
# - Dropout before a batch norm makes the stored variance too large, by a factor that you can
#   compute.
#
# ## Stretch goal: statistics that do not shake
#
# Write batch renormalization (Ioffe 2017) for a table: normalize by the batch, then correct by
# $r=\sigma_B/\sigma$ and $d=(\mu_B-\mu)/\sigma$ of the running statistics, both clipped and treated
# as constants. What does it compute if nothing is clipped? Put it in the place of your
# `ghost_batch_norm` above and look at how far values are off in groups of 4.
#
# <details><summary>What you should find</summary>
#
# Without clipping, $\hat x\, r + d$ is $(x-\mu)/\sigma$, the normalization by what is stored, so
# nothing of the batch is left in the values. The noise is gone to the extent that the running
# statistics are right. What differs from plain evaluation is the gradient, which treats $r$ and $d$
# as constants and goes through the batch's statistics.
#
# </details>
#
# ### Your plan, carried out
#
# An arm in groups of 4 is `build = partial(mlp, depth=2, norm=partial(Ghost, group=4))`, and layer
# norm has `norm="layer"`. With `coursekit.training`, which has `mlp`, `Ghost`, `digits`, `sweep`
# and `train`, `sweep(build, digits(), seeds=…, lrs=…)` tries the rates and `train(build, digits(),
# seeds=…, lr=…)` is what you report.
#
# ## References
#
# {{reference hoffer2017: section 4 on ghost batch normalization}}
# {{reference wu2018: table 2}}
# {{reference wu2021: sections 5 and 6}}
# {{reference luo2019}}
# {{reference li2019: section 3}}
# {{reference he2020: section 3.3 on shuffling}}
# {{reference ioffe2017}}
# {{reference ioffe2015: section 4.2.1 on dropout}}
# {{reference data_digits}}
#
# **Next:** [13 One function, many norms](13_one_function_many_norms.ipynb) has the norms that do
# not know a batch.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 2 go to `ghost_batch_norm` and the first
# experiment, 1 to the last batch and `mend_epoch`, 1 to accumulation, 2 to the explorable and
# `leaks`, 2 to dropout, 2 to the plan and the questions. The section on regularization is optional
# and makes a good discussion.
#
# **Ask the room.** Before the pairs: "I give you two numbers. Normalize them. What did you keep?"
# Before accumulation: "Where in the proof do we need that an image's loss does not depend on its
# mates?" Before the leak: "Could you answer for a card that you cannot read, if you saw the average
# of the table?"
#
# **Where it goes wrong.** Groups of four are taken for four groups. The short last group is dropped
# or joined to another one. In `accumulation_gap` the last part weighs as much as the others. In
# `leaks` the table is turned, and nobody notices with batch norm, whose table is symmetric; the
# case that sees only earlier rows tells. In `variance_shift` the mean is forgotten, which is right
# for features with mean 0 and wrong behind a ReLU.
#
# </details>
