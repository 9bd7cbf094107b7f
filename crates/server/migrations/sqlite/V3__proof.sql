-- Proof of consent becomes a chain: each row holds the digest of its salted record and a link to the row before. An erased
-- visitor's record and salt go; digest and link stay. The rows there are so far are chained when the database is opened, since
-- SQL cannot hash; then `consents_unchained` goes too.
DROP INDEX consents_receipt;
DROP INDEX consents_node;
ALTER TABLE consents RENAME TO consents_unchained;
CREATE TABLE consents (
    site    INTEGER NOT NULL,
    no      INTEGER NOT NULL,
    node    BLOB,
    receipt BLOB,
    at      INTEGER NOT NULL,
    tied    INTEGER NOT NULL,  -- 0 an act of choice, 1 an earlier act was found to be this visitor's
    salt    BLOB,
    payload BLOB,              -- canonical JSON
    digest  BLOB NOT NULL,     -- SHA-256 of salt and payload
    link    BLOB NOT NULL,     -- SHA-256 of the link before, no and digest
    PRIMARY KEY (site, no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX consents_receipt ON consents (site, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX consents_node ON consents (site, node) WHERE node IS NOT NULL;

-- The end of each site's chain: rows taken off its end are missed.
ALTER TABLE sites ADD COLUMN consents INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sites ADD COLUMN consents_link BLOB;

-- Every text that visitors were shown, for as long as a hash of it is proof. `since`: when it was last published.
CREATE TABLE wordings (
    site     INTEGER NOT NULL,
    notice   TEXT NOT NULL,
    language TEXT NOT NULL,
    hash     BLOB NOT NULL,    -- SHA-256 of the text
    text     TEXT NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (site, notice, language, hash)
) STRICT, WITHOUT ROWID;
