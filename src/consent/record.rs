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
    let mut rows = Vec::new();
    for c in &of.choices {
        let row =
            vec![c.state.as_str().into(), c.source.as_str().into(), (c.day as f64).into(), (c.until_day as f64).into()];
        rows.extend([c.purpose.as_str().into(), js::list(row)]);
    }
    let ticket = js::some(of.ticket.as_deref().unwrap_or_default());
    js::to_json(&js::named("v p notice ticket", vec![1.into(), js::object(rows), of.notice.as_str().into(), ticket]))
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
