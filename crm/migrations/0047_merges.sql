-- Two clients that were merged: the loser waits out of sight until the merge is taken back. `before` and `after` are the
-- winner's values, `aside` what the loser gave up; the rows that moved are listed, so that exactly these go back.

CREATE TABLE client_merges (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    winner_id    INTEGER NOT NULL,
    loser_id     INTEGER NOT NULL,
    before       TEXT    NOT NULL,
    after        TEXT    NOT NULL,
    aside        TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    undone_at    TEXT,
    UNIQUE (workspace_id, id),
    CHECK (winner_id <> loser_id),
    FOREIGN KEY (workspace_id, winner_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, loser_id)  REFERENCES clients (workspace_id, id)
) STRICT;

CREATE INDEX        client_merges_winner ON client_merges (workspace_id, winner_id);
CREATE INDEX        client_merges_losers ON client_merges (workspace_id, loser_id);
CREATE UNIQUE INDEX client_merges_loser  ON client_merges (workspace_id, loser_id) WHERE undone_at IS NULL;

-- `place` is a table and its column that pointed to the loser, as `leads.client_id`; `moved_row` the id of a row there.
CREATE TABLE client_merge_moves (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    merge_id     INTEGER NOT NULL,
    place        TEXT    NOT NULL,
    moved_row    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, merge_id, place, moved_row),
    FOREIGN KEY (workspace_id, merge_id) REFERENCES client_merges (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX channel_news_client ON channel_news (workspace_id, client_id) WHERE client_id IS NOT NULL;

-- Each id of another program in a row with a number of its own, so that a merge can name those that moved.
CREATE TABLE new_external_ids (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    source        TEXT    NOT NULL,
    external_id   TEXT    NOT NULL,
    subject       TEXT    NOT NULL CHECK (subject IN ('client', 'lead')),
    subject_id    INTEGER NOT NULL,
    UNIQUE (workspace_id, source, subject, external_id)
) STRICT;

INSERT INTO new_external_ids (workspace_id, source, external_id, subject, subject_id)
SELECT workspace_id, source, external_id, subject, subject_id
  FROM external_ids;

DROP TABLE external_ids;
ALTER TABLE new_external_ids RENAME TO external_ids;
CREATE INDEX external_ids_subject ON external_ids (workspace_id, subject, subject_id);
