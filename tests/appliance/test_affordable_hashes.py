"""A password hash of elsewhere that costs more than ours is never verified."""

import pytest

from crm.accounts.passwords import DECOY, hash_password, is_affordable, verify_password


def test_our_own_hashes_are_affordable() -> None:
    made = hash_password("violet-otter-93-lamp")
    assert is_affordable(made) and verify_password(made, "violet-otter-93-lamp")


@pytest.mark.parametrize(
    "dear",
    ["m=1048576,t=2,p=1", "m=19456,t=3,p=1", "m=19456,t=2,p=2", "m=0,t=2,p=1", "m=19456,t=0,p=1"],
)
def test_a_password_hash_that_costs_more_than_ours_is_never_verified(dear: str) -> None:
    assert is_affordable(DECOY) and is_affordable("!")
    forged_hash = DECOY.replace("m=19456,t=2,p=1", dear)
    assert not is_affordable(forged_hash) and not verify_password(forged_hash, "whatever it is")
