"""Mutations of right answers: which there are, how each is judged, and what excuses a survivor."""
