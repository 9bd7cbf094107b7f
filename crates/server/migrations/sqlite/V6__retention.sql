-- What rests on consent goes 25 months after it came: found without reading everything.
CREATE INDEX events_received ON events (site, received) WHERE basis = 'consent';
