"""The guard that a statement on rows of workspaces names the workspace: as SQLite's, by the text alone."""

import re

from crm.db.failures import TenantViolation
from crm.db.tables import TENANT_COLUMN

NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", re.IGNORECASE)
BOUND = re.compile(rf"(?<![:\w]):{TENANT_COLUMN}\b")
TEXTS = 4_096
OWNED = b"""
    SELECT DISTINCT c.relname
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace
       AND c.relkind = 'r'
       AND (a.attname = 'workspace_id' OR c.relname = 'workspaces' OR a.attname = 'grams')
"""


class TenantGuard:
    """Safe to share by threads. `owned` are the tables with a workspace's rows."""

    def __init__(self, owned: frozenset[str]) -> None:
        self._owned = owned
        self._passed: dict[str, bool] = {}

    def check(self, sql: str) -> None:
        if sql in self._passed:
            return
        touched = self._owned.intersection(NAMED.findall(sql))
        if touched and not BOUND.search(sql):
            tables = ", ".join(sorted(touched))
            raise TenantViolation(f"touches {tables} without :{TENANT_COLUMN}: {' '.join(sql.split())[:200]}")
        if len(self._passed) >= TEXTS:
            self._passed.clear()
        self._passed[sql] = True
