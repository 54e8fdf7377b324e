-- Numbers of deals, stock, quotes and invoices. `number_series` has what people chose (no row: the defaults), `number_counters`
-- the one row that each new number increments, by year or 0 where numbers run on. `issued_numbers` is the register: a number that is
-- in it is never given again. `follows` is the number's predecessor in the same run, so that a hole is either explained or found.

CREATE TABLE number_series (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind         TEXT    NOT NULL,
    format       TEXT    NOT NULL,
    reset        TEXT    NOT NULL CHECK (reset IN ('yearly', 'never')),
    start        INTEGER NOT NULL CHECK (start >= 1),
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, kind)
) STRICT;

CREATE TABLE number_counters (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind         TEXT    NOT NULL,
    period       INTEGER NOT NULL,
    next_seq     INTEGER NOT NULL CHECK (next_seq >= 1),
    PRIMARY KEY (workspace_id, kind, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE issued_numbers (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind         TEXT    NOT NULL,
    number       TEXT    NOT NULL,
    number_key   TEXT    NOT NULL,
    period       INTEGER,
    seq          INTEGER,
    follows      INTEGER,
    subject      TEXT,
    subject_id   INTEGER,
    issued_by    INTEGER,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, issued_by) REFERENCES users (workspace_id, id),
    CHECK ((period IS NULL) = (seq IS NULL)),
    CHECK ((subject IS NULL) = (subject_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX issued_numbers_number  ON issued_numbers (workspace_id, kind, number_key);
CREATE UNIQUE INDEX issued_numbers_run     ON issued_numbers (workspace_id, kind, period, seq) WHERE seq IS NOT NULL;
CREATE INDEX        issued_numbers_newest  ON issued_numbers (workspace_id, kind, id);
CREATE INDEX        issued_numbers_subject ON issued_numbers (workspace_id, subject, subject_id);
CREATE INDEX        issued_numbers_user    ON issued_numbers (workspace_id, issued_by);
