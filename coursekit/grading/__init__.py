"""Submissions -> results: find them, run them in a box, judge them from outside, report.

submissions finds the files by layouts, in folders and archives; notebook reads them; examine judges
one, pool and scheduler many; the gradebook keeps what came of it, results and feedback write it;
run ties these together, and desk is what an instructor does afterwards.
"""

from coursekit.grading.reports.results import GradeReport as GradeReport
from coursekit.grading.run import grade as grade
