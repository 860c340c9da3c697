"""What a wrong answer behaves like: known mistakes by output, and single edits of the right answer."""
