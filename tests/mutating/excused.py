"""Mutants that are accepted and differ somewhere: why each is no wrong answer."""

from collections.abc import Iterator
from typing import Any

ORDER = "neither of the two uses what the other makes"
METHODS = "the order in which methods are written does not count"
SYMMETRIC = "a Hessian is symmetric"
SHARED = "no method writes into an array of the layer's: it may be shared"
TOGETHER = "the three buffers are None together"
# exercise -> part of "operator: words" -> why it is no wrong answer
EXCUSED: dict[str, dict[str, str]] = {
    "bn_invariances": {
        "line 10: ": "sample 0's mates get other numbers either way; where x holds zeros or is "
        "large some stay, as they do for whoever scales them",
    },
    "cause_plan": {
        "": "another plan that breaks none of the page's rules: each plan that is accepted is fair",
    },
    "diagnose_gap": {
        "30 -> 300": "with momentum 0.3 or more, thirty calls have settled what 300 settle",
        "everywhere: 1 -> ": "all but the last sample show the batch as one alone does",
    },
    "fair_plan": {
        "line ": "another plan, and a fair one: the check reads by rules and asks for none of them",
    },
    "gradcheck": {
        "1e-05 -> 0.0001": "numbers of size one are measured as well by this step",
    },
    "masked_batch_norm": {
        "everywhere: sum(…) -> mean(…)": "sums and count are divided by one number; differs only "
        "for an x that is shorter than its mask",
    },
    "gd_quadratic": {"H @ w -> w @ H": SYMMETRIC},
    "max_stable_lr": {"eigvalsh -> np.linalg.eigvals": f"{SYMMETRIC}: its eigenvalues are real"},
    "hessian_condition": {
        "X.T @ X / len(X) -> X.T @ X": "a ratio of curvatures does not depend on N",
        "X.T @ (X / len(X))": "the same product, rounded otherwise",
        "X.T / len(X) @ X": "the same product, rounded otherwise",
        "eigvalsh -> np.linalg.eigvals": f"{SYMMETRIC}: its eigenvalues are real",
        "(curvatures / curvatures.min()).max()": "differs only where rounding has made the "
        "smallest curvature negative, and then any number beyond 1e12 is taken",
    },
    "plan_freezing": {
        "": "another plan that breaks none of the page's rules: each plan that is accepted is fair",
    },
    "sync_moments": {
        "part[0] > 0 -> part[0] != 0": "a count of rows is never negative",
        "<-> total = ": "processes without rows add nothing to the count",
    },
    "plan_groups": {
        "": "another plan that breaks none of the page's rules: each plan that is accepted is fair",
    },
    "plan_weight_norm": {
        "": "another plan that breaks none of the page's rules: each plan that is accepted is fair",
    },
    "plan_token_norm": {
        "": "another plan that breaks none of the page's rules: each plan that is accepted is fair",
    },
    "init_std": {
        "np.sqrt(1 / (fan_in * keep))": "differs only for fan_in below 1, which no layer has"
    },
    "stable_var32": {
        "constant: line 3: 0 ->": "any row is close enough to the mean to be subtracted first",
    },
    "BatchNorm1d": {
        "('weight', 'bias', 'running_mean', 'running_var') ->": "a dict has no order that counts",
        "getattr(self, name).copy": SHARED,
        "np.array(value) -> value": SHARED,
        "x.var(axis=0, keepdims=True)": "(1, D) broadcasts as (D,), and this one is not stored",
        "self.weight * ((x - mean)": "the same product, rounded otherwise",
        "self.weight / np.sqrt(var + self.eps) *": "the same product, rounded otherwise",
        "line 1: def ": METHODS,
        "statements exchanged: line": ORDER,
    },
    "BatchNorm": {
        "operation exchanged": "what is assigned to a buffer's name is the buffer from then on",
        "[1, -1] -> [-1]": "a first axis of length 1 that is missing is added by broadcasting",
        "(2, x.ndim), 0]": "axes are averaged over together, in whatever order",
        "-track_running_stats": "minus True is as true as True",
        "constant: line 31: 0 -> 0.0": "torch takes 0.0 for the correction 0",
        "track -> track_running_stats": "two names of one value",
        "self.running_mean -> self.num_batches_tracked": TOGETHER,
        "self.running_mean -> self.running_var": TOGETHER,
        "self.weight -> self.bias": "weight and bias are None together",
        "x.var(axes, correction=1) -> x.var(axes)": "1 is what torch takes where nothing is said",
        ".item() -> self.num_batches_tracked": "a tensor of one number works as that number",
        "correction=0, keepdims=True)": "`view` brings it into the same shape",
        "view -> ": "what can be viewed can be reshaped",
        "(1 / self.num_batches_tracked).item()": "differs only below the rounding of float32",
        "line 1: def ": METHODS,
        "super().__init__() <->": "plain numbers may be set before a Module's own __init__",
        "statements exchanged: line": ORDER,
    },
}


def excuse(exercise: str, operator: str, words: str) -> str:
    """Why that mutant is no wrong answer, or nothing."""
    whole = f"{operator}: {words}"
    return next((why for part, why in EXCUSED.get(exercise, {}).items() if part in whole), "")


def unused(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(exercise, part) of every excuse that no accepted mutant needs."""
    for name, parts in EXCUSED.items():
        accepted = found[name].accepted if name in found else []
        wholes = [f"{operator}: {words}" for operator, words, *_ in accepted]
        yield from ((name, part) for part in parts if not any(part in w for w in wholes))
