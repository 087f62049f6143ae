"""The written list of verdicts: one decision tree for each kind of answer."""

from typing import Final

from proxy.core.diagnosis.verdicts import (
    business,
    firewall,
    key_form,
    key_refused,
    key_unknown,
    listed_code,
    not_authorized,
    not_found,
    order_type_moved,
    parameters,
    rate_limited,
    refused,
    retired,
    server_side,
    signature_refused,
    timestamp_refused,
    wrapped,
)
from proxy.core.diagnosis.verdicts.base import Verdict

VERDICTS: Final[tuple[Verdict, ...]] = (
    rate_limited.VERDICT,
    firewall.VERDICT,
    key_form.VERDICT,
    key_unknown.VERDICT,
    key_refused.VERDICT,
    not_authorized.VERDICT,
    timestamp_refused.VERDICT,
    signature_refused.VERDICT,
    wrapped.VERDICT,
    parameters.VERDICT,
    order_type_moved.VERDICT,
    business.VERDICT,
    listed_code.VERDICT,
    retired.VERDICT,
    not_found.VERDICT,
    server_side.VERDICT,
    refused.VERDICT,
)
