"""Claims 121 to 141: what is said since 2023."""

from coursekit.claims.claim import Bar, Claim

SCALE = "It is about language models, at a scale that a laptop has not."

ROWS = (
    Claim(121, "tanh(αx) can stand in a norm's place.", "14", "zhu2025", "table 1",
          bars=(Bar("residual_blocks", "dyt - layer", above=-5,
                    unit="points against layer norm, 20 residual blocks"),),
          because="In a small residual network at its own learning rate. In the paper: in "
          "transformers yes, in a ResNet of convolutions not."),
    Claim(122, "erf(αx + s) does better than tanh, and better than layer norm.", "14", "chen2025",
          verdict="not testable here", decides="paper",
          because="The paper says so for vision, speech and DNA; differences of that size need its "
          "scale."),
    Claim(123, "RMS norm is as good as layer norm.", "14", "zhang2019_rms",
          bars=(Bar("residual_blocks", "rms - layer", above=-5, below=5,
                    unit="points against layer norm, 20 residual blocks"),)),
    Claim(124, "On centred inputs RMS norm is layer norm.", "14", "gupta2024",
          bars=(Bar("identities", "RMS norm of centred - layer norm", below=1e-9,
                    unit="difference on centred inputs"),)),
    Claim(125, "Normalizing queries and keys keeps attention logits bounded.", "14", "dehghani2023",
          verdict="holds", decides="theorem",
          because="After RMS norm |q| = |k| = √d, so |q·k| / √d ≤ √d, times the two learned "
          "scales; without it the logits grow with the product of the two weight matrices."),
    Claim(126, "Residual networks train without any norm, if branches start at zero.", "15",
          "desmith2020",
          bars=(Bar("residual_blocks", "skipinit", above=85, unit="% right, 20 blocks, no norm"),
                Bar("residual_blocks", "skipinit - none", above=20,
                    unit="points more than full branches"))),
    Claim(127, "Pre-norm lets the stream grow with depth; a norm behind each branch bounds its "
          "part.",
          "14", "kim2025",
          bars=(Bar("norm_placement", "pre: stream of grown branches / of branches as "
          "drawn", above=4,
                    log=True, unit="× the stream, branch weights × 4, pre-norm"),
                Bar("norm_placement", "peri: stream of grown branches / of branches as drawn",
                    below=1.1, log=True, unit="× the stream, branch weights × 4, peri-norm"))),
    Claim(128, "Post-norm keeps the stream at one size.", "14", "xiong2020",
          bars=(Bar("norm_placement", "post: stream, end / start", below=1.1, log=True,
                    unit="× the stream, end against start"),
                Bar("norm_placement", "post: stream of grown branches / of branches as drawn",
                    above=0.9, below=1.1, log=True, unit="× the stream, branch weights × 4"))),
    Claim(129, "Pre-norm makes warm-up unnecessary.", "14", "xiong2020", verdict="contested",
          decides="paper",
          because="Xiong et al. train without; models of today warm up all the same, and Kalra & "
          "Barkeshli find it serves to reach larger rates, with any placement."),
    Claim(130, "Deep layers of pre-norm models contribute little: the curse of "
          "depth.", "14", "sun2025",
          verdict="not testable here", decides="paper", because=SCALE),
    Claim(131, "Post-norm below and pre-norm above is better than either.", "14", "li2024",
          verdict="not testable here", decides="paper", because=SCALE),
    Claim(132, "Averaged weights need statistics of their own.", "16", "izmailov2018",
          bars=(Bar("weight_average", "fresh - old", above=1,
                    unit="points won by fresh statistics"),)),
    Claim(133, "Folding is harmless before quantization.", "16", "nagel2019",
          bars=(Bar("quantized_fold", "lost to one step", below=2,
                    unit="points lost, channels of like size"),
                Bar("quantized_fold", "rescaled: lost to one step", below=5,
                    unit="points lost, channels of unlike size")),
          because="Where channels come out of like size. Where not, one step for each channel wins "
          "it back."),
    Claim(134, "A step for each channel makes folded networks quantizable.", "16", "nagel2019",
          bars=(Bar("quantized_fold", "rescaled: won back by a step for each channel", above=20,
                    unit="points won back, 8 bits"),)),
    Claim(135, "Weight decay balances how fast weights turn.", "11", "kosson2023",
          bars=(Bar("decay_equilibrium", "with decay: angle, largest / smallest", below=2, log=True,
                    unit="× from slowest to fastest, starts apart tenfold"),
                Bar("decay_equilibrium", "angle, with / without decay", above=2, log=True,
                    unit="× the angle without decay"))),
    Claim(136, "γ should not be decayed.", "11", verdict="not testable here", decides="paper",
          because="Most recipes exempt it, by habit. What it changes needs larger data to show."),
    Claim(137, "Batch norm can be kept from exploding at any depth.", "11", "meterez2024",
          verdict="needs a condition", decides="theorem",
          because="Proven for linear activations and a construction of orthogonal weights; shaped "
          "activations by experiment."),
    Claim(138, "Adapting statistics at test time is safe.", "16", "niu2023",
          bars=(Bar("stale_statistics", "lost with test batches of one class", below=5,
                    unit="points lost, batches of 16 of one class"),
                Bar("stale_statistics", "lost with test batches of 2", below=5,
                    unit="points lost, batches of 2")),
          because="Small batches and batches of one class break it; that is the paper's finding "
          "too."),
    Claim(139, "Layer norm can be taken out of a trained language model.", "14", "heimersheim2024",
          verdict="not testable here", decides="paper", because="Of GPT-2, by fine-tuning. "
          "" + SCALE),
    Claim(140, "Training γ and β of norm layers is all that sharpness-aware minimization "
          "needs.", "11",
          "mueller2023", verdict="not testable here", decides="paper",
          because="Reported for CIFAR and ImageNet; the differences are below what digits "
          "resolve."),
    Claim(141, "Unstable training of large models can be studied in small ones at high "
          "rates.", "14",
          "wortsman2023",
          bars=(Bar("query_key", "logits, plain: highest rate / lowest", above=10, log=True,
                    unit="× the largest logit, highest rate against lowest"),
                Bar("query_key", "logits at the highest rate, plain / normalized", above=10,
                    log=True, unit="× the largest logit of normalized queries and keys"),
                Bar("query_key", "accuracy at the highest rate, normalized - plain", above=5,
                    unit="points that normalized queries and keys bring at the highest rate")),
          because="The growth of logits, and its remedy, in four blocks. That large models break "
          "down of the same is the paper's word."),
)  # fmt: skip
