"""The methods of `coursekit.norms` as `torch.nn.Module`s.

    batch        BatchNorm, GhostBatchNorm, BatchRenorm
    sync         SyncBatchNorm, over several processes
    frozen       FrozenBatchNorm
    sample       LayerNorm, ChannelLayerNorm, InstanceNorm, GroupNorm
    rms          RMSNorm, FilterResponseNorm
    conditional  ConditionalBatchNorm, AdaptiveInstanceNorm
    adaptive     AdaptiveLayerNormZero
    attention    QueryKeyNorm
    local        LocalResponseNorm, DynamicTanh, DynamicErf
    weights      WeightNorm, SpectralNorm, WeightStandardizedConv2d, and the scaled one
    branches     LayerScale, SkipInit
    clipping     clip_adaptively, of the gradients

Parameters and buffers are named as torch.nn names them, so state_dicts load both ways.
"""

from coursekit.layers.adaptive import AdaptiveLayerNormZero as AdaptiveLayerNormZero
from coursekit.layers.attention import QueryKeyNorm as QueryKeyNorm
from coursekit.layers.batch import BatchNorm as BatchNorm
from coursekit.layers.batch import BatchRenorm as BatchRenorm
from coursekit.layers.batch import GhostBatchNorm as GhostBatchNorm
from coursekit.layers.branches import LayerScale as LayerScale
from coursekit.layers.branches import SkipInit as SkipInit
from coursekit.layers.clipping import clip_adaptively as clip_adaptively
from coursekit.layers.conditional import AdaptiveInstanceNorm as AdaptiveInstanceNorm
from coursekit.layers.conditional import ConditionalBatchNorm as ConditionalBatchNorm
from coursekit.layers.frozen import FrozenBatchNorm as FrozenBatchNorm
from coursekit.layers.local import DynamicErf as DynamicErf
from coursekit.layers.local import DynamicTanh as DynamicTanh
from coursekit.layers.local import LocalResponseNorm as LocalResponseNorm
from coursekit.layers.rms import FilterResponseNorm as FilterResponseNorm
from coursekit.layers.rms import RMSNorm as RMSNorm
from coursekit.layers.sample import ChannelLayerNorm as ChannelLayerNorm
from coursekit.layers.sample import GroupNorm as GroupNorm
from coursekit.layers.sample import InstanceNorm as InstanceNorm
from coursekit.layers.sample import LayerNorm as LayerNorm
from coursekit.layers.sync import SyncBatchNorm as SyncBatchNorm
from coursekit.layers.weights import (
    ScaledWeightStandardizedConv2d as ScaledWeightStandardizedConv2d,
)
from coursekit.layers.weights import SpectralNorm as SpectralNorm
from coursekit.layers.weights import WeightNorm as WeightNorm
from coursekit.layers.weights import WeightStandardizedConv2d as WeightStandardizedConv2d
