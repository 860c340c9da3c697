"""A failing case laid before the learner: beside what was expected, as code, as a picture."""
