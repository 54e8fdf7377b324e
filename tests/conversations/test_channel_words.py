"""What is the same for all channels names none of them: WhatsApp's words are in WhatsApp's folder."""

import re
from pathlib import Path

import pytest

ROOM = Path(__file__).parent.parent.parent / "crm/conversations"
OWN = ROOM / "whatsapp"
# The table that lists the kinds, and what WhatsApp's own API route takes, name it by its job.
NAMING = {ROOM / "channel_kinds.py"}
WORDS = re.compile(
    r"""['"]whatsapp['"]|phone_number_id|business_account_id|display_phone|wa\.me|graph\.facebook|lookaside|CAPTION"""
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
