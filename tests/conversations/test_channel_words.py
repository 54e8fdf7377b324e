"""What is the same for all channels names none of them: WhatsApp's words are in WhatsApp's folder.

On the web floor the form by which a number is set up, its routes and its webhook are WhatsApp's own.
"""

import re
from pathlib import Path

import pytest

ROOM = Path(__file__).parent.parent.parent / "crm/conversations"
OWN = ROOM / "whatsapp"
# The table that lists the kinds names it by its job.
NAMING = {ROOM / "channel_kinds.py"}
CRM = ROOM.parent
# Where WhatsApp is, is a setting of the appliance, and advertising is told of at the same address.
SETTINGS = {CRM / "config.py", CRM / "setting_addresses.py"}
# What clients agree to is said by channel, also by those that nobody connects here, such as the post.
CONSENTS = CRM / "clients/consent_fields.py"
# Whoever sends a quote says by which way.
SENDING = CRM / "documents/sending.py"
WORDS = re.compile(
    r"""['"]whatsapp['"]|phone_number_id|business_account_id|display_phone|wa\.me|graph\.facebook|lookaside|CAPTION|_whatsapp_"""
)
LOWER = sorted(
    path
    for path in CRM.rglob("*.py")
    if path not in {*SETTINGS, CONSENTS, SENDING} and not {ROOM, CRM / "web"}.intersection(path.parents)
)
PLACES = sorted(path for path in ROOM.rglob("*.py") if OWN not in path.parents and path not in NAMING)


@pytest.mark.parametrize("path", PLACES, ids=lambda path: str(path.relative_to(ROOM)))
def test_a_file_for_all_channels_has_no_word_of_one(path: Path) -> None:
    found = [line.strip() for line in path.read_text().splitlines() if WORDS.search(line)]
    assert found == []


@pytest.mark.parametrize("path", PLACES, ids=lambda path: str(path.relative_to(ROOM)))
def test_a_file_for_all_channels_imports_none_of_them(path: Path) -> None:
    imported = re.findall(r"^(?:from|import) crm\.conversations\.whatsapp.*", path.read_text(), re.MULTILINE)
    assert imported == []


def test_no_other_room_has_a_word_of_a_channel() -> None:
    found = {path.relative_to(CRM): WORDS.findall(path.read_text()) for path in LOWER}
    assert {str(path): words for path, words in found.items() if words} == {}
    assert len(found) > 200
