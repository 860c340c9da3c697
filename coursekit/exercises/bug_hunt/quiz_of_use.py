"""The questions of the lesson bug_hunt: which norm, in six cases of use?"""

from coursekit.checking import quiz

quiz(
    "which_norm_contrastive",
    "Pairs of views are trained to find each other among the images of eight cards, with batch "
    "norm on each card. The loss falls at once and the features are useless. What do you change?",
    {
        "a": (
            "A lower momentum, so that running statistics are smoother",
            "Running statistics play no part in training. The leak is in the statistics of the "
            "batch.",
        ),
        "b": (
            "Smaller batches on each card, because fewer neighbours can tell less",
            "With fewer neighbours each of them is easier to read off, as lesson 12 measured.",
        ),
        "c": (
            "A higher weight decay, because the network has memorized",
            "It did not memorize: it reads off the statistics which images share a card.",
        ),
        "d": (
            "Statistics over all cards, or a norm of single samples",
            "If all share one mean and variance, these no longer say who sits with whom.",
        ),
    },
    answer="d",
)
quiz(
    "which_norm_controller",
    "A convolutional classifier shall run on a small controller, with as few operations as "
    "possible. It is trained on large batches. Which norm?",
    {
        "a": (
            "RMS norm, because it needs no mean",
            "It needs a root mean square for every input, and that is work on the controller.",
        ),
        "b": (
            "Batch norm",
            "In evaluation it is a fixed scale and shift, which go into the weights of the "
            "convolution before it and cost nothing.",
        ),
        "c": (
            "Group norm, because it does not depend on the batch",
            "It computes statistics of each image on the controller, and cannot be folded.",
        ),
        "d": (
            "Weight norm folded together with a layer norm",
            "Weight norm folds, and layer norm does not: it depends on the input.",
        ),
    },
    answer="b",
)
quiz(
    "which_norm_stream",
    "A sensor's network goes on learning while it runs: one reading comes, one step is taken, and "
    "the readings drift. Which norm for its hidden layers?",
    {
        "a": (
            "Batch norm of each single reading in training mode",
            "With one sample every feature is its own mean, and the output is beta.",
        ),
        "b": (
            "Batch norm in evaluation mode, with statistics of the first hour",
            "The readings drift, so that after some days those statistics are about other data.",
        ),
        "c": (
            "Batch norm, fed with the last 256 readings each time",
            "Neighbouring readings are alike, so their statistics are not those of the data, and "
            "each step costs 256 readings.",
        ),
        "d": (
            "Layer norm",
            "One reading has all the features that it needs, and drift of their common size falls "
            "out by itself.",
        ),
    },
    answer="d",
)
quiz(
    "which_norm_table",
    "A logistic regression shall be fitted to a table of twenty columns in metres, euros and "
    "years. Gradient descent crawls. What do you normalize?",
    {
        "a": (
            "The columns, with mean and spread of the training rows",
            "The columns' units make the problem ill-conditioned. Scaled once, it is solved.",
        ),
        "b": (
            "The columns, train and test rows each with their own mean",
            "The test rows then move by other amounts than those the weights were fitted to.",
        ),
        "c": (
            "Each row over its twenty columns, as layer norm does",
            "A mean of metres, euros and years means nothing, and rows lose what sets them apart.",
        ),
        "d": (
            "The weights, to length 1 after every step",
            "The units remain as they are, and with them the narrow valley.",
        ),
    },
    answer="a",
)
quiz(
    "which_norm_photographs",
    "A residual network learns to classify photographs, in batches of 256 from shuffled data on "
    "one card. Nothing is to be transferred or exported. Which norm comes first to your mind, and "
    "why?",
    {
        "a": (
            "Layer norm, because transformers have shown that it is the better one",
            "They have shown that it suits tokens. In plain convolutional networks it is, as a "
            "rule, behind batch norm.",
        ),
        "b": (
            "Batch norm, because nothing that harms it is present here",
            "The batch is large, shuffled and like the data, and recipes are tuned for it.",
        ),
        "c": (
            "Group norm, because a norm should never look at the batch",
            "Here looking at it does no harm, and its noise even helps a little.",
        ),
        "d": (
            "None: SkipInit trains as deep, so that a norm is never worth its price",
            "It trains as deep. It is not as tolerant of high rates, and needs more care.",
        ),
    },
    answer="b",
)
quiz(
    "which_norm_hospital",
    "A network with batch norm was trained in one hospital. The scanner of another gives a "
    "different contrast, with the same mix of patients, and nobody labels images there. What do "
    "you try first?",
    {
        "a": (
            "Evaluate in training mode, one patient at a time",
            "Statistics of one patient are not those of a hospital, and the output then depends on "
            "who is examined.",
        ),
        "b": (
            "Keep the old statistics, because evaluation must not change a network",
            "They describe the old scanner, and it is the old contrast that they take out.",
        ),
        "c": (
            "Recompute the running statistics on many images of the new scanner",
            "The weights expect normalized inputs. As the mix is the same, new statistics restore "
            "them; with another mix they would take that out as well.",
        ),
        "d": (
            "Train gamma and beta on the new images, with labels that the network gives itself",
            "Its labels are wrong where its inputs are off. Mend the statistics first.",
        ),
    },
    answer="c",
)
