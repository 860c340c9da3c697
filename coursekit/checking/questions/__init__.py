"""Questions beside the code: a choice, a number, a guess, a few sentences."""
