-- Who asks is read anew only after something of this changed, not after each commit of anybody.
CREATE TABLE identity_revisions (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL
) STRICT;

INSERT INTO identity_revisions (id, number) VALUES (1, 1);

CREATE TRIGGER users_revise_update AFTER UPDATE ON users
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE TRIGGER users_revise_delete AFTER DELETE ON users
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE TRIGGER tokens_revise_update AFTER UPDATE ON tokens
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE TRIGGER tokens_revise_delete AFTER DELETE ON tokens
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE TRIGGER sessions_revise_update AFTER UPDATE ON sessions
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE TRIGGER sessions_revise_delete AFTER DELETE ON sessions
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE TRIGGER workspaces_revise_update AFTER UPDATE ON workspaces
BEGIN UPDATE identity_revisions SET number = number + 1; END;
