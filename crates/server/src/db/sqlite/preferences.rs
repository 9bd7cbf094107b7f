//! What people want to receive. Kept with the person where a login is proved, else with the device.

use rusqlite::{Connection, OptionalExtension, params};
use vitrine_wire::http::{Frequency, OutboxMessage};

use super::facts::{self, Changed};
use crate::db::{Node, SiteNo, Woken, hash};
use crate::preferences::{CONFIRMABLE, Confirmation, Rows, SINGLY, SUPPRESSED, Wish, name, suppression};

/// The channel of what is about all channels.
const ALL: &str = "*";
/// Messages given out at once.
const MESSAGES: i64 = 100;

pub fn rows(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Rows> {
    let user = facts::active_user(db, site, visitor)?;
    let mut rows = Rows { proven: user.is_some(), ..Rows::default() };
    // What the person said later, logged in, stands over what was said on the device before.
    for node in std::iter::once(visitor).chain(user) {
        collect(db, site, node, &mut rows)?;
    }
    Ok(rows)
}

fn collect(db: &Connection, site: SiteNo, node: Node, rows: &mut Rows) -> rusqlite::Result<()> {
    let key = params![site, node];
    let mut chosen =
        db.prepare_cached("SELECT channel, topic, frequency FROM preferences WHERE site = ?1 AND node = ?2")?;
    for row in chosen.query_map(key, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))? {
        let (channel, topic, frequency): (String, String, String) = row?;
        match (channel.as_str(), topic.as_str()) {
            (ALL, "stop") => rows.stopped = true,
            (ALL, _) => rows.preferred = Some(frequency).filter(|channel| !channel.is_empty()),
            _ => drop(rows.chosen.insert((channel, topic), frequency)),
        }
    }
    let mut addresses = db.prepare_cached(
        "SELECT channel, address, confirmed IS NOT NULL FROM addresses WHERE site = ?1 AND node = ?2",
    )?;
    for row in addresses.query_map(key, |row| Ok((row.get(0)?, (text(row.get(1)?), row.get(2)?))))? {
        rows.addresses.extend([row?]);
    }
    Ok(())
}

pub fn prefer(
    db: &Connection,
    site: SiteNo,
    visitor: Node,
    wishes: &[Wish],
    key: &str,
    now: i64,
) -> rusqlite::Result<Woken> {
    let user = facts::active_user(db, site, visitor)?;
    let wisher = Wisher { db, site, node: user.unwrap_or(visitor), device: visitor, proven: user.is_some(), key, now };
    for wish in wishes {
        wisher.grant(wish)?;
    }
    let mut changed = Changed::default();
    changed.add(wisher.node);
    changed.wake(db, site)
}

struct Wisher<'a> {
    db: &'a Connection,
    site: SiteNo,
    /// Whose preferences these are.
    node: Node,
    device: Node,
    proven: bool,
    key: &'a str,
    now: i64,
}

impl Wisher<'_> {
    fn grant(&self, wish: &Wish) -> rusqlite::Result<()> {
        match wish {
            Wish::Stop(channels) => self.stop(channels),
            Wish::Choose(channel, topic, frequency) => {
                if topic.is_empty() && *frequency != Frequency::Off {
                    self.allow(channel)?;
                }
                if !topic.is_empty() && *frequency != Frequency::Off {
                    self.open_for_one(channel)?;
                }
                self.set(self.node, channel, topic, name(*frequency))
            }
            Wish::Preferred(channel) => self.set(self.node, ALL, "preferred", channel.as_deref().unwrap_or_default()),
            Wish::Address(channel, address, confirmation) => self.address(channel, address, confirmation),
            Wish::NoAddress(channel) => self.delete("addresses", channel),
        }
    }

    fn set(&self, node: Node, channel: &str, topic: &str, frequency: &str) -> rusqlite::Result<()> {
        let sql = "INSERT INTO preferences (site, node, channel, topic, frequency, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET frequency = excluded.frequency, at = excluded.at";
        self.db.execute(sql, params![self.site, node, channel, topic, frequency, self.now]).map(drop)
    }

    fn delete(&self, table: &str, channel: &str) -> rusqlite::Result<()> {
        let sql = format!("DELETE FROM {table} WHERE site = ?1 AND node IN (?2, ?3) AND channel = ?4");
        self.db.execute(&sql, params![self.site, self.node, self.device, channel]).map(drop)
    }

    /// Every channel is off, and of the addresses only keyed hashes are left.
    fn stop(&self, channels: &[String]) -> rusqlite::Result<()> {
        for (_, channel, address) in self.addresses()? {
            let sql = "INSERT INTO suppressed (site, hash, until) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET until = excluded.until";
            let hash = suppression(self.key, &channel, &address);
            self.db.execute(sql, params![self.site, hash, self.now + SUPPRESSED])?;
        }
        for table in ["preferences", "addresses", "outbox"] {
            let sql = format!("DELETE FROM {table} WHERE site = ?1 AND node IN (?2, ?3)");
            self.db.execute(&sql, params![self.site, self.node, self.device])?;
        }
        channels.iter().try_for_each(|channel| self.set(self.node, channel, "", "off"))?;
        self.set(self.node, ALL, "stop", "off")
    }

    /// A channel that is allowed again: the stop is over, for this channel alone.
    fn allow(&self, channel: &str) -> rusqlite::Result<()> {
        let sql = "DELETE FROM preferences WHERE site = ?1 AND node IN (?2, ?3) AND channel = '*' AND topic = 'stop'";
        self.db.execute(sql, params![self.site, self.node, self.device])?;
        let addresses = self.addresses()?;
        for (confirmed, of, address) in addresses.iter().filter(|(_, of, _)| of == channel) {
            if *confirmed {
                release(self.db, self.site, self.key, of, address)?;
            }
        }
        Ok(())
    }

    /// A topic of a channel that is off is allowed: it alone, whatever was said of the others before.
    fn open_for_one(&self, channel: &str) -> rusqlite::Result<()> {
        let rows = rows(self.db, self.site, self.device)?;
        let whole = rows.chosen.get(&(channel.to_owned(), String::new()));
        if !rows.stopped && whole.is_none_or(|frequency| frequency != name(Frequency::Off)) {
            return Ok(());
        }
        self.allow(channel)?;
        self.delete("preferences", channel)?;
        self.set(self.node, channel, "", SINGLY)
    }

    fn addresses(&self) -> rusqlite::Result<Vec<(bool, String, String)>> {
        let sql = "SELECT confirmed IS NOT NULL, channel, address FROM addresses WHERE site = ?1 AND node IN (?2, ?3)";
        let mut statement = self.db.prepare_cached(sql)?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, text(row.get(2)?)));
        statement.query_map(params![self.site, self.node, self.device], row)?.collect()
    }

    /// Somebody who proved a login may name an address; of anybody else it is asked at the address itself.
    fn address(&self, channel: &str, address: &str, confirmation: &Confirmation) -> rusqlite::Result<()> {
        let sql = "INSERT INTO addresses (site, node, channel, address, confirmed, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET address = excluded.address, confirmed = excluded.confirmed, at = excluded.at";
        let confirmed = self.proven.then_some(self.now);
        self.db.execute(sql, params![self.site, self.node, channel, address.as_bytes(), confirmed, self.now])?;
        self.delete("outbox", channel)?;
        self.db.execute("DELETE FROM suppressed WHERE until <= ?1", [self.now])?;
        let hash_of = suppression(self.key, channel, address);
        let mut suppressed = self.db.prepare_cached("SELECT 1 FROM suppressed WHERE site = ?1 AND hash = ?2")?;
        // Its owner wants no mail, nor one that asks: only the owner, logged in, takes that back.
        if self.proven || suppressed.exists(params![self.site, hash_of])? {
            return Ok(());
        }
        let sql = "INSERT INTO outbox (site, no, node, channel, address, locale, token, hash, expires)
             VALUES (?1, (SELECT coalesce(max(no), 0) + 1 FROM outbox WHERE site = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let Confirmation { token, locale } = confirmation;
        let row = params![
            self.site,
            self.node,
            channel,
            address.as_bytes(),
            locale,
            token,
            hash(token.as_bytes()),
            self.now + CONFIRMABLE
        ];
        self.db.execute(sql, row).map(drop)
    }
}

/// An address is free again.
fn release(db: &Connection, site: SiteNo, key: &str, channel: &str, address: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM suppressed WHERE site = ?1 AND hash = ?2";
    db.execute(sql, params![site, suppression(key, channel, address)]).map(drop)
}

/// Messages to send; their tokens are forgotten.
pub fn claim(db: &Connection, site: SiteNo, now: i64) -> rusqlite::Result<Vec<OutboxMessage>> {
    db.execute("DELETE FROM outbox WHERE expires <= ?1", [now])?;
    let mut statement = db.prepare_cached(
        "SELECT no, channel, address, locale, token, expires FROM outbox WHERE site = ?1 AND token IS NOT NULL
         ORDER BY no LIMIT ?2",
    )?;
    let found = statement.query_map(params![site, MESSAGES], |row| {
        let message = OutboxMessage {
            kind: "confirm-address".into(),
            channel: row.get(1)?,
            address: text(row.get(2)?),
            locale: row.get(3)?,
            token: row.get(4)?,
            expires: row.get(5)?,
        };
        Ok((row.get::<_, i64>(0)?, message))
    })?;
    let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
    for (no, _) in &found {
        db.execute("UPDATE outbox SET token = NULL WHERE site = ?1 AND no = ?2", params![site, no])?;
    }
    Ok(found.into_iter().map(|(_, message)| message).collect())
}

/// Confirms the address that a token was sent to. None when the token is unknown, used or too old.
pub fn confirm(db: &Connection, site: SiteNo, token: [u8; 32], now: i64) -> rusqlite::Result<Option<Woken>> {
    let take = "DELETE FROM outbox WHERE site = ?1 AND hash = ?2 AND expires > ?3 RETURNING node, channel, address";
    let found = db.query_row(take, params![site, token, now], |row| {
        Ok((Node(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?))
    });
    let Some((node, channel, address)) = found.optional()? else { return Ok(None) };
    let sql = "UPDATE addresses SET confirmed = ?5 WHERE site = ?1 AND node = ?2 AND channel = ?3 AND address = ?4";
    if db.execute(sql, params![site, node, channel, address, now])? == 0 {
        return Ok(None);
    }
    let mut changed = Changed::default();
    changed.add(node);
    changed.wake(db, site).map(Some)
}

/// Forgets what a node wants, but not that it objected.
/// Takes away objections and messages whose last day is over.
pub fn over(db: &Connection, site: SiteNo, now: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM suppressed WHERE site = ?1 AND until <= ?2", params![site, now])?;
    db.execute("DELETE FROM outbox WHERE site = ?1 AND expires <= ?2", params![site, now])?;
    Ok(())
}

pub fn forget(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<()> {
    for table in ["preferences", "addresses", "outbox"] {
        db.execute(&format!("DELETE FROM {table} WHERE site = ?1 AND node = ?2"), params![site, node])?;
    }
    Ok(())
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}
