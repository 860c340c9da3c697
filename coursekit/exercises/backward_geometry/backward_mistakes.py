"""The expected wrong answers to the exercise batch_norm_backward."""

ALONE = {"out": "right", "front": "right", "scale": "right", "others": "right"}  # pairs with none
