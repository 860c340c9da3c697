"""What may be wrong in each sealed layer: names of mistakes, and what such a layer does.

A mistake's own explanation speaks to whoever made it, and says what to do instead. Here somebody
looks at a stranger's layer from outside, so each suspect is told once more, as its deed. A seed
draws by their order, so that a new one would change what old seeds mean.
"""

SUSPECTS: dict[str, dict[str, str]] = {
    "layer_1": {
        "unbiased_variance": "It divides the variance by N − 1.",
        "eps_outside": "It divides by √var + eps: eps stands outside the root.",
        "eps_missing": "It divides by √var: eps is nowhere.",
        "eps_ignored": "It adds 1e-5 to the variance, whatever the argument eps says.",
        "gamma_forgotten": "It adds beta and never multiplies by gamma.",
        "beta_before_gamma": "It computes gamma · (x_hat + beta), so that beta is scaled as well.",
    },
    "layer_2": {
        "eps_not_undone": "Its gamma is √var, without eps.",
        "eps_undone_outside": "Its gamma is √var + eps: eps stands outside the root.",
        "eps_undone_hard_coded": "Its gamma is √(var + 1e-5), whatever the argument eps says.",
        "variance_as_gamma": "Its gamma is var + eps, with no root.",
        "unbiased_gamma": "Its gamma takes a variance that divides by N − 1.",
    },
    "layer_3": {
        "eps_outside": "It divides by √variance + eps: eps stands outside the root.",
        "eps_ignored": "It adds 1e-5 to the variances, whatever the argument eps says.",
        "only_centred": "It turns there and back, and rescales nothing in between.",
        "only_standardized": "It standardizes each feature, and leaves the correlations there.",
        "unbiased_covariance": "Its covariance divides by N − 1.",
        "covariance_not_centred": "Its covariance is of X with the means still in.",
    },
    "layer_4": {
        "momentum_swapped": "It weighs the old value by momentum, and the batch by 1 − momentum.",
        "no_parentheses": "It computes 1 − momentum · running + momentum · batch.",
        "overwritten": "It returns batch, so that the old value is forgotten at once.",
        "frozen": "It returns running as it was, so that the batch leaves no trace.",
        "momentum_ignored": "It takes 0.1 for momentum, whatever the argument says.",
        "away_from_batch": "It moves away from batch: running − momentum · (batch − running).",
    },
    "layer_5": {
        "axis_1_whatever_is_asked": "Its statistics keep axis 1, whatever channel_axis says.",
        "mean_of_variances": "It averages the variances of the single samples.",
        "unbiased_variance": "It divides the variance by M − 1, of the M values of a channel.",
        "eps_outside": "It divides by √var + eps: eps stands outside the root.",
        "eps_ignored": "It adds 1e-5 to the variance, whatever the argument eps says.",
        "beta_before_gamma": "It computes gamma · (x_hat + beta), so that beta is scaled as well.",
    },
    "layer_6": {
        "padding_in_the_mean": "Its mean counts padding, and its variance does not.",
        "padding_in_the_variance": "Its variance counts padding, and its mean does not.",
        "unbiased_variance": "It divides the variance by M − 1, of the M real tokens.",
        "divided_by_all_positions": "It sums over the real tokens, and divides by all N · T "
        "positions.",
        "padding_not_cleared": "Its statistics are right, and padding comes out as "
        "(0 − mean) / std.",
        "eps_outside": "It divides by √var + eps: eps stands outside the root.",
    },
    "layer_7": {
        "rest_left_alone": "It returns the rows that are left at the end as they are, up to gamma "
        "and beta.",
        "rest_dropped": "It leaves out the rows that are left at the end.",
        "unbiased_variance": "It divides the variance by M − 1, of the M rows of a group.",
        "eps_ignored": "It adds 1e-5 to the variance, whatever the argument eps says.",
        "eps_outside": "It divides by √var + eps: eps stands outside the root.",
        "gamma_forgotten": "It adds beta and never multiplies by gamma.",
    },
    "layer_8": {
        "variance_path_dropped": "Its dx has no path through the variance.",
        "variance_sign": "Its dx adds the part along x_hat in place of taking it out.",
        "n_minus_1": "It divides the sum of g · x_hat by N − 1.",
        "gamma_missing": "Its dx knows no gamma.",
        "parameters_from_g": "Its dgamma and dbeta start from gamma · dy.",
        "inv_std_missing": "Its dx is not multiplied by inv_std.",
    },
    "layer_9": {
        "gamma_factored_out": "It multiplies dx by gamma at the end, behind the averages.",
        "gamma_missing_in_dx": "Its dx knows no gamma.",
        "divided_by_d_minus_1": "Its averages divide by D − 1.",
        "inv_std_missing": "Its dx is not multiplied by inv_std.",
        "dgamma_times_gamma": "Its dgamma is multiplied by gamma.",
        "dbeta_times_gamma": "Its dbeta is multiplied by gamma.",
    },
    "layer_10": {
        "std_for_rms": "It divides by the standard deviation, from which the mean is taken out.",
        "eps_outside": "It divides by the root of the mean square, plus eps.",
        "eps_missing": "It divides by the root of the mean square: eps is nowhere.",
        "eps_before_the_mean": "It adds eps to the features before they are squared.",
        "gamma_missing": "It never multiplies by gamma.",
        "divided_by_d_minus_1": "Its mean square divides by D − 1.",
    },
    "layer_11": {
        "post_norms_the_branch": "In `post` it normalizes the branch alone, and then adds x.",
        "post_normed_twice": "In `post` it normalizes x before the branch as well.",
        "out_as_pre": "In `out` its norm stands before the branch.",
        "out_without_the_line": "In `out` it does not add x.",
        "peri_without_the_first": "In `peri` it has no norm before the branch.",
        "peri_norms_the_sum": "In `peri` its second norm stands behind the sum.",
    },
    "layer_12": {
        "alpha_missing_inside": "It takes tanh(x) for tanh(alpha · x).",
        "alpha_missing_in_dx": "Its dx is not multiplied by alpha.",
        "gamma_missing": "Its dx and dalpha know no gamma.",
        "dalpha_with_alpha": "Its dalpha is multiplied by alpha.",
        "dbeta_times_gamma": "Its dbeta is multiplied by gamma.",
    },
}
