"""A refusal that nothing else speaks of: the exchange's sentence, and the meaning of the code."""

from proxy.core.diagnosis.examination import engine
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"


def test_the_list_of_codes_speaks() -> None:
    notes = engine.diagnose(signed(ACCOUNT, code=-1194, msg="Invalid value for time unit")).notes
    assert "Binance says: Invalid value for time unit" in notes
    assert any(note.startswith("-1194 INVALID_TIME_UNIT") for note in notes)
