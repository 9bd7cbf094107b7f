//! Effects in a word, to compare what happened with what should.

use vitrine_core::Effect;
use vitrine_core::io::*;
use vitrine_wire::Purpose;

pub fn name(effect: &Effect) -> String {
    match effect {
        Effect::Render(SlotPlan::Own { slot }) => format!("own {slot}"),
        Effect::Render(SlotPlan::Show { slot, experience, variant, .. }) => {
            format!("show {slot} {experience} {variant}")
        }
        Effect::Render(SlotPlan::Contextual { slot, experience, variant, .. }) => {
            format!("contextual {slot} {experience} {variant}")
        }
        Effect::Watch { slot, around, at_once } => {
            let how = [("", false), (" around", *around), (" at once", *at_once)];
            let how: String = how.iter().filter(|(_, so)| *so).map(|(how, _)| *how).collect();
            format!("watch {slot}{how}")
        }
        Effect::Catalog { from, .. } => format!("catalog {from}"),
        Effect::Arm(signals) => format!("arm {}", signals.join(", ")),
        Effect::Persist(persist) => match persist {
            Persist::Open { .. } => "open".into(),
            Persist::Read { after, .. } => format!("read {after}"),
            Persist::Append { .. } => "append".into(),
            Persist::Snapshot { up_to, .. } => format!("snapshot {up_to}"),
            Persist::Asked { .. } => "asked".into(),
            Persist::Sent { up_to, .. } => format!("sent {up_to}"),
            Persist::BundleSequence { sequence, .. } => format!("bundle {sequence}"),
            Persist::Identity { identity, .. } => format!("identity {}", identity.visitor),
            Persist::LoggedOut { visitor, .. } => format!("logged out {visitor}"),
            Persist::Choice(record) => match &record.ticket {
                Some(ticket) => format!("choice with {ticket}"),
                None => "choice".into(),
            },
            Persist::Paint { .. } => "paint".into(),
            Persist::Purge { purposes, all } => {
                let names: Vec<_> = purposes.iter().map(Purpose::as_str).collect();
                format!("purge {}{}", names.join("+"), if *all { " all" } else { "" })
            }
        },
        Effect::Send { send, .. } => match send {
            Send::Events { events, beacon, .. } => {
                format!("send {} events{}", events.len(), if *beacon { " by beacon" } else { "" })
            }
            Send::Register { .. } => "send register".into(),
            Send::Profile { .. } => "send profile".into(),
            Send::Stream { .. } => "send stream".into(),
            Send::StreamClose => "send stream close".into(),
            Send::Consents(c) => {
                let who = c.identity.as_ref().map_or("nobody", |id| id.visitor.as_str());
                let states: Vec<_> = c.purposes.iter().map(|(p, s)| format!("{} {}", p.as_str(), s.as_str())).collect();
                let ticket = c.ticket.as_ref().map_or(String::new(), |t| format!(" with {t}"));
                let receipt = if c.receipt.is_some() { " receipt" } else { "" };
                format!("send consents {who}: {}{receipt}{ticket}", states.join(", "))
            }
            Send::Erase { identity } => format!("send erase {}", identity.visitor),
        },
        Effect::Broadcast(word) => format!("broadcast {word:?}"),
        Effect::WakeAt(_) => "wake".into(),
        Effect::Notify(notify) => match notify {
            Notify::Tracked { status, .. } => format!("tracked {status:?}"),
            Notify::Decision(d) => format!("decision {} {:?} {}", d.slot, d.experience, d.reason.as_str()),
            Notify::Exposure(d) => format!("exposure {} {:?} {:?}", d.slot, d.experience, d.variant),
            Notify::Stopped => "stopped".into(),
            Notify::Emit { slot, experience, variant, name, .. } => {
                format!("emit {slot} {experience} {variant} {name}")
            }
            Notify::Segment { id, inside } => format!("segment {id} {inside}"),
            Notify::Consent { purpose, state } => format!("consent {} {}", purpose.as_str(), state.as_str()),
            Notify::Synced { unsent } => format!("synced {unsent}"),
            Notify::Diagnostic { code, detail } => format!("diagnostic {} {detail}", code.as_str()),
            Notify::Ready { mode } => format!("ready {mode:?}"),
        },
    }
}
