import random

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.records.ranks import LONGEST, WIDTH, rank_between, ranks_after


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=120))
def test_any_order_of_insertions_gives_distinct_ranks_in_that_order(places: list[int]) -> None:
    column: list[str] = []
    for place in places:
        at = place % (len(column) + 1)
        above = column[at - 1] if at else None
        below = column[at] if at < len(column) else None
        column.insert(at, rank_between(above, below))
    assert column == sorted(set(column))


def test_a_column_grows_at_its_ends_without_longer_ranks() -> None:
    top = bottom = rank_between(None, None)
    for _ in range(20_000):
        top, bottom = rank_between(None, top), rank_between(bottom, None)
    assert len(top) == len(bottom) == WIDTH
    assert top < bottom


def test_hundreds_fit_into_one_gap_before_a_rank_is_too_long() -> None:
    for upward in (True, False):
        above, below = ranks_after(None, 2)
        for _ in range(250):
            middle = rank_between(above, below)
            assert above < middle < below
            above, below = (middle, below) if upward else (above, middle)
        assert len(middle) <= LONGEST


def test_a_random_walk_through_a_column_stays_short() -> None:
    chance = random.Random(4)
    column = ranks_after(None, 50)
    for _ in range(5_000):
        card = column.pop(chance.randrange(len(column)))
        at = chance.randrange(1, len(column))
        card = rank_between(column[at - 1], column[at])
        column.insert(at, card)
    assert column == sorted(set(column))
    assert max(map(len, column)) <= LONGEST
