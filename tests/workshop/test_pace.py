from coursekit.workshop.pace import KEYS, Pace


def test_a_burst_then_one_each_time():
    now = [0.0]
    pace = Pace(burst=3, each=10.0, clock=lambda: now[0])
    for _ in range(3):
        assert pace.wait("a") == 0
        pace.count("a")
    assert 0 < pace.wait("a") <= 10 and pace.wait("b") == 0
    now[0] = 10.0
    assert pace.wait("a") == 0


def test_keys_without_end_take_no_memory_without_end():
    pace = Pace(burst=1, each=1.0)
    for n in range(KEYS + 500):
        pace.count(str(n))
    assert len(pace._free) == KEYS
