"""How often a check names the cause: published operators' edits, judged as if a learner wrote them."""
