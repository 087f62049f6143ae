"""alg-rsa-base64-not-encoded: blanks are read as the plus signs they were."""

import base64

from proxy.core.diagnosis.departures.output.plus_as_blank import RULE

DIGEST = b"\xfb\xef\xbe" * 22


def test_blanks_become_plus_signs_again() -> None:
    assert RULE.undo is not None
    assert b"+" in base64.b64encode(DIGEST)
    assert list(RULE.undo(base64.b64encode(DIGEST).replace(b"+", b" "))) == [DIGEST]


def test_a_signature_without_blanks_is_left_alone() -> None:
    assert RULE.undo is not None
    assert list(RULE.undo(base64.b64encode(DIGEST))) == []
