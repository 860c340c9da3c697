"""What runs inside the box: it knows how to run cells and call functions, and no answers.

The box mounts this folder, wire/ and checking/guest/ as a package of their own, hence the relative
imports. Whatever a message from here says is a claim of the learner's code, never a fact.
"""
