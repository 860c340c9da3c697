"""The questions of the lesson sequences_and_transformers."""
