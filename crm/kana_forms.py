"""Kana as Japanese readers compare it.

To JIS X 4061, the standard of their order, it is one whether in hiragana or katakana, small or large, with a
vowel or a mark that lengthens. So small and large stay one: キヤノン is read キャノン, and banks know large
ones alone. What merely sounds the same joins them: おう and おお, えい and ええ, ぢ and じ, づ and ず, を and
お, ヴァ and バ.

Length and voice tell words apart: ビール (beer) and ビル (building), ば and は. Only at the end of a long
word is length a matter of taste: サーバー and サーバ.
"""

import re

KANA = re.compile("[\u3041-\u3096\u309d-\u30ff]")
_LARGE = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_SOUNDS = {"を": "お", "ゐ": "い", "ゑ": "え", "ぢ": "じ", "づ": "ず"}
_HIRAGANA = {chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
_TWINS = _LARGE | _SOUNDS
_ONE_FORM = str.maketrans(_TWINS | {kata: _TWINS.get(hira, hira) for kata, hira in _HIRAGANA.items()})
_V = dict(zip(("ゔあ", "ゔい", "ゔえ", "ゔお", "ゔ"), "ばびべぼぶ", strict=True))
_ANY_V = re.compile("ゔ[あいえお]?")

# Each row of kana, and what lengthens its vowel.
_LENGTHENED = {
    "あ": ("あかがさざただなはばぱまやらわ", "あー"),
    "い": ("いきぎしじちにひびぴみり", "いー"),
    "う": ("うくぐすずつぬふぶぷむゆる", "うー"),
    "え": ("えけげせぜてでねへべぺめれ", "えいー"),
    "お": ("おこごそぞとどのほぼぽもよろ", "おうー"),
}
_VOWEL_OF = {kana: vowel for vowel, (row, _) in _LENGTHENED.items() for kana in row}
_LONG = re.compile("|".join(f"[{row}][{marks}]+" for row, marks in _LENGTHENED.values()))
_VOWEL_AGAIN = "|".join(f"(?<=[{row}]){vowel}" for vowel, (row, _) in _LENGTHENED.items())
_LONG_ENDING = re.compile(f"(?<=[\u3041-\u3096]{{3}})(?:{_VOWEL_AGAIN})$")


def unify_kana(text: str) -> str:
    """One hiragana for all that is read the same; `text` is in NFC, with whole-width kana."""
    if not KANA.search(text):
        return text
    return lengthen(_ANY_V.sub(lambda found: _V[found[0]], text.translate(_ONE_FORM)))


def lengthen(text: str) -> str:
    """Every long vowel as kana and vowel, however it is written and however long."""
    return _LONG.sub(lambda found: found[0][0] + _VOWEL_OF[found[0][0]], text).replace("ー", "")


def shorten_ending(word: str) -> str:
    """Without the length of its last vowel, where the word has four kana and more."""
    return _LONG_ENDING.sub("", word)
