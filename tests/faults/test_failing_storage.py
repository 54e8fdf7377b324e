"""When the storage reports a fault nothing is acknowledged, the connection is replaced, and work goes on."""

from collections.abc import Callable

import apsw
import pytest

from crm.activity.chain import verify_chain
from crm.db.actor import SYSTEM
from crm.db.sqlite.database_file import DatabaseFile
from crm.db.transaction import Transaction
from crm.errors import Busy, CrmError
from crm.kinds import open_database
from tests.support.processes import run_in_processes
from tests.support.torture.deeds import put
from tests.support.torture.kill_rounds import Arena, inspect
from tests.support.torture.promises import PromisesOnDisk

UNDERLYING = "unix"


class Faults:
    """Which calls on which files fail while it is switched on."""

    call = ""
    suffix = ""
    error: type[apsw.Error] = apsw.IOError


class FaultyVFS(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("faulty", UNDERLYING, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return FaultyFile(name, flags)


class FaultyFile(apsw.VFSFile):
    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        super().__init__(UNDERLYING, name, flags)

    def _fail(self, call: str) -> None:
        if Faults.call == call and self._path.endswith(Faults.suffix):
            raise Faults.error(f"injected: {call}")

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._fail("sync")
        super().xSync(flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._fail("write")
        super().xWrite(data, offset)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._fail("read")
        return super().xRead(amount, offset)


def live_through(arena: Arena, call: str, suffix: str, error: type[apsw.Error]) -> dict[str, object]:
    """In a process of its own: a change before, one that meets the fault, and one after."""
    vfs = FaultyVFS()
    db = open_database(arena.settings)
    promises = PromisesOnDisk(arena.logs / "w.log")
    seen: dict[str, object] = {"vfs": vfs.__class__.__name__}

    def keep(name: str) -> None:
        promises.tried(name, 1)
        db.write(put, arena.actor, name, 1, 10)
        promises.acknowledged(name, 1)

    keep("before")
    file = db._engine
    assert isinstance(file, DatabaseFile)
    first = file._writer._channel
    Faults.call, Faults.suffix, Faults.error = call, suffix, error
    seen["during"] = outcome_of(lambda: keep("during"))
    seen["reading"] = outcome_of(lambda: db.read(names, SYSTEM))
    Faults.call = ""
    seen["replaced"] = file._writer._channel is not first
    keep("after")
    seen["names"] = db.read(names, SYSTEM)
    seen["chain"] = db.read(verify_chain, arena.actor).complete
    db.close()
    return seen


def names(tx: Transaction) -> list[str]:
    return [row["name"] for row in tx.all("SELECT DISTINCT name FROM deeds ORDER BY name")]


def outcome_of(act: Callable[[], object]) -> object:
    try:
        return act()
    except CrmError as error:
        return f"{type(error).__name__}: {error.message}"


@pytest.mark.parametrize("call", ["sync", "write"])
def test_a_fault_while_committing_acknowledges_nothing_and_the_next_change_works(
    arena: Arena, call: str
) -> None:
    [seen] = run_in_processes(live_through, [(arena, call, "-wal", apsw.IOError)])
    assert seen["during"] == "Busy: The storage reported an error; the change may not have been saved."
    assert seen["reading"] == ["before"]
    assert seen["replaced"]
    assert seen["names"] == ["after", "before"]
    assert seen["chain"]
    assert inspect(arena)[0].kept


def test_a_full_disk_while_committing_is_reported_as_such(arena: Arena) -> None:
    [seen] = run_in_processes(live_through, [(arena, "write", "-wal", apsw.FullError)])
    assert seen["during"] == "Full: The disk is full; nothing was saved."
    assert seen["names"] == ["after", "before"]
    assert inspect(arena)[0].kept


def test_a_fault_while_reading_is_reported_and_passes(arena: Arena) -> None:
    [seen] = run_in_processes(read_through_a_fault, [(arena,)])
    assert seen == ["Busy: The storage reported an error; the change may not have been saved.", ["before"]]


def read_through_a_fault(arena: Arena) -> list[object]:
    vfs = FaultyVFS()
    db = open_database(arena.settings)
    db.write(put, arena.actor, "before", 1, 10)
    Faults.call, Faults.suffix = "read", ""
    seen = [outcome_of(lambda: db.read(names, SYSTEM))]
    Faults.call = ""
    seen.append(db.read(names, SYSTEM))
    db.close()
    assert vfs is not None
    return seen


def test_what_was_not_confirmed_is_whole_or_absent_after_a_crash(arena: Arena) -> None:
    """The frames of a commit whose sync failed may be read again by a recovery: as a whole, or not."""
    run_in_processes(fail_and_leave, [(arena,)])
    judgement, _ = inspect(arena)
    assert judgement.kept


def fail_and_leave(arena: Arena) -> str:
    vfs = FaultyVFS()
    db = open_database(arena.settings)
    promises = PromisesOnDisk(arena.logs / "w.log")
    promises.tried("before", 1)
    db.write(put, arena.actor, "before", 1, 10)
    promises.acknowledged("before", 1)
    Faults.call, Faults.suffix = "sync", ""
    promises.tried("during", 1)
    with pytest.raises(Busy):
        db.write(put, arena.actor, "during", 1, 10)
    promises.close()
    return vfs.__class__.__name__
