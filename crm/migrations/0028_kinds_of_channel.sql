-- A channel of any kind: no table names the kinds, and an address is whatever its kind has, such as a number's id.

CREATE TABLE new_channels (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    kind           TEXT    NOT NULL CHECK (kind <> ''),
    address        TEXT    NOT NULL,
    shown_as       TEXT    NOT NULL,
    account_id     TEXT,
    create_leads   INTEGER NOT NULL CHECK (create_leads IN (0, 1)),
    sealed_secrets BLOB    NOT NULL,
    verify_mark    TEXT    NOT NULL,
    verified_at    TEXT,
    fault          TEXT,
    fault_at       TEXT,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    deleted_at     TEXT,
    rest_until     TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

INSERT INTO new_channels (id, workspace_id, kind, address, shown_as, account_id, create_leads, sealed_secrets,
                          verify_mark, verified_at, fault, fault_at, version, created_at, updated_at, deleted_at,
                          rest_until)
SELECT id, workspace_id, kind, phone_number_id, display_phone, business_account_id, create_leads, sealed_secrets,
       verify_mark, verified_at, fault, fault_at, version, created_at, updated_at, deleted_at, rest_until
  FROM channels;

DROP TABLE channels;
ALTER TABLE new_channels RENAME TO channels;

CREATE UNIQUE INDEX channels_own_address ON channels (workspace_id, kind, address) WHERE deleted_at IS NULL;
CREATE INDEX        channels_address     ON channels (kind, address)               WHERE deleted_at IS NULL;
CREATE INDEX        channels_verify      ON channels (verify_mark)                 WHERE deleted_at IS NULL;
CREATE INDEX        channels_workspace   ON channels (workspace_id, id);

CREATE TABLE new_conversations (
    id                   INTEGER PRIMARY KEY,
    workspace_id         INTEGER NOT NULL REFERENCES workspaces (id),
    medium               TEXT    NOT NULL CHECK (medium <> ''),
    phone                TEXT,
    phone_key            TEXT,
    user_id              TEXT,
    name                 TEXT,
    channel_id           INTEGER,
    client_id            INTEGER,
    status               TEXT    NOT NULL CHECK (status IN ('active', 'snoozed', 'closed')),
    assignee_id          INTEGER,
    snoozed_until        TEXT,
    last_message_id      INTEGER,
    last_message_at      TEXT    NOT NULL,
    last_inbound_at      TEXT,
    pulse                INTEGER NOT NULL,
    version              INTEGER NOT NULL DEFAULT 1,
    created_at           TEXT    NOT NULL,
    updated_at           TEXT    NOT NULL,
    referral             TEXT,
    marketing_stopped_at TEXT,
    sought               TEXT    NOT NULL DEFAULT '',
    joined               TEXT    NOT NULL DEFAULT '',
    UNIQUE (workspace_id, id),
    CHECK ((phone IS NULL) = (phone_key IS NULL)),
    CHECK (phone IS NOT NULL OR user_id IS NOT NULL),
    CHECK ((status = 'snoozed') = (snoozed_until IS NOT NULL)),
    FOREIGN KEY (workspace_id, channel_id)      REFERENCES channels (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id)       REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, assignee_id)     REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, last_message_id) REFERENCES messages (workspace_id, id)
) STRICT;

INSERT INTO new_conversations (id, workspace_id, medium, phone, phone_key, user_id, name, channel_id, client_id, status,
                               assignee_id, snoozed_until, last_message_id, last_message_at, last_inbound_at, pulse,
                               version, created_at, updated_at, referral, marketing_stopped_at, sought, joined)
SELECT id, workspace_id, medium, phone, phone_key, user_id, name, channel_id, client_id, status,
       assignee_id, snoozed_until, last_message_id, last_message_at, last_inbound_at, pulse,
       version, created_at, updated_at, referral, marketing_stopped_at, sought, joined
  FROM conversations;

DROP TABLE conversations;
ALTER TABLE new_conversations RENAME TO conversations;

CREATE UNIQUE INDEX conversations_phone    ON conversations (workspace_id, medium, phone_key);
CREATE UNIQUE INDEX conversations_user     ON conversations (workspace_id, medium, user_id);
CREATE INDEX        conversations_status   ON conversations (workspace_id, status, last_message_at);
CREATE INDEX        conversations_assignee ON conversations (workspace_id, assignee_id, status, last_message_at);
CREATE INDEX        conversations_client   ON conversations (workspace_id, client_id);
CREATE UNIQUE INDEX conversations_pulse    ON conversations (workspace_id, pulse);
CREATE INDEX        conversations_snoozed  ON conversations (snoozed_until) WHERE status = 'snoozed';
