-- What the consent of a form is for: a form says so, a submission keeps what its visitor was shown.

ALTER TABLE web_forms            ADD COLUMN consent_purposes TEXT NOT NULL DEFAULT '["service"]';
ALTER TABLE web_form_submissions ADD COLUMN consent_purposes TEXT NOT NULL DEFAULT '["service"]';
ALTER TABLE ad_connections       ADD COLUMN consent_purposes TEXT NOT NULL DEFAULT '["service"]';
