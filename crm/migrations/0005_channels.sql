-- A number by which the workspace talks to its customers. Its secrets are sealed by crm/vault.py.
CREATE TABLE channels (
    id                  INTEGER PRIMARY KEY,
    workspace_id        INTEGER NOT NULL REFERENCES workspaces (id),
    kind                TEXT    NOT NULL CHECK (kind IN ('whatsapp')),
    phone_number_id     TEXT    NOT NULL,
    display_phone       TEXT    NOT NULL,
    business_account_id TEXT,
    create_leads        INTEGER NOT NULL CHECK (create_leads IN (0, 1)),
    sealed_secrets      BLOB    NOT NULL,
    verify_mark         TEXT    NOT NULL,
    verified_at         TEXT,
    fault               TEXT,
    fault_at            TEXT,
    version             INTEGER NOT NULL DEFAULT 1,
    created_at          TEXT    NOT NULL,
    updated_at          TEXT    NOT NULL,
    deleted_at          TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX channels_number    ON channels (phone_number_id) WHERE deleted_at IS NULL;
CREATE INDEX        channels_verify    ON channels (verify_mark)     WHERE deleted_at IS NULL;
CREATE INDEX        channels_workspace ON channels (workspace_id, id);

-- What arrived, committed before the sender is answered; what it means is worked out afterwards. The payload is
-- a whole webhook document with one event; the key is the message's or status's own id.
CREATE TABLE inbound_events (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    channel_id   INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('message', 'status', 'other')),
    event_key    TEXT    NOT NULL,
    payload      BLOB    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'done', 'quarantined')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    due_at       TEXT    NOT NULL,
    problem      TEXT,
    received_at  TEXT    NOT NULL,
    settled_at   TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, channel_id) REFERENCES channels (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX inbound_events_key         ON inbound_events (workspace_id, event_key);
CREATE INDEX        inbound_events_channel     ON inbound_events (workspace_id, channel_id, id);
CREATE INDEX        inbound_events_waiting     ON inbound_events (due_at, id)       WHERE state = 'waiting';
CREATE INDEX        inbound_events_quarantined ON inbound_events (workspace_id, id) WHERE state = 'quarantined';
