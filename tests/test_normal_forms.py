"""Normal forms are those of Unicode, but for piles of marks that nobody writes."""

import re
import time
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from crm.normal_forms import normalize

FORMS: tuple[Literal["NFC", "NFKC", "NFKD"], ...] = ("NFC", "NFKC", "NFKD")
CODE = Path(__file__).parents[1] / "crm"


@pytest.mark.parametrize("form", FORMS)
def test_what_people_write_gets_unicode_s_own_form(form: Literal["NFC", "NFKC", "NFKD"]) -> None:
    for text in (
        "",
        "abc",
        "é",
        "e\u0301",
        "ﬁ",
        "Ⅳ",
        "한국어",
        "ไทย",
        "a\u0323\u0307" * 50,
        "a" + "\u0301" * 30,
    ):
        assert normalize(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
def test_a_pile_of_marks_is_parted_and_keeps_all_of_them(form: Literal["NFC", "NFKC", "NFKD"]) -> None:
    pile = "x" + "\u0301\u0316" * 50_000
    started = time.process_time()
    made = normalize(form, pile)
    assert time.process_time() - started < 5
    assert sorted(made.replace("\u034f", "")) == sorted(pile)
    assert normalize(form, made) == made


def test_no_module_normalizes_by_itself() -> None:
    found = [
        path.name
        for path in CODE.rglob("*.py")
        if re.search(r"unicodedata(\.| import .*)normalize", path.read_text(encoding="utf-8"))
    ]
    assert found == ["normal_forms.py"]
