"""The questions of the lesson bug_hunt: which norm, in six cases of training?"""

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
