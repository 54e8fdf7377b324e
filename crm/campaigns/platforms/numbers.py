"""Numbers and days as the interfaces of platforms write them: texts or numbers, absent ones are none."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm.campaigns.platform_rows import as_millionths
from crm.campaigns.platforms.description import PullAgain

NONE = frozenset({"", "-", "--", "—"})
MOST = Decimal(10) ** 15


def number_of(value: Any) -> Decimal | None:
    """Raises PullAgain for what is no number: it is not recorded as 0."""
    if value is None or (isinstance(value, str) and value.strip() in NONE):
        return None
    try:
        number = Decimal(str(value).strip()) if not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) > MOST:
        raise PullAgain(f"It told {str(value)[:60]!r} where a number belongs.")
    return number


def whole(value: Any) -> int | None:
    number = number_of(value)
    return None if number is None else int(number)


def millionths(value: Any) -> int | None:
    number = number_of(value)
    return None if number is None else as_millionths(number)


def day_of(value: Any) -> date:
    """The first ten characters, or eight digits. Raises PullAgain."""
    text = str(value)[:10]
    try:
        return date.fromisoformat(text[:8] if text.isdigit() else text)
    except ValueError:
        raise PullAgain(f"It told {text!r} where a day belongs.") from None


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
