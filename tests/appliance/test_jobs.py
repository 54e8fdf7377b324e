"""Jobs in processes of their own: one of a name at a time, for as long as its process lives."""

import gc

import pytest

from crm.appliance.jobs import Claim, start_command
from crm.config import Settings
from crm.errors import Conflict, Sentence

REFUSAL = Sentence("It runs already.")


def test_a_second_claim_is_refused_until_the_job_ends(prepared: Settings) -> None:
    process = start_command(prepared, Claim(prepared, "backup", REFUSAL), "backup")
    with pytest.raises(Conflict, match="It runs already"):
        Claim(prepared, "backup", REFUSAL)
    process.wait(60)
    Claim(prepared, "backup", REFUSAL)


def test_a_claim_that_came_to_nothing_is_given_back(prepared: Settings) -> None:
    claim = Claim(prepared, "backup", REFUSAL)
    with pytest.raises(Conflict):
        Claim(prepared, "backup", REFUSAL)
    Claim(prepared, "verification", REFUSAL)
    del claim
    gc.collect()
    Claim(prepared, "backup", REFUSAL)


def test_a_job_that_is_killed_leaves_no_claim(prepared: Settings) -> None:
    process = start_command(prepared, Claim(prepared, "backup", REFUSAL), "backup")
    process.kill()
    process.wait(10)
    Claim(prepared, "backup", REFUSAL)
