"""The days of a report, and those that it is compared with."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.campaigns.period import Comparison, Days, chosen_days, compared_days, month_days
from crm.errors import Invalid

DAY = st.dates(date(1975, 1, 1), date(2100, 12, 31))


@given(DAY, st.integers(0, 1200))
def test_whole_months_and_the_days_beside_them_are_all_days_once(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    days = Days(first.isoformat(), last.isoformat())
    begin, end = days.whole or ("", "")
    parts = [*days.edges, *([Days(month_days(begin).first, month_days(end).last)] if begin else [])]
    found = sorted((date.fromisoformat(each.first), date.fromisoformat(each.last)) for each in parts)
    assert found[0][0] == first and found[-1][1] == last
    for (_, before), (after, _) in pairwise(found):
        assert (after - before).days == 1


@pytest.mark.parametrize(
    ("first", "last", "comparison", "expected"),
    [
        ("2026-11-01", "2026-11-30", "before", ("2026-10-01", "2026-10-31")),
        ("2026-02-01", "2026-03-31", "before", ("2025-12-01", "2026-01-31")),
        ("2026-11-03", "2026-11-09", "before", ("2026-10-27", "2026-11-02")),
        ("2024-02-29", "2024-03-03", "year", ("2023-02-28", "2023-03-03")),
        ("2025-02-01", "2025-02-28", "year", ("2024-02-01", "2024-02-29")),
    ],
)
def test_a_period_is_compared_with_as_much_time(
    first: str, last: str, comparison: Comparison, expected: tuple[str, str]
) -> None:
    assert compared_days(Days(first, last), comparison) == Days(*expected)


def test_a_period_that_makes_no_sense_is_refused_by_its_field() -> None:
    today = date(2026, 11, 29)
    for since, until, name in (
        (date(2026, 11, 9), date(2026, 11, 8), "until"),
        (date(1970, 1, 1), None, "since"),
        (date(1970, 1, 1), date(9999, 12, 30), "until"),
    ):
        with pytest.raises(Invalid) as refused:
            chosen_days(today, 3, since, until)
        assert [each.field for each in refused.value.problems] == [name]
