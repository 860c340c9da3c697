"""The works that lessons cite, one entry each; `{{reference KEY}}` in a lesson prints one."""

from typing import NamedTuple


class Work(NamedTuple):
    """One source: who, when, what, where it appeared, and an address that lasts."""

    authors: str
    year: int | None
    title: str
    venue: str
    url: str

    def markdown(self, note: str = "") -> str:
        """The work as an entry of a reference list; `note` says what to read in it."""
        by = self.authors if self.year is None else f"{self.authors} ({self.year})"
        where = f", {self.venue}" if self.venue else ""
        what = f": {note}" if note else ""
        return f"- {by}, [*{self.title}*]({self.url}){where}{what}."


# One work, one entry, in the order of its key: first author and year, or a library and a name.
WORKS = {
    "ambroise2002": Work(
        "C. Ambroise, G. J. McLachlan",
        2002,
        "Selection bias in gene extraction on the basis of microarray gene-expression data",
        "PNAS 99 (10)",
        "https://doi.org/10.1073/pnas.102102699",
    ),
    "ba2016": Work(
        "J. L. Ba, J. R. Kiros, G. E. Hinton",
        2016,
        "Layer Normalization",
        "arXiv",
        "https://arxiv.org/abs/1607.06450",
    ),
    "baydin2018": Work(
        "A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind",
        2018,
        "Automatic Differentiation in Machine Learning: a Survey",
        "Journal of Machine Learning Research 18 (153)",
        "https://arxiv.org/abs/1502.05767",
    ),
    "bell1997": Work(
        "A. J. Bell, T. J. Sejnowski",
        1997,
        "The “independent components” of natural scenes are edge filters",
        "Vision Research 37 (23)",
        "https://doi.org/10.1016/S0042-6989(97)00121-1",
    ),
    "chan1983": Work(
        "T. F. Chan, G. H. Golub, R. J. LeVeque",
        1983,
        "Algorithms for computing the sample variance: analysis and recommendations",
        "The American Statistician 37 (3)",
        "https://doi.org/10.1080/00031305.1983.10483115",
    ),
    "data_breast_cancer": Work(
        "W. H. Wolberg, W. N. Street, O. L. Mangasarian",
        1995,
        "Breast Cancer Wisconsin (Diagnostic)",
        "UCI Machine Learning Repository, CC BY 4.0",
        "https://doi.org/10.24432/C5DW2B",
    ),
    "data_china": Work(
        "danielbuechele",
        None,
        "china.jpg",
        "photograph, CC BY 2.0",
        "https://www.flickr.com/photos/danielbuechele/6061409035/",
    ),
    "data_diabetes": Work(
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani",
        2004,
        "Diabetes data",
        "of Least Angle Regression",
        "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
    ),
    "data_digits": Work(
        "E. Alpaydin, C. Kaynak",
        1998,
        "Optical Recognition of Handwritten Digits",
        "UCI Machine Learning Repository, CC BY 4.0",
        "https://doi.org/10.24432/C50P49",
    ),
    "data_flower": Work(
        "vultilion",
        None,
        "flower.jpg",
        "photograph, CC BY 2.0",
        "https://www.flickr.com/photos/vultilion/6056698931/",
    ),
    "data_wine": Work(
        "S. Aeberhard, M. Forina",
        1992,
        "Wine",
        "UCI Machine Learning Repository, CC BY 4.0",
        "https://doi.org/10.24432/C5PC7J",
    ),
    "flax_batch_norm": Work(
        "Flax",
        None,
        "Normalization: nnx.BatchNorm",
        "documentation",
        "https://flax.readthedocs.io/en/latest/api_reference/flax.nnx/nn/normalization.html",
    ),
    "glorot2010": Work(
        "X. Glorot, Y. Bengio",
        2010,
        "Understanding the difficulty of training deep feedforward neural networks",
        "AISTATS",
        "https://proceedings.mlr.press/v9/glorot10a.html",
    ),
    "goodfellow2016": Work(
        "I. Goodfellow, Y. Bengio, A. Courville",
        2016,
        "Deep Learning",
        "MIT Press",
        "https://www.deeplearningbook.org/contents/optimization.html",
    ),
    "he2015": Work(
        "K. He, X. Zhang, S. Ren, J. Sun",
        2015,
        "Delving Deep into Rectifiers",
        "ICCV",
        "https://arxiv.org/abs/1502.01852",
    ),
    "he2016_identity": Work(
        "K. He, X. Zhang, S. Ren, J. Sun",
        2016,
        "Identity Mappings in Deep Residual Networks",
        "ECCV",
        "https://arxiv.org/abs/1603.05027",
    ),
    "higham2002": Work(
        "N. J. Higham",
        2002,
        "Accuracy and Stability of Numerical Algorithms",
        "2nd edition, SIAM",
        "https://doi.org/10.1137/1.9780898718027",
    ),
    "huang2017": Work(
        "X. Huang, S. Belongie",
        2017,
        "Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization",
        "ICCV",
        "https://arxiv.org/abs/1703.06868",
    ),
    "huang2018": Work(
        "L. Huang, D. Yang, B. Lang, J. Deng",
        2018,
        "Decorrelated Batch Normalization",
        "CVPR",
        "https://arxiv.org/abs/1804.08450",
    ),
    "ioffe2015": Work(
        "S. Ioffe, C. Szegedy",
        2015,
        "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate "
        "Shift",
        "ICML",
        "https://arxiv.org/abs/1502.03167",
    ),
    "ioffe2017": Work(
        "S. Ioffe",
        2017,
        "Batch Renormalization: Towards Reducing Minibatch Dependence in Batch-Normalized Models",
        "NIPS",
        "https://arxiv.org/abs/1702.03275",
    ),
    "keras_batch_normalization": Work(
        "Keras",
        None,
        "BatchNormalization",
        "documentation",
        "https://keras.io/api/layers/normalization_layers/batch_normalization/",
    ),
    "kessy2018": Work(
        "A. Kessy, A. Lewin, K. Strimmer",
        2018,
        "Optimal whitening and decorrelation",
        "The American Statistician 72 (4)",
        "https://doi.org/10.1080/00031305.2016.1277159",
    ),
    "lecun1991": Work(
        "Y. LeCun, I. Kanter, S. A. Solla",
        1991,
        "Eigenvalues of covariance matrices: application to neural-network learning",
        "Physical Review Letters 66",
        "https://doi.org/10.1103/PhysRevLett.66.2396",
    ),
    "lecun1998": Work(
        "Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller",
        1998,
        "Efficient BackProp",
        "in Neural Networks: Tricks of the Trade, Springer",
        "https://doi.org/10.1007/3-540-49430-8_2",
    ),
    "micikevicius2018": Work(
        "P. Micikevicius et al.",
        2018,
        "Mixed Precision Training",
        "ICLR",
        "https://arxiv.org/abs/1710.03740",
    ),
    "mishkin2016": Work(
        "D. Mishkin, J. Matas",
        2016,
        "All you need is a good init",
        "ICLR",
        "https://arxiv.org/abs/1511.06422",
    ),
    "nocedal2006": Work(
        "J. Nocedal, S. J. Wright",
        2006,
        "Numerical Optimization",
        "2nd edition, Springer",
        "https://doi.org/10.1007/978-0-387-40065-5",
    ),
    "onnx_batch_normalization": Work(
        "ONNX",
        None,
        "BatchNormalization, version 15",
        "specification",
        "https://onnx.ai/onnx/operators/onnx__BatchNormalization.html",
    ),
    "rumelhart1986": Work(
        "D. E. Rumelhart, G. E. Hinton, R. J. Williams",
        1986,
        "Learning representations by back-propagating errors",
        "Nature 323",
        "https://doi.org/10.1038/323533a0",
    ),
    "santurkar2018": Work(
        "S. Santurkar, D. Tsipras, A. Ilyas, A. Mądry",
        2018,
        "How Does Batch Normalization Help Optimization?",
        "NeurIPS",
        "https://arxiv.org/abs/1805.11604",
    ),
    "schneider2020": Work(
        "S. Schneider et al.",
        2020,
        "Improving robustness against common corruptions by covariate shift adaptation",
        "NeurIPS",
        "https://arxiv.org/abs/2006.16971",
    ),
    "squire1998": Work(
        "W. Squire, G. Trapp",
        1998,
        "Using Complex Variables to Estimate Derivatives of Real Functions",
        "SIAM Review 40 (1)",
        "https://doi.org/10.1137/S003614459631241X",
    ),
    "torch_batch_norm_1d": Work(
        "PyTorch",
        None,
        "BatchNorm1d",
        "documentation",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html",
    ),
    "torch_batch_norm_2d": Work(
        "PyTorch",
        None,
        "BatchNorm2d",
        "documentation",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html",
    ),
    "torch_gradcheck": Work(
        "PyTorch",
        None,
        "torch.autograd.gradcheck",
        "documentation",
        "https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html",
    ),
    "torch_group_norm": Work(
        "PyTorch",
        None,
        "GroupNorm",
        "documentation",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html",
    ),
    "torch_instance_norm_2d": Work(
        "PyTorch",
        None,
        "InstanceNorm2d",
        "documentation",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html",
    ),
    "torch_layer_norm": Work(
        "PyTorch",
        None,
        "LayerNorm",
        "documentation",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html",
    ),
    "torch_linear": Work(
        "PyTorch",
        None,
        "Linear",
        "documentation",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html",
    ),
    "ulyanov2016": Work(
        "D. Ulyanov, A. Vedaldi, V. Lempitsky",
        2016,
        "Instance Normalization: The Missing Ingredient for Fast Stylization",
        "arXiv",
        "https://arxiv.org/abs/1607.08022",
    ),
    "vanlaarhoven2017": Work(
        "T. van Laarhoven",
        2017,
        "L2 Regularization versus Batch and Weight Normalization",
        "arXiv",
        "https://arxiv.org/abs/1706.05350",
    ),
    "wadia2021": Work(
        "N. Wadia et al.",
        2021,
        "Whitening and second order optimization both make information in the dataset unusable "
        "during training, and can reduce or prevent generalization",
        "ICML",
        "https://arxiv.org/abs/2008.07545",
    ),
    "welford1962": Work(
        "B. P. Welford",
        1962,
        "Note on a method for calculating corrected sums of squares and products",
        "Technometrics 4 (3)",
        "https://doi.org/10.1080/00401706.1962.10490022",
    ),
    "wu2018": Work(
        "Y. Wu, K. He",
        2018,
        "Group Normalization",
        "ECCV",
        "https://arxiv.org/abs/1803.08494",
    ),
    "wu2021": Work(
        "Y. Wu, J. Johnson",
        2021,
        "Rethinking “Batch” in BatchNorm",
        "arXiv",
        "https://arxiv.org/abs/2105.07576",
    ),
    "yang2019": Work(
        "G. Yang, J. Pennington, V. Rao, J. Sohl-Dickstein, S. S. Schoenholz",
        2019,
        "A Mean Field Theory of Batch Normalization",
        "ICLR",
        "https://arxiv.org/abs/1902.08129",
    ),
}
