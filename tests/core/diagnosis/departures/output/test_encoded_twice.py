"""alg-signature-encoded-twice: undone once more, and silent on what is encoded once."""

import base64
from urllib.parse import quote

from proxy.core.diagnosis.departures.output.encoded_twice import RULE

DIGEST = bytes(range(200, 256)) + bytes(8)


def test_a_second_encoding_is_undone() -> None:
    assert RULE.undo is not None
    assert DIGEST in list(RULE.undo(quote(base64.b64encode(DIGEST), safe="").encode()))


def test_plain_base64_and_hex_are_left_alone() -> None:
    assert RULE.undo is not None
    assert list(RULE.undo(base64.b64encode(DIGEST))) == []
    assert list(RULE.undo(DIGEST.hex().encode())) == []
