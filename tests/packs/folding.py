"""A homework on batch norm after training: its functions are given torch modules."""

import copy

import torch
from torch import nn

from coursekit.checking import exercise


def drawn(rng, *shape, low=None):
    """A float64 tensor from the exercise's own random numbers."""
    made = rng.standard_normal(shape) if low is None else rng.uniform(low, 3, shape)
    return torch.tensor(made)


def filled(module, rng):
    """The module in float64 and in evaluation, with every number in it drawn from rng."""
    module = module.double().eval()
    for name, tensor in module.state_dict().items():  # torch's own start is not of this seed
        if tensor.is_floating_point():
            tensor.copy_(drawn(rng, *tensor.shape, low=0.2 if name.endswith("var") else None))
    return module


def folded(answer, rng):
    """A Linear with and without a bias, in front of a BatchNorm1d with a large eps."""
    for label, bias in (("with a bias", True), ("without a bias", False)):
        linear, bn = filled(nn.Linear(4, 3, bias=bias), rng), filled(nn.BatchNorm1d(3, 0.3), rng)
        x, dy = drawn(rng, 5, 4), drawn(rng, 5, 3)
        answer.doing = label
        made = answer(linear, bn)
        if not hasattr(made, "vjp"):
            yield f"the layer {label}", made
            return
        yield f"weight {label}", made.get("weight")
        yield f"output {label}", made(x, no_grad=True)
        yield f"gradient in x {label}", made.vjp(x, dy)["x"], "gradients"
        twin = made.copy()
        twin.do("load_state_dict", {"weight": dy[:3, :1] * x[:1], "bias": dy[0]})
        yield f"bias {label}", made.get("bias")


@exercise(
    script=folded,
    hints=("In evaluation both are affine.", "What does bn do to linear's bias?", "scale = ___"),
    points=2,
)
def fold_linear_bn(linear, bn):
    """One nn.Linear that does what linear, then bn in evaluation, do; both are left as they are."""
    scale = bn.weight / (bn.running_var + bn.eps).sqrt()  # (C,)
    old = 0 if linear.bias is None else linear.bias
    made = nn.Linear(linear.in_features, linear.out_features, dtype=linear.weight.dtype)
    with torch.no_grad():
        made.weight.copy_(linear.weight * scale[:, None])
        made.bias.copy_((old - bn.running_mean) * scale + bn.bias)
    return made


@fold_linear_bn.alternative
def by_asking_both(linear, bn):
    both = nn.Sequential(linear, bn).eval()
    with torch.no_grad():
        bias = both(torch.zeros(1, linear.in_features, dtype=linear.weight.dtype))
        columns = both(torch.eye(linear.in_features, dtype=bias.dtype)) - bias
    made = nn.Linear(*columns.shape, dtype=bias.dtype)
    made.load_state_dict({"weight": columns.T, "bias": bias[0]})
    return made


@fold_linear_bn.mistake("linear's own bias goes through bn too: it is scaled with the weight.")
def bias_not_scaled(linear, bn):
    made = fold_linear_bn.right(linear, bn)
    if linear.bias is not None:
        scale = bn.weight / (bn.running_var + bn.eps).sqrt()
        made.bias.data += linear.bias * (1 - scale)
    return made


@fold_linear_bn.mistake("eps is missing under the root.")
def no_eps(linear, bn):
    bn = copy.deepcopy(bn)
    bn.eps = 0.0
    return fold_linear_bn.right(linear, bn)


@fold_linear_bn.mistake("You wrote into the layer that you were given; its owner still needs it.")
def into_the_given_layer(linear, bn):
    made = fold_linear_bn.right(linear, bn)
    linear.weight, linear.bias = made.weight, made.bias
    return linear


def adapted(answer, rng):
    """A network that learned elsewhere, and one batch from here."""
    for width in (3, 6):
        layers = nn.Linear(2, width), nn.BatchNorm1d(width, 0.3), nn.ReLU()
        model = filled(nn.Sequential(nn.Sequential(*layers), nn.BatchNorm1d(width, 0.1)), rng)
        answer.doing = f"{width} channels"
        made = answer(model, 3 * drawn(rng, 5, 2) - 7)
        if not hasattr(made, "vjp"):
            yield f"the model of {width} channels", made
            return
        state = made.do("state_dict")
        for name in ("0.1.running_mean", "0.1.running_var", "1.running_mean", "1.running_var"):
            yield f"{name} of {width} channels", state.get(name), "state"
        yield f"training, {width} channels", made.get("training"), "state"
        yield f"output, {width} channels", made(drawn(rng, 4, 2), no_grad=True)


@exercise(
    script=adapted,
    hints=("One pass in training.", "What is left of the old statistics?", "momentum = ___"),
    points=2,
)
def readapt_bn(model, x):
    """A copy of the model, in evaluation, whose running statistics are those of the batch x."""
    made = copy.deepcopy(model)
    for layer in made.modules():
        if isinstance(layer, nn.BatchNorm1d):
            layer.momentum = 1.0
    made.train()(x)
    return made.eval()


@readapt_bn.alternative
def layer_by_layer(model, x):
    made = copy.deepcopy(model).eval()
    with torch.no_grad():
        for layer in [m for m in made.modules() if not isinstance(m, nn.Sequential)]:
            if isinstance(layer, nn.BatchNorm1d):
                layer.running_mean, layer.running_var = x.mean(0), x.var(0)
                x = (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + layer.eps)
                x = x * layer.weight + layer.bias
            else:
                x = layer(x)
    return made


@readapt_bn.mistake("A part of the old statistics is left: momentum must be 1 for this one batch.")
def momentum_left(model, x):
    made = copy.deepcopy(model)
    made.train()(x)
    return made.eval()


@readapt_bn.mistake("You adapted the model that you were given, not a copy.")
def in_place(model, x):
    model.load_state_dict(readapt_bn.right(model, x).state_dict())
    return model


@readapt_bn.mistake("The running variance is the unbiased one; yours divides by N.")
def biased(model, x):
    made = readapt_bn.right(model, x)
    for layer in made.modules():
        if isinstance(layer, nn.BatchNorm1d):
            layer.running_var *= (len(x) - 1) / len(x)
    return made
