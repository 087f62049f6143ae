"""The client's own signature, made with its virtual secret: is it right, and if not, why?

Under `repair` a wrong one changes nothing for the client: the request is signed anew with the real key, and what was
wrong is recorded, found off the path. Under `require` it is refused with the diagnosis as the reason.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec
import structlog
from msgspec.structs import replace

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.errors import Refusal, RefusedError
from proxy.core.findings import Finding, SignatureState, Strength
from proxy.core.flow import Flow
from proxy.core.signing import PublicKey, SigningKey, signature_payload
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import (
    BodyKind,
    RawRequest,
    body_kind,
    last_signature,
    percent_decoded,
    without_signatures,
)
from proxy.diagnosis.live import new_examination, sentence
from proxy.diagnosis.scheduler import DiagnosisScheduler
from proxy.runtime.background_imports import BackgroundImports
from proxy.runtime.clock import LocalClock

if TYPE_CHECKING:
    from proxy.core.diagnosis.examination.engine import Examination

_LOG: Final = structlog.get_logger("diagnosis")

_SHORT_SECONDS: Final = 0.025
_REFUSAL_SECONDS: Final = 0.25
_WHOLE_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 60.0
"""A client that signs wrongly does so on every request; the long search is made once a minute for each endpoint, so
that its mistake costs the others little."""

NOT_CHECKED: Final = Refusal(
    401, "client_signature_invalid", "the signature could not be checked; send the request again"
)
_NO_TIME: Final = "why was not found in the time there is"
_UNEXPLAINED: Final = "no known mistake explains it"
_REMEDY: Final = (
    "Sign with the secret that was shown with this key; if it is lost, `signing-proxy clients rotate NAME` makes a "
    "new pair. A client that cannot sign needs `signature: repair`"
)
_WRONG: Final = Finding(
    "client-signature-wrong",
    Strength.PROVEN,
    "The client's own signature does not fit its virtual secret; the gateway signed the request anew.",
    "Look at the other findings for the reason. Without the gateway Binance would answer -1022.",
)
_MISSING: Final = Finding(
    "client-signature-missing",
    Strength.POSSIBLE,
    "The client did not sign; the gateway did.",
    "Nothing to do. With `signature: require` this request would be refused.",
)


def own_signature(request: RawRequest, key: SigningKey | PublicKey) -> SignatureState:
    """Whether the last signature that a request brings fits its octets as they came in."""
    kind = body_kind(request.body, request.header(b"content-type"))
    parts = (request.query, request.body if kind is BodyKind.FORM else b"")
    found = [value for part in parts if (value := last_signature(part)) is not None]
    if not found or not found[-1]:
        return SignatureState.ABSENT
    text = percent_decoded(found[-1]).decode("latin-1")
    right = key.verify(signature_payload(*map(without_signatures, parts)), text)
    return SignatureState.VALID if right else SignatureState.INVALID


class SignatureCheck(msgspec.Struct):
    """Checks flows of clients whose virtual secret is known. `others`: the secrets of all clients."""

    local: LocalClock
    others: Callable[[], tuple[KnownKey, ...]]
    background: BackgroundImports
    scheduler: DiagnosisScheduler
    _searched: dict[tuple[str, str], float] = msgspec.field(default_factory=dict)

    async def require(self, flow: Flow, own: KnownKey) -> None:
        """Under `require`: raises RefusedError for a client that did not sign right, or where nobody can tell."""
        try:
            refusal = await self.refusal(flow, own)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
            refusal = NOT_CHECKED
        if refusal is not None:
            raise RefusedError(refusal)

    async def refusal(self, flow: Flow, own: KnownKey) -> Refusal | None:
        """None for a right signature, else 401 with the sentence that says why."""
        if own.signing is None or _state(flow, own) is SignatureState.VALID:
            return None
        seconds = _REFUSAL_SECONDS if self._due(flow) else _SHORT_SECONDS
        if not await self.background.wait_loaded(seconds):
            return _refused(_NO_TIME)
        examination = new_examination(self._observation(flow, own))
        await self.scheduler.run_within(examination, seconds)
        flow.diagnosis = examination.best()
        said = sentence(flow.diagnosis)
        return _refused(_why(examination), headers=(("X-Gateway-Diagnosis", said),) if said else ())

    def note_signature(self, flow: Flow) -> bool:
        """Under `repair`, after the answer: note a missing or wrong signature. Whether a search is worth while."""
        own = flow.client_key
        if own is None or flow.refusal is not None:
            return False
        match _state(flow, own):
            case SignatureState.ABSENT:
                flow.findings.append(_MISSING)
            case SignatureState.INVALID:
                flow.findings.append(_WRONG)
                return self._due(flow)
        return False

    async def explain(self, flow: Flow) -> None:
        """Add what the client's own signature was made from, off the path and in slices."""
        assert flow.client_key is not None
        await self.background.load()
        examination = new_examination(self._observation(flow, flow.client_key))
        await self.scheduler.run_in_background(examination, _WHOLE_SECONDS)
        flow.findings += [
            replace(finding, facts=(*finding.facts, ("request", "as the client sent it")))
            for finding in examination.best().findings
            if finding.proof is not None and finding.strength is Strength.PROVEN
        ]

    def _due(self, flow: Flow) -> bool:
        assert flow.endpoint is not None
        place, now = (flow.client_name or "", flow.endpoint.name), self.local.monotonic()
        if now - self._searched.get(place, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
            return False
        self._searched[place] = now
        return True

    def _observation(self, flow: Flow, own: KnownKey) -> Observation:
        return Observation(
            request=flow.client,
            keys=(own, *(key for key in self.others() if key.name != own.name)),
            exchange_ms=flow.clock.exchange_ms if flow.clock else flow.started_ms,
        )


def _why(examination: "Examination") -> str:
    from proxy.core.diagnosis.examination.report import header_sentence  # noqa: PLC0415  # loaded with the engine

    findings = examination.best().findings
    if findings:
        return header_sentence(findings[0])
    return _UNEXPLAINED if examination.done else _NO_TIME


def _refused(why: str, headers: tuple[tuple[str, str], ...] = ()) -> Refusal:
    says = (
        f"the signature is not the one that this client's virtual secret makes: {why.rstrip('.')}. {_REMEDY}"
    )
    return Refusal(401, "client_signature_invalid", says, headers=headers)


def _state(flow: Flow, own: KnownKey) -> SignatureState:
    assert own.signing is not None
    return own_signature(flow.client, own.signing)
