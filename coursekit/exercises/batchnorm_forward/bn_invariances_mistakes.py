"""The expected wrong answers to the exercise bn_invariances."""

from typing import Any

import numpy as np

from coursekit.exercises.batchnorm_forward.bn_invariances import bn_invariances

TOLERANCE: dict[str, dict[str, Any]] = {
    "1e-3": {"atol": 1e-3},
    "default": {},
    "exact": {"rtol": 0, "atol": 0},
}
MATES = {  # what the others become, and which rows are compared
    "row 0": lambda x, per_feature, per_sample: x + per_feature * per_sample,
    "all rows": lambda x, per_feature, per_sample: x + per_feature * per_sample,
    "all rows, shifted": lambda x, per_feature, per_sample: x + per_sample,
    "reordered": lambda x, per_feature, per_sample: np.vstack([x[:1], x[:0:-1]]),
}


@bn_invariances.variant
def _(
    f,
    x,
    *,
    shift="each",
    scale="each",
    samples="each",
    within="1e-3",
    mates="row 0",
    order="both",
    target="f(x)",
):
    def same(a, b):
        return bool(np.allclose(a, b, **TOLERANCE[within]))

    y = f(x) if target == "f(x)" else x
    per_feature = np.arange(1, x.shape[1] + 1)
    per_sample = np.arange(1, x.shape[0] + 1)[:, None]
    rows = slice(None) if mates.startswith("all rows") else 0
    others = MATES[mates](x, per_feature, per_sample)
    others[0] = x[0]
    factor = {"each": per_feature, "flat": 3, "negative": -per_feature}[scale]
    return {
        "shift_features": same(f(x + (per_feature if shift == "each" else 3)), y),
        "scale_features": same(f(x * factor), y),
        "shift_samples": same(f(x + (per_sample if samples == "each" else 3)), y),
        "reorder": same(f(x[::-1]), y[::-1] if order == "both" else y),
        "replace_mates": same(f(others)[rows], y[rows]),
    }


bn_invariances.switch(
    "negative_factors",
    "Some of your factors are negative. A negative factor turns batch norm's sign; ask about "
    "positive ones.",
    scale="negative",
)
bn_invariances.switch(
    "one_factor_for_all",
    "You multiplied all features by one number. Give each its own: one common factor is a weaker "
    "question, which layer norm survives too.",
    scale="flat",
)
bn_invariances.switch(
    "one_shift_for_all",
    "You added one number to all features. Give each its own: one common shift is a weaker "
    "question, which layer norm survives too.",
    shift="flat",
)
bn_invariances.switch(
    "one_shift_for_all_samples",
    "For shift_samples you added one number to all samples: batch norm takes it off. Give each "
    "sample its own.",
    samples="flat",
)
bn_invariances.switch(
    "compared_exactly",
    "You asked for equality to the last digit. Rounding moves the output a little; allow 1e-3: "
    "np.allclose(a, b, atol=1e-3).",
    within="exact",
)
bn_invariances.switch(
    "default_tolerance",
    "np.allclose allows 1e-5 of the value by default, and eps moves the output by more: pass "
    "atol=1e-3.",
    within="default",
)
bn_invariances.switch(
    "all_rows_for_mates",
    "For replace_mates you compared all rows; the replaced ones differ of course. Compare row 0.",
    mates="all rows",
)
bn_invariances.switch(
    "all_rows_of_shifted_mates",
    "For replace_mates you compared all rows, and layer norm does not see that you shifted the "
    "others. Compare row 0 only.",
    mates="all rows, shifted",
)
bn_invariances.switch(
    "mates_reordered",
    "For replace_mates you only reordered the mates; give them new values.",
    mates="reordered",
)
bn_invariances.switch(
    "output_not_reordered",
    "You reordered x and compared with the old output in the old order. f(x[order]) belongs "
    "beside f(x)[order].",
    order="input only",
)
bn_invariances.switch(
    "compared_with_x",
    "You compared f of the changed batch with x; compare it with f(x).",
    target="x",
)


@bn_invariances.mistake(
    "shift_features and shift_samples are exchanged: a row of D numbers gives each feature its "
    "own, a column of N numbers gives each sample its own."
)
def features_for_samples(f, x):
    right = bn_invariances.right(f, x)
    a, b = right["shift_features"], right["shift_samples"]
    return right | {"shift_features": b, "shift_samples": a}


@bn_invariances.mistake(
    "You answer True every time, for every f. Either you do not ask f, or your change is smaller "
    "than the tolerance and nothing can be seen to move: change x by something like 1."
)
def too_gentle(f, x):
    return dict.fromkeys(bn_invariances.right(f, x), True)


@bn_invariances.mistake(
    "The answers are right, but the caller's x was written into: copy it first."
)
def mates_overwritten(f, x):
    answers = bn_invariances.right(f, x)
    x[1:] += 1
    return answers


@bn_invariances.mistake("You answer the same for every f, as if it were batch norm. Ask f.")
def batch_norm_every_time(f, x):
    survives = {"shift_features", "scale_features", "reorder"}
    return {key: key in survives for key in bn_invariances.right(f, x)}


@bn_invariances.mistake(
    "You answer False every time, for every f. Even f(x) = x survives two of the five. Ask f."
)
def nothing_survives(f, x):
    return dict.fromkeys(bn_invariances.right(f, x), False)
