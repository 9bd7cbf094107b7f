-- What people asked for under GDPR 15 to 22, and when it was answered. Requests that a page makes are answered at once and name
-- nobody; letters are entered by hand.
CREATE TABLE requests (
    site     INTEGER NOT NULL,
    no       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    by       TEXT NOT NULL,    -- page, letter, email, ...
    received INTEGER NOT NULL,
    due      TEXT NOT NULL,    -- the last day, YYYY-MM-DD
    answered INTEGER,
    note     TEXT NOT NULL,
    PRIMARY KEY (site, no)
) STRICT, WITHOUT ROWID;
