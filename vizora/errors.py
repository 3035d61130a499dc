"""One tree of errors, divided by who can act on them."""


class VizoraError(Exception):
    """Anything this product says on purpose. The text names the thing, the fault and what is allowed."""


class PublisherError(VizoraError):
    """Whoever makes or publishes content can mend it: a damaged file, a bad cron expression."""


class NetworkError(VizoraError):
    """The network or the far side failed; trying again later is right."""


class HardwareError(VizoraError):
    """The machine failed: disk full, card read-only, no display."""


class OperatorError(VizoraError):
    """Whoever runs the machine can mend it: a wrong setting, a taken port, an unwritable folder."""


class TrustError(VizoraError):
    """A document was refused: not signed by a trusted key, not for this screen, or older than what is known."""
