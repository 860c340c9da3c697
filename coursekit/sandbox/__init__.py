"""Strangers' code, run in a box: `box` builds the walls, `remote` talks through them.

Nothing is imported here: in the box, `wire`, `messages` and `inside` are mounted without the rest.
"""
