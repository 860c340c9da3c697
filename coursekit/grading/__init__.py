"""Submissions -> results: find them, run them in a box, judge them from outside, report.

gather reads what is known of a class; submissions finds the files by layouts, in folders and
archives, and identity says whose they are; notebook reads them; examine judges one, pool and
scheduler many; the gradebook keeps what came of it, last_run has results and feedback written;
earlier holds answers against those of other years; run ties these together, seal tells if there is
anything to do, and instructor is what is done afterwards.
"""

from coursekit.grading.reports.results import GradeReport as GradeReport
from coursekit.grading.run import grade as grade
