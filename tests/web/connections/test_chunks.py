"""Chunks are decoded alike, however the network cuts them."""

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from crm.web.connections.chunks import FREE_CHUNKS, Chunks

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
BODY = b'5;name="a;b"\r\nhello\r\n1\r\n \r\nA\r\nthe world!\r\n000\r\nX-Sum: 1\r\n\r\n'


def new_chunks() -> Chunks:
    return Chunks(Request(Config(), IterUnreader([HEAD]), ("127.0.0.1", 1)))


@pytest.mark.parametrize("size", range(1, len(BODY) + 10))
def test_the_cuts_make_no_difference(size: int) -> None:
    sent, got, chunks = BODY + b"GET /next", b"", new_chunks()
    for at in range(0, len(sent), size):
        if chunks.ended:
            chunks.rest += sent[at : at + size]
        else:
            got += chunks.feed(sent[at : at + size])
    assert (got, bytes(chunks.rest)) == (b"hello the world!", b"GET /next")


def test_tiny_chunks_without_end_are_refused() -> None:
    chunks = new_chunks()
    with pytest.raises(ParseException):
        chunks.feed(b"1\r\nx\r\n" * (FREE_CHUNKS * 2))


@pytest.mark.parametrize("endless", [b"1", b"1;a=" + b"b" * 64, b"0\r\nX-Trailer: " + b"b" * 64])
def test_a_line_without_end_is_refused(endless: bytes) -> None:
    chunks = new_chunks()
    with pytest.raises(ParseException):
        for _ in range(1000):
            chunks.feed(endless)
            endless = b"b" * 64
