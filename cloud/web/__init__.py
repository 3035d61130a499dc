"""The web pages: drawn on the server from the public API's own answers, changed by the browser through the same API."""
