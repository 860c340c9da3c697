from coursekit.checking.guard import LINES, WIDTH, Printed


def test_few_lines_are_kept_as_they_are():
    printed = Printed()
    assert str(printed) == ""
    print("a", "b", file=printed)
    print("no end", end="", file=printed)
    assert str(printed) == "a b\nno end"


def test_many_lines_and_long_ones_are_cut_and_counted():
    printed = Printed()
    print("x" * 10**6, file=printed)
    assert str(printed) == "x" * WIDTH
    printed = Printed()
    for n in range(100):
        print(n, file=printed)
    assert str(printed).splitlines()[-1] == f"… and {100 - LINES} more"
