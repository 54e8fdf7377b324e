"""How old the archive of the server's log is."""

from crm.db.postgres.connections import Connection

AGE = b"""
    SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN NULL
                WHEN done.segment IS NULL AND s.failed_count = 0 THEN 0
                WHEN done.segment >= now.segment - 1 THEN 0
                ELSE extract(epoch FROM clock_timestamp() - COALESCE(s.last_archived_time, s.stats_reset))
           END
      FROM pg_stat_archiver s
     CROSS JOIN (SELECT floor(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')
                              / pg_size_bytes(current_setting('wal_segment_size'))) AS segment) now
     CROSS JOIN LATERAL (
           SELECT CASE WHEN s.last_archived_wal ~ '^[0-9A-F]{24}'
                       THEN CAST(CAST('x' || substr(s.last_archived_wal, 9, 8) AS bit(32)) AS bigint)
                            * (4294967296 / pg_size_bytes(current_setting('wal_segment_size')))
                            + CAST(CAST('x' || substr(s.last_archived_wal, 17, 8) AS bit(32)) AS bigint)
                  END AS segment) done
"""


def archive_age(connection: Connection) -> float | None:
    """For how many seconds a piece of the log that is full was not archived: 0 where all are. None where the
    server archives nothing.
    """
    age = connection.execute(AGE).fetchall()[0][0]
    return None if age is None else max(float(age), 0.0)
