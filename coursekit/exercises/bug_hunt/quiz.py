"""The questions of the lesson bug_hunt: which norm, in twelve cases of practice?"""

from coursekit.checking import quiz

quiz(
    "which_norm_fine_tuning",
    "A detector starts from weights that were trained with batch norm on photographs. Its images "
    "are large, so that two fit on your one graphics card. What do you do with its batch norm?",
    {
        "a": (
            "Train it as it is, since gamma and beta adapt to the smaller batch",
            "Statistics of two images are mostly noise, and gamma and beta cannot average it out.",
        ),
        "b": (
            "Freeze it: evaluation mode, gamma and beta kept",
            "The statistics of the photographs were averaged over many images, and the weights "
            "expect them. Two images have nothing better to offer.",
        ),
        "c": (
            "Put fresh group norm in its place and keep all other weights",
            "Those weights were trained behind batch norm's scale and shift. Group norm gives them "
            "other inputs, so a good part of the pretraining is lost.",
        ),
        "d": (
            "Synchronize its statistics over the cards",
            "There is one card, so there is nothing to synchronize with.",
        ),
    },
    answer="b",
)
quiz(
    "which_norm_volumes",
    "A network for medical volumes is trained from random weights, one volume in a step, with "
    "convolutions of 64 channels. Which norm?",
    {
        "a": (
            "Batch norm, whose running statistics average over many steps",
            "In training each volume is still normalized by itself, while evaluation uses averages "
            "that training never saw at work.",
        ),
        "b": (
            "None, since a batch of one has no statistics to speak of",
            "A sample has statistics of its own, over its channels and voxels. Only a norm that "
            "needs neighbours is out of work.",
        ),
        "c": (
            "Group norm, with some channels in each group",
            "It needs one sample only, and is the same function in training and evaluation.",
        ),
        "d": (
            "Batch norm with gradients accumulated over sixteen steps",
            "Accumulation adds up gradients. Each forward pass still sees one volume.",
        ),
    },
    answer="c",
)
quiz(
    "which_norm_language",
    "You train a language model from scratch, with sentences of all lengths. It will be served one "
    "request at a time. Which norm?",
    {
        "a": (
            "Batch norm with a mask over the padding",
            "The mask removes the padding, and a token still depends on other people's sentences.",
        ),
        "b": (
            "Instance norm over the tokens of each sentence",
            "A later word would then move an earlier one, which a model that writes from left to "
            "right must not see.",
        ),
        "c": (
            "None, because attention is bounded anyway",
            "Attention's weights are. What its branches add to the stream is not, so deep stacks "
            "barely learn without care.",
        ),
        "d": (
            "RMS norm of each token, before each branch",
            "A token needs nothing but its own features, and the line stays free for gradients.",
        ),
    },
    answer="d",
)
quiz(
    "which_norm_ported_weights",
    "You rewrite a published transformer in your own code and load its weights. Which norm do you "
    "write?",
    {
        "a": (
            "The one that its weights were trained with, dialect and eps included",
            "Weights fit one function. Where γ is multiplied and what eps is belongs to it.",
        ),
        "b": (
            "RMS norm, because it is the cheaper of two that are equal",
            "They are equally good to *train* with. Weights of the one give nonsense in the other, "
            "unless every token happens to have mean 0.",
        ),
        "c": (
            "Layer norm, because it contains RMS norm as a special case",
            "It takes the mean out whether the model wants that or not.",
        ),
        "d": (
            "Whichever the framework calls by the same name",
            "Names hide dialects: 1 + γ or γ, rounding before or after, and other values of eps.",
        ),
    },
    answer="a",
)
quiz(
    "which_norm_style",
    "A network repaints photographs in the manner of a painter, and the contrast of a photograph "
    "should not matter. Which norm?",
    {
        "a": (
            "Batch norm, because contrast differs within a batch and averages out",
            "It averages out of the statistics and stays in every single image.",
        ),
        "b": (
            "Layer norm over all channels and pixels of an image",
            "It removes the image's overall contrast, while contrast between channels, a tint for "
            "example, stays.",
        ),
        "c": (
            "Instance norm: each channel of each image by itself",
            "It removes what a change of contrast does to a channel, and the painter's scale and "
            "shift come in as gamma and beta.",
        ),
        "d": (
            "Weight norm, because the painter's manner is in the weights",
            "It leaves the activations alone, contrast included.",
        ),
    },
    answer="c",
)
quiz(
    "which_norm_critic",
    "The critic of a GAN is trained with a penalty on the gradient for each single image. Which of "
    "these may stand in the critic?",
    {
        "a": (
            "Layer norm",
            "An output depends on its own image, so that its gradient means what the penalty says.",
        ),
        "b": (
            "Batch norm over real and painted images together",
            "Each output then depends on all images, so that there is no gradient of one image "
            "alone. Besides, real ones can be told by the company they are in.",
        ),
        "c": (
            "Batch norm over real and painted images apart",
            "Images within each half still depend on one another, and the penalty is about one.",
        ),
        "d": (
            "Ghost batch norm with groups of two images, because so little leaks between them",
            "Two images that share statistics are coupled more strongly, and not less.",
        ),
    },
    answer="a",
)
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
