"""Kinds of hostile request lines: paths in other forms, methods, operations that no profile allows."""

import random
from typing import Final

from tests.hostile.grammar.draft import Asked, Draft, any_case, any_draft, order, read

_METHODS: Final = (
    b"HEAD", b"TRACE", b"OPTIONS", b"PATCH", b"CONNECT", b"M-SEARCH", b"SOURCE", b"LINK", b"PRI", b"PROPFIND", b"get", b"Post", b"POSTX",
    b"GE", b"", b"G\x00T", b"QUERY", b"PURGE", b"MKCOL", b"\xff", b"GET\t", b"GET/", b"SEARCH", b"BREW", b"A" * 5000,
)  # fmt: skip
_OUT: Final = (
    (b"POST", b"/sapi/v1/capital/withdraw/apply"), (b"POST", b"/sapi/v1/localentity/withdraw/apply"), (b"POST", b"/sapi/v2/fiat/withdraw"),
    (b"POST", b"/sapi/v1/asset/transfer"), (b"POST", b"/sapi/v1/sub-account/universalTransfer"), (b"POST", b"/sapi/v1/giftcard/createCode"),
    (b"POST", b"/sapi/v1/c2c/orderMatch/confirmPayment"), (b"POST", b"/sapi/v1/broker/transfer"), (b"POST", b"/sapi/v1/sub-account/subAccountApi"),
    (b"POST", b"/fapi/v1/order"), (b"POST", b"/dapi/v1/order"), (b"POST", b"/eapi/v1/order"), (b"POST", b"/papi/v1/um/order"),
    (b"POST", b"/sapi/v1/margin/order"), (b"POST", b"/sapi/v1/convert/acceptQuote"), (b"POST", b"/sapi/v1/simple-earn/flexible/redeem"),
    (b"PUT", b"/api/v3/order"), (b"POST", b"/wapi/v3/withdraw"), (b"POST", b"/bapi/capital/v1/private/capital/withdraw/apply"),
    (b"POST", b"/api/v3/order2"), (b"POST", b"/futures/data/order"), (b"POST", b"/gift-card/x"), (b"POST", b"/sapi/v1/bnbBurn"),
)  # fmt: skip
"""Money, other products and what nobody knows: not in the profile `spot`."""
_GET_WRITES: Final = (
    b"/sapi/v1/capital/withdraw/apply", b"/sapi/v9/capital/withdraw/apply", b"/sapi/v1/capital/withdraw/Apply",
    b"/sapi/v1/c2c/agent/orderMatch/releaseCoin", b"/sapi/v2/giftcard/redeemCode", b"/eapi/v1/block/order/create",
    b"/sapi/v1/algo/spot/newOrderTwap", b"/sapi/v1/fiat/withdraw",
)  # fmt: skip
"""Paths of writes, asked for as reads."""
_TRICKS: Final = (
    b"/..", b"/.", b"//", b";x=1", b"%2e%2e", b"%2f", b"%5c", b"%00", b"%", b"@evil.test", b"*", b"\\", b"\xc3\xa9", b"~", b"%63",
    b"%252f", b":80", b"\xff", b"+", b"!", b"$", b"..;", b"%c0%af", b"%E2%81%84", b"\x7f",
)  # fmt: skip
_WHOLE: Final = (
    b"http://evil.test", b"https://api.binance.com", b"http://localhost", b"//evil.test", b"api", b"*", b"file://", b"HTTP://LOCALHOST:80",
    b"@evil.test", b"\\\\evil.test", b"javascript:", b"evil.test:443",
)  # fmt: skip
_QUERIES: Final = (
    b"a=b#c", b"a=%0d%0aX:%20y", b"?a=b", b"a=b&&&", b"a=\\", b"a={}", b"a=%ff", b"a=%zz", b"a=<>", b'a="', b"a='", b"a=|", b"a=\xc3\xa9", b"a=^`",
    b"/../../x", b"http://evil.test/?", b"a=%2523", b"a=" + b"b" * 5000, b"a" * 9000,
)  # fmt: skip


def another_path_form(chance: random.Random) -> Asked:
    """The path of a read, an order or a withdrawal, in a form that it does not have."""
    draft = chance.choice((read, order, _money))(chance)
    if chance.random() < 0.1:
        draft.path += b"/"
        return draft.refused()
    at = chance.randrange(len(draft.path) + 1)
    draft.path = draft.path[:at] + chance.choice(_TRICKS) + draft.path[at:]
    return draft.refused()


def whole_address(chance: random.Random) -> Asked:
    """In absolute form, with another host, or with no path at all."""
    draft = any_draft(chance)
    draft.path = chance.choice(_WHOLE) + draft.path.lstrip(chance.choice((b"", b"/")))
    return draft.refused()


def odd_query(chance: random.Random) -> Asked:
    """What stands behind the question mark is signed and sent, or refused; never part of the path."""
    draft = any_draft(chance)
    draft.query = b"&".join(one for one in (draft.query, chance.choice(_QUERIES)) if one)
    return draft.asked()


def another_method(chance: random.Random) -> Asked:
    draft = any_draft(chance)
    draft.method = chance.choice(_METHODS)
    return draft.refused()


def no_right_to_it(chance: random.Random) -> Asked:
    """Operations outside the profile, in any version and case."""
    draft = _money(chance)
    if chance.random() < 0.3:
        draft.path = draft.path.replace(b"/v1/", chance.choice((b"/v2/", b"/v9/", b"/V1/", b"/v1/agent/")))
    if chance.random() < 0.2:
        draft.path = any_case(draft.path, chance)
    return draft.refused()


def write_as_a_read(chance: random.Random) -> Asked:
    draft = read(chance)
    draft.path = chance.choice(_GET_WRITES)
    return draft.refused()


def _money(chance: random.Random) -> Draft:
    draft = order(chance)
    draft.method, draft.path = chance.choice(_OUT)
    return draft
