"""Claims 1 to 24: what an introduction promises, and what batch norm is said to be."""

from coursekit.claims.claim import Bar, Claim

# At the largest rate of the grid a network without a norm is lost.
STABLE = (
    Bar(
        "learning_rates",
        "relu: accuracy gained at the highest rate",
        above=20,
        unit="points of accuracy gained at the highest rate, ReLU",
    ),
    Bar(
        "learning_rates",
        "sigmoid: accuracy gained at the highest rate",
        above=20,
        unit="points of accuracy gained at the highest rate, sigmoid",
    ),
)
PAIRS = Bar(
    "ghost_groups",
    "error, groups of 2 - layer norm",
    below=5,
    unit="points of error more than layer norm, 2 to a statistic",
)
RATES = (
    Bar("learning_rates", "sigmoid: rates gained", above=1, unit="more usable rates, of 4"),
    STABLE[0],
)
FASTER = (
    Bar(
        "learning_rates",
        "sigmoid: steps, none / batch",
        above=1.5,
        log=True,
        unit="× the steps without it, sigmoid",
    ),
    Bar(
        "learning_rates",
        "relu: steps, none / batch",
        above=1.05,
        log=True,
        unit="× the steps without it, ReLU",
    ),
)
SCALES = Bar("initial_scale", "scales that work, batch - none", above=2, unit="more scales, of 5")

ROWS = (
    Claim(1, "Batch norm makes training more stable.", "10", "ioffe2015", "section 3.3",
          bars=(*STABLE, PAIRS),
          because="At high learning rates, yes; with two samples to a statistic it is what fails."),
    Claim(2, "Batch norm makes training less sensitive to the learning rate.", "10", "desmith2020",
          bars=(*RATES, Bar("learning_rates", "adam: accuracy gained at the lowest rate", above=-5,
                            unit="points of accuracy at the lowest rate, Adam")),
          because="More rates are usable at the upper end; at the lower one batch norm is the "
          "slower."),
    Claim(3, "Batch norm speeds up convergence.", "10", "ioffe2015", "figure 3", bars=FASTER,
          because="Each network at its own best learning rate."),
    Claim(4, "Batch norm is crucial in modern networks and improves generalization.", "13",
          "zhu2025", verdict="needs a condition", decides="paper",
          because="True of convolutional networks of 2015 to 2020. Transformers use layer or RMS "
          "norm, and there are networks without any norm that are as good."),
    Claim(5, "Deep learning drives speech, vision and autonomous systems.", "00",
          verdict="holds", decides="definition", because="Context, nothing about norms."),
    Claim(6, "Deep networks suffer from vanishing gradients.", "03", "glorot2010", "section 4.2",
          bars=(Bar("gradient_depth", "sigmoid, none: log10 of first / last", below=-6,
                    unit="decades, 20 sigmoid layers"),
                Bar("gradient_depth", "relu, none: log10 of first / last", below=-2,
                    unit="decades, 20 ReLU layers")),
          because="With sigmoids they vanish; with ReLU and He's weights they do not."),
    Claim(7, "Batch norm addresses slow convergence, vanishing gradients and initialization.", "10",
          same_as=38),
    Claim(8, "The deep learning market grows by 36.7 % a year, from 17.60 to 298.38 billion "
          "dollars.",
          "", verdict="not testable here", decides="paper",
          because="No primary source was found. The two sums given grow by 36.96 % a year over "
          "nine years, not by 36.7 %."),
    Claim(9, "Batch norm mitigates internal covariate shift and with it gradient problems.", "11",
          same_as=17),
    Claim(10, "Batch norm makes training insensitive to the scale of the initial weights.", "10",
          "ioffe2015", "section 3.3",
          bars=(SCALES,
                Bar("initial_scale", "scales that work, batch", above=3, unit="scales work, of 5")),
          because="Of hidden weights, over three decades and a half. The output layer's scale "
          "still matters."),
    Claim(11, "Batch norm is a mild regularizer.", "12", "luo2019",
          bars=(Bar("noise_regularizer", "training accuracy, 64 - 4", above=2,
                    unit="points less fitted, groups of 4 against 64"),
                Bar("noise_regularizer", "test accuracy, 4 - 64", above=0.5,
                    unit="points of test accuracy, few and wrongly labelled images"),
                Bar("ghost_groups", "error, groups of 64 - groups of 16", above=1,
                    unit="points of error, all images")),
          because="Its noise keeps wrong labels from being learned; on clean images nothing is "
          "won."),
    Claim(12, "Batch norm is limited with small batches and in recurrent networks.", "12", "wu2018",
          same_as=42),
    Claim(13, "Batch norm standardizes the inputs of a layer.", "04", "ioffe2015", "section 3.1",
          bars=(Bar("identities", "batch norm: mean", below=1e-9, unit="mean of an output"),
                Bar("identities", "batch norm: correlation left", below=0.05,
                    unit="mean correlation between outputs")),
          because="Feature by feature: correlations stay, so it does not whiten. It stands before "
          "the activation, as a rule, and so normalizes a layer's output."),
    Claim(14, "Its outputs have mean 0 and variance 1.", "04", "ioffe2015", "algorithm 1",
          verdict="needs a condition", decides="theorem",
          because="Before gamma and beta, in the batch at hand, and the variance is v / (v + "
          "eps)."),
    Claim(15, "A learned scale and shift follow.", "04", "ioffe2015", "algorithm 1",
          verdict="holds", decides="definition", because="gamma and beta."),
    Claim(16, "Training becomes less sensitive to the learning rate.", "10", same_as=2),
    Claim(17, "The primary purpose of batch norm is to reduce internal covariate shift, and that "
          "is why it works.", "11", "santurkar2018", "section 2.1",
          bars=(Bar("noisy_norm", "sigmoid: drift, none / batch", above=2, log=True,
                    unit="× the drift without it"),
                Bar("noisy_norm", "sigmoid: steps, none / noisy", below=1.1, log=True,
                    unit="× the steps of a net whose norm is shaken")),
          because="Inputs do drift less. But where noise makes them drift more than without a "
          "norm, training is still faster than without."),
    Claim(18, "When the inputs of layers change their distribution, convergence becomes "
          "harder.", "11",
          "santurkar2018", "section 2.1",
          bars=(Bar("noisy_norm", "tanh: steps, noisy / batch", above=1.02, log=True,
                    unit="× the steps of batch norm, tanh"),
                Bar("noisy_norm", "sigmoid: final loss, none - noisy", below=0.5,
                    unit="more loss without a norm, at less drift")),
          because="Shaking costs a few steps; it undoes a small part of what the norm won."),
    Claim(19, "By normalizing, batch norm stabilizes and speeds up training.", "10", same_as=3),
    Claim(20, "Batch norm smooths the loss landscape.", "11", "santurkar2018", "theorem 4.1",
          bars=(Bar("landscape", "relu: loss range, none / batch", above=1.5, log=True,
                    unit="× the range of the loss along a step, ReLU"),
                Bar("landscape", "tanh: loss range, none / batch", above=2, log=True,
                    unit="× the range of the loss along a step, tanh")),
          because="Along the gradient, at one learning rate; it depends on the activation."),
    Claim(21, "Gradients become more predictive: a step changes them less.", "11", "santurkar2018",
          "figure 4",
          bars=(Bar("landscape", "relu: gradient change, none / batch", above=1.5, log=True,
                    unit="× the relative change of the gradient, ReLU"),
                Bar("landscape", "tanh: gradient change, none / batch", above=1.2, log=True,
                    unit="× the relative change of the gradient, tanh"))),
    Claim(22, "Initialization needs less care, and learning rates may be "
          "higher.", "10", "ioffe2015",
          "section 3.3", bars=(SCALES, *STABLE)),
    Claim(23, "Batch norm can make dropout unnecessary.", "12", "ioffe2015", "section 4.2.1",
          verdict="needs a condition", decides="paper",
          because="“In some cases”, as the paper says: its Inception network did without. Large "
          "fully connected layers kept it."),
    Claim(24, "Batch norm is a key component of modern architectures.", "13", same_as=4),
)  # fmt: skip
