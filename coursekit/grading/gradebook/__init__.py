"""The gradebook: what was handed in, what came of it, and what an instructor says about it.

tables holds the schema, connect opens a database, stored turns reports into rows, book reads and
writes, entry is what it says of a submission, uniting gives one student what was kept under several
names, names says whom and what an instructor means, policy is an instructor's weights, with
deadlines until when, adjust applies it all to a report, and journal has every mark by hand.
"""

from coursekit.grading.gradebook.adjust import Override as Override
from coursekit.grading.gradebook.book import Gradebook as Gradebook
from coursekit.grading.gradebook.connect import locate as locate
from coursekit.grading.gradebook.connect import parse as parse
from coursekit.grading.gradebook.entering import Conditions as Conditions
from coursekit.grading.gradebook.entry import Entry as Entry
