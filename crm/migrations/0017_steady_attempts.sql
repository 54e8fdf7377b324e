-- Waits of log-ins are held by the clock that counts from the machine's start (`boot`), in milliseconds: nobody can set it.

CREATE TABLE login_attempts_steady (
    bucket       TEXT    NOT NULL PRIMARY KEY,
    attempts     INTEGER NOT NULL,
    last_at      TEXT    NOT NULL,
    boot         TEXT    NOT NULL,
    counted_at   INTEGER NOT NULL,
    allowed_from INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO login_attempts_steady (bucket, attempts, last_at, boot, counted_at, allowed_from)
SELECT bucket, attempts, last_at, 'unknown', 0, 0
  FROM login_attempts;

DROP TABLE login_attempts;

ALTER TABLE login_attempts_steady RENAME TO login_attempts;

CREATE INDEX login_attempts_last ON login_attempts (last_at);
