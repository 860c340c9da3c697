# %% [markdown] id="title"
# # Scaling inputs
#
# **Same patients, same model, same best fit: why does training now take for ever?**
#
# A model predicts how a patient's diabetes will progress, from body mass index and blood pressure,
# and trains in a blink. Then somebody writes the pressures in pascal instead of mmHg. Nothing else
# changes, and training does not seem to end.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, quick, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-unit"
# {{predict predict_unit}}

# %% id="predict_unit"
# {{answer}}

# %% id="check-predict_unit"
check("predict_unit", predict_unit)

# %% [markdown] id="guess-unit-run"
# The data are 442 real patients. Each run uses the [learning
# rate](../docs/glossary.md#learning-rate) with the best worst case for its own unit, so no run is
# handicapped, and stops when 99 % of what can be gained has been gained.


# %% id="two-features" tags=["demo"] needs="sklearn"
from coursekit.data import diabetes

table = diabetes()
two = table.x[:, [2, 3]] - table.x[:, [2, 3]].mean(axis=0)  # BMI, pressure in mmHg
target = table.y - table.y.mean()


# %% id="walk" tags=["demo"]
def walk(X, y):
    """Steps of gradient descent until 1 % of the possible gain is missing."""
    H, b = X.T @ X / len(X), X.T @ y / len(X)
    best, rate = np.linalg.solve(H, b), 2 / np.linalg.eigvalsh(H).sum()
    w, steps, start = np.zeros(2), 0, best @ H @ best
    while (w - best) @ H @ (w - best) > 0.01 * start:
        w, steps = w - rate * (H @ w - b), steps + 1
    return steps


# %% id="walk-twice" tags=["demo"]
# NBVAL_CHECK_OUTPUT
steps = {unit: walk(two * [1, size], target) for unit, size in {"mmHg": 1, "Pa": 133.322}.items()}
print(f"mmHg {steps['mmHg']:>9,} steps\nPa   {steps['Pa']:>9,} steps")
print(f"factor {steps['Pa'] / steps['mmHg']:,.0f}")

# %% [markdown] id="why"
# A unit is a matter of taste, and [gradient descent](../docs/glossary.md#gradient-descent) has
# taste.
#
# By the end you can say in advance how many steps a table will need, and how to need fewer. This is
# the oldest normalization of all, applied once, before the first layer. Batch norm carries it to
# every layer and every step.
#
# ## 1 · A bowl
#
# Take the simplest network, one linear layer with squared error. Its loss is a quadratic function
# of the weights,
#
# $$L(w) = \tfrac{1}{2N}\lVert Xw-y\rVert^2 = \tfrac12 w^\top H w - b^\top w + \text{const},
# \qquad H = \tfrac1N X^\top X, \quad b = \tfrac1N X^\top y,$$
#
# a bowl. Its [**Hessian**](../docs/glossary.md#hessian) $H$ holds the curvatures and is made of
# inputs alone, so the targets only decide where the bottom lies. The gradient is $Hw-b$, and a step
# goes against it:
#
# $$w \leftarrow w - \text{lr}\cdot(Hw-b).$$

# %% [markdown] id="exercise-gd_quadratic"
# ## Exercise · gd_quadratic
#
# {{exercise gd_quadratic}}
#
# Walk, and write down every point you visit: `w0` first, then one row per step.

# %% id="gd_quadratic"
# {{answer}}

# %% id="check-gd_quadratic"
check(gd_quadratic)

# %% [markdown] id="two-bowls"
# Here is the bowl of the two features as measured, in mmHg, beside that of the same features
# divided by their standard deviations. Both paths start at $w=0$, each with its best rate, as in
# the opening.

# %% id="bowls-drawn" tags=["demo"]
from coursekit.figures import COLOURS, explorable, figure, show

gd_quadratic = use(gd_quadratic)


def valley(axes, H, path, centre, reach):
    """Level lines of ½ (w − centre)ᵀ H (w − centre), and a path across them."""
    a, b = (np.linspace(c - r, c + r, 121) for c, r in zip(centre, reach, strict=True))
    d = np.stack(np.meshgrid(a, b), axis=-1) - centre
    height = np.einsum("...i,ij,...j->...", d, H, d)
    axes.contour(a, b, height, height.max() * np.geomspace(1e-3, 0.8, 9), colors="#B8B8B8")
    axes.plot(*path.T, "o-", color=COLOURS["blue"], markersize=4, linewidth=1)
    axes.plot(*centre, "*", color=COLOURS["red"], markersize=11)
    axes.set(xlim=a[[0, -1]], ylim=b[[0, -1]], xlabel="weight of BMI", ylabel="weight of pressure")


# %% id="bowls" tags=["demo"]
fig, panels = figure(1, 2, size=(8, 3.4))
views = {"as measured": two, "standardized": two / two.std(axis=0)}
for axes, (name, X) in zip(panels, views.items(), strict=True):
    H, b = X.T @ X / len(X), X.T @ target / len(X)
    best = np.linalg.solve(H, b)
    path = gd_quadratic(H, b, np.zeros(2), 2 / np.linalg.eigvalsh(H).sum(), 8)
    valley(axes, H, path, best, 1.3 * np.abs(best).max() * np.ones(2))
    axes.set_title(f"{name}: 8 steps")
show(
    fig,
    alt="Level lines of two losses with a path of 8 steps each. As measured, the valley is narrow "
    "and the path zigzags between its walls; standardized, the bowl is rounder and the path is at "
    "the bottom after a few steps.",
)

# %% [markdown] id="two-bowls-read"
# See the left path bounce from wall to wall and creep along the floor, because the gradient points
# down the steep walls, not along the flat floor where the minimum lies.
#
# ## 2 · Each direction for itself
#
# Why exactly? Since $b=Hw^*$, a step turns the error $e=w-w^*$ into $(I-\text{lr}\cdot H)\,e$.
# Measure that error along the eigenvectors of $H$. There the directions do not know of each other,
# and a step multiplies each by its own constant **[theorem]**:
#
# $$e_i \leftarrow (1-\text{lr}\cdot\lambda_i)\,e_i .$$
#
# - With lr·λ below 1 the error shrinks, from one side.
# - With lr·λ between 1 and 2 it jumps to the other side and still shrinks.
# - With lr·λ above 2 it grows, for ever.
#
# {{predict predict_edge}}

# %% id="predict_edge"
# {{answer}}

# %% id="check-predict_edge"
check("predict_edge", predict_edge)

# %% id="edge"
# NBVAL_CHECK_OUTPUT
for part in [0.5, 0.99, 1.0, 1.01, 1.1]:
    error = (1 - 2 * part) ** 99  # lr = part · 2 / λ, starting from 1
    print(f"lr = {part:<4} · 2/λ   after 99 steps the error is {error:+.3g}")

# %% [markdown] id="exercise-max_stable_lr"
# ## Exercise · max_stable_lr
#
# {{exercise max_stable_lr}}
#
# One learning rate serves all directions. Return the largest one with which the error grows in none
# of them.

# %% id="max_stable_lr"
# {{answer}}

# %% id="check-max_stable_lr"
check(max_stable_lr)

# %% id="limits" tags=["demo"]
# NBVAL_CHECK_OUTPUT
max_stable_lr = use(max_stable_lr)
for unit, size in {"kPa": 0.133322, "mmHg": 1, "Pa": 133.322}.items():
    X = two * [1, size]
    print(f"{unit:<5} largest stable learning rate {max_stable_lr(X.T @ X / len(X)):.2g}")

# %% [markdown] id="limits-read"
# That is the whole story of the pascals: the steepest direction dictates the learning rate, and the
# flattest has to live with it.
#
# ### Explore: one scale, one learning rate
#
# Stretch the second feature, choose a learning rate, and find out three things:
#
# 1. At scale 1, raise lr slowly. What does the path look like just below the limit, and just above?
# 2. Set lr just below the limit, and raise the scale a little. What happens, and why at once?
# 3. At scale 6, use the largest lr that works. Which direction is now the slow one?


# %% id="explore-drawn" tags=["demo"]
def one_rate(axes, scale, lr):
    r = np.corrcoef(two.T)[0, 1]
    H = np.array([[1, r * scale], [r * scale, scale**2]])
    limit, start = max_stable_lr(H), np.array([-1.4, 1.2 / scale])
    with np.errstate(all="ignore"):
        path = gd_quadratic(H, np.zeros(2), start, lr, 40)
    valley(axes, H, path.clip(-50, 50), np.zeros(2), np.array([2, 2]))
    verdict = "it diverges" if lr > limit else "it converges"
    axes.set_title(f"lr = {lr:.3g}, limit 2/λmax = {limit:.3g}: {verdict}")
    left = np.sqrt(path[-1] @ H @ path[-1] / (start @ H @ start))
    return f"lr {lr:.3g}, limit {limit:.3g}: {left:.2g} of the error is left after 40 steps."


# %% id="explore" tags=["demo"]
explorable(
    one_rate,
    alt="Level lines of a loss with two weights and a path of 40 steps that starts at the upper "
    "left. The larger the scale of the second feature, the narrower the valley; above the limit "
    "the jumps from wall to wall grow.",
    size=(6.0, 4.0),
    scale=(1, 8, 0.25, 3),
    lr=(0.01, 1.5, 0.01, 0.2),
)

# %% [markdown] id="explore-found"
# <details><summary>What you should find</summary>
#
# 1. The path jumps from one side of the bottom to the other. Just below the limit each jump is a
#    little shorter than the last, and just above it a little longer, so that at lr = 1.5 the 40
#    jumps lead out of the picture.
# 2. It diverges: λmax grows with the scale, so the limit 2/λmax falls below the rate that you left.
#    There is no gentle transition, because a factor beyond −1 is taken 40 times.
# 3. The weight of the first feature, which was not stretched, because the second now sets the
#    limit, and the rate that it allows is small for the first.
#
# </details>

# %% [markdown] id="kappa"
# ## 3 · One number for the shape
#
# Let lr be as large as it may be. How fast is the flattest direction then? It keeps about
# $1-2\lambda_{\min}/\lambda_{\max}$ of its error per step, so what counts is the ratio of the two
# curvatures, the [**condition number**](../docs/glossary.md#condition-number) of the Hessian:
#
# $$\kappa = \frac{\lambda_{\max}}{\lambda_{\min}}.$$
#
# With $\text{lr}=2/(\lambda_{\min}+\lambda_{\max})$ both ends shrink alike, by
# $(\kappa-1)/(\kappa+1)$ per step, and everything between them faster. Wherever you start, the loss
# above its minimum is down to a share $s$ of itself within
#
# $$\text{steps} \;\le\; \left\lceil\frac{\ln(1/s)}{2\,\ln\frac{\kappa+1}{\kappa-1}}\right\rceil
# \;\approx\; \frac{\kappa}{4}\,\ln\frac1s \qquad\textbf{[theorem]}.$$
#
# <details><summary>A proof</summary>
#
# That loss is $\tfrac12\sum_i\lambda_i e_i^2$, and by section 2 a step multiplies each term by at
# most $\rho^2$, with $\rho=(\kappa-1)/(\kappa+1)$. So at most $\rho^{2t}$ of it is left after $t$
# steps, which is $s$ at $t=\ln(1/s)/(2\ln(1/\rho))$, and for a large κ
# $\ln(1/\rho)\approx2/\kappa$.
#
# </details>

# %% [markdown] id="exercise-hessian_condition"
# ## Exercise · hessian_condition
#
# {{exercise hessian_condition}}
#
# Go from the table of inputs to the condition number of its bowl. `X` is used as it is: if the
# model has a constant, `X` has a column of ones.

# %% id="hessian_condition"
# {{answer}}

# %% id="check-hessian_condition"
check(hessian_condition)

# %% [markdown] id="predicting-steps"
# Now predict the opening from κ alone, without taking a step.

# %% id="predicted-steps" tags=["demo"]
# NBVAL_CHECK_OUTPUT
hessian_condition = use(hessian_condition)
for unit, size in {"mmHg": 1, "Pa": 133.322}.items():
    kappa = hessian_condition(two * [1, size])
    predicted = np.ceil(np.log(100) / (2 * np.log((kappa + 1) / (kappa - 1))))
    print(f"{unit:<5} κ = {kappa:<9,.0f} predicted {predicted:>9,.0f}  taken {steps[unit]:>9,}")

# %% [markdown] id="means-matter"
# ### Why the mean matters too
#
# So far the features were centred, and the constant was left out. Now put it back: with a constant
# and one feature of mean $m$ and standard deviation $s$,
#
# $$H = \begin{pmatrix}1 & m\\ m & m^2+s^2\end{pmatrix}, \qquad
# \kappa + 2 + \frac1\kappa = \frac{(1+m^2+s^2)^2}{s^2} \qquad\textbf{[theorem]}.$$
#
# Both sides are the square of the trace over the determinant. On the left it is written with the
# eigenvalues, $(\lambda_{\max}+\lambda_{\min})^2/(\lambda_{\max}\lambda_{\min})$, and on the right
# with the entries of $H$. (For a large κ both are hardly more than κ.)
#
# A mean far from zero ties the feature to the constant, because each can imitate the other.
# Centring cuts the tie, and dividing by $s$ makes the two equally steep.

# %% id="means-matter-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
mmHg = table.x[:, 3]
one = np.ones(len(mmHg))
scales = {
    "pressure in Pa": 133.322 * mmHg,
    "pressure in mmHg": mmHg,
    "mmHg, centred": mmHg - mmHg.mean(),
    "standardized": (mmHg - mmHg.mean()) / mmHg.std(),
}
for name, x in scales.items():
    print(f"{name:<18} κ = {hessian_condition(np.column_stack([one, x])):.2g}")

# %% [markdown] id="fit-once"
# ## 4 · Fit once, apply everywhere
#
# The remedy costs two lines. What needs care is *whose* mean and *whose* spread.
#
# **Take the training rows', and nobody else's.** The test set stands for patients who have not come
# yet, and a scaler fitted to all rows has seen them: a [**leak**](../docs/glossary.md#data-leak). A
# scaler fitted anew to the test rows is worse, because the model meets features on another scale
# than it was trained on.
#
# A feature that never changes has a standard deviation of 0, so divide by 1 instead, and it comes
# out as 0.

# %% [markdown] id="exercise-fit_scaler"
# ## Exercise · fit_scaler
#
# {{exercise fit_scaler}}
#
# Return the mean and the standard deviation of each feature, biased (÷ N) as in batch norm. Where a
# feature never changes, return 1 for its standard deviation. The check includes a column that is
# 0.1 in all six rows, and a wavelength in metres, and both are meaner than they look.

# %% id="fit_scaler"
# {{answer}}

# %% id="check-fit_scaler"
check(fit_scaler)

# %% [markdown] id="exercise-apply_scaler"
# ## Exercise · apply_scaler
#
# {{exercise apply_scaler}}
#
# Scale any rows, few or many, with a scaler that was fitted elsewhere.

# %% id="apply_scaler"
# {{answer}}

# %% id="check-apply_scaler"
check(apply_scaler)

# %% [markdown] id="leak-test"
# ### A test for leaks
#
# It needs no statistics: change the test rows and see whether the training inputs move.

# %% id="leak-test-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
fit_scaler, apply_scaler = use(fit_scaler), use(apply_scaler)
pipelines = {
    "fitted to the training rows": lambda a, b: apply_scaler(a, fit_scaler(a)),
    "fitted to all rows": lambda a, b: apply_scaler(a, fit_scaler(np.vstack([a, b]))),
}
train, test = table.x[:300], table.x[300:]
for name, prepare in pipelines.items():
    moved = np.abs(prepare(train, test + 100) - prepare(train, test)).max()
    print(f"{name:<28} training inputs move by {moved:.2f}")

# %% [markdown] id="leak-size"
# How much does this leak flatter a score? For least squares trained to the end, not at all, because
# the weights and the constant can undo any scaling **[theorem]**. For other models, usually little
# **[folklore]**. The rule stands anyway: nobody can tell in advance when it matters, and the same
# carelessness with a step that looks at labels, such as choosing features, is fatal (Ambroise and
# McLachlan 2002 **[paper]**).
#
# ### Refitting is worse
#
# Train on 400 breast masses and test on the other 169. Then send the same test masses in two
# groups, the benign and the malignant ones, as a clinic might.

# %% id="refit" tags=["demo"] needs="sklearn"
from coursekit.data import breast_cancer

cancer = breast_cancer()
order = np.random.default_rng(0).permutation(569)
inside, outside = order[:400], order[400:]
s = fit_scaler(cancer.x[inside])
A, level = apply_scaler(cancer.x[inside], s), cancer.y[inside].mean()
w = np.linalg.lstsq(A, cancer.y[inside] - level, rcond=None)[0]

# %% id="refit-groups" tags=["demo"]
# NBVAL_CHECK_OUTPUT
groups = {"all": outside, "benign": outside[cancer.y[outside] == 1]}
groups["malignant"] = outside[cancer.y[outside] == 0]
print(f"{'test group':<12}{'rows':>6}{'training scaler':>18}{'refitted':>11}")
for name, rows in groups.items():
    x, y = cancer.x[rows], cancer.y[rows]
    z = {"training": apply_scaler(x, s), "refitted": apply_scaler(x, fit_scaler(x))}
    right = {k: ((v @ w + level > 0.5) == y).mean() for k, v in z.items()}
    print(f"{name:<12}{len(rows):>6}{right['training']:>18.0%}{right['refitted']:>11.0%}")

# %% [markdown] id="refit-read"
# On the mixed set the refitted scaler goes unnoticed, but on groups it fails, because it removes
# the very difference that the model looks for **[measured here]**. Batch norm in training *is* a
# scaler refitted to every batch, which is why it needs a second mode for testing ([lesson
# 07](07_running_statistics.ipynb)).
#
# ### A learning rate known in advance
#
# One more gift: [standardized](../docs/glossary.md#standardizing) features have mean squares of 1,
# so their $D$ curvatures add up to $D$, and none exceeds $D$. A constant in the model does not mix
# with them, because their means are 0: it has a direction of its own, with curvature 1. So any rate
# *below* $2/D$ is stable for every table in the world **[theorem]**. (At $2/D$ itself, $D$ equal
# columns bounce for ever.)

# %% id="safe-rate" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.experiments import descent

for name, (x, _) in descent.tables().items():
    raw, z = descent.design(x), descent.design(apply_scaler(x, fit_scaler(x)))
    limits = [max_stable_lr(X.T @ X / len(X)) for X in (raw, z)]
    print(f"{name:<14} limit raw {limits[0]:.0e}   standardized {limits[1]:.2f}", end="")
    print(f"   promised at least 2/{x.shape[1]} = {2 / x.shape[1]:.2f}")

# %% [markdown] id="correlation"
# ## 5 · What standardizing leaves
#
# {{predict predict_correlated}}

# %% id="predict_correlated"
# {{answer}}

# %% id="check-predict_correlated"
check("predict_correlated", predict_correlated)

# %% id="correlated" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for r in [0.0, 0.5, 0.9, 0.98, 0.999]:
    H = np.array([[1, r], [r, 1]])
    print(f"correlation {r:<6} κ = {np.linalg.cond(H):.0f}")
z = apply_scaler(cancer.x, fit_scaler(cancer.x))
pair = [cancer.features.index(f"mean {f}") for f in ("radius", "perimeter")]
print(f"mean radius and mean perimeter: {np.corrcoef(z[:, pair].T)[0, 1]:.3f}", end="")
print(f", κ of the two = {hessian_condition(z[:, pair]):.0f}")

# %% [markdown] id="whitening"
# Two features that say the same leave a flat direction, their difference. To remove it as well,
# rotate to the principal directions, where nothing is correlated, and divide *there*. This is
# called [**whitening**](../docs/glossary.md#whitening). The covariance $C=U\Lambda U^\top$ of the
# inputs becomes the identity, and with it the Hessian, so that κ = 1.
#
# $$\text{PCA:}\quad (X-\mu)\,U\,(\Lambda+\varepsilon)^{-1/2} \qquad\qquad
# \text{ZCA:}\quad (X-\mu)\,U\,(\Lambda+\varepsilon)^{-1/2}\,U^\top$$
#
# Any rotation of white data is white, so there are many ways to whiten. ZCA turns back to the
# features' own axes, and of all ways it is the one that changes the data least (Kessy, Lewin and
# Strimmer 2018 **[theorem]**). Both facts hold with $\varepsilon=0$; a small $\varepsilon$ keeps
# directions without variance from being blown up.

# %% [markdown] id="exercise-zca_whiten"
# ## Exercise · zca_whiten
#
# {{optional}}
#
# {{exercise zca_whiten}}
#
# Centre, covariance (÷ N), eigenvectors, and the matrix that turns, scales and turns back.
# `np.linalg.eigh` returns the directions as *columns*.

# %% id="zca_whiten"
# {{answer}}

# %% id="check-zca_whiten"
check(zca_whiten)

# %% id="whitened-pair" tags=["demo"]
# NBVAL_CHECK_OUTPUT
zca_whiten = use(zca_whiten)
stages = {"standardized": z[:, pair], "whitened": zca_whiten(z[:, pair], 0)}
for name, x in stages.items():
    r = np.corrcoef(x.T)[0, 1] + 0.0
    print(f"{name:<13} correlation {abs(r):.3f}   κ = {hessian_condition(x):.0f}")

# %% [markdown] id="digits"
# What "changes the data least" means is best seen on images, so whiten 1797 digits both ways.

# %% id="digits-whitened" tags=["demo"] needs="sklearn"
from coursekit.data import digits

pixels = digits().images.reshape(-1, 64) / 16
spread, U = np.linalg.eigh(np.cov(pixels.T, bias=True))
rows = {
    "pixels": pixels,
    "ZCA": zca_whiten(pixels, 0.03),
    "PCA": (pixels - pixels.mean(0)) @ U / np.sqrt(spread + 0.03),
}

# %% id="digits-drawn" tags=["demo"]
fig, panels = figure(3, 8, size=(7.5, 3.0))
for line, (name, x) in zip(panels, rows.items(), strict=True):
    for axes, image in zip(line, x[:8], strict=True):
        limits = (0, 1) if name == "pixels" else (-2.5 * x.std(), 2.5 * x.std())
        axes.imshow(image.reshape(8, 8), cmap="gray_r", clim=limits)
        axes.set(xticks=[], yticks=[])
    line[0].set_ylabel(name)
title = "Whitened in two ways (ε = 0.03): only ZCA still shows digits"
fig.suptitle(title, x=0.05, ha="left", fontsize=11)
show(
    fig,
    alt="Eight handwritten digits in three rows: as pixels, ZCA-whitened and PCA-whitened. The ZCA "
    "row shows the digits with sharpened edges; the PCA row shows patterns without any shape.",
)

# %% [markdown] id="experiment"
# See the ZCA digits: outlines, because whitening removes what neighbouring pixels have in common
# and keeps what differs. The PCA row holds the same information, turned beyond recognition.
#
# ## Experiment: three tables, four preparations
#
# Wine (178 × 13), diabetes (442 × 10), breast cancer (569 × 30); classes are columns of 0 and 1.
# The rules:
#
# - Every preparation is an [*arm*](../docs/glossary.md#arm) of the experiment, and all start from
#   the same function, which predicts the mean of the training targets.
# - Every arm gets the best of 20 learning rates, fractions of *its own* limit.
# - Each seed draws 80 % of the rows, to which preparations are fitted. The number behind ×÷ is a 95
#   % interval over 10 seeds. It was taken on the logarithm and is therefore a factor: $a$ ×÷ $b$
#   reaches from $a/b$ to $a\cdot b$.
#
# Billions of steps are counted and not taken, with the formula of section 2, which agrees with
# walking wherever walking is possible.

# %% id="experiment-run" tags=["demo"] needs="scipy"
from coursekit.experiments import interval

seeds = range(1 if quick() else 10)
shares = [1e-2, 1e-6]
found = {name: descent.speed(x, y, seeds, shares) for name, (x, y) in descent.tables().items()}
print(f"{'steps to 99 %':<15}" + "".join(f"{arm:>19}" for arm in descent.ARMS))
for name, speed in found.items():
    mean, half = interval(np.log10(speed.steps[:, :, 0]), axis=1)
    cells = [f"{10**m:.2g} ×÷ {10**h:.2f}" for m, h in zip(mean, half, strict=True)]
    print(f"{name:<15}" + "".join(f"{c:>19}" for c in cells))

# %% id="experiment-drawn" tags=["demo"] jupyter={"source_hidden": true}
# The figure below is drawn here.
LOOK = dict(zip(descent.ARMS, ["red", "orange", "blue", "green"], strict=True))
MARK = dict(zip(found, "so^", strict=True))
fig, panels = figure(1, 2, size=(9, 3.8), sharey=True)
line = np.geomspace(1.5, 1e13, 50)
for axes, share, i in zip(panels, shares, range(2), strict=True):
    axes.loglog(line, descent.steps_promised(line, share), "k--", label="promised by κ")
    for name, speed in found.items():
        for a, arm in enumerate(descent.ARMS):
            style = {"color": COLOURS[LOOK[arm]], "marker": MARK[name], "linestyle": ""}
            kappa, taken = np.median(speed.kappa[a]), np.median(speed.steps[a, :, i])
            axes.plot(kappa, taken, label=arm if name == "wine" else None, **style)
    axes.set(xlabel="condition number κ")
    axes.set_title(f"until {100 * (1 - share):.6g} % of the gain is made")
panels[0].set_ylabel("steps (median of seeds)")
panels[0].legend(fontsize=8)
for name, mark in MARK.items():
    panels[1].plot([], [], mark, color=COLOURS["grey"], label=name)
panels[1].legend(fontsize=8)
early, late = (f"{100 * (1 - share):.6g} percent" for share in shares)
show(
    fig,
    alt="Steps against condition number, both logarithmic, for three tables and four preparations. "
    f"For {early} most points lie far below the dashed line that the condition number promises; "
    f"for {late} they lie close to it. Raw lies far right and up, whitened at one step.",
)

# %% id="experiment-said" tags=["demo"]
for name, speed in found.items():
    gain = speed.steps[0, :, 0] / speed.steps[2, :, 0]
    print(f"{name}: standardizing saves a factor of {np.median(gain):.0e}")
    promised = descent.steps_promised(speed.kappa[2][:, None], shares)
    early, late = np.median(promised / speed.steps[2], axis=0)
    print(f"    promised by κ / taken, standardized: {early:.0f} to 99 %, {late:.1f} to the end")

# %% [markdown] id="experiment-read"
# **Result [measured here].** With raw inputs nobody would wait for the end. Centring helps,
# dividing helps more, and whitening arrives in one step, as it must, because with κ = 1 a single
# step of lr = 1 *is* the solution, known as Newton's step.
#
# See also what κ does *not* say. In the left panel the points lie far below the promise, because κ
# is about the worst direction, while early on most of the gain lies in steep ones. In the right
# panel, where the last digits are wanted, the promise is nearly kept. κ predicts the end of
# training, not its beginning.
#
# ### So whiten everything?
#
# Now train on few patients, 60 of the 569 with 30 features each, and measure on the others. Every
# arm walks at 1/λmax, half its own limit.
#
# {{predict predict_white_test}}

# %% id="predict_white_test"
# {{answer}}

# %% id="check-predict_white_test"
check("predict_white_test", predict_white_test)

# %% id="few-patients" tags=["demo"] needs="scipy"
x, y = descent.tables()["breast cancer"]
counts = [1, 10, 100, 1000, 10_000]
few = descent.unexplained(x, y, range(1 if quick() else 20), train=60, steps=counts)
print(f"{'unexplained after':<18}" + "".join(f"{c:>14,}" for c in counts) + "  steps")
for arm, values in zip(descent.ARMS, few, strict=True):
    mean, half = interval(values)
    cells = [f"{m:.2f} ± {h:.2f}" for m, h in zip(mean, half, strict=True)]
    print(f"{arm:<18}" + "".join(f"{c:>14}" for c in cells))

# %% id="few-patients-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
counts = np.unique(np.geomspace(1, 1e5, 26).astype(int))
few = descent.unexplained(x, y, range(1 if quick() else 20), train=60, steps=counts)
fig, axes = figure(size=(7, 3.6))
for arm, values, mark in zip(descent.ARMS, few, "sD^o", strict=True):
    mean, half = interval(values)
    style = {"color": COLOURS[LOOK[arm]], "markersize": 4}
    axes.semilogx(counts, mean, mark + "-", label=arm, **style)
    axes.fill_between(counts, mean - half, mean + half, color=style["color"], alpha=0.2)
axes.axhline(1, color=COLOURS["grey"], linestyle=":")
axes.set(xlabel="steps", ylabel="unexplained on unseen patients", ylim=(0, 1.4))
axes.set_title("60 patients: the fastest preparation is the worst (dotted: the mean)")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
dip, white = few[2].mean(axis=0), few[3].mean()
lowest, best = dip.min(), counts[dip.argmin()]
show(
    fig,
    alt="Unexplained share of the label's variance on unseen patients against steps. Standardized "
    f"inputs dip to {lowest:.2f} at {best} steps and rise later; whitened inputs stand at "
    f"{white:.2f} from the first step; raw and centred inputs fall slowly.",
)

# %% [markdown] id="few-patients-read"
# The fastest preparation gives the worst model **[measured here]**. A flat direction is one along
# which the inputs hardly vary, and with 60 patients what the data say about it is mostly noise.
# Standardized inputs learn the steep directions first, and stopping early leaves the noise
# unlearned, while whitened inputs learn everything at once, the noise included. (Trained to the
# very end, all four arms meet at whitening's bad value, because they share the best fit
# **[theorem]**.)
#
# Is it the number of patients? Take the same again with 455 of them.

# %% id="many-patients" tags=["demo"] needs="scipy"
many = descent.unexplained(x, y, range(1 if quick() else 20), train=455, steps=[1000])
for arm, values in zip(descent.ARMS, many[:, :, 0], strict=True):
    mean, half = interval(values)
    print(f"{arm:<13} after 1,000 steps {mean:.2f} ± {half:.2f}")

# %% [markdown] id="many-patients-read"
# With enough patients even the flat directions are known, so standardized and whitened inputs can
# no longer be told apart, and only the raw and the centred ones lag behind. Whether whitening hurts
# is a question of how many samples there are for each feature **[measured here]**.
#
# Wadia et al. (2021) argue that whitening can destroy what makes generalization possible when
# features are about as many as samples, or more **[paper]**. For networks in practice the question
# is **[contested]**: Decorrelated Batch Normalization (Huang et al. 2018) whitens each layer with
# ZCA and reports gains.
#
# ## What this has to do with batch norm
#
# The 2015 paper starts from this lesson: networks had long been known to train faster on whitened
# inputs, and the input of every layer is some other layer's output. Whitening each layer in every
# step was too expensive, so the paper kept the first two thirds of it, to centre and to divide
# (Ioffe and Szegedy, sections 2 and 3 **[paper]**). What about the article that this course grew
# from?
#
# - *Normalizing inputs speeds up convergence.* **Holds** for the linear models above **[measured
#   here]**, whose steps κ bounds **[theorem]**; for deep networks it is an analogy, tested in
#   [lesson 10](10_training_with_batchnorm.ipynb) **[contested]**.
# - *It makes training less sensitive to the learning rate.* **Holds** for inputs, because the
#   limit, which could be anything, moves to between 2/D and 2 **[theorem]**.
# - *Batch norm normalizes the inputs to each layer.* **Needs a condition**: it does so where it is
#   inserted, and for each feature by itself, so scales go and correlations stay **[theorem]**.
# - *It improves stability.* **Needs a condition**: below 2/λmax everything here is stable, scaled
#   or not. Scaling moves that limit to where you would look for it **[theorem]**.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Scaling makes the model better."* Least squares has the same best fit in any unit. Scaling
#   changes the way there, and so what you have when you stop.
# - *"A diverging loss means the data are bad."* In a bowl it means lr > 2/λmax, and one feature in
#   small units is enough for that.
# - *"Scaling the test set with its own mean is cleaner."* It makes a patient's result depend on who
#   else was tested.
# - *"Standardized means independent."* Correlations are untouched, and so is the flat direction.
# - *"A condition number of 10¹² means 10¹² steps."* It is a promise about the worst direction and
#   the last digits; most of the gain comes much sooner.
# - *"std == 0 finds constant features."* Not in floating point, where a column of 0.1 has a mean
#   that is not quite 0.1.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Each answer is one letter in quotes, `"a"`, and a wrong option tells you why it is wrong.

# %% [markdown] id="quiz-1"
# {{quiz quiz_scale_leak}}

# %% id="quiz_scale_leak"
# {{answer}}

# %% id="check-quiz_scale_leak"
check("quiz_scale_leak", quiz_scale_leak)

# %% [markdown] id="quiz-2"
# {{quiz quiz_scale_unit}}

# %% id="quiz_scale_unit"
# {{answer}}

# %% id="check-quiz_scale_unit"
check("quiz_scale_unit", quiz_scale_unit)

# %% [markdown] id="quiz-3"
# {{quiz quiz_scale_rate}}

# %% id="quiz_scale_rate"
# {{answer}}

# %% id="check-quiz_scale_rate"
check("quiz_scale_rate", quiz_scale_rate)

# %% [markdown] id="quiz-4"
# {{quiz quiz_scale_white}}

# %% id="quiz_scale_white"
# {{answer}}

# %% id="check-quiz_scale_white"
check("quiz_scale_white", quiz_scale_white)

# %% [markdown] id="quiz-5"
# {{quiz quiz_scale_same_fit}}

# %% id="quiz_scale_same_fit"
# {{answer}}

# %% id="check-quiz_scale_same_fit"
check("quiz_scale_same_fit", quiz_scale_same_fit)

# %% [markdown] id="recap"
# ## Recap
#
# - A linear model's loss is a bowl, $H=X^\top X/N$. Along each eigenvector a step multiplies the
#   error by $1-\text{lr}\cdot\lambda$, so it diverges above $2/\lambda_{\max}$.
# - $\kappa=\lambda_{\max}/\lambda_{\min}$ bounds the steps; a unit enters it squared, and a mean
#   far from zero counts as well.
# - Fit a scaler to the training rows, with std 1 for a constant feature, and apply it to
#   everything.
# - Standardized features allow every lr below 2/D, on any table, although correlations stay.
# - Whitening removes them too: κ = 1, one step. ZCA is the whitening that changes the data least.
# - The fastest way down is not the best model, because with few samples slow directions are noise.
#
# **Next:** [03 Signals through depth](03_signals_through_depth.ipynb) follows signals through many
# layers, where no scaler has been fitted. [04 Batch norm, forward](04_batchnorm_forward.ipynb)
# refits one in every step.

# %% [markdown] id="stretch"
# ## Stretch goal
#
# Leave the inputs as they are, and give every weight a learning rate of its own instead. Choose the
# rates so that gradient descent on the raw (centred) table takes exactly the steps that it takes on
# the standardized one. Prove it with `gd_quadratic`, where `lr` may be an array. Then explain why
# Adam, which keeps a rate per weight, minds units less, and why it cannot replace whitening.
#
# <details><summary>What you should find</summary>
#
# With $z=x/\sigma$ the weights are related by $v=\sigma w$. A step
# $v\leftarrow v-\text{lr}\, g/\sigma$ is, in terms of $w$, a step
# $w\leftarrow w-(\text{lr}/\sigma^2)\,g$, so each weight's rate is divided by its feature's
# variance. A rate per weight can stretch the bowl along the axes, but it cannot rotate it.
#
# </details>

# %% [markdown] id="references"
# ## References
#
# {{reference lecun1991}}
# {{reference lecun1998: sections 4.3 and 5}}
# {{reference ioffe2015: sections 2 and 3}}
# {{reference kessy2018}}
# {{reference bell1997: where ZCA got its name}}
# {{reference huang2018}}
# {{reference wadia2021}}
# {{reference ambroise2002}}
# {{reference data_diabetes}}
# {{reference data_wine}}
# {{reference data_breast_cancer}}
# {{reference data_digits}}

# %% [markdown] id="instructor-notes"
# <details><summary>Instructor notes</summary>
#
# **Timing.** Opening and `gd_quadratic` 10 minutes, the limit and the explorable 8, κ and the means
# 8, the scaler and its misuse 14, whitening 2, the experiments 5, verdicts and quiz 8. Short of
# time, take `zca_whiten`, another 13, as given and keep the digits and the last figure.
#
# **Ask the room.** Before the opening cell: "The fit is the same in any unit, so what could
# possibly change?" Before the experiment: "Which of four preparations would you bet on?" Take a
# vote, run it, then show the 60 patients and vote again.
#
# **Where it goes wrong.** `w -= …` in `gd_quadratic` fills the path with one and the same array;
# let them print it. Many write 1/λmax for the limit, and have a point: ask what happens between
# 1/λmax and 2/λmax, and let the explorable answer. In `fit_scaler` nearly everyone writes
# `std == 0` first; the column of 0.1 settles it. In `apply_scaler` some refit out of habit; send a
# single patient.
#
# **If they finish early.** The stretch goal, or: what does gradient descent do when two columns are
# equal, κ is infinite and the fit is not unique?
#
# </details>
