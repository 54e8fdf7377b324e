"""Variants of Chinese and Japanese characters that count as the same.

`crm/opencc` holds the tables of OpenCC 1.4.1 (2026-07, Apache-2.0; see its manifest): the simplified form of
each traditional character, and the older form of each Japanese one.
"""

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "opencc"
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

# Short for another character in Japan, and a word of its own in China.
_WORDS_OF_THEIR_OWN = frozenset("予欠弁糸缶芸沪")
# Forms that Japanese registers know in names, and that no table of OpenCC has.
_IN_NAMES = (
    "髙高", "﨑崎", "嵜崎", "邉邊", "濵濱", "𠮷吉", "嶋島", "嶌島", "冨富", "槗橋", "桒桑", "栁柳", "德徳",
)  # fmt: skip


def unify_han(text: str) -> str:
    """Each character, replaced by the one that represents all its variants."""
    return text.translate(_one_form()) if HAN.search(text) else text


@lru_cache(maxsize=1)
def _one_form() -> dict[int, int]:
    """Read when the first such text comes: half a megabyte that a workspace in other scripts never takes."""
    leads_to: dict[str, str] = {}
    pairs = _pairs("TSCharacters.txt")
    pairs += [pair for pair in _pairs("JPShinjitaiCharacters.txt") if pair[0] not in _WORDS_OF_THEIR_OWN]
    for form, other in pairs + [(names[0], names[1]) for names in _IN_NAMES]:
        one, two = _end(leads_to, form), _end(leads_to, other)
        if one != two:
            leads_to[one] = two
    return {ord(form): ord(_end(leads_to, form)) for form in leads_to}


def _pairs(name: str) -> list[tuple[str, str]]:
    """A form and the one that is meant by it: of several, the first."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if "\t" in line and not line.startswith("#")]
    return [(form, others.split(" ")[0]) for form, others in fields]


def _end(leads_to: dict[str, str], form: str) -> str:
    while form in leads_to:
        form = leads_to[form]
    return form
