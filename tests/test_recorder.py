"""What the recorder makes of a change of secrets while the gateway runs."""

from typing import Any

from proxy.core.redaction import Redactor
from proxy.core.secret import Secret
from proxy.recorder import Recorder
from tests.core.redaction.flows import TAG_KEY, make_flow

LATER = b"LaterASecretLaterASecret0123456789LaterASecret0123456789abcdefgh"


class Lines:
    """Stands where the journal stands."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def intent(self, redacted: Any) -> None:
        self.written.append(redacted.line)


def test_after_a_change_of_secrets_nothing_is_remembered_of_before() -> None:
    """A client is added whose secret somebody sent before, where it did not belong: the same request once more."""
    secrets: list[Secret] = []
    journal: Any = Lines()
    unused: Any = None
    recorder = Recorder(unused, unused, lambda: Redactor(TAG_KEY, secrets), journal)
    flow = make_flow("POST", b"/api/v3/order?note=" + LATER, b"newClientOrderId=" + LATER)
    for _ in range(2):
        recorder.intent(flow)
    secrets.append(Secret(LATER))
    recorder.intent(flow)
    recorder.renew()
    for _ in range(2):
        recorder.intent(flow)
    first, second, unchanged, *after = journal.written
    assert first == second == unchanged  # the redactor knows what was loaded when it was made
    assert b"<secret:loaded" not in first
    assert b"note=<text:" in first
    for line in after:
        assert b"note=<secret:loaded:64:0Aa>" in line
        assert b"newClientOrderId=<secret:loaded:64:0Aa>" in line
    assert recorder.tally.unsafe == 0
