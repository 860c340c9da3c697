"""What is said of norms, and what the experiments say of it.

claim      Claim, Bar: one sentence, and what was fixed before anything ran
rows       CLAIMS: every row, by number
trials     TRIALS: the experiments that decide, and on how many seeds
judging    from values to a verdict, by rule
record     what an experiment gave, as data
digest     of the code that it depends on
evidence   run, or read, and judge
page       docs/claims.md
forest     its picture
"""
