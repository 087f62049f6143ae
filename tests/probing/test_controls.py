"""The control calls are reads, of two services, that are signed."""

from proxy.core.catalogue import Needs
from proxy.probing.call import read_call
from proxy.probing.controls import RESTRICTIONS_PATH, SAPI_CONTROL, SPOT_CONTROL


def test_they_are_signed_reads_without_a_write_beside_them() -> None:
    spot, sapi = read_call(SPOT_CONTROL), read_call(SAPI_CONTROL)
    assert {call.endpoint.needs for call in (spot, sapi)} == {Needs.SIGNED}
    assert (spot.endpoint.path, sapi.endpoint.path) == ("/api/v3/account", RESTRICTIONS_PATH)
