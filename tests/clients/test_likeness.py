"""Which clients are probably one, and which are not."""

from typing import Any

import pytest

from crm.clients.likeness import LEAST, Traits, blocks_of, likeness, traits_of


def person(name: str, **more: Any) -> Traits:
    return client("person", name, **more)


def client(kind: str, name: str, **more: Any) -> Traits:
    facts = {"id": 1, "kind": kind, "name": name, "website": None, "city_key": None, "company_id": None}
    emails, phones = more.pop("emails", ()), more.pop("phones", ())
    return traits_of({**facts, **more}, emails, phones)


def found(one: Traits, other: Traits) -> tuple[int, list[str]]:
    """As the search sees it: those that share no block are never compared."""
    return likeness(one, other) if blocks_of(one).keys() & blocks_of(other).keys() else (0, [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Nowak", "Nowak Anna"),
        ("Anna Nowak", "Nowak, Anna"),
        ("ANNA NOWAK", "anna nowak"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Jürgen Müller", "Jurgen Muller"),
        ("Иван Петров", "Ivan Petrov"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoylos"),
        ("José García", "Jose Garcia"),
        ("Łukasz Żak", "Lukasz Zak"),
        ("Jon Smith", "John Smith"),
        ("Anna Meier", "Anna Mayer"),
        ("Dr. Anna Meier", "Anna Meier"),
        ("Katherine Philips", "Catherine Phillips"),
        ("田中 太郎", "太郎 田中"),
    ],
)
def test_a_name_is_known_however_it_is_written(one: str, other: str) -> None:
    score, reasons = found(person(one), person(other))
    assert score >= LEAST and set(reasons) & {"name", "similar_name"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Nowak", "Anna Kowalska"),
        ("Anna", "Anna"),
        ("Peter Schmidt", "Petra Schulz"),
        ("Ann Lee", "Bo Li"),
    ],
)
def test_other_names_are_other_people(one: str, other: str) -> None:
    assert found(person(one), person(other))[0] < LEAST


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller GmbH", "Mueller"),
        ("Acme Inc.", "ACME"),
        ("Nordwind Logistik AG", "Nordwind Logistik GmbH & Co. KG"),
        ("ООО Ромашка", "Romashka"),
    ],
)
def test_a_company_is_known_without_its_legal_form(one: str, other: str) -> None:
    assert found(client("company", one), client("company", other))[0] >= LEAST


def test_addresses_and_numbers_weigh_more_than_names() -> None:
    same_mail = found(person("Anna", emails=["a@x.example"]), person("A. Nowak", emails=["a@x.example"]))
    all_same = found(
        person("Anna Nowak", emails=["a@x.example"], phones=["+4930901820"]),
        person("Nowak Anna", emails=["b@x.example", "a@x.example"], phones=["+4930901820"]),
    )
    by_name = found(person("Anna Nowak"), person("Nowak Anna"))
    assert all_same[0] > same_mail[0] >= LEAST and all_same[0] > by_name[0] >= LEAST
    assert all_same[1] == ["email", "phone", "name"]


def test_companies_are_found_by_their_domain_and_people_are_not() -> None:
    one = client("company", "Nordwind", website="https://www.nordwind.example/de")
    other = client("company", "NW Spedition", emails=["info@nordwind.example"])
    assert found(one, other) == (54, ["domain"])
    free = [client("company", name, emails=[f"{name}@gmail.com"]) for name in ("Nordwind", "Acme")]
    assert found(*free)[0] == 0
    assert found(person("A B", emails=["a@n.example"]), person("C D", emails=["c@n.example"]))[0] == 0


def test_a_city_tells_people_of_one_name_apart_or_together() -> None:
    anna = person("Anna Nowak", city_key="berlin")
    near, far = person("Anna Nowak", city_key="berlin"), person("Anna Nowak", city_key="bonn")
    assert found(anna, near)[0] > found(anna, person("Anna Nowak"))[0] > found(anna, far)[0] >= LEAST
