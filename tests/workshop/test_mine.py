"""What is left unsaid of a learner is there to be said."""

from coursekit.workshop.mine import OF_LEARNERS, UNSAID


def test_whatever_is_left_unsaid_is_a_column_of_a_table_that_is_told():
    assert set(UNSAID) <= {column.name for table in OF_LEARNERS for column in table.c}
