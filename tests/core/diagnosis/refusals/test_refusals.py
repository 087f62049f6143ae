"""The list of refusals: each has a page and a source, codes lead to rules, sentences of Binance to the right one."""

import re

import pytest

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusals.refusals import REFUSALS, refusal_of, rules_by_code
from tests.core.diagnosis.checks import NOW, signed


def test_each_refusal_says_what_to_do_and_where_it_is_from() -> None:
    assert len({one.rule for one in REFUSALS}) == len(REFUSALS)
    for one in REFUSALS:
        for text in (one.says, one.why, one.remedy):
            assert text[:1].isupper() or text[:1] == "-", one.rule
            assert text.endswith("."), one.rule
        assert one.codes or one.alone, one.rule
        assert all(re.search(r"\d{4}-\d{2}", source) for source in one.sources), one.rule
        assert one.sources, one.rule


def test_a_regular_expression_compiles() -> None:
    for one in REFUSALS:
        re.compile(one.text)


def test_codes_lead_to_rules() -> None:
    assert "filter-lot-size" in rules_by_code()[-1013]
    assert rules_by_code()[-4061] == ("futures-position-side",)


def test_what_was_not_refused_has_none() -> None:
    for answered in (
        signed(f"GET /api/v3/account?timestamp={NOW}"),
        signed("GET /api/v3/account", status=200),
    ):
        assert refusal_of(ParsedRequest(answered)) is None


SENTENCES = [
    # code, sentence as documented, path, rule: errors.md of binance-spot-api-docs and the error codes of futures
    (-2010, "Account has insufficient balance for requested action.", "/api/v3/order", "account-balance-too-small"),
    (-2010, "Duplicate order sent.", "/api/v3/order", "order-duplicate-id"),
    (-2010, "Market is closed.", "/api/v3/order", "order-market-closed"),
    (-2010, "Order would trigger immediately.", "/api/v3/order", "order-would-trigger"),
    (-2010, "Order would immediately match and take.", "/api/v3/order", "order-would-match"),
    (-2010, "Iceberg orders are not supported for this symbol.", "/api/v3/order", "order-type-not-offered"),
    (-2010, "Quote order qty market orders are not support for this symbol.", "/api/v3/order", "order-type-not-offered"),
    (-2010, "This symbol is not permitted for this account.", "/api/v3/order", "order-type-not-offered"),
    (-2010, "This symbol is restricted for this account.", "/api/v3/order", "order-type-not-offered"),
    (-2010, "This action is disabled on this account.", "/api/v3/order", "order-trading-disabled"),
    (-2010, "This account may not place or cancel orders.", "/api/v3/order", "order-trading-disabled"),
    (-2010, "Rest API trading is not enabled.", "/api/v3/order", "order-trading-disabled"),
    (-2010, "Unsupported order combination", "/api/v3/order", "param-order-combination"),
    (-1014, "Unsupported order combination.", "/fapi/v1/order", "param-order-combination"),
    (-2010, "The relationship of the prices for the orders is not correct.", "/api/v3/order/oco", "order-price-relation"),
    (-2010, "Order book liquidity is less than `LOT_SIZE` filter minimum quantity.", "/api/v3/order",
     "answer-no-orders-on-book"),
    (-1013, "Filter failure: LOT_SIZE", "/api/v3/order", "filter-lot-size"),
    (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", "/api/v3/order", "filter-percent-price-by-side"),
    (-2038, "Filter failure: MAX_NUM_ORDER_AMENDS", "/api/v3/order/amend/keepPriority", "filter-max-num-order-amends"),
    (-2011, "Unknown order sent.", "/api/v3/order", "order-not-found"),
    (-2011, "Cancel order is invalid. Check origClOrdId and orderId.", "/api/v3/order", "order-id-missing"),
    (-2011, "Order was not canceled due to cancel restrictions.", "/api/v3/order", "order-cancel-restricted"),
    (-2013, "Order does not exist.", "/fapi/v1/order", "order-not-found"),
    (-2026, "Order was canceled or expired with no executed qty over 90 days ago and has been archived.",
     "/api/v3/order", "order-archived"),
    (-2026, "This OrderType is not supported when reduceOnly.", "/fapi/v1/order", None),
    (-2021, "Order would immediately trigger.", "/fapi/v1/order", "order-would-trigger"),
    (-2022, "ReduceOnly Order is rejected.", "/fapi/v1/order", "order-reduce-only-refused"),
    (-2022, "Order cancel-replace failed.", "/api/v3/order/cancelReplace", "order-replace-failed"),
    (-4062, "Invalid or improper reduceOnly value.", "/fapi/v1/order", "futures-reduce-only-value"),
    (-4087, "User can only place reduce only order", "/fapi/v1/order", "futures-reduce-only-account"),
    (-4087, "Invalid pair.", "/dapi/v1/klines", None),
    (-4088, "Maximum time interval is 200 days.", "/dapi/v1/klines", None),
    (-4188, "Timestamp for this request is outside of the ME recvWindow.", "/dapi/v1/order", "ts-late-at-engine"),
    (-5022, "Due to the order could not be executed as maker, the Post Only order will be rejected.",
     "/fapi/v1/order", "order-would-match"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "message", "path", "rule"), SENTENCES)
def test_a_documented_sentence_leads_to_its_rule(
    code: int, message: str, path: str, rule: str | None
) -> None:
    found = next((one.rule for one in REFUSALS if one.fits(code, message, path)), None)
    assert found == rule
