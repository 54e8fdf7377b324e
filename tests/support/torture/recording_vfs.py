"""A VFS that writes down what the engine writes and syncs, and in which order, while it really does so."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

UNDERLYING = "unix"


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Noted when it is done; it covers what was noted before it `began`, by the number of events."""

    file: str
    began: int


@dataclass(frozen=True, slots=True)
class Line:
    """What the writer noted at that moment: a line of its promises."""

    text: str


Event = Write | Truncate | Sync | Line


class Recorder:
    """The events of one process in their order. Between an event and its note no other one is noted."""

    def __init__(self, folder: Path) -> None:
        self.events: list[Event] = []
        self._folder = folder
        self._lock = threading.Lock()

    def install(self) -> None:
        """From here on all connections of this process are recorded."""
        self._vfs = _RecordingVFS(self)

    def note(self, event: Event, act: Callable[[], object] = lambda: None) -> None:
        with self._lock:
            act()
            self.events.append(event)

    def is_of_interest(self, name: str) -> bool:
        return Path(name).parent == self._folder


class _RecordingVFS(apsw.VFS):
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        super().__init__("recording", UNDERLYING, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _RecordingFile(self._recorder, name, flags)


class _RecordingFile(apsw.VFSFile):
    def __init__(self, recorder: Recorder, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        self._recorder = recorder if recorder.is_of_interest(path) else None
        self._file = Path(path).name
        super().__init__(UNDERLYING, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        write = super().xWrite
        if self._recorder is None:
            write(data, offset)
        else:
            self._recorder.note(Write(self._file, offset, bytes(data)), lambda: write(data, offset))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        truncate = super().xTruncate
        if self._recorder is None:
            truncate(newsize)
        else:
            self._recorder.note(Truncate(self._file, newsize), lambda: truncate(newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        began = len(self._recorder.events) if self._recorder is not None else 0
        super().xSync(flags)
        if self._recorder is not None:
            self._recorder.note(Sync(self._file, began))
