# %% [markdown] id="title"
# # Mean and variance
#
# **How can an average of squares be negative?**
#
# A sensor reports three values near ten thousand, and you want their variance. There is a famous
# formula that needs a single look at the data, the mean of the squares minus the square of the
# mean:
#
# $$\operatorname{Var}[x] = \mathrm E[x^2] - \mathrm E[x]^2 .$$
#
# You will run it in [float32](../docs/glossary.md#finite-precision), PyTorch's default number
# format. First, a guess.
#
# {{card}}

# %% id="imports"
import numpy as np

from coursekit import check, hint, quick, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="predict-one-pass"
# {{predict predict_one_pass}}

# %% id="predict_one_pass"
# {{answer}}

# %% id="check-predict_one_pass"
check("predict_one_pass", predict_one_pass)

# %% id="three-readings" tags=["demo"]
# NBVAL_CHECK_OUTPUT
three = np.array([10000.0, 10000.1, 10000.2], dtype=np.float32)
print("mean of squares − squared mean  ", (three * three).mean() - three.mean() ** 2)
print("mean squared distance from mean ", ((three - three.mean()) ** 2).mean().round(4))

# %% [markdown] id="four-questions"
# The two lines are equal on paper. One of them is −16, and no numbers whatsoever have the
# variance −16, because an average of squares is never below zero **[theorem]**. A layer that takes
# its square root gets NaN (not a number), and passes it on.
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).
#
# Nothing is broken here. By the end you can say in advance when this happens, and compute a
# variance to which it cannot happen.
#
# Batch normalization takes a mean and a variance of every channel in every training step. Four
# questions decide whether they are the right ones:
#
# 1. Over which [**axes**](../docs/glossary.md#axis) are they taken (sections 1 and 3)?
# 2. **What** is the sum of squares divided by (section 2)?
# 3. What if the values come **in pieces** (section 4)?
# 4. With how many **digits** is all this computed (section 5)?

# %% [markdown] id="one-mean"
# ## 1 · A mean per feature
#
# The data of this lesson are 569 breast masses with 30 measurements of their cell nuclei each, one
# row per sample $n$ and one column per [feature](../docs/glossary.md#feature) $d$. Here are five
# columns and the first three rows.

# %% id="the-table" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit.data import breast_cancer

table = breast_cancer()
shown = [3, 0, 4, 19, 23]
wide = {d: len(table.features[d]) + 3 for d in shown}
print("".join(f"{table.features[d]:>{wide[d]}}" for d in shown))
for row in table.x[:3]:
    print("".join(f"{row[d]:>{wide[d]}g}" for d in shown))

# %% [markdown] id="mean-formula"
# The mean of feature $d$ runs over the samples:
#
# $$\mu_d = \frac1N \sum_{n=1}^{N} x_{nd}.$$
#
# The index that is summed disappears. Here $n$ counts rows, rows are axis 0, so axis 0 disappears
# and (N, D) becomes (D,).

# %% [markdown] id="exercise-batch_mean"
# ## Exercise · batch_mean
#
# {{exercise batch_mean}}
#
# Return one mean per feature. Averaging the other axis gives numbers, too, of a plausible size and
# without an error, but the check knows the difference.

# %% id="batch_mean"
# {{answer}}

# %% id="check-batch_mean"
check(batch_mean)

# %% id="feature-means" tags=["demo"]
# NBVAL_CHECK_OUTPUT
batch_mean = use(batch_mean)
means = np.array(batch_mean(table.x))
for d in (means.argmin(), means.argmax()):
    print(f"{table.features[d]:<25} mean {means[d]:.4g}")

# %% [markdown] id="loud-columns"
# Five powers of ten lie between the quietest and the loudest feature. In a network the loud one
# drowns the others, as [lesson 02](02_scaling_inputs.ipynb) shows. The remedy needs a centre *and*
# a spread per feature.

# %% [markdown] id="one-variance"
# ## 2 · A variance, and what to divide it by
#
# The variance is the mean squared distance from the mean:
#
# $$\sigma_d^2 = \frac{1}{N-\text{ddof}} \sum_{n=1}^{N} (x_{nd}-\mu_d)^2 .$$
#
# With `ddof=0` it describes *these* N values. With `ddof=1` it estimates the variance of the
# population they were drawn from. `ddof` is NumPy's name, short for "delta degrees of freedom": the
# mean was computed from the same values, and used one of them up.

# %% [markdown] id="exercise-batch_var"
# ## Exercise · batch_var
#
# {{exercise batch_var}}
#
# Write the three steps of the formula in its order: mean, squared distances, their sum over
# N − ddof.

# %% id="batch_var"
# {{answer}}

# %% id="check-batch_var"
check(batch_var)

# %% [markdown] id="does-it-matter"
# N or N − 1: does it matter? For a table of 569 rows it hardly does. For a batch of four, guess.
#
# {{predict predict_small_batch}}

# %% id="predict_small_batch"
# {{answer}}

# %% id="check-predict_small_batch"
check("predict_small_batch", predict_small_batch)

# %% [markdown] id="draw-batches"
# Now draw from a population that is one real column, the mean area of the nuclei in 569 patients.
# For each batch size draw 1000 batches with replacement, average their variances, and divide by the
# population's variance. All of this is done 20 times, with different
# [seeds](../docs/glossary.md#seed). The ± is a 95 % [interval](../docs/glossary.md#interval): of
# 100 such intervals, about 95 hold the long-run average.

# %% id="bias" tags=["demo"] needs="scipy"
from coursekit.experiments import interval
from coursekit.experiments.variance_error import batch_bias

sizes = np.array([2, 3, 4, 6, 8, 12, 16, 24, 32])
area = table.x[:, table.features.index("mean area")]
bias = batch_bias(area, sizes, seeds=range(1 if quick() else 20))
mean, half = interval(bias.divided_by_n)
print(f"N = 4, divided by N: {mean[2]:.3f} ± {half[2]:.3f} of the population's variance")

# %% id="bias-figure" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

fig, axes = figure(size=(7, 3.6))
for values, label, mark, colour in [
    (bias.divided_by_n_minus_1, "variance, divided by N − 1", "^", "green"),
    (bias.divided_by_n, "variance, divided by N", "o", "red"),
    (bias.its_root, "root of the variance by N − 1", "s", "grey"),
]:
    axes.errorbar(sizes, *interval(values), fmt=mark, color=COLOURS[colour], label=label)
axes.plot(sizes, (sizes - 1) / sizes, "--", color=COLOURS["red"], label="(N − 1) / N")
axes.axhline(1, color=COLOURS["green"], linestyle=":")
axes.set(xscale="log", xlabel="batch size N", ylabel="average over batches / population's")
axes.set_xticks(sizes, sizes, minor=False)
axes.minorticks_off()
axes.set_title("Dividing by N gives (N − 1)/N of the population's variance", loc="left")
axes.legend()
show(
    fig,
    alt="Average batch variance against batch size, 2 to 32. Divided by N it follows the rising "
    "curve (N-1)/N; divided by N-1 it lies at 1; the root of the latter stays below 1 for small "
    "batches.",
)

# %% [markdown] id="bias-explained"
# See how the circles sit on the dashed curve, which was computed from nothing but N **[measured
# here]**. They are too small on average, which is called *biased*. The triangles sit at 1, on
# average neither too large nor too small, which is called
# [*unbiased*](../docs/glossary.md#unbiased-variance).
#
# The squares are biased again, although they are roots of the triangles. Two variances, 0 and 16,
# have the average 8. Their roots, 0 and 4, have the average 2, which is less than √8, or 2.83. The
# average of roots never exceeds the root of the average, because $\mathrm E[v]-\mathrm E[\sqrt
# v]^2$ is the variance of the roots, which is never negative **[theorem]**.
#
# To see that luck has no part in it, leave it out. A population of three values has nine batches of
# two, and all nine are taken here.

# %% id="all-nine" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from itertools import product

batch_var = use(batch_var)
population = np.array([[1.0], [2.0], [6.0]])
batches = [np.array(two) for two in product(population, repeat=2)]
print("variance of the population     ", np.mean(batch_var(population)).round(3))
print("average over the nine, ddof=0  ", np.mean([batch_var(b) for b in batches]).round(3))
print("average over the nine, ddof=1  ", np.mean([batch_var(b, 1) for b in batches]).round(3))

# %% [markdown] id="why-n-minus-1"
# Half, and all of it. Why? Measure the distances from the true mean $\mu$ instead of the batch's
# own mean $\bar x$, and the squares add up to more:
#
# $$\sum_n (x_n-\mu)^2 = \sum_n (x_n-\bar x)^2 + N(\bar x-\mu)^2 .$$
#
# Average both sides over all possible batches. On the left, each of the N squares averages to
# $\sigma^2$, and together they make $N\sigma^2$. On the right, the mean of N independent draws
# misses $\mu$ by less than a single value does: $(\bar x-\mu)^2$ averages to $\sigma^2/N$, so the
# last term averages to $\sigma^2$. What is left for the sum around $\bar x$ is $(N-1)\,\sigma^2$
# **[theorem]**. The batch's mean sits in the middle of its own values, closer to them than the
# truth does.
#
# **Which of the two does batch norm use?** Both: it divides by N to normalize a batch, because it
# wants the variance *of that batch* to be 1. What it stores for later, when no batch is at hand, is
# an estimate, so it is corrected by N/(N − 1) (Ioffe & Szegedy, Algorithms 1 and 2 **[paper]**).
# PyTorch does so, whereas Keras and Flax store the uncorrected one, and [lesson
# 07](07_running_statistics.ipynb) measures what that costs.

# %% [markdown] id="play-with-dots"
# ### Explore: two bars
#
# Drag a value, with the mouse or the arrow keys. Bars show the mean ± σ with either divisor.
#
# 1. What do the ends of the `N` bar do when only two values are left?

# %% id="dots" tags=["demo"]
from coursekit.widgets import cancellation, dot_plot

dot_plot()

# %% [markdown] id="dots-found"
# <details><summary>What you should find</summary>
#
# 1. They stand on the two values, because each of these is half their distance from the mean, and
#    the root of the mean of two equal squares is that half distance again. The other bar, with
#    N − 1, is √2 times as wide and always reaches beyond them.
#
# </details>

# %% [markdown] id="any-axes"
# ## 3 · Any axes
#
# Images have four axes: sample, channel, height and width, (N, C, H, W). One mean per channel
# averages over the other three. Which axes you average over is what tells most normalization
# methods apart (Wu & He 2018, figure 2 **[paper]**):
#
# | you average over | what is left | that is |
# |:--|:--|:--|
# | (0, 2, 3) | one mean per channel | batch norm |
# | (1, 2, 3) | one mean per image | layer norm on images |
# | (2, 3) | one mean per image and channel | instance norm |
#
# Subtracting the mean again is where it goes wrong, because NumPy [lines shapes
# up](../docs/glossary.md#broadcasting) **from the right**. Three channel means of shape (3,) meet
# the last axis, width, which happens to be 3 here.

# %% id="lines-up-from-the-right" tags=["demo"]
# NBVAL_CHECK_OUTPUT
level = np.array([0.0, 10.0, 20.0]).reshape(1, 3, 1, 1)
images = level + np.random.default_rng(0).standard_normal((8, 3, 4, 3))
dropped = images - images.mean(axis=(0, 2, 3))  # (3,) meets W
kept = images - images.mean(axis=(0, 2, 3), keepdims=True)  # (1, 3, 1, 1) meets C
print("channel means, axes dropped:", dropped.mean(axis=(0, 2, 3)).round(6) + 0.0)
print("channel means, axes kept:   ", kept.mean(axis=(0, 2, 3)).round(6) + 0.0)

# %% [markdown] id="no-error"
# No error, the right shape, and wrong numbers, since the means should be zero. `keepdims=True`
# leaves an axis of length 1 where each reduced axis was, so that every channel meets its own mean.

# %% [markdown] id="exercise-moments"
# ## Exercise · moments
#
# {{exercise moments}}
#
# Return the pair (mean, var), with the biased variance (`ddof=0`), over any tuple of axes of an
# array of any rank. `keepdims` says whether the caller wants the reduced axes kept; inside, you
# will want them in either case.

# %% id="moments"
# {{answer}}

# %% id="check-moments"
check(moments)

# %% [markdown] id="in-pieces"
# ## 4 · Values that come in pieces
#
# **One at a time.** In a stream, or a data set larger than memory, you see each value once and
# cannot store them all. Storing only $\sum x$ and $\sum x^2$ would lead back to −16. [Welford's
# idea](../docs/glossary.md#welford-update) is to carry the mean and the sum of squared distances
# from it, $M_2$, and to repair both when a value arrives:
#
# $$\delta = x-\mu_{\text{old}}, \qquad
# \mu_{\text{new}} = \mu_{\text{old}} + \frac{\delta}{n}, \qquad
# M_2 \leftarrow M_2 + \delta\,(x-\mu_{\text{new}}).$$
#
# The last product is the catch: one distance from the old mean, one from the new. It must be so, as
# the first value shows: it becomes the mean, so its distance from the new mean is 0, and $M_2$
# stays 0.

# %% [markdown] id="exercise-welford_update"
# ## Exercise · welford_update
#
# {{exercise welford_update}}
#
# Take one more value into the state and return the new one, but leave the old one as it is. The
# check feeds you three streams, value by value, and looks at every state: numbers, rows of a table
# (arrays work without extra code), and numbers near a million.

# %% id="welford_update"
# {{answer}}

# %% id="check-welford_update"
check(welford_update)

# %% id="follow-a-stream" tags=["demo"]
# NBVAL_CHECK_OUTPUT
welford_update = use(welford_update)
state = (0, 0.0, 0.0)
for value in [10000.0, 10000.1, 10000.2]:
    state = welford_update(*state, value)
    print(f"count {state[0]}   mean {state[1]:.2f}   m2 / count {state[2] / state[0]:.4f}")

# %% [markdown] id="several-machines"
# **Several at once.** A batch is spread over GPUs, and each sees only its own part. Can they agree
# on one mean and one variance without sending the data?
#
# {{predict predict_two_workers}}

# %% id="predict_two_workers"
# {{answer}}

# %% id="check-predict_two_workers"
check("predict_two_workers", predict_two_workers)

# %% [markdown] id="within-and-between"
# The squares of all values split into what lies *within* the parts and what lies *between* their
# means **[theorem]**:
#
# $$M_2 = M_{2,A} + M_{2,B} + \delta^2\,\frac{n_A n_B}{n_A+n_B}, \qquad \delta = \mu_B-\mu_A, \qquad
# \mu = \mu_A + \delta\,\frac{n_B}{n_A+n_B}.$$
#
# <details><summary>A proof</summary>
#
# In part A, $\sum(x-\mu)^2=M_{2,A}+n_A(\mu_A-\mu)^2$, because the mixed term is $\mu_A-\mu$ times a
# sum of deviations from A's own mean, which is 0, and likewise in B. The sum
# $n_A(\mu_A-\mu)^2+n_B(\mu_B-\mu)^2$ is the last term, because $\mu_A$ is $\delta n_B/(n_A+n_B)$
# away from μ and $\mu_B$ is $\delta n_A/(n_A+n_B)$ away.
#
# </details>

# %% [markdown] id="three-to-send"
# Count, mean and $M_2$ are all that a machine has to send. Averaging the variances forgets the last
# term, and the machines then normalize with a variance that is too small. Synchronized batch norm
# ([lesson 16](16_in_production.ipynb)) merges like this, counts included, so that the parts need
# not be equally large.

# %% [markdown] id="exercise-merge_moments"
# ## Exercise · merge_moments
#
# {{exercise merge_moments}}
#
# Two summaries go in and one comes out. The check merges parts of equal and unequal size, an empty
# one, and two that sit near a million.

# %% id="merge_moments"
# {{answer}}

# %% id="check-merge_moments"
check(merge_moments)

# %% [markdown] id="two-clinics"
# How much lies between real parts? Suppose one machine got the benign masses and the other the
# malignant ones, as happens with sorted data that nobody shuffled.

# %% id="merge-real-parts" tags=["demo"]
# NBVAL_CHECK_OUTPUT
merge_moments = use(merge_moments)
radius = table.x[:, table.features.index("mean radius")]
parts = [radius[table.y == label] for label in (0, 1)]
n, mean, m2 = merge_moments(*[f for p in parts for f in (len(p), p.mean(), p.var() * len(p))])
print(f"malignant {len(parts[0])}, mean {parts[0].mean():.1f}, variance {parts[0].var():.1f}")
print(f"benign    {len(parts[1])}, mean {parts[1].mean():.1f}, variance {parts[1].var():.1f}")
print(f"merged    {n}, mean {mean:.1f}, variance {m2 / n:.1f}; all at once {radius.var():.1f}")
within = (parts[0].var() * len(parts[0]) + parts[1].var() * len(parts[1])) / n
print(f"within the parts {within:.1f}, between them {1 - within / radius.var():.0%} of the whole")

# %% [markdown] id="half-is-between"
# The spread between the two groups is {{result merge-real-parts | within the parts | between them}}
# of the variance of the radius **[measured here]**, and machines that average their variances never
# see it.

# %% [markdown] id="digits"
# ## 5 · Digits
#
# Back to −16. A float32 has 24 binary digits, wherever its point floats, so that the gap between
# neighbours grows with the number:

# %% id="gaps" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for value in [1, 100, 1e4, 1e6, 1e8]:
    print(f"next to {value:>11,.0f} float32 numbers are {np.spacing(np.float32(value)):.2g} apart")
print(f"the two terms: {(three * three).mean():,.0f} and {three.mean() ** 2:,.0f}")

# %% [markdown] id="not-on-the-menu"
# Near 10⁸ only every eighth whole number exists. Both terms are multiples of 8, so their difference
# is one too: −16, −8, 0 or 8. The true 0.0067 is not on the menu. The digits that held it were
# rounded away when the squares were *stored*, and the subtraction only brings that to light. It is
# called [**cancellation**](../docs/glossary.md#cancellation) because nearly all digits of the two
# terms cancel.
#
# How bad does it get? Each term is about $\mu^2$, and rounding makes it wrong by a fraction $u$ of
# itself, which for float32 is $u = 2^{-24} \approx 6\cdot10^{-8}$. What should remain is
# $\sigma^2$, so
#
# $$\text{relative error} \;\approx\; u\,\Bigl(\frac{\mu}{\sigma}\Bigr)^2 .$$
#
# At $\mu/\sigma = 4000$ nothing is left, and that is for one rounding. A sum of N terms is rounded
# N times, which costs another factor: N at worst (Chan, Golub & LeVeque 1983 **[paper]**), about
# $\sqrt N$ where the errors have random signs **[folklore]**. [Two
# passes](../docs/glossary.md#two-passes) subtract the mean *first*, so the large squares are never
# formed.
#
# ### Explore: a fence
#
# The fence of grey lines is what E[x²] − E[x]² can possibly give.
#
# 1. Move the readings away from zero. What becomes of the posts, and of the answer?

# %% id="offset" tags=["demo"]
cancellation()

# %% [markdown] id="offset-found"
# <details><summary>What you should find</summary>
#
# 1. Float32 squares near μ² are a fixed distance apart, which doubles with every power of two that
#    μ² passes. E[x²] and E[x]² are both such numbers, so their difference can only be a multiple of
#    that distance. The posts thin out as μ grows, until the true variance lies between 0 and the
#    first of them, and the formula returns 0, or some posts too much, or a negative number.
#
# </details>

# %% [markdown] id="now-the-real-ones"
# ### Experiment: thirty real features
#
# Now the real table, whose thirty features range from a thousandth to thousands.
#
# {{predict predict_real_features}}

# %% id="predict_real_features"
# {{answer}}

# %% id="check-predict_real_features"
check("predict_real_features", predict_real_features)

# %% [markdown] id="five-algorithms"
# Five algorithms meet three precisions and 30 features. The truth is the *exact* variance of the
# numbers as stored, by rational arithmetic, so that only the algorithm is judged. A sum's rounding
# depends on the order of its terms, so the rows are shuffled five times; ± is a 95 % interval.
#
# `shifted` is one pass after subtracting the first row. `chan` halves the rows until single ones
# are left and merges them in pairs, as `merge_moments` does.

# %% id="features-experiment" tags=["demo"] needs="scipy"
from coursekit.experiments.variance_error import PRECISIONS, feature_errors
from coursekit.moments import ALGORITHMS

seeds = range(1 if quick() else 5)
found = feature_errors(table.x, seeds)
print("features within 1 %, of 30".ljust(28), *(f"{p:>14}" for p in PRECISIONS))
for name, errors in zip(ALGORITHMS, found.relative.swapaxes(0, 1), strict=True):
    mean, half = interval((errors < 0.01).sum(axis=2), axis=1)
    print(name.ljust(28), *(f"{m:8.1f} ± {h:3.1f}" for m, h in zip(mean, half, strict=True)))
print(f"\none pass in float32, the worst feature: wrong by {found.relative[1, 0].max():.0e}")
print(f"the largest mean is {found.ratio.max():.1f} standard deviations away from 0")

# %% id="features-figure" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
LOOK = {"one_pass": ("red", "s"), "shifted": ("orange", "D"), "two_pass": ("blue", "o")}
LOOK |= {"welford": ("green", "^"), "chan": ("purple", "v")}
line = np.array([0.8, 10.0])

fig, panels = figure(1, 3, size=(9, 3.4), sharey=True)
for axes, precision, ratio, u, errors in zip(panels, PRECISIONS, *found, strict=True):
    for name, error in zip(ALGORITHMS, errors, strict=True):
        y = np.median(error, axis=0).clip(1e-17, 10)  # overflow is drawn at the top
        colour, mark = LOOK[name]
        axes.loglog(ratio, y, mark, color=COLOURS[colour], label=name, markersize=4)
    axes.loglog(line, u * len(table.x) ** 0.5 * line**2, "k--", label="u·√N·(mean/std)²")
    axes.set(xlabel="|mean| / standard deviation")
    axes.set_title(precision, loc="left")
panels[0].set_ylabel("relative error of the variance")
panels[0].text(0.9, 20, "overflow", va="bottom")
panels[0].set_ylim(1e-18, 200)
panels[2].legend(fontsize=8)
_, in32, in64 = np.median(found.relative, axis=2).max(axis=(1, 2))
show(
    fig,
    alt="Relative error of five variance algorithms, a mark for each feature, against mean over "
    "standard deviation, one panel per precision. float16 one-pass errors reach 1 and overflow; "
    f"float32 errors reach {in32:.0e}, float64 errors {in64:.0e}; one pass lies highest in every "
    "panel.",
)

# %% [markdown] id="scale-is-harmless"
# See the middle panel: in float32 every algorithm gets every feature right, one pass included
# **[measured here]**. The bad formula does no damage on these data, because scale is harmless:
# floating point moves its point along, from 0.001 to 1000. What counts is the mean's size beside
# the spread, on the horizontal axis, and these features end where the trouble has hardly begun.
#
# In float16, on the left, it hurts at once. With 11 binary digits $u$ is 8000 times larger, and
# numbers end at 65504, so that the square of an area of 2500 is not among them. Mixed-precision
# training therefore accumulates batch-norm statistics in float32 (Micikevicius et al. 2018
# **[paper]**).
#
# So when does float32 fail? Take one real column, standardize it, and move it away from zero.

# %% id="sweep" tags=["demo"]
smooth = table.x[:, table.features.index("mean smoothness")]
z = (smooth - smooth.mean()) / smooth.std()
sweep = feature_errors(z[:, None] + 10 ** np.arange(0, 6.5, 0.5), seeds, ["float32"])
ratio, one_pass_error = sweep.ratio[0], np.median(sweep.relative[0, 0], axis=0)
worse = ratio[one_pass_error > 0.01].min()
print(f"one pass is wrong by more than 1 % from mean/std = {worse:,.0f} on")

# %% id="sweep-figure" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
fig, axes = figure(size=(7, 3.8))
for name, errors in zip(ALGORITHMS, sweep.relative[0], strict=True):
    mean, half = interval(np.log10(errors.clip(1e-9, 1e9)))
    colour, mark = LOOK[name]
    axes.loglog(ratio, 10**mean, mark + "-", color=COLOURS[colour], label=name)
    low, high = 10 ** (mean - half), 10 ** (mean + half)
    axes.fill_between(ratio, low, high, color=COLOURS[colour], alpha=0.2)
rule = sweep.unit[0] * len(z) ** 0.5 * ratio**2
axes.loglog(ratio, rule, "k--", label="u·√N·(mean/std)²")
axes.axhline(1, color=COLOURS["grey"], linestyle=":")
axes.set(xlabel="mean / standard deviation", ylabel="relative error", ylim=(1e-9, 1e9))
axes.set_title("float32: one pass loses two digits per decade (dotted: none left)", loc="left")
axes.legend(fontsize=8, ncols=2, loc="upper left")
typical = np.median(sweep.relative[0], axis=1)  # (algorithms, ratios)
lost, right = ratio[typical[0] > 1].min(), ratio[(typical[1:] < 0.01).all(axis=0)].max()
lost, right = (float(f"{edge:.2g}") for edge in (lost, right))
show(
    fig,
    alt="Relative error of five algorithms against mean over standard deviation. One pass climbs "
    f"along the rule and is above 1 from {lost:,.0f} on; the others stay below 1 percent up to "
    f"{right:,.0f}, beyond which two_pass has a spike; shifted stays lowest.",
)

# %% [markdown] id="who-is-hit"
# See the squares climb along the dashed rule and cross the dotted line, where no digit is left.
# Bands are 95 % intervals over the five row orders. Hold on to the spike of `two_pass`, far right,
# because the last exercise explains it.
#
# Ratios beyond 1000 are not exotic. A barometer during one hour shows 101 325 ± 20 pascal, which is
# a ratio of 5000, and a thermometer in a cold store shows 255 ± 0.1 kelvin, which is half of that.
# A channel with a large bias can have any ratio.
#
# Nor is the formula a museum piece. One pass over memory can be faster than two, so libraries keep
# coming back to it. TensorFlow users [reported negative
# variances](https://github.com/tensorflow/tensorflow/issues/3290) in 2016. Keras 3 [adopted it for
# speed](https://github.com/keras-team/keras-core/pull/866) and [took it out of two
# backends](https://github.com/keras-team/keras/pull/18795) when batch norm gave NaN. MLX [went
# back](https://github.com/ml-explore/mlx/pull/1314) to the stable formula, whereas in Flax the fast
# one is [on by
# default](https://flax.readthedocs.io/en/latest/api_reference/flax.nnx/nn/normalization.html)
# (`use_fast_variance=True`) **[documented]**.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Equal on paper, so equal in the computer."* E[x²] − E[x]² and E[(x − E[x])²] are the same
#   number and different programs.
# - *"Large numbers are the problem."* A thousand times larger data gives the same relative error,
#   as long as no square overflows. A mean that is large against the spread is the problem.
# - *"Clamp the variance at 0 and it is safe."* It is silent, and whatever is then divided by
#   √(0 + 10⁻⁵) comes out 316 times as large.
# - *"The variance of the whole is the average of the variances of its parts."* It is if the average
#   is weighted by size and the parts have equal means. Unless the means are equal, the spread
#   between the parts is missing.
# - *"`ddof=1` makes the standard deviation unbiased."* It makes the variance unbiased, not its
#   root.
# - *"With N − 1 this batch's variance is more accurate."* Unbiased is a promise about the average
#   over many batches, and a single batch keeps its luck.
#
# </div>

# %% [markdown] id="exercise-stable_var32"
# ## Exercise · stable_var32
#
# {{optional}}
#
# {{exercise stable_var32}}
#
# Your variance of each column of float32 data must be right to 1 %. It is tried on 7 rows near
# 10 000 with spread 0.4, and on 20 000 rows near 30 000 with spread 1.
#
# `x.var(axis=0)`, NumPy's own, takes two passes and gets the 7 rows right. Before you trust it, put
# `return x.var(axis=0)` in and run the check, which tries both.

# %% id="stable_var32"
# {{answer}}

# %% id="check-stable_var32"
check(stable_var32)

# %% [markdown] id="what-numpy-does"
# Whatever you wrote, compare it with the obvious ways. The true variance is 1 in every column.

# %% id="numpy-var" tags=["demo"]
# NBVAL_CHECK_OUTPUT
stable_var32 = use(stable_var32)
x = (30_000 + np.random.default_rng(0).standard_normal((20_000, 3))).astype(np.float32)
drift = x.mean(axis=0) - x.mean(axis=0, dtype=np.float64)
print("one pass                      ", ((x * x).mean(axis=0) - x.mean(axis=0) ** 2).round(-4))
print("x.var(axis=0)                 ", x.var(axis=0).round(1))
print("x.var(axis=0, dtype=float64)  ", x.var(axis=0, dtype=np.float64).round(1))
print("stable_var32(x)               ", np.round(stable_var32(x), 1))
print("float32 mean is too large by  ", drift.round(1))

# %% [markdown] id="the-mean-is-to-blame"
# Two passes, and still {{result numpy-var | x.var(axis=0) | 1}} instead of 1, because the *mean* is
# wrong. Along axis 0 NumPy adds row after row. Past $2^{29} \approx 5.4\cdot10^8$ the neighbours of
# a float32 are 64 apart, so adding 30 000 adds 30 016, the nearest multiple of 64, again and again.
# The mean drifts up by more than one standard deviation, and its error comes back squared:
#
# $$\mathrm E[(x-m)^2] = \sigma^2 + (m-\mu)^2 .$$
#
# The spike of `two_pass` in the last figure has the same cause. There are three remedies: sum in
# float64, subtract something close to the mean first, or merge in pairs, where each value goes
# through at most 15 merges and not 20 000 additions. NumPy's documentation of `mean` and `var`
# warns about float32, and offers the `dtype` argument.

# %% [markdown] id="quiz"
# ## Quiz
#
# Each answer is one letter in quotes, `"a"`, and a wrong option tells you why it is wrong.

# %% [markdown] id="quiz-1"
# {{quiz quiz_var_axes}}

# %% id="quiz_var_axes"
# {{answer}}

# %% id="check-quiz_var_axes"
check("quiz_var_axes", quiz_var_axes)

# %% [markdown] id="quiz-2"
# {{quiz quiz_var_divisor}}

# %% id="quiz_var_divisor"
# {{answer}}

# %% id="check-quiz_var_divisor"
check("quiz_var_divisor", quiz_var_divisor)

# %% [markdown] id="quiz-3"
# {{quiz quiz_var_digits}}

# %% id="quiz_var_digits"
# {{answer}}

# %% id="check-quiz_var_digits"
check("quiz_var_digits", quiz_var_digits)

# %% [markdown] id="quiz-4"
# {{quiz quiz_var_merge}}

# %% id="quiz_var_merge"
# {{answer}}

# %% id="check-quiz_var_merge"
check("quiz_var_merge", quiz_var_merge)

# %% [markdown] id="quiz-5"
# {{quiz quiz_var_clamp}}

# %% id="quiz_var_clamp"
# {{answer}}

# %% id="check-quiz_var_clamp"
check("quiz_var_clamp", quiz_var_clamp)

# %% [markdown] id="recap"
# ## Recap
#
# - The axes you name disappear; `keepdims=True` leaves a place for the mean to go back to.
# - Divide by N to describe the batch, by N − 1 to estimate the population. The ratio is (N − 1)/N,
#   the root of an unbiased variance is still biased, and batch norm uses both divisors.
# - Carry (count, mean, $M_2$) through a stream; multiply one distance from the old mean by one from
#   the new.
# - Merged spread is within plus between, and averaging variances drops the second part.
# - One pass costs about $u\,(\mu/\sigma)^2$ in relative error, more for long sums. In float32 that
#   is harmless at a ratio of 10, hopeless at 4000.
# - Subtract first, square later, and mind the sum, because a float32 mean over many rows can drift.
#
# **Next:** [02 Scaling inputs](02_scaling_inputs.ipynb) standardizes inputs with these numbers and
# shows what gradient descent gains. [04 Batch norm, forward](04_batchnorm_forward.ipynb) puts them
# into a layer.

# %% [markdown] id="stretch"
# ## Stretch goal
#
# Compute the variance of the 20 000 rows above in float32, with nothing but your `merge_moments`:
# start from single rows (1, row, 0), merge neighbours, then neighbours of those, until one summary
# is left. Check that no row goes through more than 15 merges. Compare its error with that of a loop
# over `welford_update`, then shuffle the rows and see which of the two notices more.

# %% [markdown] id="references"
# ## References
#
# {{reference welford1962}}
# {{reference chan1983}}
# {{reference higham2002: section 1.9}}
# {{reference ioffe2015: Algorithms 1 and 2}}
# {{reference micikevicius2018}}
# {{reference wu2018}}
# {{reference data_breast_cancer}}

# %% [markdown] id="instructor-notes"
# <details><summary>Instructor notes</summary>
#
# **Timing.** Opening and `batch_mean` 6 minutes, `batch_var` and the bias figure 11, axes 9,
# streams and shards 19, digits 6, the quiz 5; `stable_var32` takes 11 more. Short of time, leave
# `welford_update` for home: `merge_moments` carries the idea, and lesson 16 needs it. The quiz
# makes a good start for the next session.
#
# **Ask the room.** Before the first cell: "Can a variance be negative?" Let them prove that it
# cannot, then run the cell. Before the bias figure: "Four people leave a party and compute the
# spread of their heights around *their own* mean: too large or too small?" Before the real table:
# "Which will suffer more, the feature near 0.001 or the one near 1000?" Most pick one; the answer
# is neither.
#
# **Where it goes wrong.** Where the old and the new mean are mixed up in Welford's product, have
# them check $M_2 = 0$ after one value. Two zeros and two tens settle averaged variances in
# `merge_moments`. Whoever does not believe that `x.var(axis=0)` fails in `stable_var32` prints
# `x.mean(axis=0)`. Someone will convert to float64, which is right, and worth a question: what
# would it cost on a GPU that has 64 float32 units for each float64 one?
#
# **If they finish early.** The stretch goal, or: at which ratio does float64 fail? (The rule gives
# $\mu/\sigma \approx 10^8$.)
#
# </details>
