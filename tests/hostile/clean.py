"""What holds for every request that the exchange sees, whatever the client sent."""

import re
from functools import cache

from proxy.core.catalogue import Catalogue, Needs
from tests.support.gateway import API_KEY, API_SECRET
from tests.support.independent import hmac_covers, is_form, names
from tests.support.recording_upstream import Received

OUTGOING = frozenset(
    name.lower()
    for name in (
        b"Host", b"X-MBX-APIKEY", b"Content-Type", b"Content-Length", b"Accept", b"Accept-Encoding",
        b"User-Agent", b"X-MBX-SBE", b"X-MBX-TIME-UNIT", b"clientType",
    )
)  # fmt: skip
"""The threat model's list of request headers that may go out."""
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_PATH = re.compile(rb"(/[A-Za-z0-9_-]+){2,}")


@cache
def _catalogue() -> Catalogue:
    return Catalogue.builtin()


def flaws(seen: Received, host: str, *, overridable: bool = False) -> list[str]:
    """Everything that is wrong with a request that reached the exchange under the profile `spot`.

    `overridable`: the client may have chosen another security type (`X-Gateway-Security`).
    """
    sent = [name.lower() for name, _ in seen.headers]
    path, _, query = seen.target.partition(b"?")
    endpoint = _catalogue().find(seen.method.decode("latin-1"), path.decode("latin-1"))
    needs = endpoint.needs if endpoint else Needs.SIGNED  # an unknown GET is signed
    writes = endpoint.mutates if endpoint else seen.method != b"GET"
    labels = [value.partition(b";")[0].strip().lower() for value in seen.values(b"Content-Type")]
    labelled_json = labels == [b"application/json"]
    form = seen.body if is_form(seen.body) and not labelled_json else b""
    pairs = names(query) + names(form)
    stamps, signatures, keys = (
        pairs.count(b"timestamp"),
        pairs.count(b"signature"),
        seen.values(b"X-MBX-APIKEY"),
    )
    if overridable:
        needs = Needs.SIGNED if signatures else Needs.KEY if keys else Needs.NONE
    signed = needs is Needs.SIGNED
    return [
        what
        for what, wrong in (
            ("a header twice", len(sent) != len(set(sent))),
            ("a header that is not on the list", not set(sent) <= OUTGOING),
            ("another Host", seen.values(b"Host") != [host.encode()]),
            ("another method", seen.method not in (b"GET", b"POST", b"PUT", b"DELETE")),
            (
                "control octets in a header",
                any(_CONTROL.search(name + value) for name, value in seen.headers),
            ),
            ("chunked", seen.chunked),
            (
                "raw octets in the target",
                not all(0x21 <= octet <= 0x7E and octet != 0x23 for octet in seen.target),
            ),
            ("a path in another form", not _PATH.fullmatch(path)),
            ("a write that no profile allows", writes and not path.startswith(b"/api/v3/")),
            ("a body without its length", bool(seen.body) and not seen.values(b"Content-Length")),
            ("a form labelled as JSON", labelled_json and is_form(seen.body) and b"=" in seen.body),
            ("not the one key", keys != ([] if needs is Needs.NONE else [API_KEY.encode()])),
            ("a key as a parameter", any(name.lower() == b"x-mbx-apikey" for name in pairs)),
            ("not the one timestamp", stamps != int(signed)),
            ("not the one signature", signatures != int(signed)),
            ("a wrong signature", signed and not hmac_covers(API_SECRET.encode(), query, form)),
        )
        if wrong
    ]
