import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.clients import company_names
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.clients.merge_fields import ClientMerge
from crm.clients.merges import merge_clients
from crm.clients.rebuilding import rebuild_client
from crm.clients.trash import delete_client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.folding import fold
from crm.db.search_query import parse_query
from crm.db.search_rebuilds import rebuild_some
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client


def found(db: Database, who: Actor, q: str) -> list[str]:
    return [client.name for client in db.read(list_clients, who, ClientFilter(q=q), limit=200).rows]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Ремонт", "ремонт"),
        ("Ремонт", "МОНТ"),
        ("Łukasz Żółć", "lukasz"),
        ("Łukasz Żółć", "zolc"),
        ("Łukasz Żółć", "ŻÓŁĆ"),
        ("José Müller", "jose mull"),
        ("Großmann", "GROSSMANN"),
        ("O'Brien", "obrien"),
        ("OBrien", "o’brien"),
        ("İstanbul Ticaret", "istanbul"),
        ("Ørsted", "orsted"),
        ("Μαρία Παπαδοπούλου", "παπαδοπουλου"),
        ("王小明", "小明"),
        ("王小明", "明"),
        ("田中 太郎", "太郎"),
        ("김민준", "민준"),
        ("สมชาย", "ชา"),
        ("أحمد علي", "احمد"),
        ("राजेश कुमार", "राजेश"),
        ("Jean-Luc Picard", "luc"),
        ("Al", "al"),
        ("Al", "a"),
        ("Ann Lee", "l"),
        ("Ann Lee", "le an"),
        ("7-Eleven", "7-e"),
        ("Ünal & Söhne", "&"),
    ],
)
def test_a_part_of_a_name_finds_it(db: Database, cast: Cast, name: str, query: str) -> None:
    add_client(db, cast.owner, name=name)
    add_client(db, cast.owner, name="Somebody Else")
    add_client(db, cast.outsider, name=name)
    assert name in found(db, cast.owner, query)


@pytest.mark.parametrize(
    "query", ["anna.k", "kowalska@exa", "example.com", "@example", "ANNA.KOWALSKA@EXAMPLE.COM", "a.kow"]
)
def test_a_part_of_an_email_finds_it(db: Database, cast: Cast, query: str) -> None:
    add_client(db, cast.owner, email="anna.kowalska@example.com")
    add_client(db, cast.owner, name="Other", email="else@elsewhere.org")
    assert found(db, cast.owner, query) == ["Anna Nowak"]


@pytest.mark.parametrize(
    "query",
    [
        "+48 512 345 678",
        "512-345",
        "(512) 345",
        "345678",
        "0512345",
        "48512",
        "678",
        "+485",
        "+48 (0)512 345",
    ],
)
def test_digits_of_a_phone_find_it_however_they_are_written(db: Database, cast: Cast, query: str) -> None:
    add_client(db, cast.owner, phone="+48512345678")
    add_client(db, cast.owner, name="Other", phone="+12125550123")
    assert found(db, cast.owner, query) == ["Anna Nowak"]


@pytest.mark.parametrize(
    "query", ["annb", "zzz", "nowaki", "anna.nowaki", "999", "x", "wak ann zed", "an_a", "a%", "王"]
)
def test_what_is_not_there_is_not_found(db: Database, cast: Cast, query: str) -> None:
    add_client(db, cast.owner, name="Anna Nowak", email="anna-nowak@example.org", phone="+48512345678")
    assert found(db, cast.owner, query) == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        '" OR 1',
        "NEAR(a b)",
        "a*",
        "-a",
        "^a",
        "{x}: y",
        "\\",
        "AND",
        "a\x00b",
        "()",
        "😀",
        "\u200b",
        "ﷺ" * 60,
        "a " * 90,
    ],
)
def test_no_query_is_an_error(db: Database, cast: Cast, query: str) -> None:
    add_client(db, cast.owner)
    found(db, cast.owner, query)


def test_nothing_searchable_finds_nothing_and_blank_finds_all(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner)
    assert found(db, cast.owner, "\u200b") == []
    assert found(db, cast.owner, " ") == ["Anna Nowak"]


def test_search_follows_changes(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, email="old@example.com")
    patch_client(db, cast.owner, client.id, {"name": "Barbara", "email": "new@example.com"})
    assert found(db, cast.owner, "anna") == found(db, cast.owner, "old@") == []
    assert found(db, cast.owner, "barb") == found(db, cast.owner, "new@") == ["Barbara"]
    db.write(delete_client, cast.owner, client.id)
    assert found(db, cast.owner, "barb") == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp"), exclude_characters="+"),
        min_size=1,
        max_size=12,
    ),
    data=st.data(),
)
def test_every_part_of_three_characters_finds_its_name(
    db: Database, cast: Cast, name: str, data: st.DataObject
) -> None:
    words = [word for word in fold(name).split() if len(word) >= 3]
    if not words or parse_query(name) is None:
        return
    client = add_client(db, cast.owner, name=f"A {name}")
    word = data.draw(st.sampled_from(words))
    start = data.draw(st.integers(0, len(word) - 3))
    part = word[start : start + data.draw(st.integers(3, len(word) - start))]
    ids = [row.id for row in db.read(list_clients, cast.owner, ClientFilter(q=part), limit=200).rows]
    assert client.id in ids


def company(db: Database, cast: Cast, name: str) -> int:
    return add_client(db, cast.owner, kind="company", name=name).id


def test_people_are_found_by_all_their_companies(db: Database, cast: Cast) -> None:
    acme, beta = company(db, cast, "Acme Forges"), company(db, cast, "Beta Works")
    both = [{"company_id": each, "role": None} for each in (acme, beta)]
    anna = add_client(db, cast.owner, name="Anna", companies=both)
    add_client(db, cast.owner, name="Bert", company_id=beta)
    assert sorted(found(db, cast.owner, "forge")) == ["Acme Forges", "Anna"]
    assert sorted(found(db, cast.owner, "beta w")) == ["Anna", "Bert", "Beta Works"]
    patch_client(db, cast.owner, beta, {"name": "Delta Mills"})
    assert found(db, cast.owner, "beta works") == []
    assert sorted(found(db, cast.owner, "delta")) == ["Anna", "Bert", "Delta Mills"]
    patch_client(db, cast.owner, anna.id, {"companies": both[:1]})
    assert sorted(found(db, cast.owner, "delta")) == ["Bert", "Delta Mills"]


def test_people_of_merged_companies_are_found_by_the_name_that_stays(db: Database, cast: Cast) -> None:
    acme, beta = company(db, cast, "Acme Forges"), company(db, cast, "Beta Works")
    add_client(db, cast.owner, name="Bert", company_id=beta)
    merge = parse_fields(ClientMerge, {"other_id": beta, "fields": {}})
    db.write(merge_clients, cast.owner, acme, merge)
    assert sorted(found(db, cast.owner, "forges")) == ["Acme Forges", "Bert"]


def test_a_renamed_company_of_many_people_is_followed_by_the_worker(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company_names, "MOST_AT_ONCE", 1)
    beta = company(db, cast, "Beta Works")
    for name in ("Anna", "Bert"):
        add_client(db, cast.owner, name=name, company_id=beta)
    patch_client(db, cast.owner, beta, {"name": "Delta Mills"})
    for _step in range(20):
        if not db.write(rebuild_some, cast.owner, "clients", rebuild_client):
            break
    assert sorted(found(db, cast.owner, "delta")) == ["Anna", "Bert", "Delta Mills"]
