"""The expected wrong answers to the exercise batch_norm_backward_staged."""

ALONE = {"scaled": True, "inv": "right", "path": (), "param": ()}  # sets all, so pairs with none
