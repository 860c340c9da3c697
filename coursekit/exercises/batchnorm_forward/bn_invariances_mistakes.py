"""The expected wrong answers to the exercise bn_invariances."""

from coursekit.exercises.batchnorm_forward.bn_invariances import bn_invariances


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
