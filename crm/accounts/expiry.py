"""The worker removes what has expired: sessions, tokens, invitations."""

from crm.accounts.attempts import forget_attempts
from crm.db.transaction import Transaction


def prune_expired(tx: Transaction) -> int:
    """Remove the sessions, invitations, devices and counts that are over; returns how many.

    `tx` is of SYSTEM. Tokens stay: one that has expired tells its owner why a program stopped.
    """
    expired = sum(
        tx.run(sql)
        for sql in (
            "DELETE FROM sessions    WHERE expires_at <= :now",
            "DELETE FROM invitations WHERE expires_at <= :now",
            "DELETE FROM devices     WHERE expires_at <= :now",
        )
    )
    return expired + forget_attempts(tx)
