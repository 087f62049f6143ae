"""What a reader found in a text: one request, and what the text does and does not say about it."""

from dataclasses import dataclass
from enum import StrEnum

from proxy.core.diagnosis.examination.observation import AnswerSeen, Transport
from proxy.core.redaction import ForeignFlow, ForeignIntent
from proxy.core.wire import RawRequest


class UnreadableError(Exception):
    """The text is none of the forms that are understood. Never holds a word of the text."""


class Part(StrEnum):
    """A part of a request that a text may leave open."""

    METHOD = "method"
    PATH = "path"
    PARAMETERS = "parameters"  # some of them: the text ends, or has a place for them that is not filled in
    BODY = "body"
    SIGNATURE = "signature"
    VALUE = "value"  # some values: words stand in their place
    END = "end"  # the text ends with what was sent, so more may have followed it


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request as octets, raw.

    `gaps` name parts of the request that the text does not hold; with a gap nothing is judged, because a
    right request would look wrong. `unseen` are parts that this form, or this text, cannot show: from their
    absence nothing follows. `remarks` are what the reader noticed. Gaps and remarks are safe to show.
    """

    request: RawRequest
    form: str  # "curl command", "HAR entry" ...
    host: str | None = None  # lower case, without port; None when the text does not say
    port: int | None = None
    transport: Transport = Transport.REST
    answer: AnswerSeen | None = None
    started_ms: int | None = None  # the sender's clock, Unix ms; the exchange's own clock goes before it
    headers_seen: bool = True  # False: a form without headers, such as a URL
    key_seen: bool = True  # False: the X-MBX-APIKEY header is there, its value came from a shell variable
    unseen: frozenset[Part] = frozenset()
    variant: RawRequest | None = None  # what another version of the same tool would have sent
    gaps: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    fault: str | None = None  # why no answer came, where the text tells it; a sentence of our own
    record: ForeignFlow | ForeignIntent | None = (
        None  # the journal's; then `request` holds stand-ins for values
    )
