"""What other currencies are worth in the workspace's: each rate from its day on, until the next one."""

from bisect import bisect_right
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

import orjson
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid, Sentence
from crm.fields import Fields
from crm.money import Currency, as_decimal, places_in
from crm.records.skeleton import Skeleton, refuse_stale
from crm.time_fields import Day

RATES_RECORD = Skeleton("exchange_rates", "exchange_rates", Sentence("exchange rates"), ("currency", "rates"))
MOST_RATES = 2_000
MOST = Decimal(10**9)
PLACES = 10
DIGITS = 15


def _check_rate(rate: Decimal) -> Decimal:
    if not 0 < rate <= MOST:
        raise ValueError("must be more than 0 and at most 1000000000")
    if places_in(rate) > PLACES or len(rate.normalize().as_tuple().digits) > DIGITS:
        raise ValueError("may have at most 10 decimal places and 15 digits")
    return rate


Worth = Annotated[
    Decimal,
    BeforeValidator(as_decimal),
    AfterValidator(_check_rate),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
]


class ExchangeRateFields(Fields):
    """`rate` is what one unit of `currency` is worth from `first_day` on."""

    currency: Currency
    first_day: Day
    rate: Worth


class ExchangeRatesFields(Fields):
    """All rates; those that are left out are gone."""

    most_values: ClassVar[int] = MOST_RATES * 6

    rates: list[ExchangeRateFields] = Field(max_length=MOST_RATES)


@dataclass(frozen=True, order=True)
class ExchangeRate:
    currency: str
    first_day: str
    rate: int | float


@dataclass(frozen=True)
class ExchangeRates:
    """`rates` say what one unit of each is worth in `currency`, the workspace's, in order. `id` is that of
    the workspace.
    """

    id: int
    currency: str
    rates: list[ExchangeRate]
    version: int

    @property
    def worth(self) -> "Worths":
        return Worths(self)


class Worths:
    """The rate of a currency on a day."""

    def __init__(self, known: ExchangeRates) -> None:
        self.currency = known.currency
        self._days: dict[str, list[str]] = {}
        self._rates: dict[str, list[Decimal]] = {}
        for each in known.rates:
            self._days.setdefault(each.currency, []).append(each.first_day)
            self._rates.setdefault(each.currency, []).append(Decimal(str(each.rate)))

    def knows(self, currency: str) -> bool:
        return currency in self._days

    def on(self, day: str, currency: str) -> Decimal | None:
        """None before the first rate, and without any."""
        if currency == self.currency:
            return Decimal(1)
        place = bisect_right(self._days.get(currency, []), day)
        return self._rates[currency][place - 1] if place else None


def get_exchange_rates(tx: Transaction) -> ExchangeRates:
    """Without those from before the workspace changed its currency: they are worth of another one."""
    row = tx.all(
        """
        SELECT w.id, w.currency, r.currency AS told_in, r.rates, r.version
          FROM workspaces w
          LEFT JOIN exchange_rates r ON r.workspace_id = :workspace_id
         WHERE w.id = :workspace_id
        """
    )[0]
    kept = orjson.loads(row["rates"]) if row["told_in"] == row["currency"] else []
    rates = [ExchangeRate(**each) for each in kept]
    return ExchangeRates(row["id"], row["currency"], rates, row["version"] or 1)


def change_exchange_rates(
    tx: Transaction, fields: ExchangeRatesFields, *, expected_version: int | None = None
) -> ExchangeRates:
    """Raises Stale, and Invalid for a rate of the own currency, or two of one currency from the same day."""
    old = get_exchange_rates(tx)
    refuse_stale(RATES_RECORD, old, expected_version)
    _refuse_doubled(fields, old.currency)
    rates = sorted(_plain(each) for each in fields.rates)
    if rates == old.rates:
        return old
    tx.run(
        """
        INSERT INTO exchange_rates (workspace_id, currency, rates, version, updated_at)
        VALUES (:workspace_id, :currency, :rates, 2, :now)
            ON CONFLICT (workspace_id) DO UPDATE
           SET currency = excluded.currency, rates = excluded.rates,
               version = exchange_rates.version + 1, updated_at = excluded.updated_at
        """,
        currency=old.currency,
        rates=orjson.dumps(rates).decode(),
    )
    _record(tx, old, rates)
    return get_exchange_rates(tx)


def _record(tx: Transaction, old: ExchangeRates, new: list[ExchangeRate]) -> None:
    """Those that are gone, and those that came."""
    pairs = ((old.rates, new), (new, old.rates))
    gone, came = ([asdict(each) for each in ones if each not in others] for ones, others in pairs)
    before, after = {"rates": gone}, {"rates": came}
    activity.record(tx, "exchange_rates.changed", "workspace", old.id, before=before, after=after)


def _refuse_doubled(fields: ExchangeRatesFields, own: str) -> None:
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for place, each in enumerate(fields.rates):
        first = seen.setdefault((each.currency, each.first_day.isoformat()), place)
        if each.currency == own:
            problems.append(FieldProblem(f"rates.{place}.currency", "is the workspace's own currency"))
        if first != place:
            said = Sentence("is the currency and day of rates.{first} again", first=first)
            problems.append(FieldProblem(f"rates.{place}.first_day", said))
    if problems:
        raise Invalid(*problems)


def _plain(each: ExchangeRateFields) -> ExchangeRate:
    whole = each.rate == each.rate.to_integral_value()
    rate = int(each.rate) if whole else float(each.rate)
    return ExchangeRate(each.currency, each.first_day.isoformat(), rate)
