"""What a notebook and a box must do alike, written once: how an answer is asked, read and watched.

The box shows this folder as `sandbox.guest`, beside wire/ and inside/. So it imports Python's own
library, NumPy, and torch where that is loaded; nothing of the course; and it knows no answers.
In the box strangers' code can replace all of it: what is said there is a claim, never a fact.
"""
