//! The browser SDK: the only crate that touches a page. It turns what happens there into the engine's inputs, and the
//! engine's effects into changes of the page, the device's store and the network.

pub mod api;
mod clock;
mod config;
mod consent;
mod dom;
mod ids;
mod js;
mod net;
mod runtime;
mod sources;
mod store;
mod tabs;
mod value;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
