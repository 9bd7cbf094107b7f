-- Whether an event may be folded into its visitor's profile, judged when it came by the rule of the facts above: on a lawful
-- basis, or with consent to personalization and a token or proof. A withdrawal takes it back. Of older events by consent nobody
-- knows any more.
ALTER TABLE events ADD COLUMN profiled INTEGER NOT NULL DEFAULT 0;
UPDATE events SET profiled = 1 WHERE basis <> 'consent';
