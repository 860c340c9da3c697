"""The predictions of the lesson sequences_and_transformers."""
