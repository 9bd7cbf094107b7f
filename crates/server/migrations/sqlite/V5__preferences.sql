-- What people want to receive. `topic` '' is the whole channel; channel '*' holds what is about all of them: topic 'stop' (they
-- objected to everything) and 'preferred' (the channel they like best, in `frequency`).
CREATE TABLE preferences (
    site      INTEGER NOT NULL,
    node      BLOB NOT NULL,
    channel   TEXT NOT NULL,
    topic     TEXT NOT NULL,
    frequency TEXT NOT NULL,   -- each, daily, weekly, monthly, off
    at        INTEGER NOT NULL,
    PRIMARY KEY (site, node, channel, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE addresses (
    site      INTEGER NOT NULL,
    node      BLOB NOT NULL,
    channel   TEXT NOT NULL,
    address   BLOB NOT NULL,
    confirmed INTEGER,         -- when; an address that is not confirmed is not used
    at        INTEGER NOT NULL,
    PRIMARY KEY (site, node, channel)
) STRICT, WITHOUT ROWID;

-- All that is left of an objection: a keyed hash of channel and address.
CREATE TABLE suppressed (
    site  INTEGER NOT NULL,
    hash  BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (site, hash)
) STRICT, WITHOUT ROWID;

-- Messages that the site's own server has to send. A token is given out once, then only its hash is known.
CREATE TABLE outbox (
    site    INTEGER NOT NULL,
    no      INTEGER NOT NULL,
    node    BLOB NOT NULL,
    channel TEXT NOT NULL,
    address BLOB NOT NULL,
    locale  TEXT NOT NULL,
    token   TEXT,
    hash    BLOB NOT NULL,     -- SHA-256 of the token
    expires INTEGER NOT NULL,
    PRIMARY KEY (site, no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outbox_hash ON outbox (site, hash);
