import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm.vault import SealBroken, Vault, _derive

KEY = "k" * 32


def test_what_was_sealed_opens_in_its_own_place() -> None:
    assert Vault(KEY).open(Vault(KEY).seal("пароль", "row 1"), "row 1") == "пароль"


@pytest.mark.parametrize(("key", "place"), [("other" * 8, "row 1"), (KEY, "row 2")])
def test_another_key_or_place_opens_nothing(key: str, place: str) -> None:
    with pytest.raises(SealBroken):
        Vault(key).open(Vault(KEY).seal("secret", "row 1"), place)


@pytest.mark.parametrize("kept", [0, 5, 12, 20])
def test_a_damaged_seal_opens_nothing(kept: int) -> None:
    with pytest.raises(SealBroken):
        Vault(KEY).open(Vault(KEY).seal("secret", "row 1")[:kept], "row 1")


def test_one_text_is_sealed_differently_each_time_and_marked_always_the_same() -> None:
    vault = Vault(KEY)
    assert vault.seal("secret", "row") != vault.seal("secret", "row")
    assert vault.mark("secret") == Vault(KEY).mark("secret") != vault.mark("Secret")
    assert vault.mark("secret") != Vault("other" * 8).mark("secret")


def test_keys_are_derived_as_ever() -> None:
    """What was sealed by an earlier version is read by this one (RFC 5869)."""
    for purpose in (b"holdfast: sealed secrets", b"holdfast: marks of secrets"):
        expected = HKDF(hashes.SHA256(), length=32, salt=None, info=purpose).derive(KEY.encode())
        assert _derive(KEY, purpose) == expected
