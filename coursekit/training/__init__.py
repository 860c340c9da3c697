"""Many seeds, and many learning rates, trained side by side as one computation.

    problem      Problem: what is learned; digits(), letters()
    network      mlp: networks whose parameters have a leading axis, one entry for each replica
    norms        Ghost, RMSNorm, DynamicTanh, DynamicErf: more that `mlp` takes
    residual     residual: networks with identities beside their blocks
    transformer  Transformer: attention, with its norms at any place
    sgd          SGD with momentum, as torch.optim has it; cosine, a schedule
    decayed      Decayed: SGD that shrinks some of the weights, for whoever imports it from there
    adam         Adam
    run          train, sweep: by SGD; Trainer: the same, one step at a time

A *replica* is one seed at one learning rate. Replicas share every matrix product and nothing else:
each has its own weights, batches and loss, and comes out as if it had been trained alone.
"""

from coursekit.training.adam import Adam as Adam
from coursekit.training.network import INITS as INITS
from coursekit.training.network import mlp as mlp
from coursekit.training.network import normal as normal
from coursekit.training.norms import DynamicErf as DynamicErf
from coursekit.training.norms import DynamicTanh as DynamicTanh
from coursekit.training.norms import Ghost as Ghost
from coursekit.training.norms import RMSNorm as RMSNorm
from coursekit.training.problem import Problem as Problem
from coursekit.training.problem import digits as digits
from coursekit.training.problem import letters as letters
from coursekit.training.residual import residual as residual
from coursekit.training.run import Run as Run
from coursekit.training.run import Trainer as Trainer
from coursekit.training.run import accuracy as accuracy
from coursekit.training.run import sweep as sweep
from coursekit.training.run import train as train
from coursekit.training.sgd import SGD as SGD
from coursekit.training.sgd import cosine as cosine
from coursekit.training.transformer import Transformer as Transformer
