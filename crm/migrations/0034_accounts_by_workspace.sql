-- An e-mail is unique in its workspace: whether somebody has an account in another one is nobody's business.
-- Logging in looks for all accounts of an address.

DROP INDEX users_email;
CREATE UNIQUE INDEX users_email    ON users (workspace_id, email);
CREATE INDEX        users_accounts ON users (email, id);
