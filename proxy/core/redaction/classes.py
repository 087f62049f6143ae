"""The kind of value that a name announces, for names that are not on the keep list. Names compare without case.

The lists only choose the mark. A value whose name is on none of them is removed all the same.
"""

import re
from typing import Final

_SECRETS: Final = {
    "secretkey": "api_secret",
    "apisecret": "api_secret",
    "api_secret": "api_secret",
    "secret": "api_secret",
    "privatekey": "private_key",
    "passphrase": "passphrase",
    "password": "passphrase",
    "fundpassword": "passphrase",
    "fundpwd": "passphrase",
    "token": "token",
    "x-gateway-token": "token",
    "code": "one_time_code",
    "otp": "one_time_code",
    "authcode": "one_time_code",
    "verifycode": "one_time_code",
    "googleverifycode": "one_time_code",
    "emailverifycode": "one_time_code",
    "mobileverifycode": "one_time_code",
    "smsverifycode": "one_time_code",
    "yubikeyverifycode": "one_time_code",
}
"""Values that open something by themselves; marked without a tag."""

KEY_HEADER: Final = re.compile(r"x[-_]?mbx[-_]?api[-_]?key", re.IGNORECASE)
"""The header of the API key in every spelling: libraries write `X-Mbx-Apikey`, people `X-MBX-API-KEY`."""
_KEYS: Final = frozenset({"apikey", "api_key", "api-key"})
_SIGNATURES: Final = frozenset({"signature", "sign", "sig", "x-amz-signature"})
_ADDRESSES: Final = re.compile(r"ip|.*ip(list|addr(ess)?(es)?)|ips")
_BEARERS: Final = re.compile(
    r"listen(key|token)|cookie|set-cookie|authorization|proxy-authorization|.*token|.*wss?url|.*url|redeemcode|giftcode"
    r"|referenceno"
)
_ORDERS: Final = re.compile(
    r".*order.*(id|ids|no|nos|number|idlist|nolist|numberlist)|orders?|ad[vs]nos?|advertno|adno|listid|algoid"
    r"|.*client(order|algo|strategy|tran)?id|quoteid|clientalgoid"
)
_PEOPLE: Final = re.compile(
    r".*(realname|nickname|kyc|payee|phone|mobile|e?mail|idnumber|passport|iban|ifsc|swift|bank|branch|account(no|num|name)"
    r"|payaccount|card|address|remark|autoreply|content|fieldvalue|birth|questionnaire|evidence|complaint|taxid).*"
    r"|name|(buyer|seller|maker|taker|first|last|middle|full|sur|user|receiver|sender|beneficiary|counterpart)name"
    r"|account|.*user(no|id)|.*merchantno|uid|.*uid|payid|selectedpayid|tax.*|addresstag|description|memo|label"
)


def kind_of(name: str) -> str:
    """secret:<what>, key, sig, ip, bearer, order, person; `text` where the name says nothing."""
    lower = name.lower()
    if what := _SECRETS.get(lower):
        return f"secret:{what}"
    if lower in _KEYS or KEY_HEADER.fullmatch(lower):
        return "key"
    if lower in _SIGNATURES:
        return "sig"
    for kind, names in (("ip", _ADDRESSES), ("bearer", _BEARERS), ("order", _ORDERS), ("person", _PEOPLE)):
        if names.fullmatch(lower):
            return kind
    return "text"
