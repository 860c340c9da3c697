# %% [markdown] id="title"
# # Training with batch norm
#
# **With batch norm a network trains faster. Faster than which network, at which learning rate, and
# says who?**
#
# Nearly every introduction makes this promise, and nearly none shows the trial. Here you run it,
# because what comes out depends on choices that a report does not have to mention. What you take
# home is the promise's true size, and six tools that keep you from fooling yourself.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np

from coursekit import check, hint, quick, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-low"
# ## Guess first
#
# {{predict predict_low_rate}}

# %% id="predict_low_rate"
# {{answer}}

# %% id="check-predict_low_rate"
check("predict_low_rate", predict_low_rate)

# %% [markdown] id="experiment"
# ## Experiment: one pair of networks, six verdicts
#
# The two [arms](../docs/glossary.md#arm) of this experiment are networks of eight hidden layers
# with 64 ReLU units each. One has a [batch norm](../docs/glossary.md#batch-norm) before every
# ReLU, and the other has none. Everything else is shared: He's initial weights, 1297 handwritten
# digits, batches of 64, SGD with momentum 0.9, and 120 steps. For each of ten
# [seeds](../docs/glossary.md#seed) both arms start from the same weights and see the same batches.
#
# Six [learning rates](../docs/glossary.md#learning-rate) are tried, and each of the 120 networks is
# judged by 500 other digits, of which a network that has diverged reads 0 %. The ± is a 95 %
# [interval](../docs/glossary.md#interval).

# %% id="sweep" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import interval
from coursekit.experiments import learning_rates as trial

seeds = range(2 if quick() else 10)
found = trial.measure(seeds, settings=("relu",))["relu"]
lrs = np.array(trial.SETTINGS["relu"].rates)
arms = {"no norm": found["none"], "batch norm": found["batch"]}
print(f"{'% of 500 read':<14}" + "".join(f"{lr:>13}" for lr in lrs))
for name, arm in arms.items():
    mean, half = interval(100 * np.nan_to_num(arm.accuracy[..., -1]), axis=1)
    shown = (f"{m:.1f} ± {h:.1f}" for m, h in zip(mean, half, strict=True))
    print(f"{name:<14}" + "".join(f"{s:>13}" for s in shown))

# %% id="sweep-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="torch sklearn scipy"
# The figure below is drawn here.
from coursekit.figures import COLOURS, figure, show

fig, axes = figure(size=(7, 3.4))
for (name, arm), marker, color in zip(arms.items(), "os", ("blue", "orange"), strict=True):
    mean, half = interval(100 * np.nan_to_num(arm.accuracy[..., -1]), axis=1)
    style = {"marker": marker, "color": COLOURS[color], "capsize": 3, "label": name}
    axes.errorbar(lrs, mean, half, **style)
axes.set(xscale="log", xlabel="learning rate", ylabel="test digits read (%)", ylim=(-3, 103))
axes.set_xticks(lrs, [f"{lr:g}" for lr in lrs])
axes.minorticks_off()
axes.set_title("Who wins depends on where you look")
axes.legend(loc="lower left")
show(
    fig,
    alt="Test digits read against the learning rate. Without a norm the curve is high at the three "
    "lowest rates, reads {{result sweep | no norm | 0.1 : mean .0f}} % at 0.1 and nothing beyond. "
    "With batch norm it starts lower at 0.003, is slightly higher in the middle, and still reads "
    "{{result sweep | batch norm | 1.0 : mean .0f}} % at 1.",
)

# %% [markdown] id="sweep-read"
# **[measured here]** At 0.003 the network without a norm is ahead, with
# {{result sweep | no norm | 0.003}} against {{result sweep | batch norm | 0.003}} %. At 0.01 the
# two can hardly be told apart. At 0.1 the network without a norm reads no more than
# {{result sweep | no norm | 0.1}} %, and beyond that nothing. A report that shows a single column
# can claim that batch norm hurts, that it does nothing, or that it is the difference between
# success and failure. Each of these reports would be honest about its own column, and none would be
# fair.
#
# So whether it is faster has no answer before one knows at which rate. A fair comparison gives
# each arm the rate that suits it, because that is what somebody who uses this arm would do. For
# that we need a number that says how fast a network is, a way to choose a rate, and a way to
# compare.
#
# Before that, guess something that you will count later.
#
# {{predict predict_usable}}

# %% id="predict_usable"
# {{answer}}

# %% id="check-predict_usable"
check("predict_usable", predict_usable)

# %% [markdown] id="how-fast"
# ## How fast is fast?
#
# The final accuracy says little about speed, since two networks may arrive at the same place at
# different times. A better number is how many steps it takes until 90 % of the test digits are
# read for the first time. It has one difficulty: some runs never get there. Such a run is
# [censored](../docs/glossary.md#censored-run), which means that we know only that it would have
# taken longer than we looked. What happens to it in the table decides what the table says.

# %% [markdown] id="exercise-steps_to_target"
# ## Exercise · steps_to_target
#
# {{exercise steps_to_target}}
#
# A run that never arrives gets `inf`. That is no number of steps, and it cannot slip into a mean
# unnoticed, but it sorts where it belongs: behind all others.

# %% id="steps_to_target"
# {{answer}}

# %% id="check-steps_to_target"
check(steps_to_target)

# %% id="steps-tried" tags=["demo"]
# NBVAL_CHECK_OUTPUT
steps_to_target = use(steps_to_target)
at = np.array([0, 40, 80, 120])
read = np.array([[0.3, 0.8, 0.92, 0.88], [0.2, 0.5, 0.7, 0.85], [0.4, np.nan, np.nan, np.nan]])
found_at = steps_to_target(read, at, 0.9)
for run, steps in zip(("it arrives", "it is slow", "it diverges"), found_at, strict=True):
    print(f"{run:<12} steps to 90 %: {steps:g}")

# %% id="speeds" tags=["demo"] needs="torch sklearn scipy"
steps_to_target = use(steps_to_target)
print(f"{'median steps to 90 %':<22}" + "".join(f"{lr:>9}" for lr in lrs))
for name, arm in arms.items():
    steps = np.array([steps_to_target(one, arm.at, 0.9) for one in arm.accuracy])
    medians = (f"{m:.0f}" if m < np.inf else "never" for m in np.median(steps, axis=1))
    print(f"{name:<22}" + "".join(f"{m:>9}" for m in medians))
    never = np.isinf(steps).sum(axis=1)
    print(f"{'    runs not there':<22}" + "".join(f"{n:>9}" for n in never))

# %% [markdown] id="speeds-read"
# A median copes with censored runs as long as fewer than half of all are, while a mean of the
# survivors does not. Look at batch norm in the last column, where
# {{result speeds | batch norm > runs not there | 1.0 : words}} of ten networks never arrive:
# whoever leaves them out reports the speed of the lucky.

# %% [markdown] id="whose-rate"
# ## Whose rate?
#
# Each arm is to get its own best rate, and two rules keep this honest.
#
# - **Choose by data that judge nothing**, because the best of six test results is too good: luck
#   was chosen along with the rate. So the rate is chosen by the *training* loss, and on [tuning
#   seeds](../docs/glossary.md#tuning-seed) of which nothing is reported.
# - **Search for all arms alike**, with equally many rates, seeds and steps for each. Most miracles
#   in this field shrink when the [baseline](../docs/glossary.md#baseline) is tuned as long as the
#   method.

# %% [markdown] id="mend"
# ## Exercise · mend_best_rate
#
# {{exercise mend_best_rate}}
#
# **Mend this**: a colleague has written the choice, and hands it to you with the spot check on
# which it was accepted. Run the check first.

# %% id="mend-spot-check" tags=["demo"] needs="torch sklearn"
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given = received("mend_best_rate")  # what stands in the next cell, as it was handed to you
tried = np.array([0.003, 0.01, 0.03, 0.1])
fell = np.linspace(2.3, [[0.9], [0.4], [0.2], [0.6]], 50)  # what 50 steps made of the loss
loss = fell.transpose(1, 2, 0) * np.array([0.9, 1.0, 1.1])[:, None]  # (4 rates, 3 runs, 50 steps)
print("it chooses the rate with the lowest loss:", given(loss, tried) == 0.03)
print("in whatever order the runs come:         ", given(loss[:, ::-1], tried) == 0.03)
print("in whatever order the rates come:        ", given(loss[::-1], tried[::-1]) == 0.03)

# %% [markdown] id="mend-ask"
# It passes, and the function is wrong all the same. Find an input on which it must fail before you
# change a line, and then mend it.

# %% id="mend_best_rate"
# {{answer}}

# %% id="check-mend_best_rate"
check(mend_best_rate)

# %% [markdown] id="own-rates-text"
# ### At its own rate each
#
# Now choose for both arms, on two tuning seeds. Then compare how fast the ten networks of the
# opening were, each arm at its own rate.

# %% id="own-rates" tags=["demo"] needs="torch sklearn scipy"
from functools import partial

from coursekit.experiments import TUNING
from coursekit.training import digits, mlp, sweep

best_rate, own = use(mend_best_rate), {}
for name, norm in {"no norm": "none", "batch norm": "batch"}.items():
    build = partial(mlp, depth=8, norm=norm)
    tried = sweep(build, digits(), seeds=TUNING, lrs=lrs, steps=30 if quick() else 120, title=name)
    own[name] = int(np.flatnonzero(lrs == best_rate(tried.loss, lrs))[0])
    steps = steps_to_target(arms[name].accuracy[own[name]], arms[name].at, 0.9)
    print(f"{name:<11} own rate {lrs[own[name]]:<6} median steps to 90 %: {np.median(steps):.0f}")
for name, other in zip(arms, reversed(arms), strict=True):
    borrowed = steps_to_target(arms[name].accuracy[own[other]], arms[name].at, 0.9)
    print(f"{name} at the other's rate, median steps to 90 %: {np.median(borrowed):.0f}")

# %% [markdown] id="own-rates-read"
# **[measured here]** Each at its own rate, the network with batch norm needs {{result own-rates |
# batch norm | median steps to 90 %}} steps and the other one {{result own-rates | no norm | median
# steps to 90 %}}. But at batch norm's rate the network without a norm needs only {{result own-rates
# | no norm at the other's rate, median steps to 90 %}}, which is fewer than at its own. This is
# possible because the rate was chosen by the training loss at the end, while the speed is counted
# in steps to 90 %. So the factor depends on the rule that chose. That batch norm is faster does
# not, because the speeds table shows no rate at which the other network needs fewer than {{result
# own-rates | no norm at the other's rate, median steps to 90 %}} steps.
#
# At the other's rate batch norm would have needed {{result own-rates | batch norm at the other's
# rate, median steps to 90 %}}. So neither the norm nor the higher rate wins as much alone as the
# two do together.
#
# The course also keeps a ledger of what is said about norms, `docs/claims.md`, where every claim
# was tried on twenty other seeds, and the bar that it had to clear was written down beforehand.
# There, with rates chosen by the same rule, the ratio is {{claim 3.2}} for this network, and
# {{claim 3.1}} for three layers of sigmoids, which is closer to the networks of 2015.
#
# The paper that introduced batch norm reports 14 times fewer steps, and many texts repeat this
# number alone. It compares their best recipe, in which the rate and several other settings were
# changed too. Batch norm by itself made it a little more than twice as fast there **[paper]**.

# %% [markdown] id="window"
# ## How wide is the window?
#
# Whoever does not want to search asks another question: at how many rates does it work at all? A
# rate is useful if you can rely on it, so *every* run has to arrive there. And what counts is a
# [window](../docs/glossary.md#usable-window) without gaps, since nobody aims at two separate
# points.

# %% [markdown] id="exercise-usable_window"
# ## Exercise · usable_window
#
# {{exercise usable_window}}
#
# A comparison with nan is False in NumPy, and here this is what you want.

# %% id="usable_window"
# {{answer}}

# %% id="check-usable_window"
check(usable_window)

# %% id="windows" tags=["demo"] needs="torch sklearn scipy"
usable_window = use(usable_window)
for name, arm in arms.items():
    window = usable_window(arm.accuracy[..., -1], lrs, 0.9)
    print(f"{name:<11} usable rates: {len(window)} of {len(lrs)}:", *window)

# %% [markdown] id="windows-read"
# Of six rates the network without a norm can rely on {{result windows | no norm | 1 : words}}, and
# the one with batch norm on {{result windows | batch norm | 1 : words}}. In the speeds table more
# rates looked good, because there a network counts that reaches 90 % once, and here it has to read
# them at the end. The window opens at the *upper* end only. At the lowest rate the norm costs
# accuracy, as you saw. A likely reason is in [lesson 06](06_backward_geometry.ipynb): behind a norm
# a step counts relative to the length of the weights, so the same rate can be a smaller step.
#
# Is it the same at every depth? These are entries of the ledger, each arm at its own best of five
# rates, on twenty seeds **[measured here]**:
#
# | network | points of accuracy gained by batch norm |
# |:--|--:|
# | 3 layers | {{claim 112.1}} |
# | 20 layers | {{claim 112.2}} |
#
# A shallow network that starts well gains little accuracy, although it needs fewer steps. It is one
# of the most useful things to know about batch norm, because small examples are where people try it
# first.
#
# The ledger also counts usable rates with ten layers, and there it asks for 80 % and counts for
# each seed by itself, because it compares depths of up to forty, where hardly a network reaches 90
# %. Of five rates batch norm makes {{claim 114.1}} more usable.

# %% [markdown] id="adam"
# ### With Adam?
#
# Everything so far was trained by SGD. [Adam](../docs/glossary.md#adam) divides each step by the
# size of the gradient, so it may already do part of what a norm does. Here are the same networks
# on five seeds, at rates that are ten times lower.

# %% id="adam-sweep" tags=["demo"] needs="torch sklearn scipy"
adam = trial.measure(range(1 if quick() else 5), settings=("adam",))["adam"]
rates = trial.SETTINGS["adam"].rates
print(f"{'% of 500 read':<14}" + "".join(f"{lr:>13}" for lr in rates))
for name, norm in {"no norm": "none", "batch norm": "batch"}.items():
    mean, half = interval(100 * np.nan_to_num(adam[norm].accuracy[..., -1]), axis=1)
    shown = (f"{m:.1f} ± {h:.1f}" for m, h in zip(mean, half, strict=True))
    print(f"{name:<14}" + "".join(f"{s:>13}" for s in shown))

# %% [markdown] id="adam-read"
# **[measured here]** With Adam the window *moves* to higher rates. At the lowest rate batch norm
# loses {{claim 90 : abs mean}} points on the ledger's twenty seeds, and at the highest it wins. In
# these eight layers slightly more rates become usable than are lost. In twenty layers the number of
# usable rates, counted as the ledger does, changes by {{claim 114.2}} of five, so there the window
# shrinks. What batch norm wins at twenty layers at the best rates, {{claim 113.2}} points, is an
# interval around nothing, and the ledger says *undecided*.

# %% [markdown] id="explore"
# ### Explore: rates and initial weights
#
# [Lesson 03](03_signals_through_depth.ipynb) fought for the right scale of the initial weights.
# The map below has a row for each scale, as a [gain](../docs/glossary.md#gain) on He's, and a
# column for each learning rate. Every square is two networks, trained for 100 steps.
#
# 1. Eight layers, SGD: at how many gains does some rate reach 90 without a norm, and with one?
# 2. With batch norm, in which direction does the best rate move as the gain grows, and why?
# 3. Layer norm needs no batch, but is it as indifferent to the gain?
# 4. Twenty layers with batch norm: is every gain and rate good now?

# %% id="explored" tags=["demo"]
from coursekit.widgets import rate_map

rate_map()

# %% [markdown] id="explored-found"
# <details><summary>What you should find</summary>
#
# 1. At {{result counted | 8 layers, none | gains : words}} of seven without a norm, which is He's
#    own, and at {{result counted | 8 layers, batch | gains : words}} with batch norm.
# 2. From gain 0.1 on it moves to higher rates. Behind a norm a step counts relative to the
#    weights' length, so that longer weights need larger steps to turn by the same angle. Without a
#    norm it is the other way round, as the map of three layers shows.
# 3. It is less so, because it trains only at {{result counted | 8 layers, layer | gains : words}}
#    of seven gains, along a narrow band in which rate and gain have to fit each other.
# 4. Far from it: after 100 steps
#    {{result counted | 20 layers, batch | squares from 90 on : words}} of the 63 squares reach 90,
#    and the best reads {{result counted | 20 layers, batch | best}}. Depth is where batch norm has
#    its limits.
#
# </details>

# %% id="counted" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.widgets.rate_map import frame, key, maps

state = {"optimizer": "sgd", "gain": 0, "rate": 0}
for depth in [3, 8, 20]:
    for norm in ["none", "layer", "batch"]:
        seen = frame(state | {"depth": depth, "norm": norm})
        counts = f"squares from 90 on {seen['good']:>2}  gains {seen['rows']}"
        print(f"{depth:>2} layers, {norm:<5}  {counts}  best {max(map(max, seen['grid']))}")

# %% [markdown] id="recompute"
# What the map shows was measured once and stored. You need not believe it: measure one of its maps
# again, with a seed that it has not seen. Most squares should agree, though not all. Where networks
# have only begun to learn, or are about to be lost, two seeds can lie much further apart than 5.

# %% id="recompute-code" tags=["demo"] needs="torch sklearn"
from coursekit.experiments import rate_gain

norm, depth, optimizer = "batch", 3, "sgd"  # or "none", "layer"; 8, 20; "adam"
steps = 5 if quick() else rate_gain.STEPS
again = rate_gain.measure((7,), norm=norm, depth=depth, optimizer=optimizer, steps=steps)[..., 0]
stored = np.array(maps()[key(norm, depth, optimizer)])
print(f"within 5 of 100 digits of the stored map: {(abs(again - stored) <= 5).sum()} of 63 squares")
print(f"squares that reach 90: {(again >= 90).sum()} now, {(stored >= 90).sum()} stored")

# %% [markdown] id="recompute-read"
# The ledger has five scales of its own, which reach over three and a half decades. Batch norm
# trains at {{claim 10.2 : mean}} of them on average, which is {{claim 10.1 : mean}} more than
# without a norm, where only about one is left. But indifferent it is not: from the best scale to
# the largest it loses {{claim 39.2 : mean}} points **[measured here]**.

# %% [markdown] id="rival"
# ## The rival that somebody tuned
#
# {{optional}}
#
# Deep networks of sigmoids are where batch norm looks like magic: without it, eight layers learn
# nothing at any rate. So the claim arose that *only* a norm can train them. But lesson 03 gives
# you a suspicion: the usual initial weights were never made for sigmoids, so what if one searched
# for better ones?
#
# The ledger did, with six scales and three rates, chosen together on tuning seeds. At five times
# the usual scale the network without a norm reads {{claim 111.1 : bare}} of 100 test digits after
# 600 steps, so the claim as it stood is false. Batch norm remains ahead, because its rival needs
# {{claim 111.2 : mean}} times as many steps, and because it needed no search for a scale, only for
# a rate **[measured here]**.

# %% [markdown] id="deep"
# ## Forty layers
#
# From 3 to 20 layers batch norm gained more with depth, so one might expect even more of it at 40.
#
# {{predict predict_forty}}

# %% id="predict_forty"
# {{answer}}

# %% id="check-predict_forty"
check("predict_forty", predict_forty)

# %% id="forty" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import depth_limit

deep = depth_limit.measure(range(1 if quick() else 3), steps=5 if quick() else depth_limit.STEPS)
names = {"none": "no norm", "batch": "batch norm", "batch, skips": "both, with skips"}
for arm, name in names.items():
    mean, half = (float(v) for v in interval(deep[arm]))
    print(f"{name:<17} {mean:5.1f} ± {half:.1f} % of 500 read, 40 layers")

# %% [markdown] id="forty-read"
# **[measured here]** At this depth batch norm fails as well, and it is not bad luck. In a plain
# network of ReLUs with batch norm the gradient *grows* on its way down, by the same factor at
# every layer. So it is the norm that makes it explode (Yang et al. 2019) **[paper]**, and [lesson
# 11](11_why_it_works.ipynb) measures that factor. The third row has an identity beside every layer,
# which cures it. What trains deep networks is batch norm together with such skips, although the
# credit often goes to the first alone.

# %% [markdown] id="one-number"
# ## One number is no number
#
# Each network above had ten seeds, or three, or five, so would one have done? The ledger asked
# sixty seeds, one by one, which of two networks is better. Where the two lie far apart, {{claim
# 102.1 : mean percent}} of the seeds got the order wrong. Where they are close, {{claim 102.2 :
# mean percent}} of them got it wrong or saw no difference at all **[measured here]**. A coin would
# be wrong half of the time.
#
# Several seeds give an interval, and here pairs help. A seed fixes the initial weights and the
# order of the batches, for both arms. A seed that is hard for one is often hard for the other, so
# what they share falls out of the *difference*. Student's factor $t$ makes up for the spread being
# estimated from few seeds:
#
# $$\bar d \pm t\,\frac{s_d}{\sqrt n}, \qquad d_i = a_i - b_i, \qquad
# s_d^2 = \frac{1}{n-1}\sum_i (d_i-\bar d)^2$$
#
# A [paired](../docs/glossary.md#paired-comparison) interval asks for the same seeds in the same
# order. It takes out what a seed does to both arms, and no other unfairness.

# %% [markdown] id="exercise-paired_interval"
# ## Exercise · paired_interval
#
# {{exercise paired_interval}}

# %% id="paired_interval"
# {{answer}}

# %% id="check-paired_interval"
check(paired_interval)

# %% id="pairs-tried" tags=["demo"]
# NBVAL_CHECK_OUTPUT
paired_interval = use(paired_interval)
shared = np.array([90.0, 70.0, 95.0, 85.0])  # what four seeds do to both arms alike
one, other = shared + np.array([1.2, 0.8, 1.1, 0.9]), shared
mean, half = paired_interval(one, other, 3.182)
alone = 3.182 * np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 4)
print(f"by pairs {mean:.2f} ± {half:.2f}, as if the seeds had nothing in common ± {alone:.2f}")

# %% id="pairs" tags=["demo"] needs="torch sklearn scipy"
paired_interval = use(paired_interval)
t = {2: 12.71, 10: 2.262}[len(seeds)]  # Student's factors for 95 %
ends = [100 * np.nan_to_num(arms[n].accuracy[own[n], :, -1]) for n in ("batch norm", "no norm")]
for n in [1, 2, 5, 10]:
    n = min(n, len(seeds))
    fair = (ends[0] - ends[1])[:n].mean()
    lucky = ends[0][:n].max() - ends[1].mean()
    print(f"{n:>2} seeds: mean against mean {fair:5.2f}   best against mean {lucky:5.2f} points")
mean, half = paired_interval(*ends, t)
print(f"batch norm gains {mean:.2f} ± {half:.2f} points, each arm at its own rate, paired")

# %% [markdown] id="pairs-read"
# At its own rate each, batch norm gains {{result pairs | batch norm gains}} points with eight
# layers **[measured here]**. Now read the last column downwards. "Best against mean" is what a
# report does that shows its method's best run beside the baseline's average, here over all ten
# seeds. The best of more runs is never worse, so this number can only grow with the seeds, even
# where both arms are equally good.

# %% [markdown] id="budget"
# ## The same budget
#
# {{optional}}
#
# All runs above took equally many steps, of batches of the same size. Once the sizes differ, "the
# same budget" has two meanings that cannot both hold: equally many *steps*, or *samples*. Whoever
# sees four times as many samples learns more, and whoever takes four times as many steps moves
# further. So a fair report gives both numbers, or keeps the batches equal.

# %% [markdown] id="exercise-equal_budget"
# ## Exercise · equal_budget
#
# {{exercise equal_budget}}
#
# It is a puzzle about whole numbers, and it comes up whenever the size of a batch is what is
# compared, as in [lesson 12](12_noise_and_small_batches.ipynb).

# %% id="equal_budget"
# {{answer}}

# %% id="check-equal_budget"
check(equal_budget)

# %% id="budgets" tags=["demo"]
# NBVAL_CHECK_OUTPUT
equal_budget = use(equal_budget)
for sizes in [[16, 64], [64, 100], [32, 48, 60]]:
    steps = equal_budget(sizes, 20 * 1297)
    print(f"batches of {sizes}: steps {list(map(int, steps))}, samples {int(steps[0]) * sizes[0]}")

# %% [markdown] id="seconds-text"
# A third budget is time, because a step with batch norm has more to compute. How much more depends
# on the network and on your machine, so nothing is quoted here.

# %% id="seconds" tags=["demo", "volatile"] needs="torch sklearn"
from time import perf_counter

from coursekit.training import Trainer

for norm in ["none", "batch"]:
    trainer = Trainer(mlp([0], digits(), depth=8, norm=norm), digits(), seeds=[0], lr=0.01)
    trainer.step()
    began = perf_counter()
    for _ in range(5 if quick() else 50):
        trainer.step()
    took = (perf_counter() - began) / (5 if quick() else 50)
    print(f"{norm:<6} {1000 * took:.1f} milliseconds a step")

# %% [markdown] id="placement"
# ## Before the activation, or after it?
#
# It is the question that is asked most. The paper put the norm before the activation, since what
# comes out of a linear map is "more Gaussian", and most code follows it **[paper]**. Others report
# that after it is as good or slightly better **[contested]**. In the ledger, on forty seeds and
# with six layers, the norm before the ReLU is {{claim 70.1}} points better, and before a tanh
# {{claim 70.2}}. There is a difference, and it is so small that a page of advice about it is
# **[folklore]**. Follow your architecture's convention, and never mix two conventions when you
# compare something else.

# %% [markdown] id="design"
# ## Design an experiment
#
# Now you are the one who plans. The question is whether batch norm helps a network of eight ReLU
# layers on the digits. Write the plan *before* the run, because what is decided afterwards is
# decided by the result. A plan is a dict with these entries:
#
# | entry | what it says | what is asked of it |
# |:--|:--|:--|
# | `"arms"` | what is compared | the names `"none"` and `"batch"` |
# | `"rates"` | the rates that each arm tries | a dict of lists; see below |
# | `"tuning_seeds"` | the seeds on which rates are tried | none of them is reported |
# | `"rate_chosen_by"` | what chooses an arm's rate | a word; see below |
# | `"seeds"` | the seeds that are reported | five at least, each once |
# | `"steps"` | how many steps each arm takes | a dict; 50 to 200 |
# | `"batch_size"` | how many samples in a batch of each arm | a dict; 16 to 1000 |
# | `"lost_runs"` | what becomes of runs that diverge | a word; see below |
# | `"report"` | what is reported | a word; see below |
# | `"bar"` | how many points it must gain to have helped | a number; one test image is 0.2 |
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
# Not every choice that is offered is fair. Your budget is `runs` networks, tuning included: each
# arm trains once for each of its rates on every tuning seed, and then once for each seed.

# %% [markdown] id="exercise-fair_plan"
# ## Exercise · fair_plan
#
# {{exercise fair_plan}}
#
# Many plans are right, so the check reads yours line by line and says what could make it unfair.

# %% id="fair_plan"
# {{answer}}

# %% id="check-fair_plan"
check(fair_plan)

# %% [markdown] id="carried-out-text"
# And now carry it out, with sixty networks. The verdict follows by rule: if the whole interval
# lies above your bar, the claim holds; if all of it lies below, it fails; otherwise your
# experiment cannot tell, and says so.

# %% id="carried-out" tags=["demo"] needs="torch sklearn scipy"
from coursekit.experiments import planned

plan = use(fair_plan)(60)
outcome = planned.measure(plan, steps=5 if quick() else None)
for arm, rate in outcome.rate.items():
    edge = ", the last that it tried: its best may lie beyond" if arm in outcome.edge else ""
    print(f"{arm:<6} at its own rate {rate}{edge}")
print(f"batch norm gains {outcome.gain:.2f} ± {outcome.half:.2f} points; bar {plan['bar']}")
print("that batch norm helps by so much:", outcome.verdict)

# %% [markdown] id="carried-out-read"
# Whatever came out, it is worth more than the six reports of the opening, because it could have
# come out otherwise. One plan is run once, and its verdict stands whether it pleases you or not. If
# you repeat until it does, you choose by the result. Another question is another plan, with new
# seeds, because what the old ones say is known already.

# %% [markdown] id="asked"
# ## Asked
#
# **"Before or after the activation?"** Here it makes a difference of a point or two at most, as
# the section above says. Keep to what the code around you does.
#
# **"Mine got slower, or worse, with batch norm. Is it broken?"** Not necessarily, because there are
# five harmless reasons, each of which you have seen in this lesson or before. Your rate suits the
# network without it: raise it first, because at the other's rate batch norm wins little, and at a
# lower one it loses. Your network is shallow and starts well, so there is little accuracy to win.
# You use Adam, which moves the window to higher rates. You measure seconds, although a step with
# batch norm costs more. Or training is fine and *evaluation* is not: then look at the running
# statistics ([lesson 07](07_running_statistics.ipynb)) and at the size of your batches
# ([lesson 12](12_noise_and_small_batches.ipynb)).
#
# **"Do I still have to tune the learning rate?"** You do. The window is wider, so that a search
# finds something sooner, but within it the rate still matters: with Adam, the best and the worst of
# the ledger lie {{claim 75 : mean}} points apart **[measured here]**. And a rate that was tuned
# without batch norm is not the rate with it.
#
# **"So where does the speed come from, if not from the norm alone?"** From the norm together with
# the higher rates that it makes usable. At the lowest rate the norm costs steps, and at the best
# rate of the network without it, it saves few. At its own rate it saves many, while the other
# network can no longer be relied on there. Why the higher rates become usable is the subject of
# [lesson 11](11_why_it_works.ipynb).

# %% [markdown] id="claims"
# ## What the article says
#
# This course grew out of an introductory article about batch normalization. What it says about
# training, paraphrased, each with a verdict from the ledger:
#
# 1. *It speeds up convergence.* This **holds**, each network at its own best rate:
#    {{claim 3.2 : mean}} times with ReLUs. In a shallow network it saves steps, too, and gains no
#    more than {{claim 112.1 : mean}} points. **[measured here]**
# 2. *It makes training stable and less sensitive to the learning rate.* This **needs a
#    condition**, because it is true at high rates, while at low ones batch norm is the slower.
#    **[measured here]**
# 3. *It reduces the sensitivity to initial weights.* This **holds** for hidden layers, over more
#    than three decades, although the largest scales train worse. **[measured here]**
# 4. *The learning rate then needs less tuning than before.* This **needs a condition**, and
#    elsewhere the article says itself that tuning remains crucial, which **holds**. **[measured
#    here]**
# 5. *It allows higher learning rates, at which nothing explodes.* This **holds**, because at the
#    highest rate of the ledger it gains {{claim 77.1 : mean}} points. **[measured here]**
# 6. *It belongs before the activation, for numerical stability.* The first half is a convention,
#    and for the second nobody gives a reason that can be tested. **[folklore]**
# 7. *It makes even very deep networks trainable.* Without skips this **fails**, as the deepest
#    networks show. **[measured here]**

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"I added batch norm and kept everything else the same, so the comparison is fair."* You kept a
#   rate that was tuned for the other arm.
# - *"Adding batch norm to a network always helps."* In a shallow network that starts well it gains
#   little accuracy, and at low rates it loses.
# - *"With batch norm the rate no longer matters."* More rates work, and the best still beats the
#   worst by far.
# - *"A run that has diverged is no result, so leave it out."* It is one of the most important
#   results about an arm.
# - *"The deeper the network, the more batch norm helps."* That ends at the depth at which its own
#   gradients explode.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_same_rate}}

# %% id="quiz_same_rate"
# {{answer}}

# %% id="check-quiz_same_rate"
check("quiz_same_rate", quiz_same_rate)

# %% [markdown] id="quiz-2"
# {{quiz quiz_lost}}

# %% id="quiz_lost"
# {{answer}}

# %% id="check-quiz_lost"
check("quiz_lost", quiz_lost)

# %% [markdown] id="quiz-3"
# {{quiz quiz_chosen}}

# %% id="quiz_chosen"
# {{answer}}

# %% id="check-quiz_chosen"
check("quiz_chosen", quiz_chosen)

# %% [markdown] id="quiz-4"
# {{quiz quiz_slower}}

# %% id="quiz_slower"
# {{answer}}

# %% id="check-quiz_slower"
check("quiz_slower", quiz_slower)

# %% [markdown] id="quiz-5"
# {{quiz quiz_bar}}

# %% id="quiz_bar"
# {{answer}}

# %% id="check-quiz_bar"
check("quiz_bar", quiz_bar)

# %% [markdown] id="recap"
# ## Recap
#
# - Who wins at one learning rate says nothing. Give each arm its own, chosen on data that judge
#   nothing, after searches of the same size.
# - In that form batch norm is faster. It gains most accuracy where the network without it
#   struggles, and little where that one starts well.
# - It makes more rates and far more initial scales usable. With Adam the window of rates moves.
# - A plain network of forty layers fails with batch norm, too, and what cures it are skips.
# - Runs that never arrive stay in the table. Seeds are compared in pairs, with an interval.
# - What would count as success is written down before the run, and a null result is a result.
#
# ## Stretch goal: a window of your own
#
# Take `trial.SETTINGS["shallow"]`, three layers, and measure how wide the window is for layer
# norm: `sweep(partial(mlp, depth=3, norm="layer"), digits(), …)`. Where does it lie between no
# norm and batch norm, at three layers and at eight? Write your guess and your bar down first.
#
# <details><summary>What you should find</summary>
#
# At eight layers layer norm works at higher rates than no norm and stops before batch norm does.
# At three layers the three arms lie so close that ten seeds hardly separate them.
#
# </details>
#
# ## References
#
# {{reference ioffe2015: sections 3.3 and 4.2, figure 3}}
# {{reference desmith2020}}
# {{reference yang2019: section 3}}
# {{reference mishkin2017: on placement}}
# {{reference kingma2015}}
# {{reference he2015}}
# {{reference data_digits}}
#
# **Next:** [lesson 11](11_why_it_works.ipynb) asks *why* it works, and judges four explanations by
# experiment.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the card's minutes, 2 go to the opening experiment, 2 to
# `steps_to_target` and `mend_best_rate`, 2 to the window and the map, 1 to the pairs, and 3 to the
# plan. `equal_budget` and the rival can be left out. Let the cells with training run while people
# read.
#
# **Ask the room.** Before the opening: "Which of the two is ahead at the lowest rate?" After it:
# "You are the author, and may show one column. Which?" Before `fair_plan`: "Name a way to win a
# comparison without lying." Collect the answers, because nearly all of them are lines of the
# table.
#
# **Where it goes wrong.** In `steps_to_target` most forget that `argmax` of a row of False is 0,
# so the worst runs become the fastest. In `mend_best_rate` people repair by `nan_to_num`, which
# makes a lost run perfect. In `fair_plan` the usual slips are a tuning seed that is reported as
# well and a budget that forgets tuning; the check names each. Some choose a bar of 0 and have to
# be asked what they would do with a gain of 0.01 points.
#
# </details>
