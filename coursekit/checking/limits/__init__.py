"""What surrounds a call of an answer: its time, its output, and what must not end this process."""
