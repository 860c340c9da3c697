# %% [markdown] id="title"
# # The full layer
#
# **Your layer computes what `torch.nn.BatchNorm2d` computes. Why does a saved network still come
# back broken?**
#
# A formula only has to compute, but a *layer* also has to remember, to be saved, to be moved to
# another device, to know what it is doing right now, and to mean the same thing in somebody else's
# library. Here you write batch norm as a real layer, and then carry a trained network from Keras to
# PyTorch.
#
# {{card}}
#
# What the tags grade, such as **[theorem]**, is said in [lesson 00](00_start_here.ipynb).

# %% id="imports"
import numpy as np
import torch
from torch import nn

from coursekit import check, hint, use  # noqa: F401 (hint is yours to call)

# %% [markdown] id="guess-reload"
# ## Guess first
#
# The batch norm below computes correctly, because it *is* PyTorch's, but for where it keeps three
# of its values. A small convolutional network with this layer learns to read 8 × 8 digits, is
# saved, and is loaded into a new network.
#
# {{predict predict_reload}}

# %% id="predict_reload"
# {{answer}}

# %% id="check-predict_reload"
check("predict_reload", predict_reload)

# %% id="plain" tags=["demo"] needs="torch"
from coursekit import device, quick
from coursekit.experiments import conventions
from coursekit.figures import COLOURS, explorable, figure, show


class Plain(nn.BatchNorm2d):
    """PyTorch's batch norm, its statistics moved into plain attributes."""

    def __init__(self, C):
        super().__init__(C)
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            value = getattr(self, name)
            delattr(self, name)  # or setattr would put it back where it was
            setattr(self, name, value.to(device()))


# %% id="reload" tags=["demo"]
net = conventions.network(Plain, seed=0)
print(net)
for _ in conventions.train(net, seed=0, steps=5 if quick() else 60):
    pass
again = conventions.network(Plain, seed=1)
print(again.load_state_dict(net.state_dict()))
print(f"of 500 test digits, before: {conventions.accuracy(net):.0%} read")
print(f"saved and loaded again:     {conventions.accuracy(again):.0%} read")

# %% [markdown] id="reload-read"
# *All keys matched*, and a good part of the digits is gone **[measured here]**. No warning could
# come, because what was not saved is not missed. The layer kept its
# [running statistics](../docs/glossary.md#running-statistics) in ordinary attributes, as lesson
# 07's NumPy layer did. So the new network has the trained weights, and statistics that say "mean 0,
# variance 1", as on the first day.
#
# ## Three kinds of things
#
# A `torch.nn.Module` sorts what you assign to it into three drawers, and the drawer decides
# everything.


# %% id="three-kinds" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
class Three(nn.Module):
    def __init__(self):
        super().__init__()
        self.parameter = nn.Parameter(torch.zeros(2))
        self.register_buffer("buffer", torch.zeros(2))
        self.plain = torch.zeros(2)


three = Three().double()
print("the optimizer gets:    ", *dict(three.named_parameters()))
print("state_dict() saves:    ", *three.state_dict())
print("double() has converted:", *(k for k in ("parameter", "buffer", "plain")
                                   if getattr(three, k).dtype == torch.float64))  # fmt: skip

# %% [markdown] id="three-kinds-read"
# | | learned | saved | moved by `.to()`, `.double()` | in batch norm |
# |:--|:-:|:-:|:-:|:--|
# | `nn.Parameter` | yes | yes | yes | `weight` (γ), `bias` (β) |
# | `register_buffer` | | yes | yes | `running_mean`, `running_var`, `num_batches_tracked` |
# | plain attribute | | | | `eps`, `momentum` |
#
# What is saved is the [`state_dict()`](../docs/glossary.md#state-dict). `eps` and `momentum` are
# not in it, so whoever loads the weights (from Keras, too) must make the layer with the same two
# numbers.
#
# In two of the drawers a name may stand for nothing, by `register_parameter(name, None)` and by
# `register_buffer(name, None)`. With `affine=False` the
# [*parameters*](../docs/glossary.md#parameter) are `None`, and with `track_running_stats=False` the
# [*buffers*](../docs/glossary.md#buffer) are. Nothing is saved under such a name, but the attribute
# still exists, so `self.weight is None` is a question one can ask.

# %% [markdown] id="contract"
# ## What the layer promises
#
# | made with | then |
# |:--|:--|
# | `BatchNorm(C)` | `eps=1e-5`, `momentum=0.1`, everything learned and tracked |
# | `momentum=None` | the plain average of all batches: each weighs 1, 1/2, 1/3 … when it arrives |
# | `affine=False` | `weight` and `bias` are None |
# | `track_running_stats=False` | the three buffers are None; evaluation uses the batch too |
#
# And for input of any [rank](../docs/glossary.md#rank), $(N, C)$, $(N, C, L)$, $(N, C, H, W)$, …,
# it takes one mean and one variance per channel, over all axes but axis 1.
#
# - In training (`self.training`) the batch normalizes, with its variance divided by $m$, the number
#   of values in a channel. Then the buffers move: new = old + momentum · (batch − old), where the
#   batch's variance is the one divided by $m - 1$. (With $m = 1$ there is no such variance, so
#   PyTorch raises an error, but yours need not.) `num_batches_tracked` counts the training batches.
# - In evaluation the buffers normalize, if there are any, and nothing moves.
# - `.to(device)`, `.double()`, `deepcopy` and `state_dict` need no code, only the right drawers.

# %% [markdown] id="exercise-BatchNorm"
# ## Exercise · BatchNorm
#
# {{exercise BatchNorm}}
#
# You write it in two cells, and the first answers a question: what does the layer *own*? Names and
# shapes are PyTorch's, because its weights must load into yours (`num_batches_tracked` is a single
# integer, `torch.tensor(0)`).


# %% id="owned" needs="torch"
class Owned(nn.Module):
    """Settings, parameters and buffers; these are (C,) but for the count, None where not wanted."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        # BEGIN SOLUTION
        C, track = num_features, track_running_stats
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(C)) if affine else None
        self.bias = nn.Parameter(torch.zeros(C)) if affine else None
        self.register_buffer("running_mean", torch.zeros(C) if track else None)
        self.register_buffer("running_var", torch.ones(C) if track else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if track else None)
        # END SOLUTION


# %% [markdown] id="exercise-BatchNorm-2"
# The second cell answers another question: what does the layer *do*? The shape `[1, -1, 1, 1]`,
# with as many ones as the rank needs, lets $(C,)$ meet the input (lesson 08). And mind the graph:
# gradients must flow through the batch's mean and variance, but what the buffers store must be cut
# off from the graph, or every past batch stays in memory.
#
# When both cells have run, `check(BatchNorm, part="init")` looks at what the layer owns and nothing
# else, so it can pass before a line of `forward` is written. A class keeps the base that it was
# made with, so after each change in `Owned` run the cell of `BatchNorm` again, too.


# %% id="BatchNorm" own="Owned, given above, has the parameters and the buffers"
class BatchNorm(Owned):
    """torch.nn.BatchNorm1d, 2d and 3d in one class. forward: (N, C, *spatial) -> the same"""

    def forward(self, x):
        # BEGIN SOLUTION
        axes, shape = [0, *range(2, x.ndim)], [1, -1] + [1] * (x.ndim - 2)
        mean, var = self.running_mean, self.running_var
        if self.training or mean is None:
            mean, var = x.mean(axes), x.var(axes, correction=0)
        if self.training and self.running_mean is not None:
            with torch.no_grad():
                self.num_batches_tracked += 1
                new = self.momentum
                new = 1 / self.num_batches_tracked.item() if new is None else new
                self.running_mean += new * (mean - self.running_mean)
                self.running_var += new * (x.var(axes, correction=1) - self.running_var)
        y = (x - mean.view(shape)) / torch.sqrt(var + self.eps).view(shape)
        return y if self.weight is None else self.weight.view(shape) * y + self.bias.view(shape)
        # END SOLUTION


# %% id="check-BatchNorm"
check(BatchNorm)

# %% [markdown] id="parts"
# The layer is judged in the parts that are listed above, and has the points of the right ones.

# %% [markdown] id="oracle"
# ### There and back
#
# The test of a layer is not its output but its life: can it go on in another layer? Train PyTorch's
# layer for three batches, load its state into yours, train yours for three more, and load that
# back. `load_state_dict` is strict, so it raises an error if there is one name too many or too few.

# %% id="there-and-back" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
BatchNorm = use(BatchNorm)


def draw(seed, *shape):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    return (3 * x + 2).to(device())


theirs, yours = nn.BatchNorm2d(6).to(device()), BatchNorm(6).to(device())
for layer, other in (theirs, yours), (yours, theirs):
    for seed in range(3):
        layer(draw(seed, 5, 6, 4, 3))
    print(other.load_state_dict(layer.state_dict()), end="   ")
    x = draw(9, 5, 6, 4, 3)
    same = torch.allclose(layer.eval()(x), other.eval()(x), atol=1e-5)
    print("in evaluation they agree to 1e-5:", same)
    layer.train(), other.train()
print("batches that the two have seen:", int(theirs.num_batches_tracked))

# %% [markdown] id="ranks"
# ### One, two, three dimensions
#
# {{optional}}
#
# What do PyTorch's three classes, `BatchNorm1d`, `2d` and `3d`, compute differently?

# %% id="ranks-code" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
for kind, shape in [
    (nn.BatchNorm1d, (8, 6)),
    (nn.BatchNorm1d, (8, 6, 5)),
    (nn.BatchNorm2d, (4, 6, 3, 5)),
    (nn.BatchNorm3d, (2, 6, 3, 4, 5)),
]:
    theirs, yours = kind(6).to(device()), BatchNorm(6).to(device())
    x = draw(0, *shape)
    same = torch.allclose(theirs(x), yours(x), atol=1e-5)
    print(f"{kind.__name__:<12} on {shape!s:<16} and your one class agree:", same)

# %% [markdown] id="ranks-read"
# They compute nothing differently **[measured here]**. Each lets in inputs of another *rank*, and
# `BatchNorm1d` takes sequences $(N, C, L)$ too.
#
# There it trusts you to have put the features on axis 1, but text usually comes as $(N, L, C)$,
# tokens before features, and if $L$ happens to be $C$, nothing complains.

# %% id="sentences" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
sentences = draw(1, 8, 6, 6)  # 8 sentences, 6 tokens, 6 features
wrong = BatchNorm(6).to(device())(sentences)
right = BatchNorm(6).to(device())(sentences.transpose(1, 2)).transpose(1, 2)
for name, y in {"as it came": wrong, "features to axis 1": right}.items():
    centred = bool((y.mean((0, 1)).abs() < 1e-5).all())
    print(f"{name:<20} every feature has mean 0: {centred}")

# %% [markdown] id="mend"
# ## Exercise · MendInputNorm
#
# {{exercise MendInputNorm}}
#
# **Mend this.** In front of the first layer stands another normalization: by the statistics of the
# training data, measured once and kept (lesson 02). As a `Module` it can be saved together with the
# network. This one comes with the spot check of its author, who fits it and looks at the output.

# %% id="mend-spot-check" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
from coursekit.learning import received

given = received("MendInputNorm")(4).to(device())  # what stands in the next cell
table = (10 + 3 * torch.randn(50, 4, generator=torch.Generator().manual_seed(7))).to(device())
given.fit(table)
y = given(table)
print("every feature has mean 0:", bool((y.mean(0).abs() < 1e-4).all()))
print("every feature has deviation 1:", bool(((y.std(0, correction=0) - 1).abs() < 1e-4).all()))
print("an optimizer is handed nothing:", list(given.parameters()) == [])
print("saved is the mean:", "mean" in given.state_dict())

# %% [markdown] id="mend-ask"
# Four times True, in the program that fitted it. Such a layer is used in another program, often
# years later, and there it does not do what it did here. Mend it.

# %% id="MendInputNorm"
# {{answer}}

# %% id="check-MendInputNorm"
check(MendInputNorm)

# %% [markdown] id="two-libraries"
# ## The same layer in another library
#
# {{optional}}
#
# **The Keras part begins here** and ends with *A NaN, and where it comes from*. If you have no use
# for Keras, read its table of conventions, which the experiment, the recap and two questions of the
# quiz need, and go on at *Experiment: whose defaults?*. You then miss the last of the lesson's
# goals, to translate a layer between PyTorch and Keras.
#
# Keras 3 runs on several engines, and PyTorch is one of them. The engine is chosen *before* Keras
# is imported, and the import takes a few seconds. (If Python does not find it, run
# `pip install keras`, 8 MB, and restart the kernel.)

# %% id="keras" tags=["demo"] needs="keras"
# NBVAL_CHECK_OUTPUT
import os

os.environ["KERAS_BACKEND"] = "torch"
os.environ["KERAS_TORCH_DEVICE"] = "cpu"  # or Keras takes a GPU, where there is one
import keras

print("Keras computes with", keras.backend.backend())

# %% [markdown] id="conventions"
# Do not read the manuals yet, but ask the layers: give each one a single training step on a batch
# with mean 10, and look at what it has stored. How much did the new batch weigh, and by what was
# its variance divided?

# %% id="conventions-code" tags=["demo"] needs="torch keras"
# NBVAL_CHECK_OUTPUT
batch = np.array([[8.0], [9.0], [11.0], [12.0]], dtype="float32")  # mean 10, variance 2.5
ours, keras_bn = nn.BatchNorm1d(1), keras.layers.BatchNormalization()
ours(torch.tensor(batch)), keras_bn(batch, training=True)
stored = {
    "PyTorch": (ours.momentum, ours.eps, ours.running_mean, ours.running_var),
    "Keras": (keras_bn.momentum, keras_bn.epsilon, *keras_bn.get_weights()[-2:]),
}
print(f"{'':<10}{'momentum':>9}{'new batch weighs':>18}{'eps':>8}{'variance divided by':>22}")
for name, (momentum, eps, mean, var) in stored.items():
    new = float(mean[0]) / 10
    batch_var = (float(var[0]) - (1 - new)) / new  # from var = (1 - new) * 1 + new * batch_var
    divisor = 10 / batch_var  # (x − mean)² sums to 4 + 1 + 1 + 4
    print(f"{name:<10}{momentum:>9}{new:>18.2f}{eps:>8}{divisor:>20.0f}")

# %% [markdown] id="conventions-table"
# Four values were divided by 3 in one library and by 4 in the other. The word
# [*momentum*](../docs/glossary.md#momentum) means the weight of the new batch in PyTorch and of the
# old value in Keras, and the two defaults differ even when one is translated **[measured here]**.
# The table adds what two more projects document:
#
# | | PyTorch | Keras 3 | Flax | ONNX |
# |:--|:--|:--|:--|:--|
# | `momentum` | 0.1 | 0.99 | 0.99 | 0.9 |
# | it weighs | the new batch | the old value | the old value | the old value |
# | eps | 1e-5 | 1e-3 | 1e-5 | 1e-5 |
# | stored variance is divided by | $m - 1$ | $m$ | $m$ | $m$ |
# | channels on axis | 1 | last | last | 1 |
# | if you say nothing, it | trains | evaluates | trains (nnx) | evaluates |
#
# In the first two columns momentum, eps and divisor were read off the layers, and the rest is from
# the manuals **[documented]**. Ioffe and Szegedy divide the stored variance by $m-1$ **[paper]**.
# All four normalize *the batch* with $m$.

# %% [markdown] id="explore"
# ### Explore: which batch do you believe?
#
# A feature has mean 3 and deviation 2, and every batch shows exactly these two. What does
# evaluation make of it after so many training steps? The dashed curve would be perfect.
#
# 1. After how many steps does PyTorch's default come within a hair of the dashed curve, and after
#    how many does Keras's?
# 2. Somebody types Keras's 0.99 into PyTorch. Do the statistics then move too fast or too slowly?
# 3. And if somebody types PyTorch's 0.1 into Keras?

# %% id="explorable" tags=["demo"] jupyter={"source_hidden": true}
# The picture with its two controls is made here.
NEW_WEIGHS = {
    "PyTorch, 0.1": 0.1,
    "Keras, 0.99": 0.01,
    "0.99 in PyTorch": 0.99,
    "0.1 in Keras": 0.9,
}


def bell(z, mean, deviation):
    return np.exp(-(((z - mean) / deviation) ** 2) / 2) / deviation / np.sqrt(2 * np.pi)


def evaluated(axes, layer, steps):
    """The density of a feature in evaluation, after so many steps of moving the statistics."""
    left = (1 - NEW_WEIGHS[layer]) ** steps
    mean, deviation = (1 - left) * 3, np.sqrt(left + (1 - left) * 4)
    mean, deviation = (3 - mean) / deviation, 2 / deviation
    z = np.linspace(-4, 8, 400)
    axes.fill_between(z, bell(z, mean, deviation), color=COLOURS["sky"], alpha=0.5)
    axes.plot(z, bell(z, 0, 1), "--", color=COLOURS["grey"], label="mean 0, deviation 1")
    axes.set(xlabel="output in evaluation", ylabel="density", ylim=(0, 0.45), xlim=(-4, 8))
    axes.set_title(f"{layer}, after {steps} steps")
    axes.legend()
    return (
        f"{100 * left:.3g} % of the first day's statistics is left. In evaluation the feature has "
        f"mean {mean:.2f} and deviation {deviation:.2f}."
    )


explorable(
    evaluated,
    alt="The density of one feature's outputs in evaluation, a filled curve, over the dashed "
    "standard one; with PyTorch's default after 10 steps it lies a little to its right.",
    layer=list(NEW_WEIGHS),
    steps=(1, 500, 1, 10),
)

# %% [markdown] id="explore-read"
# <details><summary>What you should find</summary>
#
# With weight $a$ for the new batch, $(1-a)^k$ of the start is left after $k$ steps **[theorem]**,
# because each step multiplies what is left by $1-a$.
#
# 1. Below 1 % is left after 44 steps with PyTorch's default, after 459 with Keras's.
# 2. They move too fast, because 0.99 in PyTorch leaves only 1 % of the start after the first batch.
# 3. They move too fast as well, because the new batch then weighs 0.9, and after the second batch
#    only 1 % of the start is left.
#
# The picture leaves out that real batches are noisy, and that a layer which is too fast believes
# whatever batch came last.
#
# </details>

# %% [markdown] id="network-in-keras"
# ## A network in Keras
#
# {{optional}}
#
# The network has the order that introductions teach: convolution, batch norm, activation. The
# convolutions have `use_bias=False`, because batch norm subtracts any bias again. Feature maps are
# $(N, H, W, C)$, that is, [channels last](../docs/glossary.md#channels-last).


# %% id="keras-network" tags=["demo"] needs="keras"
def keras_network(momentum=0.99):
    L = keras.layers
    start = [keras.initializers.HeNormal(seed=seed) for seed in (1, 2, 3)]
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            L.Conv2D(8, 3, padding="same", use_bias=False, kernel_initializer=start[0]),
            L.BatchNormalization(momentum=momentum),
            L.Activation("relu"),
            L.MaxPooling2D(),
            L.Conv2D(16, 3, padding="same", use_bias=False, kernel_initializer=start[1]),
            L.BatchNormalization(momentum=momentum),
            L.Activation("relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(10, kernel_initializer=start[2]),
        ]
    )


# %% [markdown] id="guess-evaluate"
# Train it for three epochs, 41 batches of 32 digits each. While it trains, `fit` reports that the
# third epoch's batches were read with {{result fit-twice | momentum 0.99 | fit says : .0f}}
# accuracy. Then ask `evaluate` about *the same images*.
#
# {{predict predict_evaluate}}

# %% id="predict_evaluate"
# {{answer}}

# %% id="check-predict_evaluate"
check("predict_evaluate", predict_evaluate)

# %% id="fit" tags=["demo"] needs="torch sklearn keras"
from coursekit.data import digit_split

found = digit_split()
images, test_images = (t.cpu().permute(0, 2, 3, 1).numpy() for t in (found.train, found.test))
labels, test_labels = found.train_labels.cpu().numpy(), found.test_labels.cpu().numpy()


def fit(momentum):
    model = keras_network(momentum)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss=loss, metrics=["accuracy"])
    epochs = 1 if quick() else 3
    history = model.fit(images, labels, 32, epochs=epochs, shuffle=False, verbose=0)
    said = history.history["accuracy"][-1]
    again, test = (
        model.evaluate(x, y, batch_size=500, verbose=0)[1]
        for x, y in ((images, labels), (test_images, test_labels))
    )
    print(f"momentum {momentum}: fit says {said:.1%}", end=", ")
    print(f"evaluate says {again:.1%} of the same images, {test:.1%} of new ones")
    return model


# %% id="fit-twice" tags=["demo"]
model = fit(momentum=0.99)
quicker = fit(momentum=0.9)

# %% [markdown] id="fit-read"
# Both runs have the same data and the same seeds, and they end with the same weights, because the
# momentum does not enter training at all **[theorem]** (lesson 07: training never reads what it
# stores). After 123 steps, $0.99^{123}$ or 29 % of "mean 0, variance 1" is left in the first
# network, and `evaluate` uses it **[theorem]**. Nothing is overfitted and nothing is broken, but
# the layer has not arrived. Keras's default suits trainings of thousands of steps, so for a short
# one lower the momentum, or recalibrate (lesson 07).
#
# ## Exercise · keras_to_torch
#
# {{optional}}
#
# {{exercise keras_to_torch}}
#
# A Keras layer tells you two things. `get_config()` is a dict with `momentum`, `epsilon`, `scale`
# (is there a γ?) and `center` (is there a β?). `get_weights()` is a list of arrays, in this order
# and without those that are not there:

# %% id="keras-tells" tags=["demo"] needs="keras"
# NBVAL_CHECK_OUTPUT
for scale, center in (True, True), (False, True):
    bn = keras.layers.BatchNormalization(scale=scale, center=center)
    bn.build((None, 8, 8, 3))
    names = [w.path.rpartition("/")[2] for w in bn.weights]
    print(f"scale={scale!s:<6} center={center}: {', '.join(names)}")

# %% [markdown] id="keras_to_torch-ask"
# Return the options to make your `BatchNorm` with, and the state to load into it, whose values may
# be arrays or tensors. Copy the stored variance as it is: although the two libraries *made* it
# differently, they *use* it alike.

# %% id="keras_to_torch"
# {{answer}}

# %% id="check-keras_to_torch"
check(keras_to_torch)

# %% [markdown] id="translated-text"
# Now the two trained layers of the Keras network become layers of yours.

# %% id="translated" tags=["demo"] needs="torch keras"
# NBVAL_CHECK_OUTPUT
keras_to_torch = use(keras_to_torch)


def translated(bn):
    options, state = keras_to_torch(bn.get_config(), bn.get_weights())
    layer = BatchNorm(**options)
    layer.load_state_dict({name: torch.as_tensor(value) for name, value in state.items()})
    return layer.eval()


bns = [m for m in model.layers if isinstance(m, keras.layers.BatchNormalization)]
for bn in bns:
    x = np.random.default_rng(0).normal(1, 2, (5, 4, 4, len(bn.get_weights()[0])))
    x = x.astype("float32")
    theirs = bn(x).detach()
    yours = translated(bn)(torch.tensor(x).movedim(-1, 1)).movedim(1, -1)
    print(f"{x.shape[-1]:>2} channels agree to 1e-4: {torch.allclose(yours, theirs, atol=1e-4)}")

# %% [markdown] id="exercise-conv"
# ## Exercise · conv_to_torch
#
# {{optional}}
#
# {{exercise conv_to_torch}}
#
# A network is more than its norms, and its kernels have to be translated, too. A Keras kernel is
# $(\text{height}, \text{width}, \text{in}, \text{out})$, and PyTorch's is
# $(\text{out}, \text{in}, \text{height}, \text{width})$, with the same numbers in it.

# %% id="conv_to_torch"
# {{answer}}

# %% id="check-conv_to_torch"
check(conv_to_torch)

# %% [markdown] id="exercise-dense"
# ## Exercise · dense_to_torch
#
# {{optional}}
#
# {{exercise dense_to_torch}}
#
# The last layer looks easiest, because it is a table of 64 × 10 that has to be transposed.
#
# {{predict predict_dense}}

# %% id="predict_dense"
# {{answer}}

# %% id="check-predict_dense"
check("predict_dense", predict_dense)

# %% [markdown] id="dense-ask"
# Before this layer the feature maps were *flattened*, and each library reads them off in its own
# order. Put the rows of the kernel into PyTorch's order, then transpose.

# %% id="dense_to_torch"
# {{answer}}

# %% id="check-dense_to_torch"
check(dense_to_torch)

# %% [markdown] id="carry"
# ### The whole network, carried
#
# The network has two convolutions, two batch norms with everything that they have stored, and one
# linear layer.

# %% id="carry-code" tags=["demo"] needs="torch keras"
conv_to_torch, dense_to_torch = use(conv_to_torch), use(dense_to_torch)


@torch.no_grad()
def carried(model, norm=translated, dense=dense_to_torch):
    """The Keras network as a PyTorch one; norm and dense translate those layers."""
    kinds = keras.layers.Conv2D, keras.layers.BatchNormalization, keras.layers.Dense
    convs, bns, (last,) = ([m for m in model.layers if isinstance(m, k)] for k in kinds)
    made = iter([norm(bn) for bn in bns])
    net = conventions.network(lambda C: next(made), seed=0)
    places = [m for m in net if isinstance(m, nn.Conv2d)]
    for place, conv in zip(places, convs, strict=True):
        place.weight.copy_(torch.as_tensor(conv_to_torch(conv.get_weights()[0])))
    kernel, bias = last.get_weights()
    net[-1].weight.copy_(torch.as_tensor(dense(kernel, (2, 2, 16))))
    net[-1].bias.copy_(torch.as_tensor(bias))
    return net.eval()


# %% id="carry-result" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
ported = carried(model)
with torch.no_grad():
    mine = ported(found.test).cpu()
theirs = model(test_images, training=False).detach()
print("numbers compared:", mine.numel())
print("largest difference below 1e-3:", bool((mine - theirs).abs().max() < 1e-3))
print("same digit read in all 500:   ", bool((mine.argmax(1) == theirs.argmax(1)).all()))

# %% [markdown] id="carry-wrong-text"
# Two frameworks now hold one network **[measured here]**. What would the shortcuts have cost, each
# of which loads without an error?


# %% id="carry-wrong" tags=["demo"] needs="torch"
def statistics_left_behind(bn):
    layer = translated(bn)
    layer.running_mean.zero_(), layer.running_var.fill_(1)
    return layer


def torchs_eps(bn):
    layer = translated(bn)
    layer.eps = 1e-5
    return layer


for name, net in {
    "all translated": ported,
    "Dense transposed, not reordered": carried(model, dense=lambda kernel, _: kernel.T),
    "running statistics left behind": carried(model, norm=statistics_left_behind),
    "eps 1e-5 for 1e-3": carried(model, norm=torchs_eps),
}.items():
    with torch.no_grad():
        off = (net(found.test).cpu() - theirs).abs().max()
    print(f"{name:<32} {conventions.accuracy(net):>6.1%} read, outputs off by {off:.1g}")

# %% [markdown] id="carry-wrong-read"
# **Result [measured here].** With the `Dense` in the wrong order the network guesses, because
# nearly every weight meets a feature that it was not trained for. (Global average pooling in place
# of `Flatten` has no order to get wrong.) Statistics left behind are the bug of the opening. The
# wrong eps hardly matters *here*, where variances are large beside 0.001, but on a channel with a
# variance of 0.0001 the outputs would be off by a factor of 3 **[theorem]**, namely
# $\sqrt{(0.0001+0.001)/(0.0001+0.00001)}$.
#
# So compare *outputs*, never accuracies, because a translation that is nearly right reads nearly
# all that the original reads.

# %% [markdown] id="nan"
# ## A NaN, and where it comes from
#
# {{optional}}
#
# One difference is in no table of conventions. Give Keras's layer, and then yours, 256 features
# with 64 values each, which lie around 10,000 with deviation 1, as raw sensor data may.

# %% id="nan-code" tags=["demo"] needs="keras"
far = np.random.default_rng(0).normal(1e4, 1, (64, 256)).astype("float32")
y = keras.layers.BatchNormalization()(far, training=True).detach().numpy()
lost = np.isnan(y).any(0)
one_pass = (far**2).mean(0) - far.mean(0) ** 2
print(f"Keras {keras.__version__}: {lost.sum()} of 256 features come out as NaN")
print(f"mean(x²) − mean(x)² in float32 is from {one_pass.min():g} to {one_pass.max():g}")
print(f"             the true variance is from {far.var(0).min():.2f} to {far.var(0).max():.2f}")
if not lost.all():
    spread = y[:, ~lost].std(0)
    print(f"deviation of the others, in place of 1: {spread.min():.2f} to {spread.max():.2f}")

# %% id="nan-yours" tags=["demo"] needs="torch"
# NBVAL_CHECK_OUTPUT
mine = BatchNorm(256, eps=1e-3).to(device())(torch.tensor(far).to(device())).detach().cpu()
spread = mine.std(0, correction=0)
print("yours: all finite", bool(mine.isfinite().all()), end=", ")
print("every deviation within 1 % of 1:", bool(((spread - 1).abs() < 0.01).all()))

# %% [markdown] id="nan-read"
# On the PyTorch engine, Keras up to `3.15`, which this was written with, takes the variance in one
# pass, as mean(x²) − mean(x)² **[measured here]**. It is lesson 01's
# [cancellation](../docs/glossary.md#cancellation): squares are near $10^8$, where neighbouring
# float32 numbers are 8 apart, so a variance of 1 is lost in rounding. If the difference comes out
# as, say, −16, it has no root even with ε added, and the feature becomes NaN. If it comes out as 0,
# the feature is divided by √0.001, and so spread 30 times too wide. Where it comes out far too
# large, the feature is spread too little. (If your line above says that 0 features come out as NaN,
# your Keras has been repaired.)
#
# The cure is the oldest of all: scale the inputs before the network (lesson 02), because inside the
# network a mean of ten thousand deviations is rare.

# %% [markdown] id="experiment-text"
# ## Experiment: whose defaults?
#
# Does any of this matter for training? The same network learns digits again, in PyTorch. Every arm
# starts from the same four seeds and is evaluated after 10, 30, 60 and 120 steps, and only the
# norms differ:
#
# - PyTorch's layer, and yours, both with PyTorch's defaults, as a test of yours in real life;
# - yours with Keras's eps;
# - yours with Keras's momentum, translated (0.01), and typed in as it is (0.99).
#
# All arms have the learning rate 0.1 and the optimizer's momentum 0.9, and neither was tuned for
# any of them. It takes about twenty seconds, and ± is a 95 %
# [interval](../docs/glossary.md#interval) over the seeds.

# %% id="experiment" tags=["demo"] needs="scipy"
from coursekit.experiments import interval

seeds, steps = (range(1), (5, 10)) if quick() else (range(4), conventions.CHECKPOINTS)
found_by_arm, losses = conventions.measure(BatchNorm, seeds, checkpoints=steps)
print(f"{'% of 500 test digits read':<30}" + "".join(f"{f'{k} steps':>14}" for k in steps))
for arm, rows in found_by_arm.items():
    mean, half = interval(100 * rows)
    print(f"{arm:<30}" + "".join(f"{m:>7.1f} ± {h:>4.1f}" for m, h in zip(mean, half, strict=True)))

# %% id="experiment-drawn" tags=["demo"] jupyter={"source_hidden": true} needs="scipy"
# The figure below is drawn here.
fig, axes = figure(size=(7, 3.3))
looks = [("o-", "blue"), ("x--", "orange"), ("s:", "green"), ("v-", "red"), ("^-", "purple")]
for shift, ((arm, rows), (line, color)) in enumerate(zip(found_by_arm.items(), looks, strict=True)):
    mean, half = interval(100 * rows)
    places = np.array(steps) * 1.03 ** (shift - 2)  # side by side, or intervals hide each other
    axes.errorbar(places, mean, half, fmt=line, color=COLOURS[color], capsize=2, label=arm)
axes.set(xscale="log", xlabel="training steps", ylabel="test digits read (%)", ylim=(0, 102))
axes.set_xticks(steps, steps)
axes.minorticks_off()
axes.set_title("One network, its norms made in five ways")
axes.legend(loc="lower right")
show(
    fig,
    alt="Test accuracy against training steps, five arms with intervals. PyTorch's layer, yours, "
    "and yours with another eps lie together; momentum 0.01 lies below them until the end; "
    "momentum 0.99 lies level with them or above.",
)

# %% id="experiment-paired" tags=["demo"] needs="scipy"
first, base = "torch's layer, its defaults", found_by_arm["your layer, torch's defaults"]
apart = np.abs(losses[first] - losses["your layer, torch's defaults"]).max(0)
print(f"training losses, PyTorch's layer and yours: {apart[:5].max():.0e} apart at first,", end=" ")
print(f"{apart.max():.0e} at most")
slow = losses["your layer, momentum 0.01"] - losses["your layer, torch's defaults"]
print(f"training losses, momentum 0.01 and 0.1:     {np.abs(slow).max():.0e} apart at most")
print("\ndigits read, paired by seed, in points against your layer with torch's defaults:")
for arm in ("your layer, eps 0.001", "your layer, momentum 0.01", "your layer, momentum 0.99"):
    mean, half = interval(100 * (found_by_arm[arm] - base))
    shown = "".join(f"{m:>+8.1f} ± {h:>4.1f}" for m, h in zip(mean, half, strict=True))
    print(f"{arm:<27}{shown}")

# %% [markdown] id="experiment-read"
# **Result [measured here].** *Yours and PyTorch's* have the same training losses up to rounding.
# The difference grows from step to step, as it does between any two correct programs, but the
# accuracies stay together.
#
# *Keras's eps* in your layer, against PyTorch's, makes no difference that four seeds can show.
#
# *Momentum* does not touch training: with 0.01 and with 0.1 the training losses are equal, digit
# for digit. But it decides what evaluation knows. With Keras's default, translated to 0.01, the
# early evaluations still use much of the statistics from before training, so they read fewer digits
# than with PyTorch's default. At 30 steps four seeds cannot show it, because the interval of the
# difference includes 0, and at 120 steps most of the difference is made up.
#
# *0.99 untranslated* should be the disaster, and is not. Such a layer stores hardly more than the
# last batch, but here one batch is $32 \cdot 64$ pixels of each channel in the first norm, which is
# enough to go by. While the weights change fast, such fresh statistics are no worse than averaged
# ones, or better. Do not conclude that the slip is harmless. With small batches, or with tables,
# where a batch is 32 values and not 2048, the last batch is a poor witness (lesson 07).

# %% [markdown] id="claims"
# ## What the article says
#
# This course grew out of an introductory article on batch normalization. What its listings show in
# Keras and in PyTorch was run above, and the course's [page on the article](../docs/article.md)
# goes through it section by section. Here is what it says about implementation, each with a
# verdict.
#
# 1. *The four lines of pseudocode are batch norm.* **Incomplete**: a layer is also what it stores,
#    what it saves, and which mode it is in. **[measured here]**
# 2. *It usually stands after a linear or convolutional layer, before the activation.* **Holds**, as
#    a convention, in Ioffe and Szegedy too. Residual networks also put norm and activation first.
#    **[paper]**
# 3. *Before the activation, for better numerical stability.* **Unsupported**, because the paper
#    gives another reason: the values before the activation are likelier to be symmetric, "more
#    Gaussian", than those after it. **[folklore]** [Lesson 10](10_training_with_batchnorm.ipynb)
#    measures both places.
# 4. *`momentum` sets how fast the statistics adapt.* **Holds**, but in opposite directions, because
#    a larger momentum is slower in Keras and faster in PyTorch. **[measured here]**
# 5. *PyTorch has `BatchNorm1d`, `2d` and `3d`.* **Holds**, although all three compute the same
#    thing. **[measured here]**
# 6. *1d is for fully connected layers, 2d for images, 3d for volumes.* **Needs a condition**,
#    because the rank of the input decides, not its meaning, and 1d takes sequences too. **[measured
#    here]**

# %% [markdown] id="misconceptions"
# <div class="alert alert-warning">
#
# **Misconceptions**
#
# - *"The forward pass is right, so the layer is right."* The opening's forward pass was right, too.
# - *"All keys matched, so everything was loaded."* Only what was saved can be missed.
# - *"Keras's momentum=0.99 is PyTorch's momentum=0.99."* In one library it weighs the past, in
#   another the present.
# - *"eps and momentum are in the weights file."* In a `state_dict` they are not.
# - *"After `requires_grad_(False)` a batch norm is frozen."* It freezes γ and β, but the statistics
#   move with every training batch, until `eval()`.
# - *"The shapes fit, so the weights are right."* Square kernels and flattened features fit in many
#   orders.
#
# </div>

# %% [markdown] id="quiz"
# ## Quiz
#
# Write a letter in place of `...`. Every option, right or wrong, comes with its reason.
#
# {{quiz quiz_drawer}}

# %% id="quiz_drawer"
# {{answer}}

# %% id="check-quiz_drawer"
check("quiz_drawer", quiz_drawer)

# %% [markdown] id="quiz-2"
# {{quiz quiz_momentum_carried}}

# %% id="quiz_momentum_carried"
# {{answer}}

# %% id="check-quiz_momentum_carried"
check("quiz_momentum_carried", quiz_momentum_carried)

# %% [markdown] id="quiz-3"
# {{quiz quiz_freeze}}

# %% id="quiz_freeze"
# {{answer}}

# %% id="check-quiz_freeze"
check("quiz_freeze", quiz_freeze)

# %% [markdown] id="quiz-4"
# {{quiz quiz_variance}}

# %% id="quiz_variance"
# {{answer}}

# %% id="check-quiz_variance"
check("quiz_variance", quiz_variance)

# %% [markdown] id="quiz-5"
# {{quiz quiz_average}}

# %% id="quiz_average"
# {{answer}}

# %% id="check-quiz_average"
check("quiz_average", quiz_average)

# %% [markdown] id="recap"
# ## Recap
#
# - A parameter is learned and saved, a buffer is only saved, and a plain attribute is neither.
#   Running statistics belong in buffers, or they are lost when the network is saved.
# - One class serves every rank, and PyTorch's three differ in the shapes that they let in.
# - `momentum` weighs the new batch in PyTorch and the old value in Keras, Flax and ONNX.
# - Stored variance is divided by $m-1$ in PyTorch and by $m$ in Keras; evaluation uses both alike.
# - A network is carried when its *outputs* agree, and for this kernels are transposed, flattened
#   features are reordered, and statistics, eps and momentum come along.
# - A variance taken in one pass can come out negative when the mean is 10,000 deviations: NaN.
#
# ## Stretch goal: the way back
#
# Write `torch_to_keras(layer)`: the options and the list of weights for a `BatchNormalization`,
# from a layer of yours. Two of its settings and one of its buffers have no place in Keras. Which,
# and what should your function say? Then compare with `coursekit.deploy.torch_to_keras`, and carry
# `ported` back.
#
# <details><summary>What you should find</summary>
#
# `momentum=None` (Keras always forgets at one rate) and `track_running_stats=False` (Keras always
# tracks) should be refused in words, not approximated. The buffer is `num_batches_tracked`, which
# is only needed for `momentum=None`. There and back gives the same outputs to rounding, and the
# same momentum, $1 - (1 - m)$.
#
# </details>
#
# ## References
#
# {{reference ioffe2015: Algorithm 2 and section 3.2}}
# {{reference he2016_identity: figure 4, the place of norm and activation}}
# {{reference torch_batch_norm_2d}}
# {{reference keras_batch_normalization}}
# {{reference flax_batch_norm}}
# {{reference onnx_batch_normalization}}
# {{reference data_digits}}
#
# **Next:** [10 Training with batch norm](10_training_with_batchnorm.ipynb) asks whether all this
# makes training faster, and against which baseline.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the core's minutes, 1 goes to the opening and the three drawers, 6 to
# `BatchNorm`, 1 to `MendInputNorm`, 2 to the experiment, the verdicts and the quiz. Of the Keras
# part, a third goes to the conventions and the NaN, the rest to the three translations. If time is
# short, give `BatchNorm` as homework and start the class at *The same layer in another library*.
#
# **Ask the room.** Before the opening: "What could be missing from a file that loads without an
# error?" Before the table: "I have only the layer, not its manual. Which one batch do I feed it to
# learn its momentum?" Before `dense_to_torch`: "The shapes fit. What else could be wrong, and who
# would notice?" After the experiment: "0.99 in PyTorch did no harm. On which data would it?"
#
# **Where it goes wrong.** Buffers end up as plain attributes or as parameters without gradients, or
# the mode is read from `torch.is_grad_enabled()`. `running_var` is divided by $m$ instead of $m-1$,
# or by $N-1$, which is right for tables only. `momentum=None` is treated as 0.1. The graph is kept
# in the buffers, which shows as memory that grows, long after class. In `keras_to_torch` four
# vectors are unpacked whatever `scale` says. If Keras was imported before `KERAS_BACKEND` was set,
# restart the kernel.
#
# </details>
