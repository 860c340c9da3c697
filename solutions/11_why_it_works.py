# %% [markdown] id="title"
# # Why it works
#
# **If batch norm helps because layers' inputs stand still, what if you shake them?**
#
# That batch norm helps is one claim, and why it helps is another. The second is harder, because
# every reason that was ever given comes with a story in which it sounds right. This lesson turns
# four reasons into numbers, and gives each an experiment that it could fail.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, quick, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess"
# ## Guess first
#
# {{predict predict_shaken}}

# %% id="predict_shaken"
# {{answer}}

# %% id="check-predict_shaken"
check("predict_shaken", predict_shaken)

# %% [markdown] id="shift"
# ## 1 · Inputs that stand still
#
# The paper that introduced batch norm gives a reason in its title. While a network learns, the
# weights of its first layers change, and with them the distribution of what later layers are
# handed. Ioffe and Szegedy (2015) call that
# [*internal covariate shift*](../docs/glossary.md#internal-covariate-shift) and say that a layer
# learns faster if it need not follow **[paper]**. It is a good story, and as it stands it cannot
# be wrong, because nobody has said what is to be measured.
#
# So make it a number, by taking one layer and looking at each of its units at two moments of
# training, over a batch. How far has the unit's mean moved? A length needs a measure, and the
# unit's own spread before the move is a fair one. A move by 2 then says that a typical value of
# before would now be an outlier. The average over the units is the layer's *drift*.

# %% [markdown] id="exercise-drift"
# ## Exercise · drift
#
# {{exercise drift}}
#
# `h` holds what one layer is handed at T moments, N samples of D units each. The spread is the
# deviation over the samples with `eps` under the root, as in the norm. Return a number for each
# move from a moment to the next.

# %% id="drift"
# {{answer}}

# %% id="check-drift"
check(drift)

# %% [markdown] id="drift-text"
# Now watch a real layer in a network whose six layers of 64 tanh units learn the digits, with batch
# norm before each tanh and without, and a recorder keeps what the fifth tanh is handed at each of
# 60 steps.

# %% id="recorder" tags=["demo"] needs="torch"
import torch

from coursekit.experiments import noisy_norm
from coursekit.training import digits, train

drift = use(drift)


class Recorder(torch.nn.Module):
    """Passes x on, and keeps what the first network was handed while it trained."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x):
        if self.training:
            self.seen.append(x[0].detach().cpu().double().numpy())
        return x


# %% id="recorded" tags=["demo"] needs="torch"
def recorded(norm, steps=60):
    """What the fifth activation is handed at each step: (T, N, D)."""
    tape = Recorder()
    options = dict(seeds=[0], lr=0.03, steps=steps, title=norm)
    train(
        lambda s, p: noisy_norm.network(s, p, act="tanh", norm=norm, watch=tape),
        digits(),
        **options,
    )
    return np.stack(tape.seen)


# %% id="drift-run" tags=["demo"] needs="torch sklearn"
tapes = {norm: recorded(norm, 20 if quick() else 60) for norm in ("none", "batch")}
for norm, h in tapes.items():
    moved = drift(h)
    print(f"{norm:<6} drift in 10 steps {moved[:10].mean():.4f}, later {moved[10:].mean():.4f}")

# %% [markdown] id="drift-read"
# Without a norm a typical unit moves by a noticeable part of its spread at every step. With batch
# norm it hardly moves at all **[measured here]**. Before you count that as evidence, ask whether it
# could have come out otherwise. A batch norm's output has the mean β in every batch, whatever the
# weights do, so what remains is the drift of β itself **[theorem]**. The number confirms that the
# layer does what it was built to do, and leaves open whether *that* is why it helps.

# %% [markdown] id="shake"
# ## 2 · Shake it
#
# A cause can be tested by taking it away while everything else stays. Santurkar et al. (2018) leave
# batch norm where it is and put the drift back **[paper]**. After each norm they add noise whose
# distribution changes at every step, so that later layers have to follow as much as ever. If
# inputs that stand still are the reason, then this should undo what batch norm has won.
#
# Where the noise goes is half of the idea. Before the norm, a common scale and shift would be taken
# out again. After it, they reach the next layer.

# %% [markdown] id="exercise-noisy_batch_norm"
# ## Exercise · noisy_batch_norm
#
# {{exercise noisy_batch_norm}}
#
# `scale` and `shift` are drawn by whoever calls you, anew at every step. Each has an entry for
# every unit, which all samples of the batch share. The next layer is to be handed batch norm's
# output, γ and β included, times 1 + `scale`, and then plus `shift`.

# %% id="noisy_batch_norm"
# {{answer}}

# %% id="check-noisy_batch_norm"
check(noisy_batch_norm)

# %% [markdown] id="where-text"
# Check the idea on digits before you trust it with a network. Two batches go through the layer with
# new noise each, once shaken behind the norm and once in front of it.

# %% id="where" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit import data

noisy_batch_norm = use(noisy_batch_norm)
rng = np.random.default_rng(0)
pixels = data.digits().images.reshape(-1, 64) / 16
W = rng.standard_normal((64, 5))
batches = [pixels[:200] @ W, pixels[200:400] @ W]
one, zero = np.ones(5), np.zeros(5)
noise = rng.uniform(0.5, 1.5, (2, 2, 5))  # two batches: a scale and a shift for each unit
behind = [noisy_batch_norm(x, one, zero, *n) for x, n in zip(batches, noise, strict=True)]
shaken = [(1 + a) * x + b for x, (a, b) in zip(batches, noise, strict=True)]
before = [noisy_batch_norm(x, one, zero, zero, zero) for x in shaken]
print(f"drift if shaken behind the norm:      {drift(np.stack(behind))[0]:.2f}")
print(f"drift if shaken in front of the norm: {drift(np.stack(before))[0]:.2f}")

# %% [markdown] id="experiment"
# ## Experiment: drift put back
#
# Six layers of 64 units learn the digits by SGD with momentum at the rate 0.03, batches of 64, for
# 200 steps. Every arm starts from the same seeds, and the noise is standard normal for the shift
# and uniform for the scale, times 1 behind sigmoids and times ½ behind tanh. *Drift* is an average
# over the steps, measured at the fifth activation. *Steps* are those to a training loss of 0.5.
#
# The rate is the same for all arms, because the question is about the same training with and
# without drift, and lesson 10 compares each at its own best. Accuracy is not reported, since
# running statistics that were gathered under noise would be to blame for part of it.

# %% id="shaken-run" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import interval

seeds, steps = (range(2), 20) if quick() else (range(8), 200)
found = noisy_norm.measure(seeds, steps=steps)
print(f"{'':<18}{'drift':>16}{'steps':>16}{'loss at the end':>20}")
for arm, seen in found.items():
    drifted, end = interval(seen.drift), interval(seen.final)
    needed = interval(seen.steps) if np.isfinite(seen.steps).all() else None
    words = f"{needed.mean:.1f} ± {needed.half:.1f}" if needed else "never"
    print(f"{arm:<18}{drifted.mean:>9.3f} ± {drifted.half:.3f}{words:>17}", end="")
    print(f"{end.mean:>13.3f} ± {end.half:.3f}")

# %% id="shaken-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="torch sklearn scipy"
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

fig, panels = figure(1, 2, size=(8.5, 3.3))
looks = {"none": ("grey", ":"), "batch": ("blue", "-"), "noisy": ("orange", "--")}
names = {"none": "no norm", "batch": "batch norm", "noisy": "batch norm, shaken"}
for axes, act in zip(panels, ("sigmoid", "tanh"), strict=True):
    for norm, (color, line) in looks.items():
        mean, half = interval(found[f"{act}, {norm}"].loss)
        t = np.arange(1, len(mean) + 1)
        axes.plot(t, mean, line, color=COLOURS[color], label=names[norm])
        axes.fill_between(t, mean - half, mean + half, color=COLOURS[color], alpha=0.2)
    axes.set(xlabel="step", ylabel="training loss, smoothed", title=act, yscale="log")
panels[0].legend(fontsize=8)
show(
    fig,
    alt="Training loss of three arms, for sigmoid and for tanh. With sigmoids the network without "
    "a norm stays where it began, while batch norm and shaken batch norm fall together. With tanh "
    "all three fall; batch norm is first, the shaken one next, and it ends above the other two.",
)

# %% [markdown] id="experiment-read"
# **What came out [measured here].** With sigmoids the shaken network's inputs drift by {{result
# shaken-run | sigmoid, noisy | drift : mean}} deviations at a step, more than the {{result
# shaken-run | sigmoid, none | drift : mean}} of the network without a norm. It needs {{result
# shaken-run | sigmoid, noisy | steps : mean .0f}} steps where batch norm in peace needs {{result
# shaken-run | sigmoid, batch | steps : mean .0f}}, and the network without a norm never arrives.
# With tanh the shaken one drifts by {{result shaken-run | tanh, noisy | drift : mean}} where the
# one without a norm drifts by {{result shaken-run | tanh, none | drift : mean}}, and still needs
# {{result shaken-run | tanh, noisy | steps : mean .0f}} steps against {{result shaken-run | tanh,
# none | steps : mean .0f}}.
#
# Over 20 other seeds the [ledger](../docs/claims.md) says the same. With sigmoids and without a
# norm it takes at least {{claim 17.2}} times the steps of the shaken network. It may be many more,
# because runs that never arrive count as the longest that were allowed.
#
# What follows, and what does not?
#
# - With sigmoids batch norm's gain does **not need** inputs that stand still, because nearly all of
#   it stays. The purest form of the story is refuted, for this network and this measure of drift.
# - Drift is **not harmless**. With tanh shaking costs {{claim 18.1}} times the steps of batch norm,
#   which is more than half of what the norm had saved on this page, and in the end it leaves the
#   highest loss of the three.
# - Nothing here says what the reason **is**. To refute one story does not prove another.
#
# There are other measures, too. Santurkar et al. also ask how much a layer's *gradient* changes
# when the layers below it are updated, and find it no smaller with batch norm **[paper]**. Whoever
# defends the story may define shift in another way again, which is why the question stays
# **[contested]**. What cannot be defended is the sentence without a definition.

# %% [markdown] id="smooth"
# ## 3 · A smoother loss
#
# The same authors offer another reason, which begins with the gradient. It is a promise about the
# loss nearby, so training can take large steps if that promise still holds at the end of a step.
# They prove, under assumptions, that batch norm lowers bounds on how fast the loss changes, and how
# fast the gradient does **[paper]**. Bounds are no observation, though, so look at the loss along
# the step that training is about to take. Two numbers describe what is seen there.
#
# - The *range of the loss*, its largest value on the way minus its smallest, is small where the
#   loss is tame.
# - The *change of the gradient*, $\lVert\nabla L(w-\ell g)-g\rVert/\lVert g\rVert$ with
#   $g=\nabla L(w)$, says how much of the promise is left. At 0 nothing has changed, and from 1 on
#   the gradient may point anywhere.

# %% [markdown] id="exercise-loss_along_gradient"
# ## Exercise · loss_along_gradient
#
# {{exercise loss_along_gradient}}
#
# `f` is a function: weights (D,) in, the loss and its gradient (D,) out. All K points lie on one
# straight line, that of the gradient at `w`.

# %% id="loss_along_gradient"
# {{answer}}

# %% id="check-loss_along_gradient"
check(loss_along_gradient)

# %% [markdown] id="line-text"
# Now look along the steps of a real network of six ReLU layers, in NumPy, whose parameters are
# packed into one long vector for the purpose. It trains for 60 steps, with batch norm and without,
# and at every tenth step it is looked at along its gradient, on the batch of that step.

# %% id="line-setup" tags=["demo"] needs="sklearn"
from coursekit.experiments import detached_statistics

loss_along_gradient = use(loss_along_gradient)
images, labels, *_ = detached_statistics.digits()


def as_function(params, batch, norm):
    """The loss as a function of one long vector, and the vector of these parameters."""
    sizes = [p.size for p in params.values()]

    def f(w):
        parts = np.split(w, np.cumsum(sizes)[:-1])
        there = {k: v.reshape(p.shape) for (k, p), v in zip(params.items(), parts, strict=True)}
        found = detached_statistics.one_pass(
            there, images[None, batch], labels[None, batch], norm=norm
        )
        return found.loss[0], np.concatenate([found.gradients[k].ravel() for k in params])

    return f, np.concatenate([p.ravel() for p in params.values()])


# %% id="line-run" tags=["demo"] needs="sklearn"
LENGTHS = np.linspace(0, 0.4, 21)
lines = {}  # norm, moment -> losses and changes along the line
for norm in (False, True):
    rng = np.random.default_rng(1)
    params = detached_statistics.start([0], depth=6)
    for moment in range(21 if quick() else 61):
        f, w = as_function(params, rng.choice(len(images), 64, replace=False), norm)
        if moment % 10 == 0:
            lines[norm, moment] = loss_along_gradient(f, w, LENGTHS)
        w = w - 0.03 * f(w)[1]
        parts = np.split(w, np.cumsum([p.size for p in params.values()])[:-1])
        params = {k: v.reshape(p.shape) for (k, p), v in zip(params.items(), parts, strict=True)}
    name, first, last = "batch norm" if norm else "no norm", lines[norm, 0], lines[norm, moment]
    print(f"{name:<11}loss at the start {first[0][0]:.2f}, after {moment} steps {last[0][0]:.2f}")

# %% [markdown] id="explore"
# ### Explore: along one step
#
# The line is as long as a step with the rate 0.4 would be; training itself takes steps with the
# rate 0.03. Three questions are to be settled on the way.
#
# 1. At the start, how far could each network go before its loss stops falling?
# 2. Up to which length does the gradient keep its promise, with a change below 1?
# 3. Does training make the two more alike, or less?

# %% id="explored" tags=["demo"] jupyter={"source_hidden": true} needs="sklearn"
# The explorable below is made here.
from coursekit.figures import explorable


def draw(axes, moment, shown):
    """Both networks along their gradients: the loss, or how much the gradient has changed."""
    said = []
    for norm, (color, line) in {False: ("grey", ":"), True: ("blue", "-")}.items():
        losses, changes = lines[norm, moment]
        y, name = losses if shown == "loss" else changes, "batch norm" if norm else "no norm"
        axes.plot(LENGTHS, y, line, color=COLOURS[color], label=name)
        best = LENGTHS[np.argmin(losses)]
        kept = LENGTHS[changes < 1].max()
        said.append(
            f"{name}: lowest loss at {best:.2f}, gradient changed by less than 1 up to {kept:.2f}"
        )
    axes.axvline(0.03, color="black", linewidth=0.6)
    axes.set(xlabel="length of the step, as a learning rate", ylabel=shown, yscale="log")
    axes.legend()
    return f"After {moment} steps. {'; '.join(said)}."


explorable(
    draw,
    alt="The loss along the gradient, for a network with batch norm and one without.",
    moment=sorted({m for _, m in lines}),
    shown=["loss", "change of the gradient"],
)

# %% [markdown] id="explore-found"
# <details><summary>What you should find</summary>
#
# 1. Without a norm a step of 0.02 or so is all that the loss allows, and at three times that it
#    stands above where it began. With batch norm it falls along most of the line.
# 2. Without a norm the gradient has changed by its own length within a step or two of training.
#    With batch norm it takes about three steps.
# 3. Less. The loss without a norm gets rougher as it falls, while that with batch norm hardly
#    changes its look. And still the rough network has the *lower* loss in the end, as printed
#    above, because at the rate 0.03 its steps are just short enough.
#
# </details>

# %% [markdown] id="landscape"
# ### Experiment: both activations, many seeds
#
# One network and one seed are an anecdote. The same is now done for twelve seeds and for two
# activations, at ten moments of the first 60 steps. Each number is a median over the moments, and
# the lengths are four rates from 0.05 to 0.4.

# %% id="landscape-run" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import landscape

looked = landscape.measure(range(2 if quick() else 12), steps=12 if quick() else 60)
print("without a norm over with batch norm; above 1, batch norm is the smoother")
for name, logs in landscape.effects(looked).items():
    mean, half = interval(logs)
    low, high = np.exp(mean - half), np.exp(mean + half)
    print(f"{name.partition(',')[0]:<28}{np.exp(mean):6.2f} [{low:.2f}, {high:.2f}]")

# %% [markdown] id="landscape-read"
# **What came out [measured here].** With ReLU the loss ranges {{result landscape-run | relu: loss
# range | : mean .0f}} times as far without a norm, and the gradient changes {{result landscape-run
# | relu: gradient change | : mean .0f}} times as much. That is the picture of the paper. With tanh
# the gradient still keeps its promise better with batch norm ({{result landscape-run | tanh:
# gradient change}} times), while the range of the loss hardly differs ({{result landscape-run |
# tanh: loss range}}).
#
# So *smoother* depends on what is measured and on the activation. There are two more reservations.
# All of it holds at one learning rate, so that the networks are looked at in different places. And
# a smooth loss need not be a fast one. In the network above the rough loss fell from
# {{result line-run | no norm | loss at the start}} to {{result line-run | no norm | 3}} and the
# smooth one from {{result line-run | batch norm | loss at the start}} to only
# {{result line-run | batch norm | 3}}, because at so low a rate roughness does not matter. What
# smoothness could buy is a higher rate, and that is how the claim has to be read. Nobody has taken
# the smoothness away and left everything else, as the noise did with the drift.

# %% [markdown] id="depth"
# ## 4 · Gradients through many layers
#
# A third reason is that batch norm keeps gradients from vanishing and from exploding. These are two
# claims, so each needs a measurement of its own.
#
# {{predict predict_growth}}

# %% id="predict_growth"
# {{answer}}

# %% id="check-predict_growth"
check("predict_growth", predict_growth)

# %% [markdown] id="exercise-gradient_growth"
# ## Exercise · gradient_growth
#
# {{exercise gradient_growth}}
#
# In a network whose layers are all alike, gradients grow or shrink by about the same factor in
# each. `sizes` has a row for each of S networks: the sizes of its L layers' gradients, all above 0.

# %% id="gradient_growth"
# {{answer}}

# %% id="check-gradient_growth"
check(gradient_growth)

# %% [markdown] id="compound-text"
# A factor near 1 looks harmless. Here is what becomes of one in 50 layers, which take 49 steps.

# %% id="compound" tags=["demo"]
# NBVAL_CHECK_OUTPUT
gradient_growth = use(gradient_growth)
for factor in (0.8, 0.98, 1.02, 1.2):
    sizes = factor ** np.arange(49, -1, -1)[None]  # one network, first layer first
    print(f"growth {gradient_growth(sizes)[0]:.2f} a layer: × {sizes[0, 0]:.1e} in all")

# %% [markdown] id="scale-text"
# Begin with the size of the weights. A gradient that goes back through a linear layer is multiplied
# by its weights, and on its way through batch norm it is divided by σ, which grows with those same
# weights. The two cancel, whatever the size **[theorem]**. Twelve ReLU blocks with He's weights,
# all of them times a tenth, one and ten, before any training:

# %% id="scale-run" tags=["demo"] needs="sklearn scipy"
seeds = list(range(2 if quick() else 10))
deep = detached_statistics.start(seeds, depth=12)
batch = images[None, :64].repeat(len(seeds), 0), labels[None, :64].repeat(len(seeds), 0)
print("growth of the gradient per layer, on its way back")
for norm in (False, True):
    row = f"{'batch norm' if norm else 'no norm':<11}"
    for a in (0.1, 1, 10):
        params = {k: p * {"W": a, "b": 0}.get(k[0], 1) for k, p in deep.items()}
        back = detached_statistics.one_pass(params, *batch, norm=norm, eps=0).dx_hat
        sizes = np.sqrt([(g**2).sum((1, 2)) for g in back]).T  # (seeds, layers)
        mean, half = interval(gradient_growth(sizes))
        row += f"   W × {a:<4}{mean:6.3f} ± {half:.3f}"
    print(row)

# %% [markdown] id="scale-read"
# Without a norm the growth follows the weights, while with batch norm all three columns are alike
# **[measured here]**. That is real protection against weights of the wrong size. But He's weights
# need no protection. There, in the middle column, the plain network nearly keeps its gradient, and
# the one *with* batch norm is the one whose gradient grows.
#
# ### Why it grows
#
# Take a wide ReLU network in which every block is linear, batch norm, ReLU, and follow mean squares
# through one block.
#
# 1. Batch norm's output is about standard normal in each unit. After ReLU its mean square is
#    $\tfrac12$, but its *mean* is $1/\sqrt{2\pi}$, so that its variance over the batch is only
#    $\tfrac12-\tfrac1{2\pi}=\frac{\pi-1}{2\pi}$.
# 2. A linear layer with weights of variance $s^2$ and $n$ inputs turns that into a batch variance
#    of $\sigma^2=n s^2\,\frac{\pi-1}{2\pi}$, because what all samples share is subtracted.
# 3. On the way back the gradient's mean square is halved by ReLU, divided by $\sigma^2$ in the
#    norm, and multiplied by $n s^2$ in the linear layer:
#
# $$\frac12\cdot\frac{n s^2}{\sigma^2}=\frac12\cdot\frac{2\pi}{\pi-1}=\frac{\pi}{\pi-1}.$$
#
# So gradients grow by $\sqrt{\pi/(\pi-1)}$ in every layer, and $n s^2$ has dropped out
# (Yang et al. 2019, for wide networks and large batches **[theorem]**). In words, batch norm takes
# away the mean that ReLU has made and stretches what is left. A stretch on the way forward is the
# same stretch for the gradient on its way back. No choice of the weights' scale can repair that.

# %% id="relu-moments" tags=["demo"]
# NBVAL_CHECK_OUTPUT
z = np.random.default_rng(0).standard_normal(1_000_000)
h = np.maximum(z, 0)
print(f"mean square of ReLU(z) {(h**2).mean():.2f}, variance {h.var():.3f}")
print(f"(π − 1) / 2π = {(np.pi - 1) / (2 * np.pi):.3f}")
print(f"√(π / (π − 1)) = {np.sqrt(np.pi / (np.pi - 1)):.3f}")

# %% id="depth-theory" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import gradient_depth

small = dict(depth=6, wide=32, layers=10) if quick() else {}
sizes = gradient_depth.measure(range(2 if quick() else 8), **small)
for arm, name in {"wide": "no skips", "skips": "with skips"}.items():
    mean, half = interval(gradient_growth(sizes[arm][:, 1:]))
    print(
        f"{name:<12}growth per layer {mean:.3f} ± {half:.3f}   theory {gradient_depth.THEORY:.3f}"
    )
total = interval(np.log10(sizes["wide"][:, 1] / sizes["wide"][:, -1]))  # 48 steps, as above
print(
    f"{sizes['wide'].shape[1]} layers, no skips: {total.mean:.2f} ± {total.half:.2f} powers of ten"
)

# %% [markdown] id="depth-theory-read"
# With $256$ units and 50 layers the measurement meets the theory: the [ledger](../docs/claims.md)
# has {{claim 97}} times the predicted factor over 20 seeds **[measured here]**. Growth and total
# leave out the first layer, whose inputs are 64 pixels instead of the features of a layer like the
# others, so the factor is at work 48 times. The twelve narrow blocks above, on a batch of 64, come
# near the theory of wide networks and large batches with {{result scale-run | batch norm | W × 1 :
# mean}}. The theory says nothing of [skips](../docs/glossary.md#skip-connection), but they are the
# cure. A block that computes $x+\mathrm{relu}(\mathrm{BN}(xW))$ lets most of the gradient pass
# beside it, and the growth per layer falls to {{claim 98.1}} in the ledger. Trained at 40 layers,
# the skips are worth {{claim 98.2}} points of accuracy. That is one reason why deep networks with
# batch norm are residual networks.
#
# What about vanishing, which the story is usually told of? The same number for each activation and
# norm, twenty layers of 64 units:

# %% id="depth-table" tags=["demo"] needs="torch sklearn scipy"
print(f"growth per layer{'no norm':>18}{'batch norm':>18}{'layer norm':>18}")
for act in ("sigmoid", "relu"):
    row = f"{act:<16}"
    for norm in ("none", "batch", "layer"):
        mean, half = interval(gradient_growth(sizes[f"{act}, {norm}"]))
        row += f"{f'{mean:.3f} ± {half:.3f}':>18}"
    print(row)

# %% [markdown] id="depth-read"
# **What came out [measured here].** Behind sigmoids the gradient keeps {{result depth-table |
# sigmoid | 1 : mean .2f}} of its size per layer without a norm, which over twenty layers is
# nothing, and batch norm repairs that entirely ({{result depth-table | sigmoid | 2 : mean .2f}}).
# With ReLU and He's weights there was nothing to repair, and batch norm is what makes gradients
# explode ({{result depth-table | relu | 2 : mean .2f}}).
#
# Layer norm repairs sigmoids only in part ({{result depth-table | sigmoid | 3 : mean .2f}}). A
# likely reason is that every unit of a sigmoid layer has a mean of its own, far from 0, which batch
# norm subtracts unit by unit. Layer norm subtracts one number for the whole sample, so the units'
# differences stay and push some of them towards the flat ends, but that was not tested here.

# %% [markdown] id="length"
# ## 5 · The length of the weights
#
# The fourth reason is the least known, and the most exact. Lesson 06 showed for weights before a
# norm that their length does not change the function, that their gradient stands at a right angle
# to them, and that it shrinks as they grow. In the ledger, ten times the weights at a hundred times
# the rate train along the same path, up to {{claim 93.1}} in the loss **[measured here]**. So what
# counts is the [effective learning rate](../docs/glossary.md#effective-learning-rate)
# $\eta/\lVert w\rVert^2$, or better, the angle by which a step *turns* the weights.

# %% [markdown] id="exercise-turn_per_step"
# ## Exercise · turn_per_step
#
# {{exercise turn_per_step}}
#
# `w` holds one unit's D weights at T moments, none of them all 0. Weights that only become longer
# or shorter have not turned.

# %% id="turn_per_step"
# {{answer}}

# %% id="check-turn_per_step"
check(turn_per_step)

# %% [markdown] id="decay-text"
# Now add [weight decay](../docs/glossary.md#weight-decay), which takes a small part off every
# weight at every step:
#
# $$w\leftarrow(1-\eta\lambda)\,w-\eta\nabla L(w).$$
#
# Elsewhere it is explained as a preference for simple functions. Before a norm it cannot be that,
# since the length does not change the function. What it does instead follows from two facts. The
# gradient is at a right angle to $w$, so by Pythagoras
#
# $$\lVert w\rVert^2\;\leftarrow\;(1-\eta\lambda)^2\lVert w\rVert^2+\eta^2\lVert\nabla L\rVert^2 .$$
#
# Decay pulls inwards, and gradients push outwards, the harder the shorter $w$ is. The two balance
# where $2\eta\lambda\lVert w\rVert^2\approx\eta^2\lVert\nabla L\rVert^2$. The turn of one step is
# about $\eta\lVert\nabla L\rVert/\lVert w\rVert$, in radians, and so in balance
#
# $$\text{turn}\approx\sqrt{2\eta\lambda}$$
#
# (van Laarhoven 2017, Wan et al. 2021 **[theorem]**, for gradients whose size holds steady).
#
# {{predict predict_balance}}

# %% id="predict_balance"
# {{answer}}

# %% id="check-predict_balance"
check("predict_balance", predict_balance)

# %% [markdown] id="walk-text"
# The start does not occur in that turn, nor do the data or the loss. Weights that are too long turn
# too little and are shortened by decay until they turn enough. Try the theory on the gradients that
# it assumes. A weight vector of 50 entries takes many steps, with gradients that are random, at
# right angles to it and of length $1/\lVert w\rVert$, as behind a norm. For these the balance of
# the length lies at $(\eta/2\lambda)^{1/4}$.

# %% id="walk" tags=["demo"]
turn_per_step = use(turn_per_step)


def walk(rate, decay, start, steps=400):
    """The path of weights whose gradients are random, behind a norm: (steps + 1, 50)."""
    rng = np.random.default_rng(0)
    path = [start * np.eye(50)[0]]
    for g in rng.standard_normal((steps, 50)):
        w = path[-1]
        g = g - (g @ w) / (w @ w) * w
        g = g / np.linalg.norm(g) / np.linalg.norm(w)
        path.append((1 - rate * decay) * w - rate * g)
    return np.stack(path)


# %% id="walk-run" tags=["demo"]
# NBVAL_CHECK_OUTPUT
for start in (0.3, 3):
    path = walk(rate=0.4, decay=0.05, start=start, steps=600)
    end, turn = np.linalg.norm(path[-1]), turn_per_step(path)[-50:].mean()
    print(f"from {start:<4} length {end:.2f}, turn {turn:.1f} degrees")
theory = (0.4 / (2 * 0.05)) ** 0.25, np.degrees(np.sqrt(2 * 0.4 * 0.05))
print(f"theory    length {theory[0]:.2f}, turn {theory[1]:.1f} degrees")


# %% [markdown] id="explore-length"
# ### Explore: length and turn
#
# Solid is the length of such a vector over 400 steps, dashed its turn in degrees, and dotted is
# what theory says of either.
#
# 1. When you start from 0.3 and then from 3, what do the two have in common in the end, and which
#    is there first?
# 2. When you take the decay to 0, what do length and turn do, and where does theory draw its lines?
# 3. When you halve the rate and double the decay, which of the two dotted lines moves?


# %% id="explored-length" tags=["demo"] jupyter={"source_hidden": true}
# The explorable below is made here.
def draw_walk(axes, rate, decay, start):
    path = walk(rate, decay, start)
    length, turn = np.linalg.norm(path, axis=1), turn_per_step(path)
    axes.plot(length, color=COLOURS["blue"], label="length")
    axes.plot(turn, "--", color=COLOURS["orange"], label="turn, degrees")
    said = "without decay there is no balance"
    if decay:
        law = (rate / (2 * decay)) ** 0.25, np.degrees(np.sqrt(2 * rate * decay))
        for value, color in zip(law, ("blue", "orange"), strict=True):
            axes.axhline(value, linestyle=":", color=COLOURS[color])
        said = f"theory says {law[0]:.2f} and {law[1]:.2f}"
    axes.set(xlabel="step", yscale="log", ylim=(0.05, 200))
    axes.legend(loc="upper right")
    return f"In the end: length {length[-1]:.2f}, turn {turn[-20:].mean():.2f} degrees; {said}."


explorable(
    draw_walk,
    alt="Length of a weight vector and its turn per step, on a logarithmic axis.",
    rate=(0.05, 1, 0.05, 0.4),
    decay=(0, 0.1, 0.005, 0.05),
    start=(0.3, 3, 0.1, 3),
)

# %% [markdown] id="explore-length-found"
# <details><summary>What you should find</summary>
#
# 1. Both end at the same length and the same turn, those of the dotted lines. Short weights are
#    there at once, since one step throws them far out, while long ones have to be shortened by
#    $\eta\lambda$ a step.
# 2. The length grows for ever, ever more slowly, and the turn falls. There is no balance, so theory
#    has nothing to draw.
# 3. Only the length, because the turn depends on the product of the two and the length on their
#    quotient. Short weights at a low rate turn like long ones at a high rate.
#
# </details>

# %% [markdown] id="turns-text"
# Random gradients are what the theory assumes. A network's gradients are not random, and they fade
# as it learns. Here are two hidden layers of 32 units on the digits, plain SGD, six pairs of a rate
# η and a decay λ. Two pairs each have the same product. The turn is that of the second layer's
# units, its root mean square over units and over the last 200 of 500 steps.

# %% id="turns-run" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import decay_turns

turns = decay_turns.measure(range(2 if quick() else 8), steps=40 if quick() else decay_turns.STEPS)
print(f"{'rate':>5}{'decay':>8}{'product':>9}{'first 20 steps':>18}{'last steps':>16}{'theory':>9}")
for pair, early, late in zip(decay_turns.PAIRS, turns.early, turns.late, strict=True):
    row = "".join(f"{f'{i.mean:.2f} ± {i.half:.2f}':>17}" for i in map(interval, (early, late)))
    print(
        f"{pair[0]:>5}{pair[1]:>8}{pair[0] * pair[1]:>9.2f}{row}{decay_turns.theory(*pair):>9.2f}"
    )
ratio = interval(decay_turns.effects(turns)["late: turn over theory"])
print(f"measured over theory, all pairs: {ratio.mean:.3f} ± {ratio.half:.3f}")

# %% [markdown] id="turns-read"
# In the first steps the turn follows the rate, so of two pairs with the same product the one with
# the higher rate turns its weights further. In the long run the turn is within a few percent of
# theory for every pair, although these gradients are anything but random **[measured here]**. The
# rate was set by hand, and yet the weights found a speed of their own.
#
# Do they also forget the start? Here is plain SGD at the rate 0.5, with a decay of 0.02 and
# without, from three sizes of the weights.

# %% id="balance-run" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import decay_equilibrium

ended = decay_equilibrium.measure(range(2 if quick() else 5), steps=40 if quick() else 400)
for decay, (length, angle, score) in ended.items():
    name = "with decay" if decay else "without decay"
    spread = interval(length.max(0) / length.min(0))
    print(f"{name}: longest / shortest {spread.mean:.2f} ± {spread.half:.2f}")
    for start, row, turn, right in zip(decay_equilibrium.STARTS, length, angle, score, strict=True):
        words = [f"{i.mean:.2f} ± {i.half:.2f}" for i in map(interval, (row, turn, 100 * right))]
        print(
            f"    He's × {start:<4} length {words[0]:>13}  turn {words[1]:>12}  % right {words[2]}"
        )

# %% [markdown] id="balance-read"
# **What came out [measured here].** With decay, weights that began ten times apart end within
# {{result balance-run | with decay | longest / shortest}} times of one another, and forget where
# they came from. Without it they stay apart, and the longest hardly turn. So before a norm, decay
# chooses how fast the direction turns, which is a schedule of the learning rate by another name.
#
# It does not follow that more decay is better. This one is too strong for its rate, and costs a few
# points of accuracy against none. What is to be seen here is the mechanism, and a fair comparison
# would tune rate and decay together.

# %% [markdown] id="affine-decay"
# ### And γ and β?
#
# Most recipes exempt γ, β and biases from decay, so what does theory say about that? One unit's γ
# is not like the length of its weights, because what the unit puts out doubles with it. A factor
# that *all* γ and β of a layer share is another matter. In a ReLU network it passes through the
# ReLU and the next linear layer, whose bias is redundant, and the next norm divides it out
# **[theorem]**. So decay can only shift the γ of a layer against one another and, at the last norm,
# shrink the logits. Whether that helps is an empirical question, and the ledger calls it not
# testable at this scale. To exempt them is a habit **[folklore]**. It matters more to know which
# parameters your optimizer decays.

# %% [markdown] id="mend"
# ## Exercise · mend_decay
#
# {{exercise mend_decay}}
#
# **Mend this.** Here is one step of SGD with weight decay. Matrices and kernels, which have two
# axes or more, are to be decayed, while γ, β and biases, which have one, are to follow their
# gradients alone. `params` and `gradients` are dicts from names to arrays. Its author tried it on a
# network in PyTorch, with all gradients 0 so that only decay moves anything.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given = received("mend_decay")  # what stands in the next cell, as it was handed to you
shapes = {"0.weight": (3, 4), "0.bias": (3,), "1.weight": (3,), "1.bias": (3,), "3.weight": (2, 3)}
params = {name: np.ones(shape) for name, shape in shapes.items()}
still = {name: np.zeros(shape) for name, shape in shapes.items()}
stepped = given(params, still, lr=0.5, decay=0.2)
for name, wanted in {"0.weight": 0.9, "0.bias": 1, "1.bias": 1, "3.weight": 0.9}.items():
    print(f"{name:<9} is {wanted} after the step: {np.allclose(stepped[name], wanted)}")

# %% [markdown] id="mend-ask"
# It passes, and the function is wrong all the same. Find an input on which it must fail before you
# change a line, and then mend it.

# %% id="mend_decay"
# {{answer}}

# %% id="check-mend_decay"
check(mend_decay)

# %% [markdown] id="alone"
# ## 6 · What γ and β can do alone
#
# {{optional}}
#
# Is it perhaps the two parameters that help? Frankle et al. (2021) leave all weights as they were
# drawn, and train γ and β only **[paper]**. In the ledger's run of it, a network of three layers of
# 200 units reads {{claim 96.1}} % of the digits that way, {{claim 96.2}} points more than if as
# many random weights are trained in their place **[measured here]**. They can do more than their
# number suggests, because a γ of 0 switches a whole unit off, and a β decides for how many samples
# it is on. As a reason for what batch norm does it is too weak, since training all weights reads
# more digits still, with a norm or without.

# %% [markdown] id="so"
# ## So why does it work?
#
# Here are the four reasons side by side, and what came of each.
#
# | reason | put to the test | verdict |
# |:--|:--|:--|
# | inputs stand still | drift put back; sigmoids keep the gain, tanh a part | not always needed |
# | the loss is smoother | ReLU yes, tanh in part; never taken away alone | plausible, not shown |
# | gradients keep their size | sigmoids yes; ReLU the reverse | true of badly scaled networks |
# | the length of weights drops out | exact; theory predicts the turn | holds, as far as it goes |
#
# No experiment here, nor any that we know of, says that one of them is *the* reason. The last two
# have theorems behind them. The last also goes some way towards explaining why high rates do not
# blow up, because a step that was too large makes the weights longer, so that the next ones turn
# them less. If somebody tells you why batch norm works, ask what would have come out if it were not
# so.

# %% [markdown] id="exercise-cause_plan"
# ## Exercise · cause_plan
#
# {{exercise cause_plan}}
#
# **Design an experiment.** The shaken network above ran at one rate that suited nobody in
# particular. A sceptic says that at its own best rate the network without a norm would have caught
# up. Design the experiment that settles it, in test accuracy, for three arms: `none`, `batch` and
# `shaken`. It takes all three, because how much of a gain is undone can only be said by somebody
# who knows the gain.
#
# Write a function that is told how many networks it may train in all, from 60 to 400, and returns
# the plan, a dict with these entries. The form is that of
# [lesson 10](10_training_with_batchnorm.ipynb).
#
# | entry | what it says | what is asked of it |
# |:--|:--|:--|
# | `"arms"` | what is compared | the names of all three |
# | `"rates"` | the rates that each arm tries | a dict of lists; see below |
# | `"tuning_seeds"` | the seeds on which rates are tried | none of them is reported |
# | `"rate_chosen_by"` | what chooses an arm's rate | a word; see below |
# | `"seeds"` | the seeds that are reported | five at least, each once |
# | `"steps"` | how many steps each arm takes | a dict; 50 to 500 |
# | `"batch_size"` | how many samples in a batch of each arm | a dict; 16 to 1000 |
# | `"lost_runs"` | what becomes of runs that diverge | a word; see below |
# | `"report"` | what is reported | a word; see below |
# | `"bar"` | how many points are worth the name | a number; one test image is 0.2 |
#
# The rates of an arm are four at least from 0.0001 to 3, and all arms try equally many. Neighbours
# are at most a factor of 4 apart, and from the lowest to the highest it is a factor of 10 or more.
# The words are these:
#
# - `"rate_chosen_by"` is `"training loss"`, `"validation accuracy"` or `"test accuracy"`;
# - `"lost_runs"` is `"count as failures"`, `"leave out"` or `"repeat with another seed"`;
# - `"report"` is `"paired interval"`, `"interval of each arm"`, `"mean of each arm"` or `"best run
#   of each arm"`.
#
# Every arm at every rate on every tuning seed is a network, and so is every arm on every seed. Many
# plans are right. The check reads yours line by line and says what could make it unfair. It is not
# run here, because hundreds of networks may take longer than the rest of the lesson. The stretch
# goal says how you run it.

# %% id="cause_plan"
# {{answer}}

# %% id="check-cause_plan"
check(cause_plan)

# %% [markdown] id="claims"
# ## What the article says
#
# The article that this course grew out of has five claims about reasons. The numbers are those of
# the [ledger](../docs/claims.md), over 20 seeds or more.
#
# 1. *Its primary purpose is to reduce internal covariate shift, and that is why it works.* **Needs
#    a condition.** Drift is reduced, {{claim 17.1 : mean .0f}} times, which the layer does by
#    construction. That this is why fails, since a shaken network still learns faster than one
#    without a norm **[measured here]**.
# 2. *When inputs change their distribution, convergence is harder.* **Needs a condition.** A little
#    harder, {{claim 18.1}} times the steps with tanh **[measured here]**.
# 3. *It smooths the loss landscape.* **Needs a condition.** With ReLU the loss ranges
#    {{claim 20.1}} times as far without a norm, with tanh {{claim 20.2}} times **[measured here]**.
# 4. *It prevents vanishing and exploding gradients.* **Needs a condition.** It cures vanishing
#    behind sigmoids. In a plain ReLU network of 20 layers it makes gradients grow by {{claim 38.2}}
#    powers of ten **[measured here]**.
# 5. *Weight decay keeps functions simple, under batch norm as elsewhere.* **Fails.** It sets how
#    far weights turn in a step, here {{claim 78.2}} times as far as without **[measured here]**.

# %% [markdown] id="asked"
# ## Asked
#
# **Is internal covariate shift real?** Inputs of layers do change while a network learns, so in
# that sense it is. That batch norm works by removing it is not supported by the experiment that was
# made to find out, although putting it back costs some steps **[contested]**.
#
# **Should γ and β be decayed?** Leave them out if your recipe does, and do not expect a difference
# that you can measure on a small problem. Check *which* parameters your optimizer decays, because
# in PyTorch γ is called `weight`, too.
#
# **What does L2 regularization do before a norm?** It does not make the function simpler, because
# the length of the weights does not change the function. It keeps the effective learning rate from
# falling, and in balance sets the turn of a step to about $\sqrt{2\eta\lambda}$.
#
# **Then may I leave weight decay out?** You may, if you schedule the rate with that in mind.
# Without decay, weights before a norm grow, and the turn per step fades over a long run.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Batch norm works because it removes internal covariate shift."* Put the shift back, and with
#   sigmoids most of the gain stays.
# - *"Then it works because the loss is smoother."* That was seen beside fast training with ReLU. It
#   was not shown to be the cause.
# - *"Batch norm prevents exploding gradients."* In plain ReLU networks it causes them, and skips
#   cure them.
# - *"A scale of the weights can be found at which batch norm's gradients do not grow."* The scale
#   drops out of the factor.
# - *"Weight decay before a norm makes simpler functions."* It sets how far a step turns the
#   weights.
# - *"With batch norm the learning rate hardly matters."* With weight decay, its product with λ
#   decides the speed.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_refuted}}

# %% id="quiz_refuted"
# {{answer}}

# %% id="check-quiz_refuted"
check("quiz_refuted", quiz_refuted)

# %% [markdown] id="quiz-2"
# {{quiz quiz_before}}

# %% id="quiz_before"
# {{answer}}

# %% id="check-quiz_before"
check("quiz_before", quiz_before)

# %% [markdown] id="quiz-3"
# {{quiz quiz_growth_scale}}

# %% id="quiz_growth_scale"
# {{answer}}

# %% id="check-quiz_growth_scale"
check("quiz_growth_scale", quiz_growth_scale)

# %% [markdown] id="quiz-4"
# {{quiz quiz_decay}}

# %% id="quiz_decay"
# {{answer}}

# %% id="check-quiz_decay"
check("quiz_decay", quiz_decay)

# %% [markdown] id="quiz-5"
# {{quiz quiz_l2}}

# %% id="quiz_l2"
# {{answer}}

# %% id="check-quiz_l2"
check("quiz_l2", quiz_l2)

# %% [markdown] id="recap"
# ## Recap
#
# - A reason becomes testable once it is a number, and tested once somebody takes the cause away.
# - Batch norm whose outputs are shaken drifts more than no norm. With sigmoids it still trains
#   nearly as fast, and with tanh it keeps less than half of the steps that the norm saves.
# - Along a step the gradient changes less with batch norm, while the loss itself is tamer with ReLU
#   and hardly with tanh.
# - In plain ReLU networks gradients grow by $\sqrt{\pi/(\pi-1)}$ a layer at every scale of the
#   weights, and skips cure that.
# - Before a norm, weight decay sets the turn of a step, $\sqrt{2\eta\lambda}$, and the start is
#   forgotten.
#
# ## Stretch goal: the other half of the batch's mean
#
# The growth of gradients comes from the mean that ReLU makes and the norm removes. Replace ReLU in
# `gradient_depth` by an activation whose output has mean 0 for standard normal inputs, such as
# $\mathrm{relu}(z)-1/\sqrt{2\pi}$, and predict the factor first. Then do the same for the absolute
# value.
#
# <details><summary>What you should find</summary>
#
# A constant drops out in the next norm, so the shifted ReLU grows exactly as ReLU does. What counts
# is the mean of the slope's square over the variance of the output. For the absolute value the
# slope's square is 1 and the variance $1-2/\pi$, so the factor is $1/\sqrt{1-2/\pi}=1.66$ a layer,
# which is worse than ReLU.
#
# </details>
#
# ### Your plan, carried out
#
# The shaken arm is `build = partial(noisy_norm.network, act="tanh", norm="noisy",
# watch=torch.nn.Identity())`, and the other two have `norm="none"` and `norm="batch"`. With `sweep`
# and `train` of `coursekit.training`, `sweep(build, digits(), seeds=…, lrs=…)` tries an arm's rates
# and `train(build, digits(), seeds=…, lr=…)` is what you report. The noise stops in evaluation, so
# running statistics that were gathered under it may cost some of the accuracy.
#
# ## References
#
# {{reference ioffe2015: section 2 on internal covariate shift}}
# {{reference santurkar2018: section 2.1 on noise, figure 4, theorem 4.1}}
# {{reference yang2019: section 3}}
# {{reference vanlaarhoven2017}}
# {{reference wan2021}}
# {{reference kosson2023}}
# {{reference frankle2021}}
# {{reference data_digits}}
#
# **Next:** [lesson 12](12_noise_and_small_batches.ipynb) asks what it costs that all samples of a
# batch share a mean.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the card's minutes, 2 go to drift and the shaken experiment, 2 to
# the loss along a step, 1 to depth, 2 to the length of weights and to weight decay, 1 to
# `mend_decay`, and 2 to the plan. Section 6 and the stretch goal make good homework.
#
# **Ask the room.** Before section 1: "What would you have to see to give up the idea that batch
# norm works by removing covariate shift?" Collect answers on the board and come back to them after
# the experiment. Before the derivation in section 4: "A stretch by 1.2 in each of 50 layers. How
# much is that?" Before section 5: "My weights are ten times too long. Who notices?"
#
# **Where it goes wrong.** In `drift` people average before they take the absolute value, and units
# that move up hide those that move down. In `noisy_batch_norm` the noise lands in front of the
# norm, where it has no effect, or differs from sample to sample, where it does not move the
# distribution of the batch. In `loss_along_gradient` many walk on from point to point. In
# `turn_per_step` the arc cosine of 1.0000000000000002 is nan, which shows up only for weights that
# do not turn. Some read section 2 as proof of section 3.
#
# </details>
