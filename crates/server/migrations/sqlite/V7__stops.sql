-- What an operator has stopped: one experience, every one ('all'), or the SDK itself ('sdk').
CREATE TABLE stops (
  site INTEGER NOT NULL REFERENCES sites (site),
  what TEXT NOT NULL,
  experience TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (site, what, experience)
) WITHOUT ROWID;
