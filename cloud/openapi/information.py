"""What `/openapi.json` says of the API as a whole."""

VERSION = "1"
"""Of the API, not of the product: it changes when a client would have to."""
INFO = {
    "title": "Vizora",
    "version": VERSION,
    "summary": "Screens, what they show, and what they showed.",
    "description": "JSON in camelCase; instants are RFC 3339 in UTC, durations in milliseconds (`…Ms`), sizes in "
    "bytes, ids UUIDs. Every answer has an `X-Request-Id`. What says no is an RFC 9457 problem with a `code`, and each "
    "operation lists the codes of its answers in `x-codes`; `x-access` is the least role that may call it.",
    "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
}
TAGS = {
    "analytics": "What was shown, where and for how long, and which screens were in touch.",
    "api-tokens": "Tokens for programs.",
    "audit-logs": "Who changed what.",
    "auth": "Signing up, in and out, and one's own account.",
    "billing": "What is paid for, by Stripe.",
    "content": "Pictures, films, documents, web pages and texts.",
    "device": "What a screen calls, with its own token.",
    "devices": "Screens: adding, naming, asking, commanding.",
    "events": "What happens, as Server-Sent Events.",
    "layouts": "Zones, each with a playlist.",
    "organization": "The organization, and what it uses.",
    "pairing": "How a new screen gets its token.",
    "playlists": "What is played one after another.",
    "publish": "What goes over everything else, at once.",
    "realtime": "The two WebSockets.",
    "schedules": "What is on when.",
    "server": "The server itself.",
    "tags": "Names for groups of screens and of content.",
    "uploads": "Uploads that can be taken up again: tus 1.0.",
    "users": "Who belongs to the organization, and who is invited.",
    "watch": "What a screen shows, for a browser that shows it too.",
}
