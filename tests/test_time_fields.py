"""Days and moments are refused in words of ours, whatever is wrong with them."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from crm.time_fields import Day, Moment

SUCH_AS = "must be a day such as 2026-11-21"
NO_DAY = "is not a valid date"
NO_TIME = "must be a time such as 2026-11-21T07:39:11Z"


@pytest.mark.parametrize(
    ("field", "text", "refusal"),
    [
        *[(Day, text, NO_DAY) for text in ("2026-02-30", "2025-02-29", "2026-13-01", "0000-01-01")],
        *[(Day, text, SUCH_AS) for text in ("x", "2026-1-1", "10000-01-01", "2026-01-01T00:00:00Z")],
        (Day, "1969-12-31", "must be a day from 1970-01-01 to 9999-12-30"),
        *[(Moment, text, NO_TIME) for text in ("x", "2026-02-30T10:00:00Z", "2026-01-01T25:00:00Z")],
        *[(Moment, text, NO_TIME) for text in ("2026-01-01T10:00:00+99:00", "0000-01-01T00:00:00Z")],
        (Moment, "9999-12-31T23:59:59Z", "must be within the years 1970 to 2200"),
    ],
)  # fmt: skip
def test_what_is_no_day_or_moment_is_refused_in_plain_words(field: Any, text: str, refusal: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(field).validate_python(text)
    [problem] = caught.value.errors()
    assert str(problem["ctx"]["error"]) == refusal
