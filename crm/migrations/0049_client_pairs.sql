-- Clients that are probably one: pairs with a score and its reasons, found by the worker. People say that two are not the
-- same, which is kept.

CREATE TABLE client_pairs (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    first_id     INTEGER NOT NULL,
    second_id    INTEGER NOT NULL,
    score        INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
    reasons      TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'told_apart')),
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, first_id, second_id),
    CHECK (first_id < second_id),
    FOREIGN KEY (workspace_id, first_id)  REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, second_id) REFERENCES clients (workspace_id, id)
) STRICT;

CREATE INDEX client_pairs_second ON client_pairs (workspace_id, second_id);
CREATE INDEX client_pairs_open   ON client_pairs (workspace_id, score) WHERE state = 'open';

-- In which blocks a client is compared with others: hashes of what two who are one share. Made anew from the clients.
CREATE TABLE client_blocks (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    client_id    INTEGER NOT NULL,
    block        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, client_id, block),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX client_blocks_block ON client_blocks (workspace_id, block, client_id);

-- How far each workspace has been looked through, along the moment of the last change.
CREATE TABLE client_scans (
    workspace_id INTEGER NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    seen_at      TEXT    NOT NULL,
    seen_id      INTEGER NOT NULL
) STRICT;
