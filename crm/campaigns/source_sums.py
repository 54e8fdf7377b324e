"""Sums that keep what each source told: two platforms may count the same conversion, each for itself."""

from dataclasses import dataclass, field

from crm.campaigns.measures import Number, Sums, measures_of


@dataclass(frozen=True, slots=True)
class SourceConversions:
    """What one source counts as conversions, and their value in major units."""

    source: str
    conversions: Number | None
    conversion_value: Number | None


@dataclass(slots=True)
class SourcedSums(Sums):
    sources: dict[str, Sums] = field(default_factory=dict)

    def add_of(self, source: str, figures: Sums) -> None:
        self.add(*figures.stored())
        self.sources.setdefault(source, Sums()).add(*figures.stored())

    def join(self, other: "SourcedSums") -> None:
        for source, figures in other.sources.items():
            self.add_of(source, figures)

    def by_source(self) -> list[SourceConversions]:
        """In order of their names; empty where no more than one source counts conversions."""
        told = [
            SourceConversions(source, measures.conversions, measures.conversion_value)
            for source, figures in sorted(self.sources.items())
            if (measures := measures_of(figures)).conversions
        ]
        return told if len(told) > 1 else []
