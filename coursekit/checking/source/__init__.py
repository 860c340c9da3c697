"""What an answer's text tells before it runs: its names, its cells, what it must not use."""
