-- Erasing a person: their records stay as rows without content, out of lists and trash, so that no id is given twice. Each
-- erased entry of the ledger names the entry of its erasure, which has their number, so that the chain shows what was erased.

ALTER TABLE clients       ADD COLUMN erased_at TEXT;
ALTER TABLE leads         ADD COLUMN erased_at TEXT;
ALTER TABLE notes         ADD COLUMN erased_at TEXT;
ALTER TABLE tasks         ADD COLUMN erased_at TEXT;
ALTER TABLE files         ADD COLUMN erased_at TEXT;
ALTER TABLE conversations ADD COLUMN erased_at TEXT;

ALTER TABLE activity_contents ADD COLUMN erasure_seq INTEGER;

DROP TRIGGER activity_contents_erase_only;

CREATE TRIGGER activity_contents_erase_only BEFORE UPDATE ON activity_contents
WHEN NOT (
    NEW.activity_id = OLD.activity_id
    AND NEW.workspace_id = OLD.workspace_id
    AND NEW.salt IS NULL
    AND NEW.before IS NULL
    AND NEW.after IS NULL
    AND NEW.erased_at IS NOT NULL
    AND OLD.erased_at IS NULL
)
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

-- What is left to do after the rows are emptied: files on the disk, search indexes, unused pages of the database. `files` are
-- the random names under which contents are stored, `folders` those of spooled imports; both as JSON.
CREATE TABLE erasures (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    client_id    INTEGER,
    actor_id     INTEGER,
    files        TEXT    NOT NULL,
    folders      TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    ended_at     TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, actor_id)  REFERENCES users   (workspace_id, id)
) STRICT;

CREATE INDEX erasures_client ON erasures (workspace_id, client_id);
CREATE INDEX erasures_open   ON erasures (id) WHERE ended_at IS NULL;
