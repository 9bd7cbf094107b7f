//! Stable codes for everything that can go wrong: one enum makes the errors page, the TypeScript union and the metrics label.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($(#[$about:meta])* $list:ident: $($(#[$doc:meta])* $name:ident = $code:literal, $message:literal, $help:literal;)*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $list { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        impl $list {
            /// Every code, in order of definition.
            pub const ALL: &[$list] = &[$($list::$name,)*];

            /// The stable text form, such as `VT-WASM-BLOCKED`.
            pub const fn as_str(self) -> &'static str { match self { $($list::$name => $code,)* } }

            /// One sentence: what happened.
            pub const fn message(self) -> &'static str { match self { $($list::$name => $message,)* } }

            /// One sentence: what to do about it.
            pub const fn help(self) -> &'static str { match self { $($list::$name => $help,)* } }
        }
    };
}

codes! {
    /// What went wrong, for machines. The text form never changes once released.
    Code:
    /// Consent for the event's purpose is not granted.
    NoConsent = "VT-NO-CONSENT", "the visitor has not allowed this purpose", "ask for consent first, or do not send the event";
    /// The SDK was switched off.
    Off = "VT-OFF", "the SDK is switched off on this page", "remove the stop switch to start it again";
    /// The event is not in the site file.
    EventUndeclared = "VT-EVENT-UNDECLARED", "the site file declares no event of this name", "declare it under `events` and publish";
    /// A property is not in the site file.
    PropertyUndeclared = "VT-PROPERTY-UNDECLARED", "a property that the site file does not declare was left out", "declare it under the event's `properties`";
    /// The event has no usable name.
    EventName = "VT-EVENT-NAME", "the event has no name", "give a non-empty string";
    /// Larger than 32 KiB.
    EventTooLarge = "VT-EVENT-TOO-LARGE", "the event is larger than 32 KiB", "send less in `properties`";
    /// Deeper than 16 levels, or with more than 4,096 members.
    EventTooDeep = "VT-EVENT-TOO-DEEP", "the event is nested too deeply, has too many members or contains itself", "send a flat object";
    /// Contains what JSON cannot say.
    EventValue = "VT-EVENT-VALUE", "the event contains a value that JSON cannot say", "send strings, numbers, booleans, arrays and objects";
    /// An id is empty, too long or not text.
    Id = "VT-ID", "the id is empty or too long", "give a non-empty string of less than 100 characters";
    /// A call had arguments of the wrong type.
    Argument = "VT-ARGUMENT", "the call's arguments are not of the documented type", "see the API page";
    /// The queue is full or the event too old.
    QueueFull = "VT-QUEUE-FULL", "the queue on this device is full", "look why the backend does not accept events";
    /// The event waited for 30 days.
    QueueExpired = "VT-QUEUE-EXPIRED", "an event could not be sent for 30 days and was dropped", "look why the backend does not accept events";
    /// The transaction was aborted.
    StoreFailed = "VT-STORE-FAILED", "the browser's storage refused a write", "nothing to do on the page: the SDK goes on in memory";
    /// Storage cannot be opened.
    StoreDenied = "VT-STORE-DENIED", "the browser's storage cannot be used here", "nothing to do on the page: the SDK goes on in memory";
    /// A newer SDK wrote the data.
    StoreNewer = "VT-STORE-NEWER", "a newer version of the SDK wrote this device's data", "load the same SDK version on all pages";
    /// Stored data does not parse.
    StoreCorrupt = "VT-STORE-CORRUPT", "data stored on this device could not be read", "nothing to do: it is set aside and written anew";
    /// The glue or wasm did not load.
    LoadFailed = "VT-LOAD-FAILED", "the SDK's code could not be loaded", "check that the SDK's address answers, with the type application/wasm for .wasm";
    /// WebAssembly is refused by the page's policy.
    WasmBlocked = "VT-WASM-BLOCKED", "the page's policy does not allow WebAssembly", "add 'wasm-unsafe-eval' to script-src";
    /// Glue and wasm are of different builds.
    BuildMismatch = "VT-BUILD-MISMATCH", "the SDK's two files are of different builds", "publish all files of one version together";
    /// The engine trapped.
    Trap = "VT-TRAP", "the SDK stopped after an internal error", "report it with the SDK's version";
    /// Nothing within the deadline.
    Deadline = "VT-DEADLINE", "the SDK was not ready within the deadline", "check the network, or raise the deadline";
    /// The bundle cannot be fetched.
    BundleUnavailable = "VT-BUNDLE-UNAVAILABLE", "the site's bundle could not be fetched", "check the endpoint and that the site is published";
    /// Not an envelope, cut short, or of an unknown format.
    BundleMalformed = "VT-BUNDLE-MALFORMED", "the bundle is damaged or of an unknown format", "publish it again, or update the SDK";
    /// The signature does not verify.
    BundleSignature = "VT-BUNDLE-SIGNATURE", "the bundle's signature does not verify", "check `verify` against `vitrine keys`";
    /// A key that the page does not know.
    BundleKey = "VT-BUNDLE-KEY", "the bundle is signed with a key this page does not know", "add the public key to `verify`";
    /// For another site.
    BundleSite = "VT-BUNDLE-SITE", "the bundle belongs to another site", "check `site` and the endpoint";
    /// Older than what this device has seen.
    BundleOld = "VT-BUNDLE-OLD", "the bundle is older than the last one seen", "publish old content again under a new sequence";
    /// Past its date.
    BundleExpired = "VT-BUNDLE-EXPIRED", "the bundle's signature has expired", "publish it again; `serve` signs daily";
    /// No key was given to verify with.
    BundleUnverified = "VT-BUNDLE-UNVERIFIED", "the bundle is used without checking its signature", "give `verify`, as printed by `vitrine keys`";
    /// An operator or action of a newer compiler.
    BundleNewer = "VT-BUNDLE-NEWER", "the bundle has parts that this SDK does not know", "update the SDK";
    /// A text that no pattern is run over.
    PatternLength = "VT-PATTERN-LENGTH", "a text of over 8 KiB never matches a pattern", "shorten it, or test another property";
    /// A selector does not parse.
    Selector = "VT-SELECTOR", "a selector does not parse", "correct it in the site file";
    /// Nothing matches a selector.
    SelectorEmpty = "VT-SELECTOR-EMPTY", "a selector matches nothing in the slot", "correct it in the site file or the page";
    /// More elements are a slot than the SDK changes.
    SlotMany = "VT-SLOT-MANY", "more than 100 elements are this slot: the first 100 are changed", "mark or select fewer";
    /// The file of the lists.
    Catalog = "VT-CATALOG", "the catalogue could not be read, or not all of it", "see which line: it is JSON Lines, at most 10,000 items and 4 MiB";
    /// Refused: a price or an ignored element.
    ActionRefused = "VT-ACTION-REFUSED", "an action on a public price or an ignored element was refused", "prices are never rewritten: use an offer";
    /// An action failed.
    ActionFailed = "VT-ACTION-FAILED", "an action could not be applied", "see the message";
    /// A redirect would lead in a circle.
    RedirectLoop = "VT-REDIRECT-LOOP", "a redirect would lead to where the visitor is, or comes from", "let its condition leave out the page that it leads to";
    /// A preview link is not valid.
    Preview = "VT-PREVIEW", "the preview link is not valid, not of this site or expired", "make another one with `vitrine preview`";
    /// Undo left the page's newer value.
    UndoConflict = "VT-UNDO-CONFLICT", "the page changed a value after the SDK did; the page's value was kept", "nothing to do";
    /// The page keeps undoing the change.
    Reverted = "VT-REVERTED", "the page keeps undoing a change; the SDK stopped applying it", "let the page render the slot itself, with `content`";
    /// The backend cannot be reached.
    Offline = "VT-OFFLINE", "the backend cannot be reached", "nothing to do: events are kept and sent later";
    /// The backend refused events for good.
    Rejected = "VT-REJECTED", "the backend refused events", "see the reason";
    /// The write key is not valid.
    Key = "VT-KEY", "the write key is not valid for this site", "check `key`";
    /// The page's address is not on the allow-list.
    Origin = "VT-ORIGIN", "this page's origin is not on the site's allow-list", "add it to `origins` in the site file";
    /// The visitor's own data was erased.
    Erased = "VT-ERASED", "this visitor's data was erased", "nothing to do";
    /// An unknown purpose.
    PurposeUnknown = "VT-PURPOSE-UNKNOWN", "no purpose of this name exists", "use measurement, personalization, experiments or marketing";
    /// A consent source has no category for personalization.
    ConsentUnmapped = "VT-CONSENT-UNMAPPED", "nothing that this consent source asks stands for personalization", "say what does in `consent.map`";
    /// Two consent sources say different things of one purpose.
    ConsentDisagree = "VT-CONSENT-DISAGREE", "two consent sources disagree; only the authority may grant", "name it in `consent.authority`";
    /// A consent source is there and says nothing.
    ConsentSilent = "VT-CONSENT-SILENT", "a consent source does not answer: it grants nothing", "look whether it loads";
    /// A slot that the site file does not know.
    SlotUnknown = "VT-SLOT-UNKNOWN", "the site file has no slot of this name", "declare it under `slots` or correct the page";
    /// A request to the conformance door that is none.
    Request = "VT-REQUEST", "the request is not understood", "send one JSON object a line, with `op` and `args`";
    /// A site file with errors.
    SiteFile = "VT-SITE-FILE", "the site file does not compile", "run `vitrine check` and correct what it finds";
    /// Two copies on one page.
    Twice = "VT-TWICE", "the SDK is installed twice for this site", "remove one of the two";
    /// The request's body does not parse.
    BodyMalformed = "VT-BODY-MALFORMED", "the request's body is not what this endpoint reads", "send the documented JSON, plain or gzip";
    /// The request's body is over a limit.
    BodyTooLarge = "VT-BODY-TOO-LARGE", "the request's body is over a limit", "send at most 500 KiB and 2,500 events at once";
    /// No site of this id is served here.
    SiteUnknown = "VT-SITE-UNKNOWN", "no site of this id is served here", "check `site` and the endpoint";
    /// Nothing is known under this id and token.
    VisitorUnknown = "VT-VISITOR-UNKNOWN", "no visitor is known by this id and token", "register the visitor first";
    /// No such endpoint.
    NotFound = "VT-NOT-FOUND", "there is nothing at this address", "check the path";
    /// The endpoint does not take this method.
    Method = "VT-METHOD", "this address does not take this method", "see the API's description";
    /// Too many requests.
    RateLimit = "VT-RATE-LIMIT", "too many requests", "wait as long as `Retry-After` says";
    /// The server cannot take more now.
    Busy = "VT-BUSY", "the server cannot take this now; nothing was stored", "send it again later";
    /// The server failed.
    Internal = "VT-INTERNAL", "the server failed", "see the server's log";
}

codes! {
    /// What only the operator is told, by the backend's log and the command line: no page carries these texts.
    OperatorCode:
    /// A database's URL has a scheme that nothing here reads.
    Database = "VT-DATABASE", "no database of this kind is supported", "give a path or sqlite:<path>; PostgreSQL is not built yet";
    /// The page showed a notice that the site never published: the record of the choice holds no wording.
    NoticeUnpublished = "VT-NOTICE-UNPUBLISHED", "a choice was recorded under a notice that was never published: its proof holds no wording", "write the version that pages name under `notices` with its text, or correct the page's `noticeVersion`";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_say_what_to_do() {
        let pages = Code::ALL.iter().map(|c| (c.as_str(), c.help()));
        let all: Vec<_> = pages.chain(OperatorCode::ALL.iter().map(|c| (c.as_str(), c.help()))).collect();
        let texts: HashSet<_> = all.iter().map(|(text, _)| text).collect();
        assert_eq!(texts.len(), all.len());
        assert!(all.iter().all(|(text, help)| text.starts_with("VT-") && !help.is_empty()));
    }
}
