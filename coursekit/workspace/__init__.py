"""The folder in which somebody learns: made, opened in JupyterLab, and brought up to date."""

from coursekit.workspace.folder import base, called, lab, make, pages, shipped

__all__ = ["base", "called", "lab", "make", "pages", "shipped"]
