//! The choice record as JSON text: `{v, p: {<purpose>: [state, source, day, untilDay]}, notice, ticket?}`.

use crate::{js, value};
use vitrine_wire::paint::{Choice, ChoiceRecord};
use vitrine_wire::{ConsentState, Map, Purpose, Value};

/// Reads a record; what it does not understand is not decided.
pub fn read(text: &str) -> ChoiceRecord {
    let of = value::read(&js::from_json(text));
    let purposes = of.get("p").and_then(Value::as_map);
    ChoiceRecord {
        choices: purposes.into_iter().flat_map(Map::iter).filter_map(|(name, row)| choice(name, row)).collect(),
        notice: of.get("notice").and_then(Value::as_str).unwrap_or_default().into(),
        ticket: of.get("ticket").and_then(Value::as_str).map(Into::into),
    }
}

/// Writes a record.
pub fn write(of: &ChoiceRecord) -> String {
    let row = |c: &Choice| {
        let row: [Value; 4] = [c.state.as_str().into(), c.source.as_str().into(), c.day.into(), c.until_day.into()];
        (c.purpose.as_str(), Value::List(row.into()))
    };
    let mut record = Map::new();
    record.insert("v", 1u32);
    record.insert("p", of.choices.iter().map(row).collect::<Map>());
    record.insert("notice", of.notice.as_str());
    if let Some(ticket) = &of.ticket {
        record.insert("ticket", ticket.as_str());
    }
    js::to_json(&value::write_map(&record))
}

fn choice(name: &str, row: &Value) -> Option<Choice> {
    let [state, source, day, until] = row.as_list()? else { return None };
    Some(Choice {
        purpose: Purpose::parse(name)?,
        state: ConsentState::parse(state.as_str()?)?,
        source: source.as_str()?.into(),
        day: day.as_num()? as i64,
        until_day: until.as_num()? as i64,
    })
}
