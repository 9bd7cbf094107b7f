//! What the visitor chose, for how long, and who says so.

use crate::time::{DAY, day, earlier};
use vitrine_wire::limits::{CHOICE_DAYS, FOREIGN_CHOICE_DAYS};
use vitrine_wire::paint::{Choice, ChoiceRecord};
use vitrine_wire::{ConsentState, Map, Millis, Purpose, PurposeSet, Value};

/// What is closed to minors.
pub const MINOR: PurposeSet = PurposeSet::NONE.with(Purpose::Personalization).with(Purpose::Marketing);

/// The visitor's choices, as the choice record keeps them.
#[derive(Debug, Default)]
pub struct Choices {
    record: ChoiceRecord,
    /// Purposes that a consent source has spoken of on this page. What one granted on another page is in force only once it
    /// says so again: it may have been taken back where this SDK does not run.
    heard: PurposeSet,
    /// The browser refuses where nothing is decided.
    signal: bool,
    /// The page says that the visitor is a minor.
    minor: bool,
    /// What holds as long as it is among the page's cookies: the own record of the source that speaks of personalization, on
    /// which alone a paint record rests.
    cookie: String,
}

impl Choices {
    /// Takes a record in the place of the last one. The ticket of a withdrawal that waits for its acknowledgement comes with
    /// it.
    pub fn replace(&mut self, record: ChoiceRecord) {
        self.record = record;
    }

    /// A source has spoken of these purposes. It may write its record anew whatever it speaks of; another's says nothing of it.
    pub fn hear(&mut self, purposes: PurposeSet, cookie: String) {
        self.heard = self.heard.and(purposes);
        let name = |cookie: &str| cookie.find('=').map_or(0, |end| end + 1);
        let same = cookie.get(..name(&cookie)) == self.cookie.get(..name(&self.cookie));
        if purposes.has(Purpose::Personalization) || same {
            self.cookie = cookie;
        }
    }

    /// The browser refuses on its user's behalf.
    pub fn signal(&mut self) {
        self.signal = true;
    }

    /// The page says whether the visitor is a minor. Whether that is news.
    pub fn set_minor(&mut self, minor: bool) -> bool {
        std::mem::replace(&mut self.minor, minor) != minor
    }

    /// Whether nobody may grant a purpose here: a minor is not profiled and gets no advertising (LIL 45, GDPR 8 and recital
    /// 71).
    pub fn barred(&self, purpose: Purpose) -> bool {
        self.minor && MINOR.has(purpose)
    }

    /// Whether a source's word on a purpose is news: it never repeats what is recorded, nor undoes what somebody else was
    /// told by the visitor, unless the visitor has just said so to it.
    pub fn news(&self, purpose: Purpose, state: ConsentState, source: &str, acted: bool, now: Millis) -> bool {
        let refused = matches!(self.recorded(purpose, now), ConsentState::Denied | ConsentState::Withdrawn);
        match state {
            ConsentState::Granted => {
                acted || self.recorded(purpose, now) != ConsentState::Granted && (!refused || self.of(purpose, source))
            }
            _ => !refused,
        }
    }

    /// What the cookies of the next page must hold for this purpose's grant; none where that cannot be told.
    pub fn proof(&self, purpose: Purpose) -> Option<&str> {
        match self.find(purpose) {
            Some(choice) if choice.foreign() => Some(self.cookie.as_str()).filter(|cookie| !cookie.is_empty()),
            _ => Some(""),
        }
    }

    /// Whether this source said how a purpose stands.
    pub fn of(&self, purpose: Purpose, source: &str) -> bool {
        self.find(purpose).is_some_and(|known| known.source == source)
    }

    /// Whether a grant is kept by somebody else, who may hear of its end where this SDK does not run.
    pub fn foreign(&self) -> bool {
        self.record.choices.iter().any(|c| c.state == ConsentState::Granted && c.foreign())
    }

    /// The record to write.
    pub fn record(&self) -> &ChoiceRecord {
        &self.record
    }

    /// The state of a purpose at an instant.
    pub fn state(&self, purpose: Purpose, now: Millis) -> ConsentState {
        match self.recorded(purpose, now) {
            ConsentState::Withdrawn => ConsentState::Withdrawn,
            _ if self.barred(purpose) => ConsentState::Denied,
            ConsentState::Granted if !self.heard.has(purpose) && self.find(purpose).is_some_and(Choice::foreign) => {
                ConsentState::Unknown
            }
            ConsentState::Unknown if self.signal => ConsentState::Denied,
            state => state,
        }
    }

    /// What the record says of a purpose. A grant past its last day has expired; a refusal past it counts as never given.
    pub fn recorded(&self, purpose: Purpose, now: Millis) -> ConsentState {
        let Some(choice) = self.find(purpose) else { return ConsentState::Unknown };
        match choice.state {
            state if day(now) <= choice.until_day => state,
            ConsentState::Granted => ConsentState::Expired,
            _ => ConsentState::Unknown,
        }
    }

    /// Whether what was decided may not be asked again yet: a refusal is six months old at least, however short it holds; a
    /// grant is over.
    pub fn resting(&self, purpose: Purpose, now: Millis) -> bool {
        self.find(purpose).is_some_and(|known| now < rests(known))
    }

    /// Puts a decision of a given instant in. Whether anything changed.
    pub fn set(&mut self, purpose: Purpose, state: ConsentState, source: &str, decided: Millis) -> bool {
        let decided = day(decided);
        let mut choice =
            Choice { purpose, state, source: source.into(), day: decided, until_day: decided + CHOICE_DAYS };
        if choice.foreign() {
            choice.until_day = decided + FOREIGN_CHOICE_DAYS;
        }
        match self.record.choices.iter_mut().find(|c| c.purpose == purpose) {
            Some(old) if *old == choice => false,
            Some(old) => {
                *old = choice;
                true
            }
            None => {
                self.record.choices.push(choice);
                true
            }
        }
    }

    /// Whether a choice that the site kept may replace what is known: it is newer than an act of the visitor here, not
    /// older than what the site said before, and not over.
    pub fn restorable(&self, purpose: Purpose, decided: Millis, now: Millis) -> bool {
        let alive = day(now) <= day(decided) + CHOICE_DAYS;
        alive
            && self.find(purpose).is_none_or(|known| match known.source.as_str() {
                "site" => known.day <= day(decided),
                _ => known.day < day(decided),
            })
    }

    /// Takes a purpose's decision out: its time is over.
    pub fn forget(&mut self, purpose: Purpose) {
        self.record.choices.retain(|c| c.purpose != purpose);
    }

    /// Remembers which notice was seen.
    pub fn set_notice(&mut self, notice: &str) -> bool {
        let changed = self.record.notice != notice;
        if changed {
            self.record.notice = notice.into();
        }
        changed
    }

    /// Keeps a revocation ticket, or lets it go.
    pub fn set_ticket(&mut self, ticket: Option<String>) {
        self.record.ticket = ticket;
    }

    /// Another record wins where it refuses what this one allows.
    pub fn restrict(&mut self, other: &ChoiceRecord) {
        for theirs in &other.choices {
            let refused = !matches!(theirs.state, ConsentState::Granted);
            let ours = self.record.choices.iter_mut().find(|c| c.purpose == theirs.purpose);
            if let Some(ours) = ours.filter(|c| refused && c.state == ConsentState::Granted) {
                *ours = theirs.clone();
            }
        }
    }

    /// When the next decision ends by time: a grant, or a refusal, which may be asked again.
    pub fn next_expiry(&self, now: Millis) -> Option<Millis> {
        let mut next = None;
        for choice in &self.record.choices {
            for end in [ends(choice), rests(choice)] {
                earlier(&mut next, Some(end).filter(|end| *end > now));
            }
        }
        next
    }

    /// `{purpose: {state, source, decidedAt, expiresAt}}`; instants are the start of the day of the act and the end of
    /// the last day, UTC, in milliseconds. Of the purposes that are `declared`, or chosen all the same; none declared: all.
    pub fn answer(&self, now: Millis, declared: &[(Purpose, String)]) -> Value {
        let mut answer = Map::new();
        for purpose in Purpose::ALL {
            let asked = declared.is_empty() || declared.iter().any(|(p, _)| *p == purpose);
            if !asked && self.find(purpose).is_none() {
                continue;
            }
            let mut map = Map::new();
            map.insert("state", self.state(purpose, now).as_str());
            if let Some(choice) = self.find(purpose) {
                map.insert("source", choice.source.as_str());
                map.insert("decidedAt", choice.day.saturating_mul(DAY));
                map.insert("expiresAt", ends(choice));
            }
            answer.insert(purpose.as_str(), map);
        }
        Value::Map(answer)
    }

    fn find(&self, purpose: Purpose) -> Option<&Choice> {
        self.record.choices.iter().find(|c| c.purpose == purpose)
    }
}

fn ends(choice: &Choice) -> Millis {
    choice.until_day.saturating_add(1).saturating_mul(DAY)
}

/// When it may be asked again in a slot.
fn rests(choice: &Choice) -> Millis {
    match choice.state {
        ConsentState::Granted => ends(choice),
        _ => choice.day.saturating_add(CHOICE_DAYS + 1).saturating_mul(DAY),
    }
}
