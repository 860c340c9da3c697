# %% [markdown] id="title"
# # Sequences and transformers
#
# **Eight blocks train well with a norm in one place, and barely learn with the same norm in
# another. Nothing is broken and no number was changed, so which place is right, and why?**
#
# Text has no fixed length, and a sentence is no sample of anything but itself. So batch norm, which
# lives on crowds, left this field early, and this lesson follows the norms that stayed.
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).
#
# {{card}}

# %% id="imports"
import numpy as np

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)
from coursekit.norms import layer_norm

# %% [markdown] id="guess"
# ## Guess first
#
# A transformer is a pile of residual blocks, each of which adds to its input what a *branch* makes
# of it. The first paper put a layer norm behind each sum, whereas later models put it before each
# branch, which is the same number of norms, with the same parameters.
#
# {{predict predict_post}}

# %% id="predict_post"
# {{answer}}

# %% id="check-predict_post"
check("predict_post", predict_post)

# %% [markdown] id="time"
# ## A batch has no time
#
# Sentences $(N, T, D)$ are padded to the length of the longest, because an array has only one
# length. [Batch norm](../docs/glossary.md#batch-norm) with one mean per feature averages over all
# sentences and all steps. Two things go wrong there: [padding](../docs/glossary.md#padding) is
# counted, and steps of time that have other statistics are treated as one.
#
# Here is real text, cut into sentences, in which each letter becomes eight random numbers and
# padding becomes zeros.

# %% id="padding" tags=["demo"] needs="sklearn"
from coursekit import data

sentences = [s.strip() for s in data.prose().split(".") if 20 < len(s) < 200][:32]
table = np.random.default_rng(0).normal(1.0, 2.0, (256, 8))  # a row for each letter


def padded(sentences):
    x = np.zeros((len(sentences), max(map(len, sentences)), 8))
    real = np.zeros(x.shape[:2], bool)
    for n, s in enumerate(sentences):
        x[n, : len(s)], real[n, : len(s)] = table[[ord(c) % 256 for c in s]], True
    return x, real


x, real = padded(sentences)
print(f"padding: {100 * (1 - real.mean()):.0f} % of all tokens")
print(f"variance of a feature with padding: {x.var((0, 1)).mean():.2f}")
print(f"variance of a feature without: {x[real].var(0).mean():.2f}")

# %% [markdown] id="padding-read"
# With {{result padding | padding}} of the tokens made of nothing, the variance is off, and by
# another amount in the next batch **[measured here]**. Lesson 08 wrote the remedy, a
# [mask](../docs/glossary.md#mask): average over real tokens only. It repairs the first of the two
# faults, although it does not make a sentence independent of its neighbours, as the next cell shows
# with a single sentence among others.


# %% id="neighbours" tags=["demo"] needs="sklearn"
# NBVAL_CHECK_OUTPUT
def masked_batch_norm(x, real):
    mean, var = x[real].mean(0), x[real].var(0)
    return (x - mean) / np.sqrt(var + 1e-5)


def per_token(x, real):
    return layer_norm(x, np.ones(8), np.zeros(8))[0]


first = len(sentences[0])
for name, norm in {"batch norm, masked": masked_batch_norm, "layer norm": per_token}.items():
    among, alone = norm(x, real)[0, :first], norm(*padded(sentences[:1]))[0]
    print(f"{name}: a sentence alone is as it is among others:", np.allclose(among, alone))

# %% [markdown] id="recurrent"
# ## Experiment: a recurrent network
#
# A recurrent network reads a digit row by row: $h_t = \tanh(\text{norm}(W h_{t-1} + U x_t))$. Batch
# norm there needs [running statistics](../docs/glossary.md#running-statistics) for evaluation, and
# has a choice: one set for all steps of time, or one for each step, which Cooijmans et al. use
# **[paper]**. The second has a price, since a sequence longer than those in training has no
# statistics for its last steps.

# %% id="recurrent-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit import quick
from coursekit.experiments import interval, time_statistics

found = time_statistics.measure(range(2 if quick() else 8), steps=10 if quick() else 150)
names = {"none": "no norm", "layer": "layer norm"}
print(f"{'% of 500 read':<22}{'in eval':>14}{'by the batch':>16}")
for arm, (in_eval, by_batch, _) in found.items():
    (a, b), (c, d) = interval(in_eval), interval(by_batch)
    print(f"{names.get(arm, 'batch norm, ' + arm):<22}{a:>8.1f} ± {b:.1f}{c:>10.1f} ± {d:.1f}")
gaps = {"all steps": "all steps together", "each step": "each step apart"}
for arm, words in gaps.items():
    mean, half = interval(found[arm][1] - found[arm][0])
    print(f"lost in evaluation, {words}: {mean:.1f} ± {half:.1f} points")

# %% [markdown] id="recurrent-read"
# **Result [measured here].** Statistics of all steps together lose {{result recurrent-run | lost
# in evaluation, all steps together: : mean}} points between training and evaluation, those of each
# step {{result recurrent-run | lost in evaluation, each step apart: : mean}}. In the ledger,
# which runs forty seeds, the second is {{claim 106.1}} points.
#
# What you do *not* see is layer norm winning, as its paper reports for long sequences **[paper]**.
# A digit has eight rows, so a network without a norm does nearly as well here. This table
# recommends no norm for recurrent networks; it shows what shared statistics cost.

# %% [markdown] id="rms"
# ## Drop the mean
#
# So [layer norm](../docs/glossary.md#layer-norm): one token, its own features, the same in training
# and in evaluation. Zhang and Sennrich asked which half of it matters. Their [RMS
# norm](../docs/glossary.md#rms-norm) leaves the mean where it is and divides by the [root mean
# square](../docs/glossary.md#root-mean-square) **[paper]**:
#
# $$\hat x = \frac{x}{\sqrt{\frac1D\sum_i x_i^2+\varepsilon}}, \qquad y = \gamma\,\hat x.$$
#
# There is no β either, and one pass over the features less, so that most language models since
# Llama use it.

# %% [markdown] id="exercise-rms_norm"
# ## Exercise · rms_norm
#
# {{exercise rms_norm}}
#
# The check begins with four tokens of four features, because in a square table a sum along the
# wrong axis raises no error, and only the numbers show it.

# %% id="rms_norm"
# {{answer}}

# %% id="check-rms_norm"
check(rms_norm)

# %% [markdown] id="rms-torch-text"
# PyTorch agrees, and you can say beforehand where layer norm and RMS norm meet, because a token
# whose features sum to zero has no mean to subtract.

# %% id="rms-torch" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
import torch

rms_norm = use(rms_norm)
tokens = np.random.default_rng(1).normal(1, 2, (3, 5, 16))
ones, zeros = np.ones(16), np.zeros(16)
theirs = torch.nn.functional.rms_norm(torch.tensor(tokens), (16,), eps=1e-5).numpy()
print("yours and PyTorch's agree:", np.allclose(rms_norm(tokens, ones), theirs))
centred = tokens - tokens.mean(-1, keepdims=True)
for name, x_in in {"as they are": tokens, "centred": centred}.items():
    same = np.allclose(rms_norm(x_in, ones), layer_norm(x_in, ones, zeros)[0])
    print(f"RMS norm of tokens {name} is layer norm: {same}")

# %% [markdown] id="half"
# ## Half precision, and two dialects
#
# Large models compute in 16 bits, and `float16` ends at 65504, so that the square of 300 is already
# infinite. Every library therefore widens x before it squares, and then goes back. *Where* it goes
# back is a dialect: Llama's code rounds $\hat x$ before γ is multiplied, PyTorch afterwards. Gemma
# multiplies by $1+\gamma$, so that γ starts at 0 and weight decay pulls it to "no change". Weights
# that are loaded into the other dialect give no error, only a model that is slightly off, or
# entirely **[theorem]**.

# %% [markdown] id="exercise-mend_rms_half"
# ## Exercise · mend_rms_half
#
# {{exercise mend_rms_half}}
#
# **Mend this.** Somebody wrote it for a model in `float16`, and checked it on random numbers.

# %% id="mend-spot-check" tags=["demo"]
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given, source = received("mend_rms_half"), np.random.default_rng(3)  # what stands in the next cell
halves, weight = (
    source.normal(1, 2, (64, 16)).astype(np.float16),
    np.float32(source.uniform(1, 2, 16)),
)
right = rms_norm(halves.astype(float), weight, 1e-6)
print(
    "1024 random numbers, same as in double precision:",
    np.allclose(given(halves, weight), right, 0.01),
)
print("half precision in, half precision out:", given(halves, weight).dtype == np.float16)

# %% [markdown] id="mend-ask"
# Find the input on which it must fail before you change a line. The check says nothing while the
# text is the one that you received.

# %% id="mend_rms_half"
# {{answer}}

# %% id="check-mend_rms_half"
check(mend_rms_half)

# %% [markdown] id="backward"
# ## Backward
#
# A longer x gives the same $\hat x$, so a gradient along x is useless and is taken out, as lesson
# 06 showed for batch norm. Since there is no mean, nothing else is to be taken out. With $g =
# \gamma\,\partial L/\partial y$ and $r$ the root,
#
# $$\frac{\partial L}{\partial x} = \frac1r\Big(g - \hat x\;\frac1D\sum_i g_i\hat x_i\Big).$$

# %% [markdown] id="exercise-rms_norm_backward"
# ## Exercise · rms_norm_backward
#
# {{exercise rms_norm_backward}}
#
# `inv_rms` is $1/r$, from the forward pass.

# %% id="rms_norm_backward"
# {{answer}}

# %% id="check-rms_norm_backward"
check(rms_norm_backward)

# %% id="backward-facts" tags=["demo"]
# NBVAL_CHECK_OUTPUT
rms_norm_backward = use(rms_norm_backward)
x0 = tokens[0]
inv_rms = 1 / np.sqrt((x0**2).mean(-1, keepdims=True))
dx, _ = rms_norm_backward(np.cos(x0), x0 * inv_rms, ones, inv_rms)
print("dx has a part along x:", not np.allclose((dx * x0).sum(-1), 0))
print("dx sums to 0 over the features:", np.allclose(dx.sum(-1), 0))

# %% [markdown] id="places"
# ## Where does the norm go?
#
# A residual block has a line, on which x travels, and a branch $f$ beside it, and four places for a
# norm are in use **[paper]**:
#
# | | formula | in use |
# |:--|:--|:--|
# | post | $\text{norm}(x + f(x))$ | the first transformer, BERT |
# | pre | $x + f(\text{norm}(x))$ | GPT-2 and most since |
# | out | $x + \text{norm}(f(x))$ | Swin v2, OLMo 2 |
# | peri | $x + \text{norm}(f(\text{norm}(x)))$ | Gemma 2; *sandwich* in CogView |
#
# Only in the first does a norm stand *on* the line.

# %% [markdown] id="exercise-residual_block"
# ## Exercise · residual_block
#
# {{exercise residual_block}}
#
# The word "before" decides everything here, so ask each time before what.

# %% id="residual_block"
# {{answer}}

# %% id="check-residual_block"
check(residual_block)

# %% [markdown] id="stream"
# ### Explore: how large does the stream become?
#
# What travels on the line is called the [residual stream](../docs/glossary.md#residual-stream), and
# below is its root mean square after each block, at random weights, from your own block and norm.
# Move the depth, and then the size of the branches' weights, which grow in training.

# %% id="stream-code" tags=["demo"] jupyter={"source_hidden": true}
# The picture below is computed and drawn here.
from coursekit.figures import COLOURS, explorable

residual_block = use(residual_block)
looks = {
    "post": ("sky", "-"),
    "pre": ("orange", "--"),
    "out": ("green", "-"),
    "peri": ("purple", ":"),
}


def stream_sizes(place, blocks, size):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((32, 64))
    out = [1.0]
    for _ in range(blocks):
        first, last = rng.standard_normal((2, 64, 64)) / 8

        def f(z, first=first, last=last):
            return size * np.maximum(z @ first, 0) @ last * 2**0.5

        x = residual_block(x, f, lambda z: rms_norm(z, np.ones(64)), place)
        out.append(float(np.sqrt((x**2).mean())))
    return out


def draw_stream(axes, blocks, branch):
    ends = {}
    for place, (hue, line) in looks.items():
        sizes = stream_sizes(place, blocks, branch)
        ends[place] = sizes[-1]
        axes.plot(sizes, line, color=COLOURS[hue], linewidth=2.5, label=place)
    axes.set(xlabel="block", ylabel="size of the stream", xlim=(0, blocks), ylim=(0, None))
    axes.legend(loc="upper left")
    said = ", ".join(f"{place} {end:.1f}" for place, end in ends.items())
    return f"Size of the stream after {blocks} blocks with branches of size {branch:g}: {said}."


# %% id="stream-drawn" tags=["demo"]
explorable(
    draw_stream,
    alt="Four curves of the stream's size against the number of blocks, one for each place.",
    blocks=(4, 40, 4, 24),
    branch=(0.5, 4.0, 0.5, 1.5),
)

# %% [markdown] id="stream-found"
# <details><summary>What you should find</summary>
#
# *Post* stays at 1 whatever you do, because its last act is a norm. *Pre* and the other two grow
# like the root of the depth: each block adds something of about the same size that points
# elsewhere, so squares add up. If you make the branches larger, pre grows in proportion, because
# nothing limits what a branch writes. Out and peri do not move at all, because a norm stands behind
# their branches, which is what the newer places were made for.
#
# </details>

# %% [markdown] id="stream-ledger"
# In the ledger, with 24 blocks and branches whose weights are four times as large, the pre-norm
# stream is {{claim 127.1}} times as large and the peri-norm stream {{claim 127.2}} times
# **[measured here]**.
#
# ## Experiment: eight blocks, five arms
#
# Now they train: eight blocks of attention and a small network, sixteen branches, on the rows of
# the digits, for sixty steps of Adam. [Warm-up](../docs/glossary.md#warm-up) lets the rate grow to
# its value over the first half. Nothing is chosen here, because every arm is shown at every rate.

# %% id="deep-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import deep_transformer

found = deep_transformer.measure(range(1 if quick() else 5), steps=4 if quick() else 60)
print(f"{'% of 500 read':<16}" + "".join(f"{rate:>14}" for rate in deep_transformer.RATES))
for arm, rows in found.items():
    mean, half = interval(rows.T)
    print(f"{arm:<16}" + "".join(f"{m:>7.1f} ± {h:>4.1f}" for m, h in zip(mean, half, strict=True)))
print("paired by seed, in points:")
for words, values in {
    "pre − post, over the rates": (found["pre"] - found["post"]).mean(0),
    "peri − pre, over the rates": (found["peri"] - found["pre"]).mean(0),
    "warm-up in pre, lowest rate": (found["pre, warm-up"] - found["pre"])[0],
    "warm-up in pre, highest rate": (found["pre, warm-up"] - found["pre"])[-1],
    "warm-up in post, over the rates": (found["post, warm-up"] - found["post"]).mean(0),
}.items():
    mean, half = interval(values)
    print(f"{words:<34}{mean.round(1) + 0.0:+.1f} ± {half:.1f}")

# %% [markdown] id="deep-read"
# **Result [measured here].** With the norm behind the sum the network is {{result deep-run | pre −
# post, over the rates : mean .0f}} points behind, averaged over the rates, and at the highest it
# guesses. Xiong et al. give a reason: a gradient on its way down passes a norm at every sum,
# whereas with a norm before the branch the line carries it to the bottom as it is **[paper]**. This
# table shows the result, not the cause. Peri-norm differs from pre-norm by {{result deep-run | peri
# − pre, over the rates}} points, so this table prefers neither.
#
# Warm-up brings post-norm {{result deep-run | warm-up in post, over the rates}} points, as Xiong et
# al. say. Pre-norm gets {{result deep-run | warm-up in pre, highest rate}} points at the *highest*
# rate and {{result deep-run | warm-up in pre, lowest rate}} at the lowest, where half of the steps
# are smaller. So whether pre-norm needs warm-up **[contested]** depends on the rate at which you
# ask.

# %% [markdown] id="qk"
# ## Queries and keys
#
# Attention compares each token's query with every token's key, $q\cdot k/\sqrt d$, and a softmax
# turns these [logits](../docs/glossary.md#logit) into weights. q and k are linear maps of the
# stream, so a logit grows with the *product* of two weight matrices. When it reaches a few hundred,
# the softmax picks one token and ignores the rest, and its gradient is zero.
#
# Dehghani et al. met this at 8 billion parameters, where training broke down, and normalized
# queries and keys, an idea of Henry et al. called [QK norm](../docs/glossary.md#qk-norm)
# **[paper]**.
#
# {{predict predict_bound}}

# %% id="predict_bound"
# {{answer}}

# %% id="check-predict_bound"
check("predict_bound", predict_bound)

# %% [markdown] id="exercise-qk_attention"
# ## Exercise · qk_attention
#
# {{exercise qk_attention}}
#
# Your `rms_norm` takes any number of leading axes, so it works on heads as it is.

# %% id="qk_attention"
# {{answer}}

# %% id="check-qk_attention"
check(qk_attention)

# %% id="qk-grown" tags=["demo"]
# NBVAL_CHECK_OUTPUT
qk_attention = use(qk_attention)
rng = np.random.default_rng(2)
q, k, v = rng.standard_normal((3, 1, 2, 6, 8))
small, grown = (qk_attention(size * q, size * k, v, ones[:8], ones[:8]) for size in (1, 100))
print("queries and keys a hundred times as large, same output:", np.allclose(small, grown, 1e-3))

# %% [markdown] id="qk-experiment"
# ## Experiment: far beyond the best rate
#
# You need no large model to see logits grow, says the paper of Wortsman et al.; a small one at a
# high rate does it too **[paper]**. Four blocks, pre-norm, at rates up to twenty times the best.
#
# {{predict predict_high_rate}}

# %% id="predict_high_rate"
# {{answer}}

# %% id="check-predict_high_rate"
check("predict_high_rate", predict_high_rate)

# %% id="qk-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import query_key

found = query_key.measure(range(1 if quick() else 5), steps=4 if quick() else 100)
print(f"{'':<24}" + "".join(f"{rate:>16}" for rate in query_key.RATES))
for arm, (read, logits) in found.items():
    mean, half = interval(read.T)
    cells = "".join(f"{m:>8.1f} ± {h:>5.1f}" for m, h in zip(mean, half, strict=True))
    print(f"{arm + ', read':<24}{cells}")
    print(f"{arm + ', largest logit':<24}" + "".join(f"{m:>16.0f}" for m in logits.mean(1)))

# %% id="qk-paired" tags=["demo"] needs="torch scipy sklearn"
gain = found["normalized"][0] - found["plain"][0]
print("normalized − plain, paired by seed, in points:")
for words, values in {"lowest rate": gain[0], "highest rate": gain[-1]}.items():
    mean, half = interval(values)
    print(f"{words:<14}{mean:+.1f} ± {half:.1f}")

# %% [markdown] id="qk-read"
# **Result [measured here].** At the highest rate the largest logit is {{result qk-run | plain,
# largest logit | 0.06 : mean .0f}} without the norm and {{result qk-run | normalized, largest logit
# | 0.06 : mean .0f}} with it, which is beyond $\sqrt d$ only by what the two γ have learned. How
# much more it then reads differs so much from seed to seed that five are few. On twenty, the ledger
# finds {{claim 141.3}} points, and because its bar lies inside that interval, it calls the claim
# *undecided*. At the *lowest* rate, the best of the four for both, the difference
# is {{result qk-paired | lowest rate}} points. Here the norm is an insurance, and no improvement.
#
# To read and to use, it is `query_key_norm` in `coursekit.norms` and `QueryKeyNorm` in
# `coursekit.layers`. There you also find it with a layer norm in place of the RMS norm, and how the
# form of Henry et al. comes out of it, where one learned number stands in place of $\sqrt d$.

# %% [markdown] id="adaln"
# ## A norm that is told: AdaLN-zero
#
# {{optional}}
#
# A model that paints images from noise has to know how much noise is left, and what to paint. Its
# transformer is told so through its norms, and FiLM had the idea for any layer, to let a
# *condition* c choose scale and shift **[paper]**. In a diffusion transformer (Peebles and Xie) a
# linear map of c gives three vectors for each branch:
#
# $$x + \alpha(c)\odot f\big((1+\gamma(c))\odot\text{LN}(x) + \beta(c)\big).$$
#
# That linear map starts at *zero*, so that α is 0 and the block does nothing at all, and a network
# of any depth is a straight line at the start **[theorem]**. Hence the name
# [AdaLN-zero](../docs/glossary.md#adaln-zero). `AdaptiveLayerNormZero` in `coursekit.layers` puts
# it around any branch f, and `adaptive_layer_norm_zero` in `coursekit.norms` has its backward pass.

# %% id="adaln-code" tags=["demo"]
# NBVAL_CHECK_OUTPUT
condition, told = rng.standard_normal((3, 4)), np.zeros((4, 3 * 16))
for name, weights in {"at zero": told, "after some steps": told + 0.1}.items():
    scale, shift, gate = np.split((condition @ weights)[:, None], 3, axis=-1)  # each (3, 1, 16)
    inner = (1 + scale) * layer_norm(tokens, ones, zeros)[0] + shift
    y = tokens + gate * np.tanh(inner)
    print(f"the linear map {name}: the block changes x:", not np.array_equal(y, tokens))

# %% [markdown] id="dyt"
# ## No statistics at all: DyT and Derf
#
# Zhu et al. plotted what goes into a trained layer norm against what comes out, and saw an S. So
# they replaced the norm by an S, $y = \gamma\tanh(\alpha x) + \beta$, with one learned number α for
# a whole layer: *dynamic tanh*. Chen et al. put erf in its place and added a learned shift,
# $\gamma\, \text{erf}(\alpha x + s) + \beta$, which they find better: *Derf* **[paper]**. No token
# has a statistic any more, and there is nothing to average. In `coursekit.layers` the two are
# `DynamicTanh` and `DynamicErf`.

# %% [markdown] id="exercise-dyt_backward"
# ## Exercise · dyt_backward
#
# {{optional}}
#
# {{exercise dyt_backward}}
#
# α is a single number, so each entry of x has a part in its gradient.

# %% id="dyt_backward"
# {{answer}}

# %% id="check-dyt_backward"
check(dyt_backward)

# %% [markdown] id="ranking"
# ## Experiment: which norm for tokens?
#
# Five arms, two tasks: rows of digits, read by four blocks, and a text, of which two blocks guess
# each next letter. Each arm has the rate, of four, at which its training loss was lowest on two
# other seeds.

# %% id="ranking-run" tags=["demo"] needs="torch scipy sklearn"
from coursekit.experiments import token_norms

found = token_norms.measure(range(1 if quick() else 5), steps=4 if quick() else 60)
names = {"none": "no norm", "layer": "layer norm", "rms": "RMS norm", "tanh": "DyT", "erf": "Derf"}
print(f"{'% right':<14}" + "".join(f"{task:>16}" for task in found))
for arm, name in names.items():
    mean, half = interval(np.array([rows[arm][0] for rows in found.values()]).T)
    cells = "".join(f"{m:>9.1f} ± {h:>4.1f}" for m, h in zip(mean, half, strict=True))
    print(f"{name:<14}{cells}")
print("minus layer norm, paired by seed, in points:")
for arm, name in names.items():
    apart = np.array([rows[arm][0] - rows["layer"][0] for rows in found.values()]).T
    cells = "".join(
        f"{m.round(1) + 0.0:>+9.1f} ± {h:>4.1f}" for m, h in zip(*interval(apart), strict=True)
    )
    if arm != "layer":
        print(f"  {name:<12}{cells}")
more = np.array([rows["erf"][0] - rows["tanh"][0] for rows in found.values()]).T
cells = (f"{m.round(1) + 0.0:>+9.1f} ± {h:>4.1f}" for m, h in zip(*interval(more), strict=True))
print(f"{'Derf − DyT':<14}" + "".join(cells))

# %% [markdown] id="ranking-read"
# **Result [measured here].** On digits, four blocks without a norm fall far behind. On text, two
# blocks without one differ from layer norm by {{result ranking-run | minus layer norm, paired by
# seed, in points: > no norm | 2}} points. Layer norm and RMS norm lie together on both, as the
# ledger finds on twenty blocks ({{claim 123.1}} points apart). DyT differs from layer norm by
# {{result ranking-run | minus layer norm, paired by seed, in points: > DyT | 1}} points on digits
# and by {{result ranking-run | minus layer norm, paired by seed, in points: > DyT | 2}} on text.
#
# None of this is a ranking, since depth, rate and task decide it. The papers' scale says other
# things, and neither contradicts the other **[paper]**: with DyT, a ViT-B reads 82.5 % of ImageNet,
# against 82.3 % with layer norm, and a LLaMA of 7 billion weights has a loss of 1.60 against 1.59.
# In a ResNet-50 it fails to replace batch norm, with 68.9 % against 76.2 %. In its paper Derf is
# better than DyT by tenths of a point. Here the two differ by {{result ranking-run | Derf − DyT | 1
# : abs}} points on digits and by {{result ranking-run | Derf − DyT | 2 : abs}} on text, and neither
# interval is narrow enough to show tenths. What you see on digits after sixty steps is one of many
# comparisons in this table, and not the papers' difference.

# %% [markdown] id="design"
# ## Design an experiment
#
# Can tanh replace a norm in a transformer that learns the digits by Adam? Write the plan *before*
# the run, as a dict with these entries:
#
# | entry | what it is |
# |:--|:--|
# | `"arms"` | what is compared: `"layer"`, `"rms"`, `"tanh"` |
# | `"rates"` | a dict: for each arm, the learning rates that it is tried at |
# | `"tuning_seeds"` | the seeds on which an arm's rate is chosen |
# | `"rate_chosen_by"` | `"training loss"`, `"validation accuracy"` or `"test accuracy"` |
# | `"seeds"` | the seeds that are reported |
# | `"steps"` | a dict: for each arm, how many |
# | `"batch_size"` | a dict: for each arm, images in a step |
# | `"lost_runs"` | `"count as failures"`, `"leave out"` or `"repeat with another seed"` |
# | `"report"` | what is shown in the end, one of the four below |
# | `"bar"` | how many points behind would be too many |
#
# Reported is a `"paired interval"`, an `"interval of each arm"`, the `"mean of each arm"` or the
# `"best run of each arm"`. A rate is searched well if an arm tries at least 4 between 0.0001 and
# 0.1, with neighbours up to a factor of 4 apart and the highest at least 10 times the lowest. A
# network takes 50 to 150 steps of 16 to 1000 images, and at least 5 seeds are reported. One test
# image is 0.2 points, and a bar above 20 points would never be reached.
#
# Each arm is trained at each of its rates on each tuning seed, and then, at the rate that was
# chosen, on each seed of `"seeds"`. All of that together may take up to `runs` networks.

# %% [markdown] id="exercise-plan_token_norm"
# ## Exercise · plan_token_norm
#
# {{exercise plan_token_norm}}
#
# There is no single right plan, so the check reads yours line by line and says what could make it
# unfair.

# %% id="plan_token_norm"
# {{answer}}

# %% id="check-plan_token_norm"
check(plan_token_norm)

# %% [markdown] id="asked"
# ## Asked
#
# **"Why layer norm in transformers, and not batch norm?"** Because a token then depends on no other
# sentence, on no padding and on no running average, and a model that is served with one sentence at
# a time computes what it computed in training **[theorem]**.
#
# **"What about the padding, when my sequences have different lengths?"** Layer norm or RMS norm per
# token needs nothing, while attention and the loss have padding hidden from them. Batch norm needs
# the mask, or its mean and variance count zeros **[measured here]**.
#
# **"Pre or post, and why warm-up?"** Pre, or peri, if you train from scratch, because more rates
# serve. Post needs a low rate or warm-up **[measured here]**, which also opens higher rates to the
# others.
#
# **"RMS norm or layer norm?"** Where both were measured with care they are equal, and RMS norm is
# cheaper **[paper]**. If you load weights, you have no choice: take what they were trained with.
#
# **"γ or 1 + γ?"** Look how γ is stored, because if it is near 0 the model means $1 + \gamma$
# **[paper]**.

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"Layer norm in a transformer averages over the sentence."* It averages over the features of one
#   token, because over the sentence a later word would move an earlier one.
# - *"RMS norm is layer norm with a cheaper variance."* It divides by another number, and a constant
#   that is added to all features changes its output.
# - *"Pre-norm keeps the stream small."* It keeps what the *branch* sees small, while the stream
#   itself grows.
# - *"A norm on queries and keys makes models better."* It bounds the logits, which helps where they
#   would have grown, and brings nothing where they would not.
# - *"tanh normalizes."* It squashes, so that if the input grows tenfold, a norm gives the same
#   output and tanh gives signs.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_lengths}}

# %% id="quiz_lengths"
# {{answer}}

# %% id="check-quiz_lengths"
check("quiz_lengths", quiz_lengths)

# %% [markdown] id="quiz-2"
# {{quiz quiz_rms_shift}}

# %% id="quiz_rms_shift"
# {{answer}}

# %% id="check-quiz_rms_shift"
check("quiz_rms_shift", quiz_rms_shift)

# %% [markdown] id="quiz-3"
# {{quiz quiz_line}}

# %% id="quiz_line"
# {{answer}}

# %% id="check-quiz_line"
check("quiz_line", quiz_line)

# %% [markdown] id="quiz-4"
# {{quiz quiz_bounded}}

# %% id="quiz_bounded"
# {{answer}}

# %% id="check-quiz_bounded"
check("quiz_bounded", quiz_bounded)

# %% [markdown] id="quiz-5"
# {{quiz quiz_small_scale}}

# %% id="quiz_small_scale"
# {{answer}}

# %% id="check-quiz_small_scale"
check("quiz_small_scale", quiz_small_scale)

# %% [markdown] id="recap"
# ## Recap
#
# - Batch statistics mix sentences, padding and steps of time, but a token's own features mix
#   nothing.
# - RMS norm is layer norm without a mean; its backward pass takes out only what lies along x.
# - Square in float32, because `float16` overflows at 256 squared.
# - A norm on the line (post) throttles the gradient; before the branch (pre) the stream grows;
#   behind the branch (out, peri) its growth is bounded.
# - RMS norm on queries and keys bounds logits by √d times two learned scales.
# - Small networks do not rank norms: what one is worth depends on depth, rate and task.
#
# ## Stretch goal: carry out your plan
#
# `token_norms.measure` trains the arms of your plan on digits. Copy it, and let it take the rates,
# seeds and steps from `plan_token_norm(60)`. Report tanh against layer norm as a paired interval,
# with your bar beside it.
#
# <details><summary>What you should find</summary>
#
# In the table above DyT lies {{result ranking-run | minus layer norm, paired by seed, in points: >
# DyT | 1}} points from layer norm after sixty steps, so with a bar of a few points your plan should
# find that it does not replace the norm here. Write beside that verdict how many blocks and steps
# it is about, because on the text the same two arms cannot be told apart.
#
# </details>
#
# ## References
#
# {{reference ba2016}}
# {{reference zhang2019_rms: equation 4 and section 4}}
# {{reference cooijmans2017: section 3}}
# {{reference xiong2020: section 3}}
# {{reference kim2025}}
# {{reference dehghani2023: section 2}}
# {{reference henry2020}}
# {{reference wortsman2023}}
# {{reference perez2018}}
# {{reference peebles2023: section 3.2}}
# {{reference zhu2025: tables 1 to 4}}
# {{reference chen2025}}
# {{reference torch_rms_norm}}
# {{reference data_digits}}
# {{reference data_prose}}
#
# **Next:** [lesson 15](15_normalizing_weights.ipynb) normalizes the weights, and leaves the
# activations alone.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 2 go to padding and the recurrent network, 2 to
# `rms_norm` and `mend_rms_half`, 1 to the backward pass, 2 to the places, 2 to attention, 1 to the
# plan. `dyt_backward` and AdaLN make good homework.
#
# **Ask the room.** Before the places: "How many norms does a gradient pass on its way from the loss
# to the first block?" Before the logits: "If both matrices double, what does a logit do?" After the
# ranking: "Write one sentence about DyT that is true at both scales."
#
# **Where it goes wrong.** In `rms_norm` many divide by `x.std`, which is right for centred inputs,
# and so passes a careless test. In `residual_block` the normalized x is added to the branch, which
# looks like pre-norm and trains like post-norm. In `qk_attention` people normalize to length 1 and
# keep √d, so that attention is nearly uniform. In the mending some clip x, which ends the overflow
# and the norm.
#
# </details>
