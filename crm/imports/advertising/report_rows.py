"""One row of a report: a campaign on a day, with its figures."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from crm.campaigns.platform_rows import EXTRAS, AdPart, PlatformRow, as_millionths
from crm.errors import Sentence
from crm.imports.advertising.cells import NO_DAY, Unreadable, Writing, figures_of, read_day
from crm.imports.advertising.columns import CURRENCY_WORDS, MONEY, PARTS, Columns
from crm.imports.advertising.platforms import NAMELESS
from crm.imports.advertising.results import with_results
from crm.imports.values.cells import clean, is_none
from crm.imports.values.numbers import SIGNS, read_amount
from crm.money import currency_places

LONGEST_NAME, LONGEST_ID, LONGEST_PART = 400, 100, 180
SEVERAL_DAYS = "covers several days: export the report by day"
TOO_LONG = "is too long"
UNKNOWN_CURRENCY = "is not a currency"


class RowRefused(Exception):
    """`problems` has the field and the sentence of each."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in problems))
        self.problems = problems


def read_row(columns: Columns, cells: Sequence[str], writing: Writing) -> PlatformRow:
    """Raises RowRefused."""
    problems: list[tuple[str, str]] = []
    day = _day_of(columns, cells, writing, problems)
    currency = _currency_of(columns, cells, problems)
    figures, wrong = figures_of(columns, cells, writing, currency)
    campaign_id, campaign = _campaign_of(columns, cells, problems)
    if day is None or problems or wrong:
        raise RowRefused([*problems, *wrong])
    figures = with_results(figures, clean(columns.cell(cells, "result_indicator")))
    return PlatformRow(
        day=day,
        campaign_id=campaign_id,
        campaign=campaign,
        currency=currency,
        impressions=_whole(figures, "impressions"),
        clicks=_whole(figures, "clicks"),
        spend=_millionths(figures, "spend"),
        conversions=figures.get("conversions"),
        conversion_value=_millionths(figures, "conversion_value"),
        extras={name: number for name in EXTRAS if (number := figures.get(name)) is not None},
        part=_part_of(columns, cells),
    )


def _part_of(columns: Columns, cells: Sequence[str]) -> AdPart | None:
    """The ad set and ad that it names."""
    told = (clean(columns.cell(cells, field)) for field in PARTS)
    return AdPart(*("" if is_none(text) else text[:LONGEST_PART] for text in told)) or None


def _day_of(
    columns: Columns, cells: Sequence[str], writing: Writing, problems: list[tuple[str, str]]
) -> date | None:
    """Without a column of the day, the report's period, where it is a single day."""
    name = "day" if "day" in columns.places else "day_from" if "day_from" in columns.places else "day_to"
    try:
        day = read_day(columns.cell(cells, name), writing)
        until = read_day(columns.cell(cells, "day_to"), writing) if name == "day_from" else day
    except Unreadable as error:
        problems.append((name, error.message))
        return None
    if day is None:
        problems.append((name, NO_DAY))
    elif until is not None and until != day:
        problems.append((name, SEVERAL_DAYS))
    return day


def _currency_of(columns: Columns, cells: Sequence[str], problems: list[tuple[str, str]]) -> str:
    text = clean(columns.cell(cells, "currency"))
    if is_none(text):
        return columns.currency or _sign_in(columns, cells)
    code = SIGNS.get(text) or CURRENCY_WORDS.get(text.casefold().rstrip(".")) or text.upper()
    if code not in currency_places():
        problems.append(("currency", Sentence("{text} is not a currency", text=text)))
        return ""
    return code


def _sign_in(columns: Columns, cells: Sequence[str]) -> str:
    """The currency that stands beside an amount, as in `€12.50`."""
    for name in MONEY:
        amount = read_amount(clean(columns.cell(cells, name)), ".")
        if amount is not None and amount.currency:
            return amount.currency
    return ""


def _campaign_of(columns: Columns, cells: Sequence[str], problems: list[tuple[str, str]]) -> tuple[str, str]:
    """The platform's id and the name; both empty for visits that come from no campaign."""
    campaign_id, name = clean(columns.cell(cells, "campaign_id")), clean(columns.cell(cells, "campaign"))
    campaign_id = "" if is_none(campaign_id) or campaign_id == "0" else campaign_id.removesuffix(".0")
    if len(name) > LONGEST_NAME:
        problems.append(("campaign", TOO_LONG))
    if len(campaign_id) > LONGEST_ID:
        problems.append(("campaign_id", TOO_LONG))
    return campaign_id, "" if is_none(name) or name.casefold() in NAMELESS else name


def _whole(figures: Mapping[str, Decimal | None], name: str) -> int | None:
    number = figures.get(name)
    return None if number is None else int(number)


def _millionths(figures: Mapping[str, Decimal | None], name: str) -> int | None:
    number = figures.get(name)
    return None if number is None else as_millionths(number)
