// Generated from crates/wire/src/code.rs by `cargo xtask build`.

/** Every code that a diagnostic or a dropped event may carry. */
export type Code =
  | "VT-NO-CONSENT"
  | "VT-OFF"
  | "VT-EVENT-UNDECLARED"
  | "VT-PROPERTY-UNDECLARED"
  | "VT-EVENT-NAME"
  | "VT-EVENT-TOO-LARGE"
  | "VT-EVENT-TOO-DEEP"
  | "VT-EVENT-VALUE"
  | "VT-ID"
  | "VT-ARGUMENT"
  | "VT-QUEUE-FULL"
  | "VT-QUEUE-EXPIRED"
  | "VT-STORE-FAILED"
  | "VT-STORE-DENIED"
  | "VT-STORE-NEWER"
  | "VT-STORE-CORRUPT"
  | "VT-LOAD-FAILED"
  | "VT-WASM-BLOCKED"
  | "VT-BUILD-MISMATCH"
  | "VT-TRAP"
  | "VT-DEADLINE"
  | "VT-BUNDLE-UNAVAILABLE"
  | "VT-BUNDLE-MALFORMED"
  | "VT-BUNDLE-SIGNATURE"
  | "VT-BUNDLE-KEY"
  | "VT-BUNDLE-SITE"
  | "VT-BUNDLE-OLD"
  | "VT-BUNDLE-EXPIRED"
  | "VT-BUNDLE-UNVERIFIED"
  | "VT-BUNDLE-NEWER"
  | "VT-PATTERN-LENGTH"
  | "VT-SELECTOR"
  | "VT-SELECTOR-EMPTY"
  | "VT-SLOT-MANY"
  | "VT-CATALOG"
  | "VT-ACTION-REFUSED"
  | "VT-ACTION-FAILED"
  | "VT-REDIRECT-LOOP"
  | "VT-PREVIEW"
  | "VT-UNDO-CONFLICT"
  | "VT-REVERTED"
  | "VT-OFFLINE"
  | "VT-REJECTED"
  | "VT-KEY"
  | "VT-ORIGIN"
  | "VT-ERASED"
  | "VT-PURPOSE-UNKNOWN"
  | "VT-CONSENT-UNMAPPED"
  | "VT-CONSENT-DISAGREE"
  | "VT-CONSENT-SILENT"
  | "VT-SLOT-UNKNOWN"
  | "VT-REQUEST"
  | "VT-SITE-FILE"
  | "VT-TWICE"
  | "VT-BODY-MALFORMED"
  | "VT-BODY-TOO-LARGE"
  | "VT-SITE-UNKNOWN"
  | "VT-VISITOR-UNKNOWN"
  | "VT-NOT-FOUND"
  | "VT-METHOD"
  | "VT-RATE-LIMIT"
  | "VT-BUSY"
  | "VT-INTERNAL";

/** What happened, and what to do about it. */
export const texts: Readonly<Record<Code, readonly [message: string, help: string]>> = {
  "VT-NO-CONSENT": ["the visitor has not allowed this purpose", "ask for consent first, or do not send the event"],
  "VT-OFF": ["the SDK is switched off on this page", "remove the stop switch to start it again"],
  "VT-EVENT-UNDECLARED": ["the site file declares no event of this name", "declare it under `events` and publish"],
  "VT-PROPERTY-UNDECLARED": ["a property that the site file does not declare was left out", "declare it under the event's `properties`"],
  "VT-EVENT-NAME": ["the event has no name", "give a non-empty string"],
  "VT-EVENT-TOO-LARGE": ["the event is larger than 32 KiB", "send less in `properties`"],
  "VT-EVENT-TOO-DEEP": ["the event is nested too deeply, has too many members or contains itself", "send a flat object"],
  "VT-EVENT-VALUE": ["the event contains a value that JSON cannot say", "send strings, numbers, booleans, arrays and objects"],
  "VT-ID": ["the id is empty or too long", "give a non-empty string of less than 100 characters"],
  "VT-ARGUMENT": ["the call's arguments are not of the documented type", "see the API page"],
  "VT-QUEUE-FULL": ["the queue on this device is full", "look why the backend does not accept events"],
  "VT-QUEUE-EXPIRED": ["an event could not be sent for 30 days and was dropped", "look why the backend does not accept events"],
  "VT-STORE-FAILED": ["the browser's storage refused a write", "nothing to do on the page: the SDK goes on in memory"],
  "VT-STORE-DENIED": ["the browser's storage cannot be used here", "nothing to do on the page: the SDK goes on in memory"],
  "VT-STORE-NEWER": ["a newer version of the SDK wrote this device's data", "load the same SDK version on all pages"],
  "VT-STORE-CORRUPT": ["data stored on this device could not be read", "nothing to do: it is set aside and written anew"],
  "VT-LOAD-FAILED": ["the SDK's code could not be loaded", "check that the SDK's address answers, with the type application/wasm for .wasm"],
  "VT-WASM-BLOCKED": ["the page's policy does not allow WebAssembly", "add 'wasm-unsafe-eval' to script-src"],
  "VT-BUILD-MISMATCH": ["the SDK's two files are of different builds", "publish all files of one version together"],
  "VT-TRAP": ["the SDK stopped after an internal error", "report it with the SDK's version"],
  "VT-DEADLINE": ["the SDK was not ready within the deadline", "check the network, or raise the deadline"],
  "VT-BUNDLE-UNAVAILABLE": ["the site's bundle could not be fetched", "check the endpoint and that the site is published"],
  "VT-BUNDLE-MALFORMED": ["the bundle is damaged or of an unknown format", "publish it again, or update the SDK"],
  "VT-BUNDLE-SIGNATURE": ["the bundle's signature does not verify", "check `verify` against `vitrine keys`"],
  "VT-BUNDLE-KEY": ["the bundle is signed with a key this page does not know", "add the public key to `verify`"],
  "VT-BUNDLE-SITE": ["the bundle belongs to another site", "check `site` and the endpoint"],
  "VT-BUNDLE-OLD": ["the bundle is older than the last one seen", "publish old content again under a new sequence"],
  "VT-BUNDLE-EXPIRED": ["the bundle's signature has expired", "publish it again; `serve` signs daily"],
  "VT-BUNDLE-UNVERIFIED": ["the bundle is used without checking its signature", "give `verify`, as printed by `vitrine keys`"],
  "VT-BUNDLE-NEWER": ["the bundle has parts that this SDK does not know", "update the SDK"],
  "VT-PATTERN-LENGTH": ["a text of over 8 KiB never matches a pattern", "shorten it, or test another property"],
  "VT-SELECTOR": ["a selector does not parse", "correct it in the site file"],
  "VT-SELECTOR-EMPTY": ["a selector matches nothing in the slot", "correct it in the site file or the page"],
  "VT-SLOT-MANY": ["more than 100 elements are this slot: the first 100 are changed", "mark or select fewer"],
  "VT-CATALOG": ["the catalogue could not be read, or not all of it", "see which line: it is JSON Lines, at most 10,000 items and 4 MiB"],
  "VT-ACTION-REFUSED": ["an action on a public price or an ignored element was refused", "prices are never rewritten: use an offer"],
  "VT-ACTION-FAILED": ["an action could not be applied", "see the message"],
  "VT-REDIRECT-LOOP": ["a redirect would lead to where the visitor is, or comes from", "let its condition leave out the page that it leads to"],
  "VT-PREVIEW": ["the preview link is not valid, not of this site or expired", "make another one with `vitrine preview`"],
  "VT-UNDO-CONFLICT": ["the page changed a value after the SDK did; the page's value was kept", "nothing to do"],
  "VT-REVERTED": ["the page keeps undoing a change; the SDK stopped applying it", "let the page render the slot itself, with `content`"],
  "VT-OFFLINE": ["the backend cannot be reached", "nothing to do: events are kept and sent later"],
  "VT-REJECTED": ["the backend refused events", "see the reason"],
  "VT-KEY": ["the write key is not valid for this site", "check `key`"],
  "VT-ORIGIN": ["this page's origin is not on the site's allow-list", "add it to `origins` in the site file"],
  "VT-ERASED": ["this visitor's data was erased", "nothing to do"],
  "VT-PURPOSE-UNKNOWN": ["no purpose of this name exists", "use measurement, personalization, experiments or marketing"],
  "VT-CONSENT-UNMAPPED": ["nothing that this consent source asks stands for personalization", "say what does in `consent.map`"],
  "VT-CONSENT-DISAGREE": ["two consent sources disagree; only the authority may grant", "name it in `consent.authority`"],
  "VT-CONSENT-SILENT": ["a consent source does not answer: it grants nothing", "look whether it loads"],
  "VT-SLOT-UNKNOWN": ["the site file has no slot of this name", "declare it under `slots` or correct the page"],
  "VT-REQUEST": ["the request is not understood", "send one JSON object a line, with `op` and `args`"],
  "VT-SITE-FILE": ["the site file does not compile", "run `vitrine check` and correct what it finds"],
  "VT-TWICE": ["the SDK is installed twice for this site", "remove one of the two"],
  "VT-BODY-MALFORMED": ["the request's body is not what this endpoint reads", "send the documented JSON, plain or gzip"],
  "VT-BODY-TOO-LARGE": ["the request's body is over a limit", "send at most 500 KiB and 2,500 events at once"],
  "VT-SITE-UNKNOWN": ["no site of this id is served here", "check `site` and the endpoint"],
  "VT-VISITOR-UNKNOWN": ["no visitor is known by this id and token", "register the visitor first"],
  "VT-NOT-FOUND": ["there is nothing at this address", "check the path"],
  "VT-METHOD": ["this address does not take this method", "see the API's description"],
  "VT-RATE-LIMIT": ["too many requests", "wait as long as `Retry-After` says"],
  "VT-BUSY": ["the server cannot take this now; nothing was stored", "send it again later"],
  "VT-INTERNAL": ["the server failed", "see the server's log"],
};
