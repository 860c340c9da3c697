"""Submissions -> results: find them, run them in a box, judge them from outside, report.

submissions finds the files, notebook reads them, examine judges one, pool many, results and
feedback write what came of it, and run ties these together.
"""

from coursekit.grading.results import GradeReport as GradeReport
from coursekit.grading.run import grade as grade
