"""Cards of telephones and address books give exactly what a person would read in them."""

from tests.imports.conftest import Read
from tests.support.read_samples import emails, notices, numbers


def test_cards_of_a_telephone(read: Read) -> None:
    _, (proba, mail, accented) = read("android_21_qp.vcf", region="RU")
    assert (proba.name, proba.first_name, proba.last_name) == ("Тест Проба", "Тест", "Проба")
    assert [(each.number, each.label) for each in proba.phones] == [
        ("+79990000021", "cell"), ("+74950000022", "work"), ("+79990000024", "дача"),
        ("+74950000023", "fax work"),
    ]  # fmt: skip
    assert proba.notes == ["Длинная заметка для проверки переноса строк в телефоне"]
    assert emails(mail) == ["only.mail@example.com"]
    assert (accented.name, numbers(accented), notices(accented)) == (
        "Ñandú",
        ["+34600000001"],
        [("Phone 1 - Value", "*100#")],
    )


def test_cards_of_apple(read: Read) -> None:
    _, (ada, company) = read("apple_30_folded.vcf")
    assert (ada.last_name, ada.birthday) == ("Probe, Jr.", "--05-17")
    assert len(ada.phones) == 4 and [each.label for each in ada.phones][2:] == ["assistant", "fax work"]
    (note,) = ada.notes
    assert note.startswith(
        "Line one\nLine two; with semicolon, comma and a long tail so that this line must be"
    )
    assert note.endswith("be folded by the writer")
    assert ada.addresses[0].whole == "1 Example Road, Unit 2, AB1 2CD Testville, GB"
    assert ada.websites == ["https://www.example.com"]
    assert (company.name, company.is_company) == ("Probe & Co", True)


def test_cards_of_version_4(read: Read) -> None:
    _, (ada, company) = read("v40_uris_groups.vcf")
    assert (ada.name, ada.tags, ada.birthday) == ("Ada Probe", ["VIP", "Fleet, large"], "--05-17")
    assert [(each.number, each.extension) for each in ada.phones] == [
        ("+447700900911", ""), ("+442079460912", "12"), ("+442079460913", ""),
    ]  # fmt: skip
    assert (company.name, company.is_company, numbers(company)) == ("Probe & Co", True, ["+442079460914"])
