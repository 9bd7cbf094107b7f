-- Every key is led by the site. Ids that visitors or sites choose are kept as bytes: a text column may refuse U+0000.
-- A node (`node`, `visitor`, `user`) is the first 16 bytes of SHA-256 over its kind and id. Times are ms since the Unix epoch.

CREATE TABLE sites (
    site    INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 0,   -- rises with every change of a profile
    bundle  INTEGER NOT NULL DEFAULT 0    -- the highest bundle sequence given out
) STRICT;

-- Visitors (devices) and users (persons). A row outlives erasure, without its id, so that late events stay dropped.
CREATE TABLE nodes (
    site                   INTEGER NOT NULL,
    node                   BLOB NOT NULL,
    kind                   INTEGER NOT NULL,            -- 0 visitor, 1 user
    id                     BLOB,
    first_seen             INTEGER NOT NULL,
    version                INTEGER NOT NULL DEFAULT 0,
    token                  BLOB,                        -- SHA-256 of the visitor's token
    choices                INTEGER NOT NULL DEFAULT 0,  -- how many acts of choice
    measurement_closed     INTEGER,                     -- since when not allowed, while that holds
    measurement_cut        INTEGER,                     -- events up to here were purged and stay so
    personalization_closed INTEGER,
    personalization_cut    INTEGER,
    erased                 INTEGER,
    PRIMARY KEY (site, node)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX nodes_token ON nodes (site, token) WHERE token IS NOT NULL;

-- Proven logins. At most one is active for a visitor: the latest.
CREATE TABLE edges (
    site     INTEGER NOT NULL,
    visitor  BLOB NOT NULL,
    user     BLOB NOT NULL,
    evidence TEXT NOT NULL,
    at       INTEGER NOT NULL,
    active   INTEGER NOT NULL,
    PRIMARY KEY (site, visitor, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_user ON edges (site, user);

CREATE TABLE tickets (
    site   INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    node   BLOB NOT NULL,
    issued INTEGER NOT NULL,
    used   INTEGER,
    PRIMARY KEY (site, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_node ON tickets (site, node, issued);

-- `id` is a UUIDv7: the client's own messageId, or one of ours for a foreign messageId (then `foreign_ids_*` finds it).
CREATE TABLE events (
    site     INTEGER NOT NULL,
    id       BLOB NOT NULL,
    visitor  BLOB,
    user     BLOB,          -- only where vouched for
    at       INTEGER NOT NULL, -- corrected for the device's clock
    sent     INTEGER,          -- by the device's clock
    received INTEGER NOT NULL,
    basis    TEXT NOT NULL,
    body     BLOB NOT NULL  -- as it was sent, less secrets and addresses
) STRICT;
CREATE UNIQUE INDEX events_id ON events (site, id);
CREATE INDEX events_visitor ON events (site, visitor, at) WHERE visitor IS NOT NULL;
CREATE INDEX events_user ON events (site, user, at) WHERE user IS NOT NULL;

-- Foreign message ids of the last six weeks, one table a week, emptied whole when its turn comes again.
CREATE TABLE foreign_weeks (place INTEGER PRIMARY KEY, week INTEGER NOT NULL) STRICT;
CREATE TABLE foreign_ids_0 (site INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (site, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE foreign_ids_1 (site INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (site, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE foreign_ids_2 (site INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (site, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE foreign_ids_3 (site INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (site, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE foreign_ids_4 (site INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (site, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE foreign_ids_5 (site INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (site, hash)) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    site     INTEGER NOT NULL,
    no       INTEGER NOT NULL,
    received INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (site, no)
) STRICT, WITHOUT ROWID;

-- How many events were dropped, by reason and day. Nothing of the events themselves.
CREATE TABLE drops (
    site   INTEGER NOT NULL,
    reason TEXT NOT NULL,
    day    INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (site, reason, day)
) STRICT, WITHOUT ROWID;

-- Facts of profiles. `basis` says on what each rests, `via` which device told it: a withdrawal purges by both.
CREATE TABLE traits (
    site   INTEGER NOT NULL,
    node   BLOB NOT NULL,
    name   BLOB NOT NULL,
    source TEXT NOT NULL,
    basis  TEXT NOT NULL,
    via    BLOB,
    value  BLOB NOT NULL,   -- JSON
    at     INTEGER NOT NULL,
    PRIMARY KEY (site, node, name, source, basis)
) STRICT, WITHOUT ROWID;
CREATE TABLE orders (
    site      INTEGER NOT NULL,
    node      BLOB NOT NULL,
    id        BLOB NOT NULL,
    basis     TEXT NOT NULL,
    via       BLOB,
    completed INTEGER,      -- when
    value     REAL,
    ended     INTEGER,      -- when refunded or cancelled
    state     TEXT NOT NULL,
    PRIMARY KEY (site, node, id, basis)
) STRICT, WITHOUT ROWID;
CREATE TABLE offers (
    site  INTEGER NOT NULL,
    node  BLOB NOT NULL,
    id    BLOB NOT NULL,
    basis TEXT NOT NULL,
    via   BLOB,
    rank  INTEGER NOT NULL, -- 0 shown, 1 clicked, 2 final
    state TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (site, node, id, basis)
) STRICT, WITHOUT ROWID;
CREATE INDEX traits_via ON traits (site, via) WHERE via IS NOT NULL;
CREATE INDEX orders_via ON orders (site, via) WHERE via IS NOT NULL;
CREATE INDEX offers_via ON offers (site, via) WHERE via IS NOT NULL;

-- Proof of grants and withdrawals, append-only. Refusals carry no id and are only counted.
CREATE TABLE consents (
    site     INTEGER NOT NULL,
    no       INTEGER NOT NULL,
    node     BLOB,
    receipt  BLOB,
    at       INTEGER NOT NULL,
    purposes TEXT NOT NULL, -- JSON
    notice   TEXT NOT NULL,
    locale   TEXT NOT NULL,
    source   TEXT NOT NULL,
    PRIMARY KEY (site, no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX consents_receipt ON consents (site, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX consents_node ON consents (site, node) WHERE node IS NOT NULL;
CREATE TABLE refusals (
    site   INTEGER NOT NULL,
    notice TEXT NOT NULL,
    locale TEXT NOT NULL,
    hour   INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (site, notice, locale, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE bundles (
    site     INTEGER NOT NULL,
    hash     TEXT NOT NULL,   -- of the sealed bytes
    format   INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    issued   INTEGER NOT NULL,
    source   TEXT NOT NULL,   -- hash of what was compiled
    sealed   BLOB NOT NULL,
    PRIMARY KEY (site, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX bundles_newest ON bundles (site, format, sequence, issued);
