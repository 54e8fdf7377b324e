-- The file's id at WhatsApp, from when it is uploaded: before that, nothing of the message can have gone out.
ALTER TABLE outbox ADD COLUMN media_id TEXT;
