"""What was handed in: whose it is, of which lesson, and which code of it runs."""
