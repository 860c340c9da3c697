"""What a wrong answer behaves like: named mistakes by output, and edits of the right answer."""
