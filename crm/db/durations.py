"""How long many things took: a histogram that can be added to another, and says its percentiles."""

from bisect import bisect_left
from dataclasses import dataclass, field

BOUNDS = (
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0,
)  # fmt: skip
"""The upper ends of the buckets in seconds; what took longer than the last is in one more."""
_BOUNDS_NS = tuple(round(bound * 1e9) for bound in BOUNDS)


@dataclass(slots=True)
class Durations:
    """`buckets` are counts by BOUNDS; `total` and `longest` are in nanoseconds."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: int = 0
    longest: int = 0

    @property
    def count(self) -> int:
        return sum(self.buckets)

    def note(self, duration: int) -> None:
        self.buckets[bisect_left(_BOUNDS_NS, duration)] += 1
        self.total += duration
        self.longest = max(self.longest, duration)

    def add(self, other: "Durations") -> None:
        self.buckets = [one + more for one, more in zip(self.buckets, other.buckets, strict=True)]
        self.total += other.total
        self.longest = max(self.longest, other.longest)

    def copy(self) -> "Durations":
        return Durations(self.buckets.copy(), self.total, self.longest)

    def average(self) -> float:
        """In milliseconds; 0 of nothing."""
        return self.total / self.count / 1e6 if self.count else 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds, as exact as a bucket is narrow: no more than 2.5 times too much or too little."""
        wanted, passed, lower = share * self.count, 0, 0
        for count, upper in zip(self.buckets, (*_BOUNDS_NS, self.longest), strict=True):
            if count and passed + count >= wanted:
                within = lower + (min(upper, self.longest) - lower) * (wanted - passed) / count
                return max(within, 0) / 1e6
            passed, lower = passed + count, upper
        return self.longest / 1e6
