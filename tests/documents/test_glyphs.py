"""Each character of a document has a form: an emoji its own, what no font has a sign that says so."""

from crm.documents.glyphs import UNKNOWN, drawable


def test_emoji_and_scripts_stay_and_what_no_font_draws_becomes_a_sign() -> None:
    held = {
        "a": ["Grün 😀 ❤\ufe0f 👩\u200d🔧 🇩🇪 👍🏽 日本語 हिन्दी ไทย שלום \u2066م\u2069 −5 €", None, 3, True]
    }
    assert drawable(held) == held
    assert drawable("\u10d2 \u0378 \U000f0000") == " ".join([UNKNOWN] * 3)
    assert drawable(UNKNOWN) == UNKNOWN, "it has a form itself"
