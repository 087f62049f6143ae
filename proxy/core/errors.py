"""What can go wrong, by whose fault: ours, the caller's, the upstream's. Each error says what to do next.

An error *answer* of Binance is a normal response and not among these.
"""

from dataclasses import dataclass
from enum import StrEnum


class Execution(StrEnum):
    """What is known of a request at the exchange, told in `X-Gateway-Execution`."""

    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    ANSWERED = "answered"

    @classmethod
    def after(cls, status: int) -> "Execution":
        """What an answer's status says of it: any 5xx leaves the outcome open, whatever its text, and so does the 408
        with which futures hosts give up on their own back end (-1007 in the error code pages)."""
        return cls.UNKNOWN if status >= 500 or status == 408 else cls.ANSWERED


class GatewayError(Exception):
    """Base of all errors of ours. `hint` says what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(GatewayError):
    """The configuration or a credential cannot be used: exit code 3."""


class UsageError(GatewayError):
    """The command line cannot be used: exit code 2."""


class RedactionError(GatewayError):
    """A flow could not be made safe: it is not recorded, and the drop is counted."""


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """What a policy lacks to let something through: one more item of one of its lists.

    `group`: as people write it, `policy` or `clients.NAME.policy`. `present`: what counts where the file has no
    such list.
    """

    group: str
    setting: str
    added: str
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A negative decision of ours, as data: one place turns it into an answer.

    `token` is stable and machine-readable; `message` says what is wrong and what to do next, and never
    echoes input. `headers` are extra answer headers (Allow, Retry-After), `fields` extra fields of its body.
    `remedy`: the line of a policy that would let it through.
    """

    status: int
    token: str
    message: str
    execution: Execution = Execution.NOT_SENT
    headers: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, object], ...] = ()
    remedy: PolicyLine | None = None

    @property
    def code(self) -> int:
        """Binance-shaped negative code: -99 followed by the HTTP status, outside Binance's own range."""
        return -(99_000 + self.status)


class RefusedError(GatewayError):
    """A refusal on its way to the caller: the way of a request ends where it is raised."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class UpstreamError(RefusedError):
    """The upstream gave no usable answer. Carries what is known of the execution."""

    def __init__(self, refusal: Refusal, stage: str, detail: str = "", reason: str = "") -> None:
        super().__init__(refusal)
        self.stage = stage  # dns | connect | tls | send | head | body
        self.detail = detail  # class of the underlying fault, never its text
        self.reason = reason  # for people, in words of our own: "name not found"; "" where no more is known
