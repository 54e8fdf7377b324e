"""Whether a database holds what was promised, the whole of it, and nothing but that."""

import apsw

from crm.activity.chain import verify_chain
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.sqlite.copies import check_integrity
from crm.db.transaction import Transaction
from tests.support.torture.deeds import PARTS
from tests.support.torture.promises import Expected


class Judgement:
    """What is wrong with a database; nothing when all promises are kept."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self.broken: list[str] = []

    @property
    def kept(self) -> bool:
        return not self.lost and not self.broken


def judge(db: Database, actor: Actor, expected: Expected) -> Judgement:
    judgement = Judgement()
    found = db.read(_versions, SYSTEM, judgement)
    for name, admissible in expected.deeds.items():
        version = found.pop(name, 0)
        if version not in admissible:
            wanted = " or ".join(map(str, sorted(admissible)))
            judgement.lost.append(f"{name} has version {version} instead of {wanted}")
    judgement.broken += [f"{name} was never promised" for name in found]
    db.read(_check_ledger, actor, expected, judgement)
    return judgement


def _versions(tx: Transaction, judgement: Judgement) -> dict[str, int]:
    """The version of each deed; a partial one is noted."""
    rows = tx.all(
        """
        SELECT name, count(*) AS parts, min(version) AS low, max(version) AS high,
               sum(instr(content, name || '/' || part || '/' || version || ' ') = 1) AS true_parts
          FROM deeds
         GROUP BY name
        """
    )
    for row in rows:
        if not row["parts"] == row["true_parts"] == PARTS or row["low"] != row["high"]:
            judgement.broken.append(f"{row['name']} is there in part: {row}")
        if row["name"].endswith("!"):
            judgement.broken.append(f"{row['name']} was rolled back")
    total = tx.value("SELECT deeds FROM deed_totals")
    if total != len(rows):
        judgement.broken.append(f"the total says {total}, and {len(rows)} deeds are there")
    return {row["name"]: row["high"] for row in rows}


def _check_ledger(tx: Transaction, expected: Expected, judgement: Judgement) -> None:
    report = verify_chain(tx)
    if not report.complete:
        judgement.broken.append(f"the ledger breaks at {report.broken_at}: {report.reason}")
    least, most = expected.changes
    if report.entries < least:
        judgement.lost.append(f"the ledger has {report.entries} entries, and {least} were acknowledged")
    if report.entries > most:
        judgement.broken.append(f"the ledger has {report.entries} entries, and only {most} were tried")


def judge_integrity(connection: apsw.Connection, judgement: Judgement) -> None:
    try:
        check_integrity(connection)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        judgement.broken.append(f"integrity: {error}")
