"""One flow: a request and everything that came of it, raw. It lives in memory only; what is stored or shown
is made of it by `core.redaction`.
"""

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.errors import Execution, Refusal, UpstreamError
from proxy.core.findings import Diagnosis, Finding
from proxy.core.refusal_loops import Kind
from proxy.core.signing import KeyType, PreparedRequest, SignedRequest
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import Header, RawRequest, first_value


class KeyInfo(msgspec.Struct, frozen=True):
    """The key that was used: name of the account, type, and the API key (redaction turns it into a tag)."""

    account: str
    key_type: KeyType
    api_key: str


class ClockReading(msgspec.Struct, frozen=True):
    """Exchange time for one signature, and how it was known."""

    exchange_ms: int
    offset_ms: float  # exchange minus local wall clock
    round_trip_ms: float | None  # of the sample that counts; None while only the local clock is known
    source: str  # exchange | local


class Answer(msgspec.Struct, frozen=True):
    """What the upstream answered. `body` is the captured beginning, as on the wire (maybe compressed)."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = b""
    body_octets: int = 0  # all that passed, captured or not
    complete: bool = True  # False: the answer broke off

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, its name compared without case; None when absent."""
        return first_value(self.headers, name)


class Timings(msgspec.Struct):
    """Instants on the monotonic clock in seconds; None where the flow did not come that far."""

    accepted: float
    permitted: float | None = None
    connected: float | None = None
    sent: float | None = None
    head: float | None = None  # head of the answer
    done: float | None = None


class Flow(msgspec.Struct):
    """Filled by the pipeline step by step; read by diagnosis and redaction afterwards."""

    request_id: str
    started_ms: int  # local wall clock, Unix ms
    client: RawRequest  # what came in
    timings: Timings
    environment: str = ""
    client_name: str | None = None  # a client with a virtual key; None: the anonymous local client
    client_key: KnownKey | None = None  # its virtual key, where its own signature can be checked
    key: KeyInfo | None = None
    endpoint: Endpoint | None = None
    upstream: str = ""  # scheme and host that it was sent to
    prepared: PreparedRequest | None = None
    sent: SignedRequest | None = None
    sent_headers: tuple[Header, ...] = ()
    clock: ClockReading | None = None
    attempts: int = 0
    weight: int | None = None  # request weight that it cost, as far as is known; None: nothing was sent
    shared: bool = False  # answered with what an identical public read brought
    connection_reused: bool | None = None
    answer: Answer | None = None
    refusal: Refusal | None = None
    fault_stage: str | None = None  # dns | connect | tls | send | head | body
    fault: str | None = None  # class of the fault, never its text
    execution: Execution = Execution.NOT_SENT
    outcome: str = ""  # of an unknown write: what the client's answer says of it
    counted: bool = False  # it took of what lasts: of a day's limit, or of what is done once
    counted_as: Kind | None = None  # a refusal that repeats others: counted with them, not recorded in full
    watched: bool = False  # whether its client takes the answer decides over a repeat: look closely
    client_gone: bool = False
    dry_run: bool = False
    timed: bool = False  # the caller wants to know where the time went
    findings: list[Finding] = msgspec.field(default_factory=list)
    diagnosis: Diagnosis | None = None

    @property
    def unknown_write(self) -> bool:
        """Whether it may have changed something, and nobody knows."""
        return self.execution is Execution.UNKNOWN and self.endpoint is not None and self.endpoint.mutates

    @property
    def may_have_executed(self) -> bool:
        """Whether what it took of the day's allowance stays used. A 4xx did nothing, but for 408, and 409: half a
        cancelReplace."""
        if self.execution is Execution.NOT_SENT:
            return False
        return self.answer is None or not 400 <= self.answer.status < 500 or self.answer.status in (408, 409)

    def failed(self, error: UpstreamError) -> None:
        """Note why there is no answer."""
        self.fault_stage, self.fault = error.stage, error.detail
        self.execution = error.refusal.execution

    def refused(self, refusal: Refusal, *, client_gone: bool) -> None:
        """Note a negative decision of ours."""
        self.refusal, self.execution = refusal, refusal.execution
        self.client_gone = self.client_gone or client_gone
