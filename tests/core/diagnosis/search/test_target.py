"""What a signature may stand for: quick to see what does not fit, and nothing that fits is passed over."""

import hashlib
from base64 import b64encode
from collections.abc import Callable

import pytest

from proxy.core.diagnosis.departures.base import Digest
from proxy.core.diagnosis.search.target import LONGEST_OUTPUT, Target

DIGESTS = [hashlib.sha256(b"%d" % number).digest() for number in range(3000)]


def test_a_digest_in_the_right_form_needs_no_rule() -> None:
    target = Target(DIGESTS[0].hex().encode())
    assert target.hit(DIGESTS[0]) == ()
    assert target.hit(DIGESTS[1]) is None
    assert (target.wants_sha256, target.of_other_digest) == (True, False)


@pytest.mark.parametrize(
    ("write", "rule"),
    [
        (lambda digest: digest.hex()[:40], "alg-truncated"),
        (lambda digest: digest.hex()[-31:], "alg-truncated"),
        (lambda digest: digest.hex().lstrip("0"), "alg-truncated"),  # cut at the start, which is the same
        (lambda digest: "".join(f"{octet:x}" for octet in digest), "alg-leading-zeros-lost"),
    ],
)
def test_every_digest_that_lost_digits_is_found_again(write: Callable[[bytes], str], rule: str) -> None:
    for number, digest in enumerate(DIGESTS):
        text = write(digest)
        if len(text) < 64:
            target = Target(text.encode())
            assert [found.name for found in target.hit(digest) or ()] in ([rule], ["alg-truncated"])
            assert target.hit(DIGESTS[number - 1]) is None


def test_the_length_of_another_digest_speaks_for_it() -> None:
    sha1, sha512 = Target(b"ab" * 20), Target(b"ab" * 64)
    assert sha1.of_other_digest
    assert sha1.wants_sha256  # it may be cut
    assert sha512.of_other_digest
    assert not sha512.wants_sha256
    assert sha512.wants(Digest(64, lambda _key, text: text))
    assert not sha512.wants(Digest(48, lambda _key, text: text))


@pytest.mark.parametrize("signature", [b"", b"no signature", b"ab" * LONGEST_OUTPUT])
def test_what_no_digest_becomes_is_no_target(signature: bytes) -> None:
    assert not Target(signature)


def test_of_several_signatures_each_is_a_target() -> None:
    first, second = bytes(range(32)), bytes(range(32, 64))
    target = Target(first.hex().encode(), b64encode(second))
    assert target.hit(first) == ()
    found = target.hit(second)
    assert found is not None
    assert [rule.name for rule in found] == ["alg-base64-output"]


@pytest.mark.parametrize("digits", [64, 40])
def test_what_is_wanted_is_what_hits(digits: int) -> None:
    """Also where digits were lost, so that what travelled cannot be looked up."""
    wanted = Target(DIGESTS[5].hex()[:digits].encode()).wanted
    assert [number for number, digest in enumerate(DIGESTS[:50]) if digest in wanted] == [5]
