"""A number is kept as it was given, and found and compared in each of its spellings."""

import re

import phonenumbers
import pytest

from crm.accounts.fields import WorkspaceChanges
from crm.accounts.workspaces import change_workspace
from crm.clients import phones
from crm.clients.client import get_client
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients, suggest_clients
from crm.clients.phones import as_e164
from crm.db.database import Database
from crm.errors import Conflict, Invalid
from tests.support.cast import Cast
from tests.support.clients import add_client

ABROAD = {
    "0049 30 901820": "+4930901820",
    "00 33 6 12 34 56 78": "+33612345678",
    "(00) 44 7911 123456": "+447911123456",
    "0081 90-1234-5678": "+819012345678",
    "００５５ 11 98765 4321": "+5511987654321",
}
TWINS = [
    ("+5531987654321", "+553187654321"),
    ("+5213312345678", "+523312345678"),
    ("+5491123456789", "+541123456789"),
    ("+2290197123456", "+22997123456"),
    ("+2250707123456", "+22507123456"),
    ("+841621234567", "+84321234567"),
    ("+5622345678", "+56222345678"),
    ("+22520223456", "+2252720223456"),
    ("+24107280150", "+24177280150"),
]


def live_in(db: Database, cast: Cast, country: str) -> None:
    db.write(change_workspace, cast.owner, WorkspaceChanges(country=country))


def found(db: Database, cast: Cast, **wanted: str) -> list[str | None]:
    rows = db.read(list_clients, cast.owner, ClientFilter(**wanted), limit=25).rows  # type: ignore[arg-type]
    return [client.phone for client in rows]


@pytest.mark.parametrize("pair", TWINS)
@pytest.mark.parametrize("first", [0, 1])
def test_two_spellings_are_one_number_and_each_is_kept(
    db: Database, cast: Cast, pair: tuple[str, str], first: int
) -> None:
    given, other = pair[first], pair[1 - first]
    client = add_client(db, cast.owner, phone=given)
    assert db.read(get_client, cast.owner, client.id).phone == given
    with pytest.raises(Conflict) as refused:
        add_client(db, cast.owner, phone=other)
    assert refused.value.extra["candidates"][0]["id"] == client.id  # type: ignore[index]
    add_client(db, cast.outsider, phone=other)
    for spelling in pair:
        assert found(db, cast, phone=spelling) == [given]
        assert found(db, cast, q=spelling) == [given]
        assert [each.id for each in db.read(suggest_clients, cast.owner, spelling)] == [client.id]


def test_a_landline_of_brazil_is_no_mobile_with_a_digit_less(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, phone="+553132345678")
    add_client(db, cast.owner, phone="+5531932345678", allow_duplicate=False)
    assert found(db, cast, phone="+553132345678") == ["+553132345678"]


@pytest.mark.parametrize(
    ("country", "stored", "typed"),
    [
        ("RU", "+79123456789", "8 (912) 345-67-89"),
        ("RU", "+79123456789", "8 912 345"),
        ("KZ", "+77012345678", "8 701 234 56 78"),
        ("AR", "+5491123456789", "011 15 2345-6789"),
        ("LT", "+37061234567", "8 612 34567"),
        ("DE", "+14155552801", "tel:+1-415-555-2801"),
        ("DE", "+14155552801", "+1 415\u2011555\u20112801"),
        ("BR", "+5511987654321", "0 15 11 98765-4321"),
        ("BR", "+5511987654321", "0xx11 98765-4321"),
        ("BR", "+551187654321", "11 98765-4321"),
        ("MX", "+5213312345678", "044 33 1234 5678"),
        ("MX", "+523312345678", "01 33 1234 5678"),
        ("HU", "+36201234567", "06 20 123 4567"),
        ("CL", "+56987654321", "09 8765 4321"),
        ("CL", "+56987654321", "09 8765 43"),
        ("CL", "+56222345678", "188 2 234 5678"),
        ("UA", "+380671234567", "8 (067) 123-45-67"),
        ("UA", "+380671234567", "8 067 12"),
        ("CI", "+2250707123456", "07 12 34 56"),
        ("CI", "+2252720223456", "20 22 34 56"),
        ("VN", "+84321234567", "0162 123 4567"),
        ("CO", "+576012345678", "1 234 5678"),
        ("US", "+4930901820", "011 49 30 901820"),
        ("RU", "+4930901820", "8 10 49 30 901820"),
        ("DE", "+4930901820", "0049 (0)30 901820"),
        ("IT", "+39021234567", "02 1234567"),
        ("DE", "+48512345678", "+48 (0) 512 345 678"),
        ("CZ", "+420601123456", "+420 (0)601 123 456"),
        ("ES", "+34612345678", "+34(0)612 345 678"),
        ("DK", "+4520123456", "0045 (0) 20 12 34 56"),
        ("US", "+14155552801", "+1 ( 0 ) 415 555 2801"),
        ("IT", "+390612345678", "+39 (0)6 12345678"),
        ("GB", "+447911123456", "+44 (0)7911 123456"),
        ("BR", "+5531987654321", "00 55 31 98765-4321"),
        ("BR", "+4930901820", "00 21 49 30 901820"),
        ("CO", "+573001234567", "0057 300 123 4567"),
        ("US", "+4930901820", "0049 30 901820"),
        ("KR", "+4930901820", "0049 30 901820"),
        ("JP", "+14155552801", "00 1 415 555 2801"),
        ("ID", "+6281234567890", "001 62 812 3456 7890"),
        ("RU", "+79123456789", "8~10 7 912 345 67 89"),
        ("UZ", "+998901234567", "8~10 998 90 123 45 67"),
    ],
)
def test_what_is_dialled_in_a_country_is_saved_and_found(
    db: Database, cast: Cast, country: str, stored: str, typed: str
) -> None:
    live_in(db, cast, country)
    add_client(db, cast.owner, name="Other", phone="+49301234567")
    client = add_client(db, cast.owner, phone=stored)
    assert found(db, cast, q=typed) == [stored]
    if len(typed) > 10:
        assert found(db, cast, phone=typed) == [stored]
        with pytest.raises(Conflict) as refused:
            add_client(db, cast.owner, phone=typed)
        assert refused.value.extra["candidates"][0]["id"] == client.id  # type: ignore[index]


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_number_from_abroad_with_00_is_that_number_in_every_country(country: str) -> None:
    """Also where one dials another prefix, such as 011, 810 or 010. Where one is longer, such as 003 in
    Thailand, what begins with it may be the number that is dialled so there.
    """
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    assert metadata is not None
    for typed, number in ABROAD.items():
        digits = "".join(str(int(char)) for char in typed if char.isdigit())
        prefix = re.match(metadata.international_prefix or "00", digits)
        if prefix is None or prefix.end() <= 2 or country == "BR":
            assert as_e164(typed, country) == number, typed


def test_a_number_typed_with_00_is_found_where_the_prefix_is_another(db: Database, cast: Cast) -> None:
    live_in(db, cast, "JP")
    add_client(db, cast.owner, phone="0049 30 901820")
    assert found(db, cast, q="+49 30 901820") == found(db, cast, q="0049 (30) 901820") == ["+4930901820"]
    assert found(db, cast, phone="0049-30-901820") == ["+4930901820"]
    assert found(db, cast, q="tel:30901820;phone-context=+49") == ["+4930901820"]


@pytest.mark.parametrize("text", ["+52133", "12", "+521331234567890", "+491"])
def test_what_is_possible_in_no_spelling_is_refused(db: Database, cast: Cast, text: str) -> None:
    with pytest.raises(Invalid):
        add_client(db, cast.owner, phone=text)


def test_words_beside_digits_are_no_number(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, name="Somebody", phone="+49301234567")
    assert found(db, cast, q="Anna 030 1234567") == []


def test_what_is_plainly_whole_is_read_as_the_library_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    numbers = [
        phonenumbers.format_number(number, international)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for form in (0, 1, 3, 4, 6)
        if (number := phonenumbers.example_number_for_type(region, form)) is not None
    ]
    odd = [f"{number[:-1]}{end}" for number in numbers for end in ("", "0", "55")]
    odd += [
        f"{number[: number.find(' ')]} {first}{number[number.find(' ') :]}"
        for number in numbers
        for first in "0189"
    ]
    quick = [read_whole(number) for number in numbers + odd]
    assert sum(phones._plainly_whole(number) is not None for number in numbers) > len(numbers) / 2
    monkeypatch.setattr(phones, "_plainly_whole", lambda _text: None)
    assert quick == [read_whole(number) for number in numbers + odd]


def read_whole(text: str) -> str:
    try:
        return as_e164.__wrapped__(text, None)
    except Invalid as refusal:
        return refusal.problems[0].message
