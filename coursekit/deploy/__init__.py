"""What happens to a trained network's norms: fold, re-estimate, freeze, adapt, convert.

fold        fold_conv_bn, fold_linear_bn: batch norm disappears into the layer before it
statistics  recalibrate, adapt_bn, freeze_bn: what the running statistics hold, and when they move
convert     one kind of norm for another, throughout a model
keras       keras_to_torch, torch_to_keras: one layer, in the other library
"""

from coursekit.deploy.convert import convert as convert
from coursekit.deploy.fold import fold_conv_bn as fold_conv_bn
from coursekit.deploy.fold import fold_linear_bn as fold_linear_bn
from coursekit.deploy.keras import keras_to_torch as keras_to_torch
from coursekit.deploy.keras import torch_to_keras as torch_to_keras
from coursekit.deploy.statistics import adapt_bn as adapt_bn
from coursekit.deploy.statistics import batch_norms as batch_norms
from coursekit.deploy.statistics import freeze_bn as freeze_bn
from coursekit.deploy.statistics import recalibrate as recalibrate
