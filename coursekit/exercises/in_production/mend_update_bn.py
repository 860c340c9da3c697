"""The exercise mend_update_bn of the lesson in_production."""

# To mypy a buffer is a Tensor, a Module or None.
# mypy: disable-error-code="operator,assignment"

import torch
from torch import nn

from coursekit.checking import exercise
from coursekit.exercises.in_production.inputs import filled, reach, rows


def network(rng, momentum=0.1, tracked=1):
    """Two batch norms, one inside, with statistics from another life."""
    inner = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, 0.3, momentum), nn.ReLU())
    model = filled(nn.Sequential(inner, nn.BatchNorm1d(4, 0.1, 0.37), nn.Linear(4, 2)), rng)
    for norm in (inner[1], model[1]):
        norm.num_batches_tracked.fill_(tracked)
    return model.train()


def averages(answer, rng):
    """After many batches, after few, after none; momenta of every kind; one batch and several."""
    for label, momentum, tracked, count in (
        ("trained for 200 batches, 3 batches", 0.1, 200, 3),
        ("trained for 2 batches, 4 batches", 0.2, 2, 4),
        ("never trained, 3 batches", 0.1, 0, 3),
        ("an average already, 1 batch", None, 7, 1),
    ):
        model = network(rng, momentum, tracked)
        yield from looked_at(answer, label, model, [rows(rng, 5, 3) for _ in range(count)], rng)


def looked_at(answer, label, model, batches, rng):
    answer.doing = label
    made = answer(model, batches)
    if not hasattr(made, "vjp"):
        yield f"the model: {label}", made
        return
    state = made.do("state_dict")
    if not isinstance(state, dict):
        yield f"state_dict(): {label}", state
        return
    yield f"what is stored: {label}", {n: v for n, v in state.items() if ".running" in n}, "state"
    yield f"weights: {label}", {n: v for n, v in state.items() if n.endswith(("t", "s"))}, "state"
    x = rows(rng, 4, 3)
    yield f"output: {label}", made(x, no_grad=True)
    yield f"in training: {label}", made.get("training"), "state"
    norms = [name for name, part in model.named_modules() if isinstance(part, nn.BatchNorm1d)]
    yield f"momenta: {label}", {n: reach(made, n).get("momentum") for n in norms}, "state"


def any_average(answer, rng):
    """Any number of batches of one size, two rows or more."""
    model = network(rng, round(rng.uniform(0.01, 1), 2), int(rng.integers(0, 1000)))
    size, count = int(rng.integers(2, 9)), int(rng.integers(1, 6))
    yield from looked_at(answer, "a model", model, [rows(rng, size, 3) for _ in range(count)], rng)


@exercise(
    script=averages,
    domain=any_average,
    hints=(
        "With momentum None the share of a new batch is 1 / num_batches_tracked. What is that "
        "number for a network that has trained?",
        "Print a norm's num_batches_tracked before and after the loop, for the fresh network of "
        "the spot check and for one that has seen 200 batches.",
        "for norm in norms:\n    norm.___()\n    norm.momentum = None",
    ),
    minutes=6,
    difficulty=3,
    writes=("model",),
    allows=("batch_norm",),
    planted="not_reset",
    mend=True,
    ask="torch.optim.swa_utils.update_bn does this for you. Which of its lines did yours lack?",
)
def mend_update_bn(model, batches):
    """Measure anew what batch norm stores, after weights were averaged. In place. -> the model

    Each nn.BatchNorm1d of the model is to store the average, over the batches, of what it meets in
    one pass in training: nothing of before is left. The batches (N, D) are of one size. Afterwards
    the model is in eval, and each batch norm has the momentum that it had.
    """
    norms = [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm1d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # an average over all batches
    model.train()
    with torch.no_grad():
        for x in batches:
            model(x)
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum
    return model.eval()


@mend_update_bn.alternative
def shares_written_out(model, batches):
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]
    before = {norm: norm.momentum for norm in norms}
    model.train()
    for k, x in enumerate(batches, start=1):
        for norm in norms:
            norm.momentum = 1 / k
        model(x)
    for norm in norms:
        norm.momentum = before[norm]
    model.eval()
    return model


@mend_update_bn.alternative
def counts_set_back(model, batches):
    norms = [m for m in model.modules() if type(m) is nn.BatchNorm1d]
    momenta = [m.momentum for m in norms]
    for m in norms:
        m.num_batches_tracked *= 0
        m.momentum = None
    for x in batches:
        model.train()(x)
    for m, momentum in zip(norms, momenta, strict=True):
        m.momentum = momentum
    return model.eval()


@mend_update_bn.alternative
def heard_by_hooks(model, batches):
    """Momentum 1 shows each batch's own statistics, which are averaged by hand."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]
    momenta = [m.momentum for m in norms]
    sums = [[0.0, 0.0] for _ in norms]
    for m in norms:
        m.momentum = 1.0
    model.train()
    for x in batches:
        model(x)
        for total, m in zip(sums, norms, strict=True):
            total[0], total[1] = total[0] + m.running_mean, total[1] + m.running_var
    for m, momentum, (mean, var) in zip(norms, momenta, sums, strict=True):
        m.momentum = momentum
        m.running_mean, m.running_var = mean / len(batches), var / len(batches)
    return model.eval()


@mend_update_bn.alternative
def by_the_library(model, batches):
    from torch.optim.swa_utils import update_bn

    model.train()
    update_bn(list(batches), model)
    return model.eval()
