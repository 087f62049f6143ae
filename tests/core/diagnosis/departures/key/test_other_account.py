"""secret-of-other-account: the secrets of the user's other accounts, and no others."""

from proxy.core.diagnosis.departures.base import KeyMaterial
from proxy.core.diagnosis.departures.key.other_account import RULE


def test_other_secrets_are_tried() -> None:
    assert list(RULE.keys(KeyMaterial(b"own", b"key", b"key", (b"second", b"third")))) == [
        b"second",
        b"third",
    ]


def test_a_single_account_has_no_others() -> None:
    assert list(RULE.keys(KeyMaterial(b"own", b"key", b"key"))) == []
