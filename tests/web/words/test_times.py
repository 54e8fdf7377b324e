"""All times in one form, with the exact moment on each; numbers as the reader's locale writes them."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, g

from crm.accounts.identity import Identity
from crm.config import PROJECT_ROOT
from crm.web.words import formats, times
from tests.support.frozen_clock import FrozenClock

TEMPLATES = PROJECT_ROOT / "crm/web/templates"
WRITERS = ("crm/formats.py", "crm/date_patterns.py", "crm/locales.py", "crm/money.py")
"""Who may know formats; `crm/money.py` asks CLDR which currencies there are."""


@pytest.fixture
def page(app: Flask, frozen_clock: FrozenClock) -> Iterator[None]:
    """A page of a reader in UTC, on 2026-11-21 at 07:39, who chose nothing."""
    with app.test_request_context("/"):
        yield


def reader(locale: str, timezone: str = "UTC") -> Identity:
    return Identity(
        user_id=1, workspace_id=1, workspace_name="Acme", public_url=None, role="owner", name="Olga",
        email="olga@acme.example", language="en", locale=locale, timezone=timezone, kind="session",
        scope="write", credential_id=1, refresh_due=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("timestamp", "text"),
    [
        ("2026-11-21T07:39:00.000Z", "Today, 07:39"), ("2026-11-21T14:30:00.000Z", "Today, 14:30"),
        ("2026-11-20T09:05:11.000Z", "Yesterday, 09:05"), ("2026-11-22T00:00:00.000Z", "Tomorrow, 00:00"),
        ("2026-03-14T14:30:00.000Z", "14 Mar, 14:30"), ("2026-12-31T23:59:00.000Z", "31 Dec, 23:59"),
        ("2025-03-14T14:30:00.000Z", "14 Mar 2025"), ("2027-03-14T14:30:00.000Z", "14 Mar 2027, 14:30"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("page")
def test_a_moment_has_one_form_everywhere(timestamp: str, text: str) -> None:
    written = times.moment(timestamp)
    assert written.startswith(f'<time datetime="{timestamp}" title="')
    assert written.endswith(f' tabindex="0">{text}</time>')
    assert times.moment_text(timestamp) == text
    assert times.moment_text("2026-11-21T12:00:00.000Z", inside=True) == "today, 12:00"


@pytest.mark.usefixtures("page")
def test_the_exact_moment_is_on_each_time() -> None:
    g.identity = reader("en", "Europe/Berlin")
    exact = "Friday, 20 November 2026, 23:30:11 (Europe/Berlin, UTC+01:00)"
    for written in (times.moment("2026-11-20T22:30:11.000Z"), times.hour("2026-11-20T22:30:11.000Z")):
        assert f'title="{exact}"' in written
    assert times.calendar_day("2026-11-04") == (
        '<time datetime="2026-11-04" title="Wednesday, 4 November 2026" tabindex="0">4 Nov</time>'
    )


@pytest.mark.usefixtures("page")
def test_a_day_is_near_where_the_reader_is() -> None:
    g.identity = reader("en", "Pacific/Auckland")
    assert times.moment_text("2026-11-21T11:30:00.000Z") == "Tomorrow, 00:30"
    assert (times.today_key(), times.day_key("2026-11-21T11:30:00.000Z")) == ("2026-11-21", "2026-11-22")
    assert times.calendar_day("2026-11-22").striptags() == "Tomorrow"
    assert times.day_text("2026-11-22") == "22 Nov"


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", ["14 Mar, 16:30", "Nov 2026", "Saturday, 21 November", "€12,500", "5.2 MB"]),
        ("en-US", ["Mar 14, 4:30 PM", "Nov 2026", "Saturday, November 21", "€12,500", "5.2 MB"]),
        ("de-DE", ["14.03.2026, 16:30", "11/2026", "Saturday, 21.11.2026", "12.500 €", "5,2 MB"]),
        ("fr-FR", ["14/03/2026, 16:30", "11/2026", "Saturday, 21/11/2026", "12 500 €", "5,2 MB"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("page")
def test_pages_write_as_the_reader_s_locale(locale: str, written: list[str]) -> None:
    g.identity = reader(locale)
    texts = [times.moment_text("2026-03-14T16:30:00.000Z"), times.month_text("2026-11"), times.today_text()]
    texts += [formats.money(12_500, "EUR"), formats.file_size(5_242_880)]
    assert [" ".join(text.split()) for text in texts] == written


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1500, "1.5 kB"), (18211, "18 kB"),
        (5_242_880, "5.2 MB"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("page")
def test_a_size_is_shown_in_the_unit_people_use(count: int, text: str) -> None:
    assert formats.file_size(count) == text


@pytest.mark.usefixtures("page")
def test_a_count_in_a_sentence_is_written_like_every_number() -> None:
    g.identity = reader("de-DE")
    assert formats.counted("%(num)s client", "%(num)s clients", 12_500) == "12.500 clients"
    assert formats.counted("%(num)s client", "%(num)s clients", 1) == "1 client"


def test_no_template_writes_a_date_or_a_number_by_itself() -> None:
    """Times go through `moment`, `hour` and `calendar_day`, which make the one `<time>` that there is."""
    own = re.compile(
        r"strftime|isoformat|\|\s*(?:ago|format|filesizeformat|date|datetime)\b|%[.0-9]*[fdY]\b|\}\} ?%(?!\})"
    )
    bare = re.compile(r"<time\b(?! class=\"muted\"></time>)|\{\{\s*[\w.]+(?:_at|_until|_since)\s*\}\}(?!\")")
    paths = sorted(TEMPLATES.rglob("*.html"))
    assert len(paths) > 60
    found = {
        str(path.relative_to(TEMPLATES)): hits
        for path in paths
        if (hits := [hit.group() for rule in (own, bare) for hit in rule.finditer(path.read_text("utf-8"))])
    }
    assert found == {}


def test_no_module_but_the_formatter_knows_a_format() -> None:
    known = re.compile(
        r"from babel\.(?:dates|numbers)|flask_babel\.(?:format_|to_user)|\.strftime\(|import format_\w+"
        r"|toLocale(?:Date|Time)?String"
        r"|from flask_babel import (?:.*, )?format_"
    )
    apart = {*WRITERS, "crm/web/pages/accounts/setup.py"}
    sources = [*(PROJECT_ROOT / "crm").rglob("*.py"), *(PROJECT_ROOT / "crm/web/static/js").rglob("*.js")]
    found = [
        name
        for path in sources
        if (name := str(path.relative_to(PROJECT_ROOT))) not in apart
        and known.search(path.read_text("utf-8"))
    ]
    assert found == []
