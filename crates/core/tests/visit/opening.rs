//! What happens while the device's store is being opened, or before it ever was.

use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_wire::{ConsentState, Purpose};

use ConsentState::Granted;
use Purpose::{Measurement, Personalization};

/// A page whose store takes its time.
fn slow(device: Device) -> Page {
    let mut page = Page::on(device, &shop(), T0);
    page.slow = true;
    page
}

fn grant(page: &mut Page, purpose: Purpose, fresh: &str) {
    let act = Act::Visitor { notice: "n1".into(), locale: "fr".into() };
    page.choose(&[(purpose, Granted)], act, fresh);
}

#[test]
fn a_store_is_fresh_whatever_is_said_while_it_opens() {
    for again in [false, true] {
        let mut page = slow(Device::default());
        page.facts(Facts::Asked { guess: true });
        grant(&mut page, Measurement, "first");
        if again {
            grant(&mut page, Purpose::Marketing, "second");
        }
        page.opened();
        assert_eq!(page.device.asked, Some(T0), "the ask before it is kept, said again: {again}");
        let own = page.device.identity.as_ref().map(|own| own.visitor.as_str());
        assert_eq!(own, Some("visitor-first"));
    }
}

#[test]
fn who_logs_out_before_the_store_is_open_is_not_found_in_it() {
    let mut first = Page::granted(&shop());
    first.track("Product Viewed", &[("sku", "a".into())]);
    let before = first.device.identity.clone();
    let mut device = std::mem::take(&mut first.device);
    device.choice = None;
    // Before the grant, and while the store opens.
    for early in [true, false] {
        let mut page = slow(device.clone());
        if early {
            page.facts(Facts::Reset { fresh: identity("second") });
        }
        grant(&mut page, Personalization, "third");
        if !early {
            page.facts(Facts::Reset { fresh: identity("second") });
            assert!(page.told().contains(&"logged out ".into()), "whoever it holds");
        }
        page.opened();
        assert_ne!(page.device.identity, before, "early: {early}");
        assert_eq!(page.device.identity, Some(identity("second")));
        assert!(page.device.events().iter().all(|stored| !stored.purposes.has(Personalization)));
        assert!(page.told().iter().any(|told| told == "purge personalization"));
    }
}

#[test]
fn a_store_that_is_read_anew_on_the_way_back_is_open() {
    let mut page = slow(Device::default());
    grant(&mut page, Measurement, "first");
    let loaded = Loaded { grown: true, identity: Some(identity("first")), ..Loaded::default() };
    page.give(|at| vitrine_core::Input::Loaded { at, loaded });
    assert_eq!(page.engine.mode(), Some(Mode::Full));
}
