"""Every layer under everything that differentiates or compiles, in train and in eval.

The values come from the catalog's oracles by reverse mode alone. What is left out, and why:

    masks               how many values count depends on the data, so no graph can hold it
    SyncBatchNorm       in a process group: first derivatives only, as in torch.nn
    momentum=None       the weight of a batch is read from a tensor: torch.nn's breaks the graph too
    spectral, training  numerical second derivatives see u and v move, which the method holds
                        still; torch's own parametrization fails there as well
    buffers             of a layer in training, under vmap: torch.nn's cannot be written either;
                        here they are passed in by functional_call, as torch's documentation advises
"""

import copy

import pytest
import torch
from norm_inputs import (
    CONVOLUTIONS,
    INPUTS,
    ROWS,
    WEIGHTS,
    call_layer,
    convolution_state,
    draw,
    make_layer,
    probe,
    tensors,
)
from torch import nn
from torch.autograd import forward_ad
from torch.func import functional_call, hessian, jacfwd, jacrev, stack_module_state, vmap

from coursekit import layers

close = torch.testing.assert_close

SMALL = (3, 4, 2)  # N, C, L
modes = pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
every_row = pytest.mark.parametrize("norm", ROWS, ids=lambda norm: norm.name)
FIRST = {
    "weight": "v",
    "spectral": "w",
    "weight_standardization": "w",
    "scaled_weight_standardization": "w",
    "adaptive_instance": "style",
}


# torch itself scripts its decompositions for forward mode, and has no batched unfold
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit", "ignore:There is a performance drop")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def case(norm, training, **options):
    """Make a layer, its arguments, and y as a function of those that have a gradient."""
    args = tensors(draw(norm, SMALL))
    layer = make_layer(norm, args).train(training)
    vars(layer).update(options)
    constants = {"running_mean", "running_var", "labels", "u"}
    constants |= {"v"} if norm.name == "spectral" else set()
    constants |= {"gamma", "beta"} if norm.name == "frozen_batch" else set()
    names = [name for name in args if name not in constants]

    images = probe(args["w"]) if norm in CONVOLUTIONS else None

    def y_of(*leaves):
        given = args | dict(zip(names, leaves, strict=True))
        if images is not None:
            return functional_call(layer, convolution_state(given), (images,))
        return call_layer(norm, layer, given)

    return layer, args, names, y_of


def expected_of(norm, layer, args, names):
    """Give the oracle as a function of the same leaves; in eval, torch's batch norm in eval."""
    tracked = getattr(layer, "running_mean", None) is not None and not layer.training
    images = probe(args["w"]) if norm in CONVOLUTIONS else None
    options = dict(norm.example)
    if norm.name == "spectral" and not layer.training:
        options = {"steps": 0}

    def y_of(*leaves):
        given = args | dict(zip(names, leaves, strict=True))
        if images is not None:
            return nn.functional.conv2d(images, norm.oracle(*given.values()))
        if tracked and norm.name != "frozen_batch":
            mean = given.get("running_mean", layer.running_mean)
            var = given.get("running_var", layer.running_var)
            affine = given["gamma"], given["beta"]
            return nn.functional.batch_norm(given["x"], mean, var, *affine, training=False)
        if norm.name == "spectral":  # torch's own draws a layer, which vmap does not allow
            matrix, u, v = given["w"].flatten(1), given["u"], given["v"]
            for _ in range(options.get("steps", 1)):
                with torch.no_grad():
                    u = nn.functional.normalize(matrix.detach() @ v, dim=0)
                    v = nn.functional.normalize(matrix.detach().mT @ u, dim=0)
            return given["w"] / (u @ matrix @ v)
        if norm.name == "conditional_batch":
            own = (args["gamma"].new_ones(SMALL[1]), args["gamma"].new_zeros(SMALL[1]))
            stored = (layer.norm.running_mean, layer.norm.running_var)
            x_hat = nn.functional.batch_norm(
                given["x"], *((None, None) if layer.training else stored), *own, layer.training
            )
            rows = [given[k][args["labels"]][:, :, None] for k in ("gamma", "beta")]
            return rows[0] * x_hat + rows[1]
        return norm.oracle(*given.values(), **options)

    return y_of


@modes
@every_row
def test_compiled_without_a_break_it_gives_the_same_and_leaves_the_same(norm, training):
    layer, args, _, _ = case(norm, training)
    wanted = {"weight": ("g", "v"), "spectral": ("w",)}
    names = wanted.get(norm.name, INPUTS)
    inputs = [args[name] for name in names if name in args]
    inputs = [probe(args["w"])] if norm in CONVOLUTIONS else inputs
    twin = copy.deepcopy(layer)
    torch._dynamo.reset()
    compiled = torch.compile(twin, backend="eager", fullgraph=True)
    for _ in range(2):
        close(compiled(*inputs), layer(*inputs))
    close(twin.state_dict(), layer.state_dict())
    inputs[0].requires_grad_()
    dy = torch.cos(layer(*inputs)).detach()
    twin.load_state_dict(layer.state_dict())
    found = torch.autograd.grad(compiled(*inputs), inputs[0], dy)
    close(found, torch.autograd.grad(layer(*inputs), inputs[0], dy), rtol=1e-5, atol=1e-6)


@modes
@every_row
def test_forward_mode_gives_the_jacobians_of_the_oracle(norm, training):
    layer, args, names, y_of = case(norm, training)
    leaves, every = [args[name] for name in names], tuple(range(len(names)))
    oracle = expected_of(norm, layer, args, names)
    found = jacfwd(y_of, argnums=every)(*leaves)
    for name, ours, theirs in zip(names, found, jacrev(oracle, every)(*leaves), strict=True):
        close(ours, theirs, rtol=1e-8, atol=1e-9, msg=lambda m, n=name: f"{n}: {m}")


@modes
@every_row
def test_the_hessian_is_the_oracles(norm, training):
    layer, args, names, y_of = case(norm, training)
    first = names.index(FIRST.get(norm.name, names[0]))
    oracle = expected_of(norm, layer, args, names)
    weights = torch.cos(torch.arange(oracle(*[args[n] for n in names]).numel()).double())

    def loss_of(f):
        def loss(leaf):
            leaves = [leaf if i == first else args[n] for i, n in enumerate(names)]
            return (f(*leaves).flatten() * weights).sum()

        return loss

    leaf = args[names[first]]
    found = hessian(loss_of(y_of))(leaf)
    if (
        norm.name == "weight"
    ):  # torch 2.13's own second derivatives are wrong: see test_layers_weights

        def oracle(v, g):
            return g * v / v.square().sum((1, 2, 3), keepdim=True).sqrt()

    close(found, jacrev(jacrev(loss_of(oracle)))(leaf), rtol=1e-7, atol=1e-8)


def checked(norm, training):
    """Choose limits that hold batch renorm's r and d still, as its gradient takes them to be."""
    options = {"r_max": 1, "d_max": 0} if norm.name == "batch_renorm" else {}
    layer, args, names, y_of = case(norm, training, **options)
    if norm.name == "spectral":
        layer.steps = 300
    return y_of, tuple(args[name].requires_grad_() for name in names)


@modes
@every_row
def test_gradients_pass_torchs_check_in_both_directions(norm, training):
    y_of, leaves = checked(norm, training)
    assert torch.autograd.gradcheck(y_of, leaves, check_forward_ad=True, fast_mode=True)


@modes
@every_row
def test_gradients_of_gradients_pass_torchs_check_in_both_directions(norm, training):
    if norm.name == "spectral" and training:
        pytest.skip("u and v move")
    y_of, leaves = checked(norm, training)
    assert torch.autograd.gradgradcheck(y_of, leaves, check_fwd_over_rev=True, fast_mode=True)


def randn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def test_a_direction_forward_over_one_gradient_sees_the_statistics_move():
    """Without create_graph the backward runs where no gradient is recorded, but tangents are."""
    x, direction = randn(5, 3), randn(5, 3, seed=1)
    found = []
    for norm in (layers.LayerNorm(3).double(), nn.LayerNorm(3).double()):
        with forward_ad.dual_level():
            leaf = forward_ad.make_dual(x.clone().requires_grad_(), direction)
            loss = (norm(leaf) * torch.cos(x)).sum()
            (gradient,) = torch.autograd.grad(loss, leaf)
            tangent = forward_ad.unpack_dual(gradient).tangent
        if isinstance(norm, layers.LayerNorm):
            found.append(tangent)

    def loss_of(x):
        return (nn.functional.layer_norm(x, (3,)) * torch.cos(x0)).sum()

    x0 = x
    expected = torch.autograd.functional.hvp(loss_of, x, direction)[1]
    close(found[0], expected)


@pytest.mark.parametrize("make", [lambda: layers.LayerNorm(3), lambda: layers.GroupNorm(4, 2)])
@pytest.mark.parametrize("grad", [True, False])
def test_an_ensemble_runs_at_once_under_vmap(make, grad):
    models = [make().double() for _ in range(3)]
    for i, model in enumerate(models):
        with torch.no_grad():
            model.weight.copy_(randn(*model.weight.shape, seed=i))
    params, buffers = stack_module_state(models)
    x = randn(5, 4, 3)
    with torch.set_grad_enabled(grad):
        y = vmap(lambda p, b: functional_call(models[0], (p, b), (x,)))(params, buffers)
    close(y, torch.stack([model(x) for model in models]))
    xs = torch.stack([x, 2 * x, x + 1])
    each = vmap(lambda x: models[0](x), in_dims=0)(xs)
    close(each, torch.stack([models[0](x) for x in xs]))
    moved = vmap(lambda x: models[0](x), in_dims=2, out_dims=1)(xs.movedim(0, 2))
    close(moved, each.movedim(0, 1))


@pytest.mark.parametrize("grad", [True, False])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", ["weight", "bias"])
def test_vmap_over_one_parameter_alone(name, training, grad):
    norm, x = layers.BatchNorm(3, track_running_stats=not training).double(), randn(5, 3)
    values = randn(2, 3, seed=1)
    norm.train(training)
    with torch.set_grad_enabled(grad):
        y = vmap(lambda p: functional_call(norm, {name: p}, (x,)))(values)
        each = [functional_call(norm, {name: p}, (x,)) for p in values]
        close(y, torch.stack(each))
        jacobian = jacfwd(lambda p: functional_call(norm, {name: p}, (x,)))(values[0])
    expected = jacrev(lambda p: functional_call(norm, {name: p}, (x,)))(values[0])
    close(jacobian, expected)


@pytest.mark.parametrize("training", [True, False])
def test_tangents_of_parameters_alone_go_forward_without_a_graph(training):
    norm, x = layers.BatchNorm(3, track_running_stats=not training).double(), randn(5, 3)
    norm.train(training)
    for name in ("weight", "bias"):
        p = getattr(norm, name).detach()
        with torch.no_grad(), forward_ad.dual_level():
            dual = forward_ad.make_dual(p, torch.ones_like(p))
            y = forward_ad.unpack_dual(functional_call(norm, {name: dual}, (x,)))
        step = functional_call(norm, {name: p + 1}, (x,)) - functional_call(norm, {name: p}, (x,))
        close(y.tangent, step)


def test_per_sample_gradients_of_scale_and_shift_are_those_one_by_one():
    norm, x = layers.LayerNorm(3).double(), randn(5, 4, 3)

    def loss(params, sample):
        return functional_call(norm, params, (sample,)).cos().sum()

    found = vmap(torch.func.grad(loss), in_dims=(None, 0))(dict(norm.named_parameters()), x)
    for name, p in norm.named_parameters():
        each = [torch.autograd.grad(norm(sample).cos().sum(), p)[0] for sample in x]
        close(found[name], torch.stack(each))


def test_batches_of_cotangents_go_back_at_once():
    norm, x = layers.BatchNorm(3).double(), randn(5, 3).requires_grad_()
    y, dys = norm(x), randn(4, 5, 3, seed=1)
    leaves = (x, norm.weight, norm.bias)
    found = torch.autograd.grad(y, leaves, dys, retain_graph=True, is_grads_batched=True)
    each = [torch.autograd.grad(y, leaves, dy, retain_graph=True) for dy in dys]
    close(found, tuple(torch.stack(parts) for parts in zip(*each, strict=True)))


def test_every_layer_was_asked():
    assert {norm.module for norm in ROWS} >= {
        value for value in vars(layers).values() if isinstance(value, type)
    }
    assert all(norm in ROWS for norm in WEIGHTS)
