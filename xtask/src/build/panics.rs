//! A panic ends the wasm without a word: nobody hears what it would say, and its texts cost bytes.

use std::path::Path;

use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, FunctionBuilder, FunctionKind, Module};

/// Puts a trap in the place of what the standard library does to panic, and zeroes in that of where the code stands that may.
///
/// # Errors
/// The file is none that can be read or written.
pub fn silence(wasm: &Path) -> anyhow::Result<()> {
    let mut module = Module::from_file(wasm)?;
    for id in module.funcs.iter_local().map(|(id, _)| id).collect::<Vec<_>>() {
        let of = module.types.get(module.funcs.get(id).ty());
        if !of.results().is_empty() || !module.funcs.get(id).name.as_deref().is_some_and(panics) {
            continue;
        }
        let given = of.params().to_vec();
        let locals = given.iter().map(|&ty| module.locals.add(ty)).collect();
        let mut trap = FunctionBuilder::new(&mut module.types, &given, &[]);
        trap.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap.local_func(locals));
    }
    for id in module.data.iter().map(|data| data.id()).collect::<Vec<_>>() {
        let data = module.data.get_mut(id);
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind {
            forget_places(&mut data.value, start.unsigned_abs() as usize);
        }
    }
    module.emit_wasm_file(wasm)
}

/// Zeroes every `core::panic::Location` (the file's name, its length, line and column) and the names.
fn forget_places(data: &mut [u8], start: usize) {
    const WORD: usize = size_of::<u32>();
    let word = |data: &[u8], at: usize| {
        let bytes = data.get(at..at + WORD).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(usize::MAX, |bytes| u32::from_le_bytes(bytes) as usize)
    };
    let mut gone = Vec::new();
    for at in (start.next_multiple_of(WORD) - start..data.len()).step_by(WORD) {
        let (name, length) = (word(data, at), word(data, at + WORD));
        let Some(name) = name.checked_sub(start).map(|name| name..name.saturating_add(length)) else { continue };
        // A name is followed by a zero.
        let text = data.get(name.start..name.end.saturating_add(1)).and_then(|text| text.strip_suffix(b".rs\0"));
        if text.is_some_and(|text| text.iter().all(|byte| byte.is_ascii_graphic())) {
            gone.extend([name, at..at + 4 * WORD]);
        }
    }
    for place in gone {
        data.get_mut(place).into_iter().for_each(|bytes| bytes.fill(0));
    }
}

/// Whether a function of this name never comes back.
fn panics(name: &str) -> bool {
    // `core[5f3a]::…`, and methods as `<alloc[5f3a]::…`.
    let (owner, rest) = name.trim_start_matches('<').split_once('[').unwrap_or_default();
    ["core", "alloc", "std", "__rustc"].contains(&owner)
        && !rest.contains("panic_count")
        && (rest.contains("::panic")
            || ["fail", "failed", "handle_error", "_alloc_error", "error_handler", "rust_oom", "rust_begin_unwind"]
                .iter()
                .any(|end| rest.ends_with(end)))
}
