# %% [markdown] id="title"
# # Bug hunt
#
# **Twelve layers pass the check that everybody runs, and all twelve are wrong. What is wrong in
# each?**
#
# The lessons before this one told you what went wrong while you wrote. Here nobody tells you,
# because you meet finished layers whose code is sealed, as in a library or a colleague's project,
# and all you can do is call them. After the hunt come twelve decisions about norms in practice, and
# five claims that you judge from raw tables.
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).
#
# {{card}}

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess"
# ## Guess first
#
# {{predict predict_exposed}}

# %% id="predict_exposed"
# {{answer}}

# %% id="check-predict_exposed"
check("predict_exposed", predict_exposed)

# %% [markdown] id="ordinary-text"
# ## Experiment: what does an ordinary batch find?
#
# The course has a name and a function for each of these mistakes, so it can be counted.

# %% id="ordinary" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning.sealed import exposed

ordinary = exposed()
print("named mistakes of batch_norm:", len(ordinary))
print("found by the ordinary batch:", sum(ordinary.values()))
print("these are", *(name for name, found in ordinary.items() if found), sep="\n    ")

# %% [markdown] id="ordinary-read"
# **Result [measured here].** The ordinary batch finds {{result ordinary | found by the ordinary
# batch}} of {{result ordinary | named mistakes of batch_norm}}, and those make shapes or whole
# columns wrong. It finds so few because standard normal numbers are *normalized already*. Whoever
# forgets to subtract the mean subtracts nothing that matters, a forgotten gamma was 1, and eps
# disappears beside a variance of 1.
#
# So a [probe](../docs/glossary.md#probe) has to be as far from normal as the statement allows. Each
# row below changes one thing about the ordinary batch, and the last changes all of them.

# %% id="probes" tags=["demo"]
# NBVAL_CHECK_OUTPUT
x, ones, zeros = np.random.default_rng(1).standard_normal((1000, 4)), np.ones(4), np.zeros(4)
gamma, beta = np.array([2.0, -0.5, 3.0, 0.7]), np.array([1.0, -2.0, 0.5, 3.0])
apart = x * [0.3, 1, 2, 5] + [1, -2, 3, 0.5]  # each column has a mean and a spread of its own
probes = {
    "as it is": (x, ones, zeros, 1e-5),
    "gamma and beta": (x, gamma, beta, 1e-5),
    "means and spreads": (apart, ones, zeros, 1e-5),
    "a large eps": (x, ones, zeros, 0.5),
    "three rows": (x[:3], ones, zeros, 1e-5),
    "all of these": (apart[:3], gamma, beta, 0.5),
}
for name, probe in probes.items():
    print(f"{name:<20} finds {sum(exposed(probe).values())}")

# %% [markdown] id="probes-read"
# With all four changes one call finds {{result probes | all of these finds}} **[measured here]**.
# What is left shows only in a default value, in an argument that was overwritten or in the last
# digits of `float32`, and none of the twelve below is of that kind.

# %% [markdown] id="explore"
# ### Explore: a probe of your own
#
# The bars are the six suspects of the first sealed layer, and their length is how far each lies
# from the right output, relative to its size. Look for a setting at which all six are long and no
# two are equal, because such a probe both finds a mistake and names it.

# %% id="explore-code" tags=["demo"] jupyter={"source_hidden": true}
# The picture below is computed and drawn here.
from coursekit.figures import COLOURS, explorable
from coursekit.learning.sealed import distances


def draw_probe(axes, rows, eps, scale):
    gamma, beta = 1 + scale * np.array([1, -1.5, 2, -0.3]), scale * np.array([1, -2, 0.5, 3])
    source = np.random.default_rng(2).standard_normal((rows, 4)) * [0.3, 1, 2, 5]
    found = distances((source, gamma, beta, eps))
    axes.barh(list(found), [min(far, 1) for far in found.values()], color=COLOURS["sky"])
    axes.axvline(0.05, color=COLOURS["orange"], linestyle="--")
    axes.set(xlabel="off, relative to the output (bars end at 1)", xlim=(0, 1))
    seen = [name for name, far in found.items() if far > 0.05]
    words = ", ".join(seen) or "none"
    return f"{rows} rows, eps {eps:g}, gamma and beta off by {scale:g}: off by over 5 %: {words}."


# %% id="explore-drawn" tags=["demo"]
explorable(
    draw_probe,
    alt="Six bars, one for each suspect: how far its output lies from the right one.",
    rows=(2, 200, 2, 200),
    eps=(0.0, 1.0, 0.05, 0.0),
    scale=(0.0, 1.0, 0.1, 0.0),
)

# %% [markdown] id="explore-found"
# <details><summary>What you should find</summary>
#
# At the start all bars are nearly empty. `unbiased_variance` needs few rows, since $N/(N-1)$ is
# then far from 1. The three that concern eps need a large one, and the two that concern gamma and
# beta need `scale`. With three or four rows, an eps of a half and a scale of 1 all six are beyond
# five percent. `eps_missing` and `eps_ignored` stay nearly equal as long as every column has a
# spread, so you tell them apart by a column that never changes.
#
# </details>

# %% [markdown] id="hunt"
# ## The hunt
#
# Your seed draws one mistake for each layer. Take any whole number, perhaps your student number,
# because the seed goes into what you hand in, and whoever grades it draws the same twelve. No seed
# is easier than another, since every suspect passes the ordinary check, and random inputs show the
# suspects of one layer about equally often.

# %% id="seed" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning.sealed import sealed

SEED = 17  # put your own here
layers = sealed(SEED)
print(*layers.values(), sep="\n")

# %% [markdown] id="rules"
# - `layers[1](x, gamma, beta, eps)` is a *probe*, of which a layer answers six in a kernel. The
#   same question asked again costs nothing, so a cell may be run twice. A call on which the layer
#   fails costs a probe.
# - `layers[1].suspects()` says what may be wrong in it. One of these is, and nothing else.
# - `layers[1].open("eps_outside")` breaks the seal and prints the code, if that name is right. A
#   wrong name costs a probe the first time.
# - What you hand in are the names, with your seed, and a repaired function for each layer.
#
# Compute what each suspect *would* give before you probe, because a probe on which two suspects
# agree cannot decide between them. The first layer is worked below for seed 17.

# %% id="suspects-1" tags=["demo"]
layers[1].suspects()

# %% id="probe-1" tags=["demo"]
# NBVAL_CHECK_OUTPUT
x1, eps = np.array([[1.0], [3.0], [8.0]]), 2.0  # mean 4, variance 26 / 3
y1 = layers[1](x1, np.array([2.0]), np.array([-1.0]), eps)
var = x1.var()
roots = {
    "right": np.sqrt(var + eps),
    "eps_outside": np.sqrt(var) + eps,
    "eps_missing": np.sqrt(var),
    "eps_ignored": np.sqrt(var + 1e-5),
    "unbiased_variance": np.sqrt(x1.var(ddof=1) + eps),
}
for name, root in roots.items():
    print(f"{name:<20}{2 * (8 - 4) / root - 1:.6f}")
print(f"{'the sealed layer':<20}{y1[-1, 0]:.6f}")

# %% [markdown] id="probe-1-read"
# Two lines nearly agree, and a second probe settles which of them it is. A column without any
# spread is divided by $\sqrt{0}$ where eps is missing, and by $\sqrt{10^{-5}}$ where it is ignored.

# %% id="open-1" tags=["demo"]
print(layers[1](np.array([[5.0], [5.0]]), np.ones(1), np.zeros(1), eps).ravel())
layers[1].open("eps_missing")

# %% [markdown] id="batch-layers"
# ### Norms over the batch
#
# In each repair keep the contract that the first line and the docstring state. The check tries it
# on the inputs of the lesson that it comes from.

# %% [markdown] id="exercise-layer_1"
# ## Exercise · layer_1
#
# {{exercise layer_1}}
#
# You have seen it open if your seed is 17, and with another seed the same two probes are a start.

# %% id="layer_1"
# {{answer}}

# %% id="check-layer_1"
check(layer_1)

# %% [markdown] id="exercise-layer_2"
# ## Exercise · layer_2
#
# {{exercise layer_2}}
#
# Which gamma and beta make batch norm do nothing? Choose a batch whose spread is far from 1.

# %% id="suspects-2" tags=["demo"]
layers[2].suspects()  # your probes go here

# %% id="layer_2"
# {{answer}}

# %% id="check-layer_2"
check(layer_2)

# %% [markdown] id="exercise-layer_3"
# ## Exercise · layer_3
#
# {{exercise layer_3}}
#
# A table with correlated columns is what whitening is for, and its means should be far from 0.

# %% id="suspects-3" tags=["demo"]
layers[3].suspects()  # your probes go here

# %% id="layer_3"
# {{answer}}

# %% id="check-layer_3"
check(layer_3)

# %% [markdown] id="exercise-layer_4"
# ## Exercise · layer_4
#
# {{exercise layer_4}}
#
# One number for `running` and another for `batch` tell everything, unless momentum is 0.1.

# %% id="suspects-4" tags=["demo"]
layers[4].suspects()  # your probes go here

# %% id="layer_4"
# {{answer}}

# %% id="check-layer_4"
check(layer_4)

# %% [markdown] id="group-5"
# ### Images, sentences and groups
#
# These three normalize more than plain tables, so a probe should have axes that are all of
# different lengths.

# %% [markdown] id="exercise-layer_5"
# ## Exercise · layer_5
#
# {{exercise layer_5}}
#
# Here the channels need not stand at axis 1, and samples may differ in their means.

# %% id="suspects-5" tags=["demo"]
layers[5].suspects()  # your probes go here

# %% id="layer_5"
# {{answer}}

# %% id="check-layer_5"
check(layer_5)

# %% [markdown] id="exercise-layer_6"
# ## Exercise · layer_6
#
# {{exercise layer_6}}
#
# Padding is wherever the mask is False, so put large numbers there and see who notices.

# %% id="suspects-6" tags=["demo"]
layers[6].suspects()  # your probes go here

# %% id="layer_6"
# {{answer}}

# %% id="check-layer_6"
check(layer_6)

# %% [markdown] id="exercise-layer_7"
# ## Exercise · layer_7
#
# {{exercise layer_7}}
#
# What if the number of rows is no multiple of the group?

# %% id="suspects-7" tags=["demo"]
layers[7].suspects()  # your probes go here

# %% id="layer_7"
# {{answer}}

# %% id="check-layer_7"
check(layer_7)

# %% [markdown] id="group-8"
# ### Backward passes
#
# Ordinary here means gamma = 1 and a spread of 1, so that a forgotten factor is a factor of 1.

# %% [markdown] id="exercise-layer_8"
# ## Exercise · layer_8
#
# {{exercise layer_8}}
#
# Take an x_hat that is a batch's standard scores, and an inv_std that is not 1.

# %% id="suspects-8" tags=["demo"]
layers[8].suspects()  # your probes go here

# %% id="layer_8"
# {{answer}}

# %% id="check-layer_8"
check(layer_8)

# %% [markdown] id="exercise-layer_9"
# ## Exercise · layer_9
#
# {{exercise layer_9}}
#
# As before, but each sample has statistics of its own, and gamma differs from feature to feature.

# %% id="suspects-9" tags=["demo"]
layers[9].suspects()  # your probes go here

# %% id="layer_9"
# {{answer}}

# %% id="check-layer_9"
check(layer_9)

# %% [markdown] id="group-10"
# ### Tokens and blocks

# %% [markdown] id="exercise-layer_10"
# ## Exercise · layer_10
#
# {{exercise layer_10}}
#
# A token whose mean is not 0 tells RMS norm from its relatives.

# %% id="suspects-10" tags=["demo"]
layers[10].suspects()  # your probes go here

# %% id="layer_10"
# {{answer}}

# %% id="check-layer_10"
check(layer_10)

# %% [markdown] id="exercise-layer_11"
# ## Exercise · layer_11
#
# {{exercise layer_11}}
#
# The branch and the norm are functions that *you* hand in. Choose simple ones, such as `lambda z:
# 10 * z`, and try all four places.

# %% id="suspects-11" tags=["demo"]
layers[11].suspects()  # your probes go here

# %% id="layer_11"
# {{answer}}

# %% id="check-layer_11"
check(layer_11)

# %% [markdown] id="exercise-layer_12"
# ## Exercise · layer_12
#
# {{exercise layer_12}}
#
# With alpha = 1 every factor of alpha is hidden, and with gamma = 1 every factor of gamma.

# %% id="suspects-12" tags=["demo"]
layers[12].suspects()  # your probes go here

# %% id="layer_12"
# {{answer}}

# %% id="check-layer_12"
check(layer_12)

# %% [markdown] id="exercise-named"
# ## Exercise · named
#
# {{exercise named}}
#
# The check reads `"seed"` first and then the names of the twelve by their number, so that a layer
# which you have not found yet costs one point and no more.

# %% id="named"
# {{answer}}

# %% id="check-named"
check(named)

# %% [markdown] id="which"
# ## Which norm?
#
# A right function in the wrong place is a mistake, too, and no probe of it shows. Twelve cases of
# practice follow. Before you write a letter, say in one sentence to somebody, or to yourself, why
# the other three lose, because the reasons are what you take along.

# %% [markdown] id="case-1"
# {{quiz which_norm_fine_tuning}}

# %% id="which_norm_fine_tuning"
# {{answer}}

# %% id="check-which_norm_fine_tuning"
check("which_norm_fine_tuning", which_norm_fine_tuning)

# %% [markdown] id="case-2"
# {{quiz which_norm_volumes}}

# %% id="which_norm_volumes"
# {{answer}}

# %% id="check-which_norm_volumes"
check("which_norm_volumes", which_norm_volumes)

# %% [markdown] id="case-3"
# {{quiz which_norm_language}}

# %% id="which_norm_language"
# {{answer}}

# %% id="check-which_norm_language"
check("which_norm_language", which_norm_language)

# %% [markdown] id="case-4"
# {{quiz which_norm_ported_weights}}

# %% id="which_norm_ported_weights"
# {{answer}}

# %% id="check-which_norm_ported_weights"
check("which_norm_ported_weights", which_norm_ported_weights)

# %% [markdown] id="case-5"
# {{quiz which_norm_style}}

# %% id="which_norm_style"
# {{answer}}

# %% id="check-which_norm_style"
check("which_norm_style", which_norm_style)

# %% [markdown] id="case-6"
# {{quiz which_norm_critic}}

# %% id="which_norm_critic"
# {{answer}}

# %% id="check-which_norm_critic"
check("which_norm_critic", which_norm_critic)

# %% [markdown] id="case-7"
# {{quiz which_norm_contrastive}}

# %% id="which_norm_contrastive"
# {{answer}}

# %% id="check-which_norm_contrastive"
check("which_norm_contrastive", which_norm_contrastive)

# %% [markdown] id="case-8"
# {{quiz which_norm_controller}}

# %% id="which_norm_controller"
# {{answer}}

# %% id="check-which_norm_controller"
check("which_norm_controller", which_norm_controller)

# %% [markdown] id="case-9"
# {{quiz which_norm_stream}}

# %% id="which_norm_stream"
# {{answer}}

# %% id="check-which_norm_stream"
check("which_norm_stream", which_norm_stream)

# %% [markdown] id="case-10"
# {{quiz which_norm_table}}

# %% id="which_norm_table"
# {{answer}}

# %% id="check-which_norm_table"
check("which_norm_table", which_norm_table)

# %% [markdown] id="case-11"
# {{quiz which_norm_photographs}}

# %% id="which_norm_photographs"
# {{answer}}

# %% id="check-which_norm_photographs"
check("which_norm_photographs", which_norm_photographs)

# %% [markdown] id="case-12"
# {{quiz which_norm_hospital}}

# %% id="which_norm_hospital"
# {{answer}}

# %% id="check-which_norm_hospital"
check("which_norm_hospital", which_norm_hospital)

# %% [markdown] id="court-opens"
# ## The claims court
#
# The course keeps a ledger of what is said of norms, with raw tables behind it. A
# [bar](../docs/glossary.md#bar) was fixed for each claim before the experiment ran, and the
# verdict follows by rule, so that nobody's opinion enters afterwards. Here you are the judge. Five
# claims come with two [arms](../docs/glossary.md#arm), one number for each
# [seed](../docs/glossary.md#seed), and the question if the first arm exceeds the second by more
# than the bar. The question about neighbours is this court's own, because the ledger sets that bar
# for batch norm alone and the court sets it for the distance to layer norm.

# %% [markdown] id="exercise-claim_verdict"
# ## Exercise · claim_verdict
#
# {{exercise claim_verdict}}
#
# The arms start from the same seeds, so lesson 10's [paired
# comparison](../docs/glossary.md#paired-comparison) applies.

# %% id="claim_verdict"
# {{answer}}

# %% id="check-claim_verdict"
check(claim_verdict)

# %% [markdown] id="court-tables"
# Now the tables, whose intervals are of 99 %. Below your interval stands the one that comes of
# pooling both arms, with the mean, which is all that most reports have.

# %% id="tables" tags=["demo"] needs="scipy"
# NBVAL_CHECK_OUTPUT
from coursekit.claims.court import cases

claim_verdict = use(claim_verdict)
for case in cases():
    low, high, _ = claim_verdict(case.a, case.b, case.bar, case.t)
    print(f"{case.claim}: {case.question}")
    both = np.concatenate([case.a, case.b]).std(ddof=1) * case.t / np.sqrt(len(case.a))
    mean = (case.a - case.b).mean()
    print(f"    paired {low:.1f} to {high:.1f}, bar {case.bar:g}, {len(case.a)} seeds")
    print(f"    pooled {mean - both:.1f} to {mean + both:.1f}, mean {mean:.1f}")

# %% [markdown] id="exercise-court"
# ## Exercise · court
#
# {{exercise court}}
#
# Write the verdicts by hand, since a judge signs what they have read.

# %% id="court"
# {{answer}}

# %% id="check-court"
check(court)

# %% [markdown] id="court-read"
# <details><summary>What the five intervals say</summary>
#
# **Result [measured here].** In the claim about neighbours the pooled interval would hold the bar,
# because the two arms lie far apart and pooling takes that distance for spread. In the one about
# placement the whole interval lies above zero and below the bar, so a difference exists and is not
# worth the name of an effect. In the last the mean lies above the bar while the interval holds it:
# more seeds could decide it, and until they do the honest word is *undecided*.
#
# That batch norm does not exceed SkipInit by the bar is good news for networks without a norm, as
# De and Smith proposed them **[paper]**.
#
# </details>

# %% [markdown] id="certificate-text"
# ## Your certificate
#
# It lists what your workspace has recorded, lesson by lesson, with the seed that you give it, from
# which anybody can draw the same twelve layers. `.save()` behind the last bracket writes
# `certificate.html` beside this notebook, which a browser prints on one page.

# %% id="certificate" tags=["demo", "volatile"]
from coursekit.learning.certificate import certificate

certificate("Your name", SEED)

# %% [markdown] id="asked"
# ## Asked
#
# **"Why did all my own tests pass?"** Because they were ordinary. A test with standard normal
# inputs, gamma 1 and beta 0 tells a layer from a crash, and hardly from another layer **[measured
# here]**.
#
# **"Is comparing with PyTorch not enough?"** It is, on inputs that tell. On ordinary ones a wrong
# layer agrees with PyTorch to as many digits as you are likely to look at **[measured here]**.
#
# **"What do I do with a claim that is undecided?"** Say so, and say how many seeds it would take.
# An interval halves with four times as many **[theorem]**.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Random inputs are thorough."* They are thorough about what varies in them. Means, spreads,
#   gamma, beta and eps have to vary as well.
# - *"A larger batch is a better test."* The larger it is, the more it hides divisors and the noise
#   of few samples.
# - *"If nobody can prove it wrong, the claim holds."* An interval that contains the bar proves
#   neither.
#
# </div>

# %% [markdown] id="recap"
# ## Recap
#
# - An ordinary batch is normalized already, so that most mistakes have nothing to spoil on it.
# - A probe that tells has few rows, means and spreads of its own, a gamma and a beta that are not
#   neutral, and an eps that is seen.
# - Work out what each suspect would give first, because only a probe on which they differ decides.
# - Which norm is right depends on who shares statistics with whom, in training and in service.
# - A verdict takes a bar that was fixed beforehand and an interval of paired differences.
#
# ## Stretch goal: seal a layer for somebody else
#
# Write a wrong norm that passes the ordinary check, and at least one other check of your choice.
# Give it to a neighbour with six probes. Then put its name, one sentence and the edit into
# `docs/` of your own project, in the form that `CONTRIBUTING.md` of this course shows, because a
# mistake that has a name is found in a minute the next time.
#
# <details><summary>What you should find</summary>
#
# The hardest ones to find agree with the right layer on everything that is called ordinary *by the
# person who tests*. Groups that are strided where neighbours were meant are such a case, as are
# statistics that are right in training and wrong in evaluation.
#
# </details>
#
# ## References
#
# {{reference ioffe2015: algorithm 1}}
# {{reference wu2018}}
# {{reference he2020: section 3.3}}
# {{reference schneider2020}}
# {{reference desmith2020}}
# {{reference wortsman2023}}
#
# **Next:** your own network. The ledger of claims is in `docs/claims.md`, and each of its
# experiments runs on your machine.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Two sittings. Of ten parts of the minutes, 2 go to the end of the explorable, 5 to the
# hunt, 2 to the cases and 1 to the court. For a short session let each table take three layers of
# one common seed, and compare probes at the end.
#
# **Ask the room.** Before the count: "Write down the test that you ran on your last layer." In the
# hunt: "Which single input would have told all six apart?" After the court: "Which verdict changes
# if the bar had been set after the run?"
#
# **Where it goes wrong.** Most probe first and think later, and have spent six probes on inputs on
# which two suspects agree. In `layer_11` many try one place only. In `claim_verdict` people compare
# the mean with the bar. The worked notebook holds the names for seed 17, so look at the seeds:
# names for another seed than 17 cannot be copied from there.
#
# </details>
