//! `POST /v1/visitor/stream`: what changed, never content. One open request a browser; nothing is polled.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval_at};
use vitrine_wire::Code;
use vitrine_wire::http::{Failure, VisitorRequest};

use super::visitor::{named, read};
use crate::app::Shared;
use crate::error::{HttpError, HttpResult};
use crate::hub::Versions;
use crate::publish::Published;

/// How often a stream without news says that it lives.
const PING: Duration = Duration::from_secs(25);

/// Opens a visitor's stream.
#[utoipa::path(post, path = "/v1/visitor/stream", tag = "visitor", request_body = VisitorRequest,
    responses((status = 200, content_type = "text/event-stream",
            description = "`bundle {sequence, hash}`, `profile {version}`, `choice {version}`, `ping` every 25 s; `id` resumes by `last` or Last-Event-ID"),
        (status = 403, description = "Personalization is not allowed", body = Failure), (status = 404, body = Failure)))]
pub async fn open(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<Response> {
    let asked: VisitorRequest = read(&headers, sent).await?;
    let holder = named(&app, &asked).await?;
    if !holder.personalization {
        return Err(HttpError::new(StatusCode::FORBIDDEN, Code::NoConsent));
    }
    // Watch first, read then: a change between the two is seen by the watch.
    let versions = app.hub.watch(holder.node, Versions { choice: holder.choices, ..Versions::default() });
    let person = app.db.person(app.site, holder.node).await?.ok_or_else(HttpError::visitor)?;
    let last = asked.last.or_else(|| headers.get("last-event-id")?.to_str().ok().map(str::to_owned));
    let mut timer = interval_at(tokio::time::Instant::now() + PING, PING);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let feed = Feed {
        versions,
        bundle: app.bundle.subscribe(),
        stopping: app.stopping.subscribe(),
        timer,
        at_least: person.version,
        told: Told::parse(last.as_deref().unwrap_or_default()),
        waiting: VecDeque::new(),
    };
    let mut response = Sse::new(feed.run()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    // Proxies that buffer would hold the news back.
    response.headers_mut().insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    Ok(response)
}

/// What a stream's reader knows; written as the `id` of each message.
#[derive(Debug, Clone, Default, PartialEq)]
struct Told {
    bundle: Option<(u64, String)>,
    profile: Option<i64>,
    choice: Option<i64>,
}

impl Told {
    fn parse(id: &str) -> Told {
        let mut parts = id.split('.');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (sequence, hash, profile, choice) = (part(), part(), part(), part());
        Told {
            bundle: sequence.and_then(|s| s.parse().ok()).zip(hash.map(str::to_owned)),
            profile: profile.and_then(|p| p.parse().ok()),
            choice: choice.and_then(|c| c.parse().ok()),
        }
    }

    fn id(&self) -> String {
        let (sequence, hash) = self.bundle.clone().unwrap_or_default();
        format!("{sequence}.{hash}.{}.{}", self.profile.unwrap_or_default(), self.choice.unwrap_or_default())
    }
}

struct Feed {
    versions: watch::Receiver<Versions>,
    bundle: watch::Receiver<Option<Arc<Published>>>,
    stopping: watch::Receiver<bool>,
    timer: Interval,
    at_least: i64,
    told: Told,
    waiting: VecDeque<Event>,
}

impl Feed {
    fn run(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures_util::stream::unfold(self, |mut feed| async move {
            loop {
                if let Some(event) = feed.waiting.pop_front() {
                    return Some((Ok(event), feed));
                }
                if feed.over() {
                    return None;
                }
                if !feed.tell() {
                    feed.wait().await;
                }
            }
        })
    }

    fn over(&self) -> bool {
        *self.stopping.borrow() || self.versions.borrow().over
    }

    /// Queues what the reader does not know yet. Whether there was any.
    fn tell(&mut self) -> bool {
        let versions = *self.versions.borrow_and_update();
        let bundle =
            self.bundle.borrow_and_update().as_ref().map(|published| (published.sequence, published.hash.clone()));
        let profile = Some(versions.profile.max(self.at_least));
        let mut news = Vec::new();
        if let Some((sequence, hash)) = bundle.filter(|now| self.told.bundle.as_ref() != Some(now)) {
            news.push(("bundle", json!({"sequence": sequence, "hash": hash})));
            self.told.bundle = Some((sequence, hash));
        }
        if self.told.profile != profile {
            news.push(("profile", json!({"version": profile})));
            self.told.profile = profile;
        }
        if self.told.choice != Some(versions.choice) {
            news.push(("choice", json!({"version": versions.choice})));
            self.told.choice = Some(versions.choice);
        }
        let id = self.told.id();
        // The id is on the last alone: who reads half of it is told the whole again.
        let count = news.len();
        self.waiting.extend(news.into_iter().enumerate().map(|(n, (name, data))| {
            let event = Event::default().event(name).data(data.to_string());
            if n + 1 == count { event.id(&id) } else { event }
        }));
        count > 0
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.versions.changed() => {}
            _ = self.bundle.changed() => {}
            _ = self.stopping.changed() => {}
            _ = self.timer.tick() => self.waiting.push_back(Event::default().event("ping").data("{}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_was_told() {
        let told = Told { bundle: Some((3, "ab12".into())), profile: Some(7), choice: Some(2) };
        assert_eq!(Told::parse(&told.id()), told);
        for strange in ["", "....", "x.y.z", "1"] {
            assert_eq!(Told::parse(strange).profile, None, "{strange}");
        }
    }
}
