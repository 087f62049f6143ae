"""The control calls: signed reads of spot and wallet that need no right but reading, as texts for `read_call`.

Where they are taken, key, signature and address are good; the second also tells what the key may do.
"""

from typing import Final

RESTRICTIONS_PATH: Final = "/sapi/v1/account/apiRestrictions"
SPOT_CONTROL: Final = "GET /api/v3/account?omitZeroBalances=true"
SAPI_CONTROL: Final = f"GET {RESTRICTIONS_PATH}"
