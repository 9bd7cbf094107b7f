//! Consent as types: what needs a purpose takes a [`Granted`] capability, and only the gate can make one.

pub mod admit;
pub mod alone;
pub mod choices;
mod ga4;

use std::marker::PhantomData;
use vitrine_wire::{ConsentState, Purpose, PurposeSet};

/// Persistent storage of anything: any purpose.
#[derive(Debug)]
pub enum Store {}
/// History, traits and segments on the device: personalization.
#[derive(Debug)]
pub enum Profile {}
/// A personalised variant: the experience's purpose.
#[derive(Debug)]
pub enum Render {}
/// A stable id for splits and holdouts: experiments.
#[derive(Debug)]
pub enum Split {}
/// Queueing and sending events: measurement.
#[derive(Debug)]
pub enum Collect {}
/// The profile from the backend and the stream: personalization.
#[derive(Debug)]
pub enum Sync {}

/// A live permission. Dead as soon as any purpose is taken back: whoever waited must ask again ([`Gate::alive`]).
#[derive(Debug)]
pub struct Granted<C> {
    generation: u32,
    capability: PhantomData<fn() -> C>,
}

impl<C> Granted<C> {
    /// The consent generation it belongs to; compare with [`Gate::generation`].
    pub const fn generation(&self) -> u32 {
        self.generation
    }
}

impl<C> Clone for Granted<C> {
    fn clone(&self) -> Self {
        Granted { generation: self.generation, capability: PhantomData }
    }
}

/// An event that may serve capability `C`. The profile and the queue accept nothing else.
#[derive(Debug)]
pub struct Admitted<C, E> {
    inner: E,
    capability: PhantomData<fn() -> C>,
}

impl<C, E> Admitted<C, E> {
    /// What was admitted.
    pub fn get(&self) -> &E {
        &self.inner
    }

    /// What was admitted, to keep.
    pub fn into_inner(self) -> E {
        self.inner
    }
}

/// A capability and the purpose that it needs.
pub trait Needs {
    /// Whether these granted purposes are enough.
    fn enough(granted: PurposeSet) -> bool;
}

macro_rules! needs {
    ($($capability:ty => $purpose:ident,)*) => {
        $(impl Needs for $capability {
            fn enough(granted: PurposeSet) -> bool { granted.has(Purpose::$purpose) }
        })*
    };
}

needs! {
    Profile => Personalization,
    Split => Experiments,
    Collect => Measurement,
    Sync => Personalization,
}

impl Needs for Store {
    fn enough(granted: PurposeSet) -> bool {
        !granted.is_empty()
    }
}

/// The state of every purpose and the only maker of capabilities.
#[derive(Debug, Default)]
pub struct Gate {
    states: [ConsentState; 4],
    generation: u32,
}

impl Gate {
    /// The state of a purpose.
    pub fn state(&self, purpose: Purpose) -> ConsentState {
        self.states.get(purpose as usize).copied().unwrap_or_default()
    }

    /// The granted purposes.
    pub fn granted(&self) -> PurposeSet {
        Purpose::ALL.into_iter().filter(|p| self.state(*p) == ConsentState::Granted).collect()
    }

    /// Raised whenever a granted purpose ceases to be.
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Sets a purpose's state; a loss of a grant kills every capability handed out before.
    pub fn set(&mut self, purpose: Purpose, state: ConsentState) {
        let Some(slot) = self.states.get_mut(purpose as usize) else { return };
        if *slot == ConsentState::Granted && state != ConsentState::Granted {
            self.generation = self.generation.wrapping_add(1);
        }
        *slot = state;
    }

    /// A capability, if its purpose is granted now.
    pub fn ask<C: Needs>(&self) -> Option<Granted<C>> {
        C::enough(self.granted()).then(|| self.make())
    }

    /// The capability to render under an experience's purpose.
    pub fn ask_render(&self, purpose: Purpose) -> Option<Granted<Render>> {
        self.granted().has(purpose).then(|| self.make())
    }

    /// Lets something serve a capability, if its purpose is granted now.
    pub fn admit<C: Needs, E>(&self, inner: E) -> Result<Admitted<C, E>, E> {
        if C::enough(self.granted()) { Ok(Admitted { inner, capability: PhantomData }) } else { Err(inner) }
    }

    /// Whether a capability is still good.
    pub const fn alive<C>(&self, granted: &Granted<C>) -> bool {
        granted.generation == self.generation
    }

    fn make<C>(&self) -> Granted<C> {
        Granted { generation: self.generation, capability: PhantomData }
    }
}
