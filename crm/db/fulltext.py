"""Search for parts of words, in any script, without regard to case or accents, as an index search (FTS5).

The index holds grams that we cut ourselves: each three and five characters of a word in their order, and for
short queries how a word begins, or, in scripts without spaces, each character and pair. It keeps no positions
and no text, so it is small; a hit is confirmed against the row itself. The rowid carries the workspace above
the row's id: a range of it isolates the workspace, and newest first is its own order, so a page ends early.
"""

import re
import unicodedata
from dataclasses import dataclass

from crm.db.transaction import Transaction
from crm.normal_forms import normalize
from crm.word_forms import joined_words, pieces_of

ID_BITS = 40
ID_MASK = (1 << ID_BITS) - 1
SHORT, LONG = 3, 5
JOIN = "\x1f"

_LETTERS = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("'’‘ʼ`´", None)
)
_PUNCTUATION = re.compile(r"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]")
DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_DROPPED = {"Mn", "Me", "Cf", "Cc", "Cs"}


def fold(text: str) -> str:
    """The form in which texts are compared: without case, accents, apostrophes and invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().translate(_LETTERS).split())
    spread = normalize("NFKD", normalize("NFKD", text).casefold())
    kept = "".join(char for char in spread if unicodedata.category(char) not in _DROPPED or char.isspace())
    return " ".join(normalize("NFC", kept.translate(_LETTERS)).split())


@dataclass(frozen=True, slots=True)
class Sought:
    """What a text is found by besides its folded form: its words in their one form, and written together.

    `joined` has each behind JOIN, as what is written together is found from its beginning alone.
    """

    words: str
    joined: str


def sought_in(*texts: str) -> Sought:
    """Empty where the folded form says as much."""
    words: dict[str, None] = {}
    joined: dict[str, None] = {}
    for text in texts:
        pieces = pieces_of(text)
        folded = set(fold(text).split())
        words.update((piece, None) for piece in pieces if piece not in folded)
        joined.update((each, None) for each in joined_words(pieces))
    return Sought(" ".join(words), "".join(JOIN + each for each in joined))


def grams_of(*texts: str) -> str:
    """The grams of some folded texts, as the index takes them."""
    grams: set[str] = set()
    for word in " ".join(texts).split():
        token = as_token(word)
        grams.add(token[:1])
        grams.add(token[:2])
        for size in (SHORT, LONG):
            grams.update(token[place : place + size] for place in range(len(token) - size + 1))
        if not token.isascii():
            grams.update(_dense_grams(token))
    return " ".join(sorted(grams))


def _dense_grams(token: str) -> set[str]:
    runs = DENSE.findall(token)
    return {run[place : place + size] for run in runs for size in (1, 2) for place in range(len(run))}


def as_token(word: str) -> str:
    """Punctuation would part the tokens of the index; confirming a hit tells one mark from another."""
    return _PUNCTUATION.sub("_", word)


def index_texts(tx: Transaction, table: str, row_id: int, *texts: str) -> None:
    """Put a row's folded texts into the search table; what stood there for this row must be gone."""
    tx.run(
        f"""
        INSERT INTO {table} (rowid, grams)
        VALUES ((:workspace_id << {ID_BITS}) | :row_id, :grams)
        """,
        row_id=row_id,
        grams=grams_of(*texts),
    )


def forget_texts(tx: Transaction, table: str, row_id: int) -> None:
    tx.run(f"DELETE FROM {table} WHERE rowid = ((:workspace_id << {ID_BITS}) | :row_id)", row_id=row_id)
