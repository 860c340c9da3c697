"""The five questions that end the lesson signals_through_depth."""

from coursekit.checking import quiz

quiz(
    "quiz_depth_width",
    "You double the width of every hidden layer of a ReLU network. What must happen to the "
    "standard deviation of its weights, so that signals keep their size?",
    {
        "a": ("It is halved", "Then the sum is √2 too small. It is the *variance* that is halved."),
        "b": (
            "It is divided by √2",
            "fan_in · std² / 2 stays 1 when fan_in doubles and std² halves.",
        ),
        "c": (
            "Nothing: the rule holds for any width",
            "The rule has the width in it. A sum of twice as many terms is √2 as large.",
        ),
        "d": (
            "It is multiplied by √2",
            "More terms make a larger sum. The weights must become smaller.",
        ),
    },
    answer="b",
)

quiz(
    "quiz_depth_half",
    "Why does He's rule have a 2 in it?",
    {
        "a": (
            "Because ReLU halves the mean square",
            "E[relu(z)²] = ½ E[z²] where z is symmetric about 0. It is the mean square that is "
            "halved, not the variance.",
        ),
        "b": (
            "Because backward and forward pass each need one",
            "That thought leads to Glorot's 2 / (fan_in + fan_out), for layers without ReLU.",
        ),
        "c": (
            "Because half of the units are dead",
            "No unit need be dead. Each is silent for about half of the *samples*.",
        ),
        "d": (
            "It was found by trial",
            "It follows in two lines from z being symmetric about 0.",
        ),
    },
    answer="a",
)

quiz(
    "quiz_depth_output",
    "A fresh ten-layer network gives nearly the same ten outputs for every image. What can you "
    "conclude?",
    {
        "a": (
            "It is well initialized: it has no prejudice yet",
            "It has no prejudice and no eyes. The image does not reach the output, and little of "
            "the gradient finds its way back.",
        ),
        "b": (
            "The learning rate is too small",
            "It has not taken a step yet.",
        ),
        "c": (
            "Its images are not scaled",
            "Scaled or not, ten factors of 0.4 leave little of them.",
        ),
        "d": (
            "The signal has shrunk beside the biases",
            "What differs between images has been multiplied by a small factor ten times; what is "
            "the same for all, the biases, has not.",
        ),
    },
    answer="d",
)

quiz(
    "quiz_depth_sigmoid",
    "Can the right weights give ten sigmoid layers an activation *and* a gradient of the same "
    "size everywhere?",
    {
        "a": (
            "Yes, if they are so small that each sigmoid is nearly a straight line",
            "Then the gradient shrinks by the weights *and* by the slope.",
        ),
        "b": (
            "Yes, with LSUV, which measures each layer",
            "LSUV does it for the activations. The gradient still shrinks by several powers of "
            "ten: see the table under The sigmoid and its scale.",
        ),
        "c": (
            "No: its slope is 1/4 at most, and large weights make it smaller",
            "The slope is 1/4 where the sigmoid is steepest, and larger weights drive it to where "
            "it is flatter. A larger scale lets it learn all the same, but not with equal sizes "
            "everywhere. People looked for other activations, and other ways: lessons 04 and 10.",
        ),
        "d": (
            "Yes, with He's rule",
            "Its 2 is about ReLU. With a sigmoid the gradient shrinks all the same.",
        ),
    },
    answer="c",
)

quiz(
    "quiz_depth_fair",
    "A paper shows that its new layer trains faster than a plain network. Which detail would make "
    "you doubt it most?",
    {
        "a": (
            "Learning rates were chosen on other seeds than those shown",
            "So they should be: a rate chosen on the seeds shown has been fitted to their luck.",
        ),
        "b": (
            "It used 20 seeds",
            "That is more than most. Intervals become narrow with it.",
        ),
        "c": (
            "Both arms used the new layer's best learning rate",
            "One arm is tuned and the other is not. At its own best rate the plain network might "
            "win.",
        ),
        "d": (
            "The plain network used He's weights",
            "That is the fair baseline. With worse weights you should doubt it.",
        ),
    },
    answer="c",
)
