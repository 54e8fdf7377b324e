"""File names as people chose them, as far as they are safe."""

import re
import unicodedata

from crm.normal_forms import normalize

LONGEST = 150
LONGEST_GIVEN = 4_096
RESERVED = re.compile(r'[<>:"|?*]')


def safe_name(name: str) -> str:
    """Without folders, control characters and marks that turn the direction of text; never empty."""
    last = re.split(r"[/\\]", name[-LONGEST_GIVEN:])[-1]
    kept = "".join(char for char in normalize("NFC", last) if _is_safe(char))
    kept = " ".join(RESERVED.sub("_", kept).split()).strip(". ")
    stem, dot, extension = kept.rpartition(".")
    if dot and len(extension) < 10:
        return f"{stem[: LONGEST - len(extension) - 1].strip()}.{extension}" if stem else f"file.{extension}"
    return kept[:LONGEST] or "file"


def _is_safe(char: str) -> bool:
    """Joiners shape words of some scripts; all other invisible characters only mislead."""
    return char in "\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
