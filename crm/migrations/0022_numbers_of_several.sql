-- Several workspaces may enter one number: a delivery belongs to the one whose app secret signed it.

DROP INDEX channels_number;
CREATE UNIQUE INDEX channels_own_number ON channels (workspace_id, phone_number_id) WHERE deleted_at IS NULL;
CREATE INDEX        channels_number     ON channels (phone_number_id)               WHERE deleted_at IS NULL;

-- What a secret signed that several workspaces have entered: it is nobody's until the worker has asked WhatsApp whose
-- token is good for the number. `channel_ids` is a JSON array.
CREATE TABLE undecided_deliveries (
    id           INTEGER PRIMARY KEY,
    event_key    TEXT    NOT NULL,
    number       TEXT,
    channel_ids  TEXT    NOT NULL,
    payload      BLOB    NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    due_at       TEXT    NOT NULL,
    received_at  TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX undecided_deliveries_key ON undecided_deliveries (event_key, channel_ids);
CREATE INDEX        undecided_deliveries_due ON undecided_deliveries (due_at, id);
