"""Which statements an operation runs."""

from typing import Any

from crm.db.transaction import Transaction


class Noting(Transaction):
    """The same transaction, which notes its statements with their own parameters."""

    __slots__ = ("noted",)

    def __init__(self, tx: Transaction) -> None:
        super().__init__(tx._session, tx.actor)  # noqa: SLF001 - it stays the same one
        self.noted: list[tuple[str, dict[str, Any]]] = []

    def _execute(self, sql: str, params: dict[str, Any]) -> Any:
        self.noted.append((sql, dict(params)))
        return super()._execute(sql, params)
