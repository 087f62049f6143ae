"""The round trip of the remedy: is the request as it should be really as it should be?

    python -m tests.core.diagnosis.remedy

For each mistake, planted and recorded, the block that `explain` shows is read back, completed by the gateway's own
signer and given to the sandbox, which judges by lines of its own. The mistakes that were named must be gone. Where the
block is left out, there is a reason. Exits with 1 when a block is refused, or more than 5 % are left out.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation, Transport
from proxy.core.diagnosis.mending.corrected import NOW
from proxy.core.diagnosis.mending.mends import NOTHING
from proxy.core.findings import Diagnosis, Strength, Verdict
from proxy.core.secret import STARS, Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.signing.payload import prepare
from proxy.core.signing.signer import finish, sign
from proxy.core.wire import RawRequest, body_kind
from proxy.sandbox import Sandbox, verify
from proxy.sandbox.checks import Case, examine
from proxy.sandbox.keys import SandboxKey
from proxy.sandbox.refusals import Refusal
from proxy.sandbox.tables import TABLE
from proxy.sandbox.wire import Received
from tests.core.diagnosis import planting, recorded

NOW_MS = 1_777_000_000_000
API_KEY = "remedytest" + "A" * 54
SECRET = "remedytestsecret" + "b" * 48
KEY = SandboxKey(API_KEY, "hmac", SECRET)
SIGNING = HmacKey(Secret(SECRET.encode()))
MOST_LEFT_OUT = 0.05


@dataclass(frozen=True)
class Outcome:
    """`refused`: what the sandbox, or the second look, has against it. Both empty: accepted."""

    label: str
    block: str
    left_out: str = ""
    refused: str = ""


def planted(seeds: range) -> Iterator[tuple[str, Observation]]:
    for seed in seeds:
        for mistake in planting.MISTAKES:
            yield mistake.rule, planting.planted(mistake, seed).observation()
        for rule, plan in (*planting.on_wire_plans(seed), *planting.websocket_plans(seed)):
            yield rule, plan.observation()
        yield from planting.refused_though_right(seed)


def recorded_mistakes() -> Iterator[tuple[str, Observation]]:
    for case in recorded.requests():
        if case["label"] != "ok":
            yield case["label"], recorded.observation_of(case)


def _is_of_the_account(diagnosis: Diagnosis, label: str) -> bool:
    """Named, though without a control call it is only possible: nothing in the request has to change."""
    return label.startswith("perm-") and diagnosis.findings[0].rule == label


def outcome(label: str, observation: Observation) -> Outcome:
    diagnosis = engine.diagnose(observation)
    if diagnosis.corrected is None:
        account = diagnosis.verdict is Verdict.UNKNOWN and _is_of_the_account(diagnosis, label)
        return Outcome(label, "", NOTHING if account else diagnosis.left_out or "no reason is given")
    websocket = observation.transport is Transport.WEBSOCKET
    completed = frame_of(diagnosis.corrected) if websocket else request_of(diagnosis.corrected)
    refused = frame_refusal(completed) if websocket else refusal(completed)
    return Outcome(
        label,
        diagnosis.corrected,
        refused=refused or "; ".join(still(diagnosis, completed, websocket=websocket)),
    )


def request_of(block: str) -> RawRequest:
    """The block with key, time and signature, by the gateway's signer."""
    head, _, body = block.partition("\n\n")
    line, *rest = head.split("\n")
    method, target = line.split(" ", 1)
    fields = [tuple(header.split(": ", 1)) for header in rest]
    headers = tuple((name.encode(), text.replace(STARS, API_KEY).encode()) for name, text in fields)
    label = next((text for name, text in headers if name == b"Content-Type"), None)
    path, _, query = target.encode().partition(b"?")
    endpoint = Catalogue.builtin().find(method, path.decode())
    needs = endpoint.needs if endpoint else Needs.SIGNED
    octets = body.encode()
    prepared = prepare(query, octets, body_kind(octets, label), signed=needs is Needs.SIGNED)
    if needs is Needs.SIGNED:
        done = sign(method, path, prepared, SIGNING, timestamp_ms=NOW_MS, recv_window_ms=5000)
    else:
        done = finish(method, path, prepared, needs)
    return RawRequest(method, done.target, headers, done.body)


def refusal(request: RawRequest) -> str:
    """What the sandbox has against it, before it would be carried out; empty if nothing."""
    received = Received(request.method, request.target, request.headers, request.body, "127.0.0.1")
    try:
        examine(Sandbox(now_ms=lambda: NOW_MS, keys=[KEY]), TABLE, Case(received, NOW_MS))
    except Refusal as refused:
        return f"{refused.status} {refused.code} {refused.msg[:80]}"
    return ""


def frame_of(block: str) -> RawRequest:
    """The frame with key, time and signature; its payload by a few own lines, as the gateway has no frames."""
    frame = json.loads(
        block.replace(NOW, str(NOW_MS)).replace(f'"apiKey":"{STARS}"', f'"apiKey":"{API_KEY}"')
    )
    frame["params"]["signature"] = SIGNING.sign(payload_of(frame["params"]))
    return RawRequest("GET", b"/ws-api/v3", (), json.dumps(frame).encode())


def payload_of(params: dict[str, object]) -> bytes:
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "signature").encode()


def frame_refusal(request: RawRequest) -> str:
    params = json.loads(request.body)["params"]
    if params["apiKey"] != API_KEY or params["timestamp"] != NOW_MS:
        return "key or time is not where it belongs"
    return "" if verify.covers(KEY, payload_of(params), params["signature"]) else "the signature does not fit"


def still(diagnosis: Diagnosis, request: RawRequest, *, websocket: bool) -> list[str]:
    """The mistakes that were named and are seen in the completed request as well."""
    named = {one.rule for one in diagnosis.findings if one.strength is not Strength.POSSIBLE}
    host = (request.header(b"host") or b"").decode()
    again = engine.diagnose(
        Observation(
            request,
            host or None,
            Transport.WEBSOCKET if websocket else Transport.REST,
            keys=(KnownKey("remedy", API_KEY, SIGNING),),
            exchange_ms=NOW_MS,
        )
    )
    seen = {one.rule for one in again.findings if one.strength is not Strength.POSSIBLE}
    return [f"{rule} is still there" for rule in sorted(named & seen)]


def shown(title: str, found: list[Outcome]) -> None:
    left = Counter(f"{one.label}: {one.left_out}" for one in found if one.left_out)
    bad = [one for one in found if one.refused]
    accepted = len(found) - left.total() - len(bad)
    print(
        f"{title}: {len(found)} cases, {accepted} blocks accepted, {len(bad)} refused, {left.total()} left out"
    )
    for reason, count in left.most_common():
        print(f"   {count} left out   {reason}")
    for one in bad:
        print(f"   REFUSED  {one.label}: {one.refused}\n{one.block}")


def main() -> int:
    found: list[Outcome] = []
    for title, cases in (("planted", planted(range(6))), ("recorded", recorded_mistakes())):
        some = [outcome(label, observation) for label, observation in cases]
        shown(title, some)
        found += some
    theirs = sum(one.left_out == NOTHING for one in found)
    left = sum(bool(one.left_out) for one in found) - theirs
    refused = sum(bool(one.refused) for one in found)
    share = left / (len(found) - theirs)
    print(
        f"all: {len(found) - theirs} mistakes in requests: {len(found) - theirs - left - refused} blocks accepted by the"
        f" sandbox, {refused} refused, {left} left out with a reason ({share:.1%}, at most {MOST_LEFT_OUT:.0%});"
        f" {theirs} refusals more for which the request was not to blame"
    )
    return int(refused > 0 or share > MOST_LEFT_OUT)


if __name__ == "__main__":
    sys.exit(main())
