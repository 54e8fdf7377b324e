"""Templates without the indentation that their authors need: it was a tenth of a page."""

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

INDENTED = re.compile(r"[ \t]*\n\s*")
BLANKS = re.compile(r"[ \t]{2,}")
BESIDE_CELLS = re.compile(r"\s+(?=</?(?:tr|td|th|tbody|thead|option)\b)")
VERBATIM = re.compile(r"<(?:pre|textarea)\b")


class LeanMarkup(Extension):
    """Blanks and breaks in a row mean as much as one, save in what is shown as it is written."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            yield Token(token.lineno, token.type, lean(token.value)) if token.type == "data" else token


def lean(markup: str) -> str:
    if VERBATIM.search(markup):
        return markup
    return BESIDE_CELLS.sub("", BLANKS.sub(" ", INDENTED.sub("\n", markup)))
