//! `--watch`: the site file is published again whenever it changes.

use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::app::Shared;

/// Editors write in several steps: the file is read when they have paused this long.
const SETTLE: Duration = Duration::from_millis(30);

/// Follows the site file. The watcher must be kept; the task publishes.
///
/// # Errors
/// What the system says about watching the folder.
pub fn follow(app: Shared) -> notify::Result<(RecommendedWatcher, JoinHandle<()>)> {
    let changed = std::sync::Arc::new(Notify::new());
    let tell = changed.clone();
    let name = app.file.file_name().map(std::ffi::OsStr::to_owned);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let ours = |event: &notify::Event| event.paths.iter().any(|path| path.file_name() == name.as_deref());
        if event.is_ok_and(|event| !event.kind.is_access() && ours(&event)) {
            tell.notify_one();
        }
    })?;
    // The folder, not the file: editors replace files by renaming over them.
    let folder = app.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    let task = tokio::spawn(async move {
        loop {
            changed.notified().await;
            while tokio::time::timeout(SETTLE, changed.notified()).await.is_ok() {}
            if let Err(error) = app.publish().await {
                tracing::error!(%error, "the site file was not published; the last good one is still served");
            }
        }
    });
    Ok((watcher, task))
}
