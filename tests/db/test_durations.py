"""Histograms add up, and their percentiles lie in the bucket of the true one."""

import random

import pytest

from crm.db.durations import BOUNDS, Durations


def noted(*seconds: float) -> Durations:
    durations = Durations()
    for each in seconds:
        durations.note(round(each * 1e9))
    return durations


def test_each_duration_is_in_one_bucket() -> None:
    durations = noted(0.00005, *BOUNDS, 11.0)
    assert durations.buckets == [2, *([1] * (len(BOUNDS) - 1)), 1]
    assert durations.longest == 11_000_000_000


def test_two_added_are_one_of_all() -> None:
    one, other = noted(0.001, 0.3), noted(0.02)
    one.add(other)
    assert one == noted(0.001, 0.3, 0.02)
    assert one.average() == pytest.approx(107.0)


def test_nothing_has_percentiles_of_zero() -> None:
    assert (Durations().average(), Durations().percentile(0.99)) == (0.0, 0.0)


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_a_percentile_is_within_the_bucket_of_the_true_one(share: float) -> None:
    rolled = random.Random(7)
    seconds = sorted(rolled.lognormvariate(-5, 1.5) for _ in range(2_000))
    true = seconds[int(share * len(seconds))]
    upper = min(bound for bound in BOUNDS if bound >= true)
    lower = max((bound for bound in BOUNDS if bound < true), default=0.0)
    assert lower * 1e3 <= noted(*seconds).percentile(share) <= upper * 1e3
    assert noted(*seconds).percentile(share) <= seconds[-1] * 1e3
