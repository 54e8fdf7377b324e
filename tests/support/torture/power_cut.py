"""What a power cut can leave of a recorded run: all that was synced, and any part of what was not.

What was written after a file's last sync may be there or not, whole or by sectors, in any order.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.support.torture.recording_vfs import Event, Sync, Truncate, Write

SECTOR = 512


class Disk:
    """The files of one database as the disk holds them, with what is on its way there."""

    def __init__(self, start: dict[str, bytes]) -> None:
        self._durable = {name: bytearray(content) for name, content in start.items()}
        self._pending: dict[str, list[tuple[int, Write | Truncate]]] = defaultdict(list)
        self._seen = 0

    def see(self, event: Event) -> None:
        if isinstance(event, Write | Truncate):
            self._pending[event.file].append((self._seen, event))
        elif isinstance(event, Sync):
            waiting = self._pending[event.file]
            while waiting and waiting[0][0] < event.began:
                _apply(self._durable.setdefault(event.file, bytearray()), waiting.pop(0)[1])
        self._seen += 1

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files after a power cut now; another one each time."""
        files = {name: bytearray(content) for name, content in self._durable.items()}
        for name, waiting in self._pending.items():
            content = files.setdefault(name, bytearray())
            for event in _survivors([event for _, event in waiting], chance):
                _apply(content, event)
        return {name: bytes(content) for name, content in files.items()}


def _survivors(waiting: Sequence[Write | Truncate], chance: random.Random) -> list[Write | Truncate]:
    """By chance: none, all up to some moment, or any, whole or torn, in any order."""
    kind = chance.random()
    if kind < 0.2:
        return []
    if kind < 0.4:
        return list(waiting[: chance.randint(0, len(waiting))])
    torn: list[Write | Truncate] = []
    share = chance.random()
    for event in waiting:
        torn += [part for part in _sectors(event) if chance.random() < share]
    chance.shuffle(torn)
    return torn


def _sectors(event: Write | Truncate) -> list[Write | Truncate]:
    if isinstance(event, Truncate):
        return [event]
    parts: list[Write | Truncate] = []
    at, end = event.offset, event.offset + len(event.data)
    while at < end:
        stop = min((at // SECTOR + 1) * SECTOR, end)
        parts.append(Write(event.file, at, event.data[at - event.offset : stop - event.offset]))
        at = stop
    return parts


def _apply(content: bytearray, event: Write | Truncate) -> None:
    if isinstance(event, Truncate):
        del content[event.size :]
        return
    if len(content) < event.offset:
        content.extend(bytes(event.offset - len(content)))
    content[event.offset : event.offset + len(event.data)] = event.data


def put_down(files: dict[str, bytes], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
