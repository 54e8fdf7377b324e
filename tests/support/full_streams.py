"""Standard streams that take nothing: a full disk, a closed pipe, a reader that stalls."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


@contextmanager
def full() -> Iterator[int]:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def without_reader() -> Iterator[int]:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        yield writing
    finally:
        os.close(writing)


@contextmanager
def stalled() -> Iterator[int]:
    """A pipe that is full to the last byte, and that nobody reads."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, b"x" * 512)
    except BlockingIOError:
        os.set_blocking(writing, True)
    try:
        yield writing
    finally:
        os.close(reading)
        os.close(writing)


UNWRITABLE: dict[str, Callable[[], AbstractContextManager[int]]] = {
    "a full disk": full, "a closed pipe": without_reader, "a stalled reader": stalled
}  # fmt: skip
