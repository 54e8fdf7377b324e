"""A proxy before a PostgreSQL server that cuts a connection at a chosen step."""

import enum
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 65_536
PART = 3


class Cut(enum.Enum):
    """Where, seen from the words that the proxy waits for."""

    BEFORE = "the server never gets them"
    AT_ONCE = "the server gets them, nobody waits for its answer"
    ANSWERED = "the server has answered, the answer is lost"
    HALF = "a part of the answer arrives"


class CuttingProxy:
    """Connections to `port` on the loopback are led to the server; one that says the words is cut, once."""

    def __init__(self, server: Path) -> None:
        self._server = str(server)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._armed: tuple[bytes, Cut] | None = None
        self._lock = threading.Lock()
        self.done = 0

    def arm(self, words: bytes, cut: Cut) -> None:
        self._armed = (words, cut)

    @classmethod
    @contextmanager
    def before(cls, server: Path) -> Iterator["CuttingProxy"]:
        """`server` is the server's socket."""
        made = cls(server)
        threading.Thread(target=made._accept, daemon=True).start()
        try:
            yield made
        finally:
            made._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            threading.Thread(target=self._lead, args=(client, server), daemon=True).start()

    def _lead(self, client: socket.socket, server: socket.socket) -> None:
        """Until one side ends, or the cut."""
        with client, server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    said = receive(source)
                    cut = self._cut_at(said) if source is client else None
                    if (
                        not said
                        or cut is Cut.BEFORE
                        or not send(server if source is client else client, said)
                    ):
                        return
                    if cut is not None:
                        answer_in_part(client, server, cut)
                        return

    def _cut_at(self, said: bytes) -> Cut | None:
        with self._lock:
            if self._armed is None or self._armed[0] not in said:
                return None
            cut, self._armed = self._armed[1], None
            self.done += 1
            return cut


def answer_in_part(client: socket.socket, server: socket.socket, cut: Cut) -> None:
    if cut is not Cut.AT_ONCE:
        answer = receive(server)
        send(client, answer[:PART] if cut is Cut.HALF else b"")


def receive(source: socket.socket) -> bytes:
    try:
        return source.recv(CHUNK)
    except OSError:
        return b""


def send(target: socket.socket, said: bytes) -> bool:
    try:
        target.sendall(said)
    except OSError:
        return False
    return True
