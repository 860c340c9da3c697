"""What is said of norms, and what the experiments say of it.

claim      Claim, Bar: one sentence, and what was fixed before anything ran
rows       CLAIMS: every row, by number
trials     TRIALS: the experiments that decide, and on how many seeds
judging    from values to a verdict, by rule
record     what an experiment gave, as data
digest     of the code that it depends on
reached    which code that is, found from what an experiment imports by name
loud       what acts as soon as it is loaded, and so counts though nobody names it
evidence   run, or read, and judge
page       docs/claims.md
forest     its picture
"""
