"""Marking by hand: a page on this machine alone shows answers side by side and keeps each mark."""
