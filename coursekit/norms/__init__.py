"""Normalization in NumPy: forward and backward, written to be read.

Every norm here is one idea, `normalize`, over a different set of axes.
For an image batch x of shape (N, C, H, W) the statistics are shared over

    batch_norm      N, H, W      one mean per channel
    layer_norm      C, H, W      one mean per sample
    instance_norm   H, W         one mean per sample and channel
    group_norm      C/G, H, W    one mean per sample and group of channels
    channel_layer_norm  C        one mean per pixel

`core` holds that idea; `batch`, `sample`, `rms`, `conditional`, `adaptive`, `attention`, `local`,
`weights` and `branches` the methods.
A forward pass returns its output and a cache; the backward pass takes dy and the cache, and returns
the gradients in the order of the forward pass's arguments.
"""

from coursekit.norms.adaptive import adaptive_layer_norm_zero as adaptive_layer_norm_zero
from coursekit.norms.adaptive import (
    adaptive_layer_norm_zero_backward as adaptive_layer_norm_zero_backward,
)
from coursekit.norms.attention import query_key_norm as query_key_norm
from coursekit.norms.attention import query_key_norm_backward as query_key_norm_backward
from coursekit.norms.batch import batch_norm as batch_norm
from coursekit.norms.batch import batch_norm_eval as batch_norm_eval
from coursekit.norms.batch import batch_norm_eval_backward as batch_norm_eval_backward
from coursekit.norms.batch import batch_renorm as batch_renorm
from coursekit.norms.batch import batch_renorm_backward as batch_renorm_backward
from coursekit.norms.batch import frozen_batch_norm as frozen_batch_norm
from coursekit.norms.batch import frozen_batch_norm_backward as frozen_batch_norm_backward
from coursekit.norms.batch import ghost_batch_norm as ghost_batch_norm
from coursekit.norms.branches import layer_scale as layer_scale
from coursekit.norms.branches import layer_scale_backward as layer_scale_backward
from coursekit.norms.branches import skip_init as skip_init
from coursekit.norms.branches import skip_init_backward as skip_init_backward
from coursekit.norms.clipping import clip_adaptively as clip_adaptively
from coursekit.norms.conditional import adaptive_instance_norm as adaptive_instance_norm
from coursekit.norms.conditional import (
    adaptive_instance_norm_backward as adaptive_instance_norm_backward,
)
from coursekit.norms.conditional import conditional_batch_norm as conditional_batch_norm
from coursekit.norms.conditional import (
    conditional_batch_norm_backward as conditional_batch_norm_backward,
)
from coursekit.norms.core import Cache as Cache
from coursekit.norms.core import affine_norm_backward as affine_norm_backward
from coursekit.norms.core import normalize as normalize
from coursekit.norms.core import normalize_backward as normalize_backward
from coursekit.norms.core import update_renorm as update_renorm
from coursekit.norms.core import update_running as update_running
from coursekit.norms.local import dynamic_erf as dynamic_erf
from coursekit.norms.local import dynamic_erf_backward as dynamic_erf_backward
from coursekit.norms.local import dynamic_tanh as dynamic_tanh
from coursekit.norms.local import dynamic_tanh_backward as dynamic_tanh_backward
from coursekit.norms.local import local_response_norm as local_response_norm
from coursekit.norms.local import local_response_norm_backward as local_response_norm_backward
from coursekit.norms.rms import filter_response_norm as filter_response_norm
from coursekit.norms.rms import filter_response_norm_backward as filter_response_norm_backward
from coursekit.norms.rms import rms_norm as rms_norm
from coursekit.norms.rms import rms_norm_backward as rms_norm_backward
from coursekit.norms.sample import channel_layer_norm as channel_layer_norm
from coursekit.norms.sample import group_norm as group_norm
from coursekit.norms.sample import instance_norm as instance_norm
from coursekit.norms.sample import layer_norm as layer_norm
from coursekit.norms.weights import (
    scaled_weight_standardization as scaled_weight_standardization,
)
from coursekit.norms.weights import (
    scaled_weight_standardization_backward as scaled_weight_standardization_backward,
)
from coursekit.norms.weights import spectral_norm as spectral_norm
from coursekit.norms.weights import spectral_norm_backward as spectral_norm_backward
from coursekit.norms.weights import weight_norm as weight_norm
from coursekit.norms.weights import weight_norm_backward as weight_norm_backward
from coursekit.norms.weights import weight_standardization as weight_standardization
from coursekit.norms.weights import (
    weight_standardization_backward as weight_standardization_backward,
)
