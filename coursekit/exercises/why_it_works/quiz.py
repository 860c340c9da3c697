"""The five questions that end the lesson why_it_works."""

from coursekit.checking import quiz

quiz(
    "quiz_refuted",
    "With sigmoids, batch norm whose outputs are shaken at every step trains nearly as fast as "
    "batch norm. What has this shown?",
    {
        "a": (
            "That layers' inputs do not drift",
            "They do, and in the shaken network more than without a norm. That was the point.",
        ),
        "b": (
            "That drift never slows training down",
            "The shaken network was slower than the one that was left in peace.",
        ),
        "c": (
            "That its gain there does not need inputs that stand still",
            "The inputs moved, and with sigmoids most of the gain was there all the same.",
        ),
        "d": (
            "That a smoother loss is what makes batch norm train fast",
            "Nothing was measured of the loss's shape here. To refute one reason proves no other.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_before",
    "Somebody shakes x before a batch norm, each unit by one random scale and shift for the whole "
    "batch, and finds no effect on training. Why?",
    {
        "a": (
            "The norm takes each unit's scale and shift out again",
            "Up to ε and a sign, its output is the same. Noise that is to be felt comes after it.",
        ),
        "b": ("The noise was too small", "At any size it is taken out, unless ε matters."),
        "c": ("γ and β learned to undo it", "It is new at every step, so nothing can be learned."),
        "d": (
            "The running statistics average the noise away over many steps",
            "They are used in evaluation and have no part in training.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_growth_scale",
    "A deep plain ReLU network with batch norm. All weights are made ten times as large at the "
    "start. What happens to the factor by which gradients grow per layer?",
    {
        "a": ("It becomes ten times as large", "That is the network without a norm."),
        "b": ("It becomes a tenth", "Batch norm divides by σ once, and W multiplies once."),
        "c": ("It falls to 1", "Only a skip brings it there; no scale of the weights does."),
        "d": (
            "Nothing",
            "What multiplies the gradient by ten also makes σ ten times as large. The factor comes "
            "from the mean that each norm takes away.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_decay",
    "You halve the weight decay of all weights before batch norms and double the learning rate. "
    "By which factor does the angle that they turn in a step change, in the long run?",
    {
        "a": ("2", "The rate alone would bring √2, and the decay takes it away again."),
        "b": (
            "1",
            "In balance the angle is √(2ηλ), and the product is as it was. The length of the "
            "weights is not.",
        ),
        "c": ("√2", "That is what doubling the rate alone does."),
        "d": ("½", "Less decay lets weights grow longer, but the step grows with the rate."),
    },
    answer="b",
)
quiz(
    "quiz_l2",
    "Why does weight decay on the weights before a batch norm not make the function simpler?",
    {
        "a": (
            "Their length does not change the function",
            "A batch norm divides it out, so decay can only change how far a step turns them.",
        ),
        "b": (
            "Their gradient is too large for decay to matter",
            "Decay does shorten them, until the gradient's push outwards balances it.",
        ),
        "c": ("γ is decayed as well", "Whether it is or not, the argument is about the weights."),
        "d": (
            "Batch norm regularizes already, so that decay has nothing left to do",
            "Whatever noise does, the reason here is exact: the length drops out.",
        ),
    },
    answer="a",
)
