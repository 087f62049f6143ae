"""What is asked about a market, and which answers are facts. The answers are those of Binance's documentation."""

from decimal import Decimal

import pytest

from proxy.core.catalogue import Catalogue, PrefixFamily
from proxy.core.catalogue.weights import documented_weight
from proxy.core.market import Book, Contract, MarketNeed, book_of, contracts_of, market_of, question_of

API, FAPI, DAPI, EAPI = PrefixFamily.API, PrefixFamily.FAPI, PrefixFamily.DAPI, PrefixFamily.EAPI

SPOT = b"""{
  "symbol": "LTCBTC", "bidPrice": "4.00000000", "bidQty": "431.00000000",
  "askPrice": "4.00000200", "askQty": "9.00000000"
}"""
USDM = b"""{"symbol":"BTCUSDT","bidPrice":"4.00000000","bidQty":"431.00000000","askPrice":"4.00000200",
  "askQty":"9.00000000","time":1589437530011,"lastUpdateId":1027024}"""
COINM = b"""[{"lastUpdateId":1027024,"symbol":"BTCUSD_200626","pair":"BTCUSD","bidPrice":"9650.1",
  "bidQty":"16","askPrice":"9650.3","askQty":"7","time":1591257300345}]"""
OPTION = b"""[{"symbol":"BTC-200730-9000-C","priceChange":"-16.2038","priceChangePercent":"-0.0162",
  "lastPrice":"1000","lastQty":"1000","open":"1016.2038","high":"1016.2038","low":"0","volume":"5",
  "amount":"1","bidPrice":"999.34","askPrice":"1000.23","openTime":1592317127349,"closeTime":1592380593516,
  "firstTradeId":1,"tradeCount":5,"strikePrice":"9000","exercisePrice":"3000.3356"}]"""

DOCUMENTED = [
    (SPOT, "LTCBTC", "4.00000000", "4.00000200"),
    (USDM, "BTCUSDT", "4.00000000", "4.00000200"),
    (COINM, "BTCUSD_200626", "9650.1", "9650.3"),
    (OPTION, "BTC-200730-9000-C", "999.34", "1000.23"),
]


@pytest.mark.parametrize(("body", "symbol", "bid", "ask"), DOCUMENTED)
def test_documented_books(body: bytes, symbol: str, bid: str, ask: str) -> None:
    assert book_of(body, symbol) == Book(Decimal(bid), Decimal(ask))


def ticker(bid: str, ask: str, symbol: str = '"A"') -> bytes:
    return f'{{"symbol":{symbol},"bidPrice":{bid},"askPrice":{ask}}}'.encode()


@pytest.mark.parametrize(
    ("body", "symbol", "bid", "ask"),
    [
        (ticker("1", "2"), "A", "1", "2"),
        (ticker('"1"', '"1"'), "A", "1", "1"),  # locked, not crossed
        (ticker("0.1", " 0.30000000000000004 "), "A", "0.1", "0.30000000000000004"),
        (
            ticker('"0.1"', '"0.123456789012345678901234567890"'),
            "A",
            "0.1",
            "0.123456789012345678901234567890",
        ),
        (ticker('"1"', '"2"', '"币安人生USDT"'), "币安人生USDT", "1", "2"),
        (ticker('"1"', '"2"', '"\\u5e01"'), "币", "1", "2"),
        (b'{"bidPrice":"1","askPrice":"2","symbol":"A","more":{"deep":[null,true,1e999]}}', "A", "1", "2"),
    ],
)
def test_numbers_keep_all_their_digits(body: bytes, symbol: str, bid: str, ask: str) -> None:
    """A float would make 0.3 of the third, and round the fourth."""
    book = book_of(body, symbol)
    assert book is not None
    assert (str(book.bid), str(book.ask)) == (bid, ask)


NO_NUMBERS = [
    "0", '"0.00000000"', "-1", '"-1"', '"+1"', "null", "true", '""', "[]", "{}", '["1"]', '{"a":1}', "1e3", "1E-7",
    '"1e3"', '"NaN"', '"Infinity"', '"1_000"', '"1,5"', '" 1"', '"1 "', '"1\\n"', '"1."', '".5"', '"0x1"', '"１"',
    '"\\u0031"', '"' + "1" * 31 + '"', "1" * 31, '"1.' + "1" * 31 + '"', '"1.2.3"', '"\'1\'"',
]  # fmt: skip


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_plain_number_above_0_is_no_price_and_no_size(value: str) -> None:
    assert book_of(ticker("2", "3"), "A") is not None
    assert book_of(ticker(value, "3"), "A") is None
    assert book_of(ticker("2", value), "A") is None
    coin = f'{{"symbols":[{{"symbol":"A","contractSize":{value}}},{{"symbol":"B","contractSize":10}}]}}'
    assert contracts_of(coin.encode(), DAPI) == {"B": Contract(Decimal(10), quoted=True)}
    option = f'{{"optionSymbols":[{{"symbol":"A","unit":{value}}},{{"symbol":"B","unit":1}}]}}'
    assert contracts_of(option.encode(), EAPI) == {"B": Contract(Decimal(1), quoted=False)}


HOSTILE = {
    "empty": b"",
    "no json": b"<html>",
    "cut": SPOT[:-2],
    "more behind it": SPOT + SPOT,
    "null": b"null",
    "a number": b"1",
    "a text": b'"LTCBTC"',
    "an empty object": b"{}",
    "said to be fine": b'{"ok":true}',
    "an error": b'{"code":-1121,"msg":"Invalid symbol."}',
    "an empty list": b"[]",
    "a list of lists": b"[[]]",
    "a list with null": b"[null]",
    "no octets of UTF-8": b'{"symbol":"\xff","bidPrice":"1","askPrice":"2"}',
    "a price that is none of UTF-8": b'{"symbol":"LTCBTC","bidPrice":"\xff","askPrice":"2"}',
    "half a pair": b'{"symbol":"\\ud800","bidPrice":"1","askPrice":"2"}',
    "a mark before it": b"\xef\xbb\xbf" + SPOT,
    "UTF-16": SPOT.decode().encode("utf-16"),
    "deep": b'{"symbol":"LTCBTC","x":' + b"[" * 100_000,
    "deep in a price": b'{"symbol":"LTCBTC","bidPrice":' + b"[" * 100_000,
    "deep list": b"[" * 100_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_other_bodies_are_no_facts(body: bytes) -> None:
    assert book_of(body, "LTCBTC") is None
    assert contracts_of(body, DAPI) == contracts_of(body, EAPI) == {}


@pytest.mark.parametrize(
    "body",
    [
        ticker('"3"', '"2"'),  # crossed
        ticker('"1"', '"2"', '"B"'),
        ticker('"1"', '"2"', '"a"'),
        ticker('"1"', '"2"', '"A "'),
        ticker('"1"', '"2"', "null"),
        ticker('"1"', '"2"', '["A"]'),
        b'{"symbol":"A","bidPrice":"1"}',
        b'{"symbol":"A","askPrice":"1"}',
        b'{"bidPrice":"1","askPrice":"2"}',
        b"[" + ticker("1", "2", '"B"') + b"]",
        b"[" + ticker("1", "2") + b"," + ticker("1", "2") + b"]",
        b"[" + ticker("1", "2") + b"," + ticker("1", "2", '"B"') + b"]",
    ],
)
def test_no_book(body: bytes) -> None:
    assert book_of(body, "A") is None


COIN_INFO = b"""{"exchangeFilters":[],"rateLimits":[{"interval":"MINUTE","limit":6000}],"serverTime":1565613908500,
  "symbols":[
    {"filters":[],"symbol":"BTCUSD_200925","pair":"BTCUSD","contractSize":100,"quoteAsset":"USD"},
    {"symbol":"ETHUSD_PERP","contractSize":10,"quoteAsset":"USD"},
    {"symbol":"NEWUSD_PERP","contractSize":0.5},
    {"symbol":"NONE_PERP"},
    {"symbol":"TWICE_PERP","contractSize":10},{"symbol":"TWICE_PERP","contractSize":"10.0"},
    {"symbol":"EITHER_PERP","contractSize":10},{"symbol":"EITHER_PERP","contractSize":100},
    {"symbol":"EITHER_PERP","contractSize":10}
  ],"timezone":"UTC"}"""
OPTION_INFO = b"""{"timezone":"UTC","serverTime":1592387156596,
  "optionContracts":[{"baseAsset":"BTC","quoteAsset":"USDT","underlying":"BTCUSDT","settleAsset":"USDT"}],
  "optionAssets":[{"name":"USDT"}],
  "optionSymbols":[{"expiryDate":1660521600000,"symbol":"BTC-220815-50000-C","side":"CALL","unit":1},
    {"symbol":"DOGE-220815-1-C","unit":1000}]}"""


def test_contract_sizes() -> None:
    usd = {"BTCUSD_200925": "100", "ETHUSD_PERP": "10", "NEWUSD_PERP": "0.5", "TWICE_PERP": "10"}
    found = contracts_of(COIN_INFO, DAPI)
    assert found == {symbol: Contract(Decimal(size), quoted=True) for symbol, size in usd.items()}
    assert contracts_of(OPTION_INFO, EAPI) == {
        "BTC-220815-50000-C": Contract(Decimal(1), quoted=False),
        "DOGE-220815-1-C": Contract(Decimal(1000), quoted=False),
    }


def test_the_sizes_of_one_market_are_not_read_as_those_of_another() -> None:
    assert contracts_of(COIN_INFO, EAPI) == contracts_of(OPTION_INFO, DAPI) == {}
    assert contracts_of(COIN_INFO, FAPI) == contracts_of(COIN_INFO, API) == {}


@pytest.mark.parametrize(
    "body",
    [
        b'{"symbols":[{"contractSize":10}]}',
        b'{"symbols":[{"symbol":1,"contractSize":10}]}',
        b'{"symbols":{}}',
        b'{"symbols":null}',
        b'{"symbols":["A"]}',
    ],
)
def test_lists_of_another_form_are_none(body: bytes) -> None:
    assert contracts_of(body, DAPI) == {}


QUESTIONS = [
    (API, "BTCUSDT", "/api/v3/ticker/bookTicker", "symbol=BTCUSDT"),
    (API, "1000SATSUSDT", "/api/v3/ticker/bookTicker", "symbol=1000SATSUSDT"),
    (API, "币安人生USDT", "/api/v3/ticker/bookTicker", "symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"),
    (API, "A" * 40, "/api/v3/ticker/bookTicker", "symbol=" + "A" * 40),
    (API, "\U00020000" * 40, "/api/v3/ticker/bookTicker", "symbol=" + "%F0%A0%80%80" * 40),
    (FAPI, "BTCUSDT_251226", "/fapi/v1/ticker/bookTicker", "symbol=BTCUSDT_251226"),
    (DAPI, "BTCUSD_PERP", "/dapi/v1/ticker/bookTicker", "symbol=BTCUSD_PERP"),
    (EAPI, "BTC-200730-9000.5-C", "/eapi/v1/ticker", "symbol=BTC-200730-9000.5-C"),
]


@pytest.mark.parametrize(("family", "symbol", "path", "query"), QUESTIONS)
def test_where_a_book_is_asked_for(family: PrefixFamily, symbol: str, path: str, query: str) -> None:
    question = question_of(MarketNeed(family, symbol, "book"))
    assert question is not None
    assert (question.path.decode(), question.query.decode()) == (path, query)


@pytest.mark.parametrize(
    ("family", "path"),
    [(DAPI, "/dapi/v1/exchangeInfo"), (EAPI, "/eapi/v1/exchangeInfo"), (API, None), (FAPI, None)],
)
def test_where_contract_sizes_are_asked_for(family: PrefixFamily, path: str | None) -> None:
    question = question_of(MarketNeed(family, "A", "contract"))
    assert (question and (question.path.decode(), question.query)) == (path and (path, b""))


def test_all_questions_are_public_and_their_weight_is_documented() -> None:
    for family in (API, FAPI, DAPI, EAPI):
        for kind in ("book", "contract"):
            question = question_of(MarketNeed(family, "A", kind))
            if question is None:
                continue
            endpoint = Catalogue.builtin().find("GET", question.path.decode())
            assert endpoint is not None
            assert (endpoint.needs, endpoint.mutates) == ("none", False)
            assert documented_weight(endpoint, question.query) in (1, 2, 5)


@pytest.mark.parametrize(
    "symbol",
    [
        "", "btcusdt", "BTCUSDt", "BTC/USDT", "BTC USDT", "A&symbol=B", "A=B", "A%42", "A+B", "A#", "A?", "A\n", "\nA",
        "A\r\nX: y", "A\0", '["A"]', "A,B", "A;B", "A'", 'A"', "A\\", "\ud800", "😀", "A\u200bB", "A\u2028B", "*",
        "A" * 41, "A" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["book", "contract"])
def test_what_cannot_be_a_symbol_is_never_asked_for(symbol: str, kind: str) -> None:
    assert question_of(MarketNeed(DAPI, symbol, kind)) is None  # type: ignore[arg-type]  # of a parameter


@pytest.mark.parametrize("family", [PrefixFamily.SAPI, PrefixFamily.PAPI, PrefixFamily.BAPI])
def test_families_without_a_market_of_their_own(family: PrefixFamily) -> None:
    assert question_of(MarketNeed(family, "A", "book")) is None
    assert question_of(MarketNeed(family, "A", "contract")) is None


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("POST /api/v3/order", API),
        ("POST /api/v3/orderList/oco", API),
        ("POST /sapi/v1/margin/order", API),
        ("POST /sapi/v1/algo/spot/newOrderTwap", API),
        ("POST /sapi/v1/algo/futures/newOrderVp", FAPI),
        ("POST /papi/v1/margin/order", API),
        ("POST /fapi/v1/order", FAPI),
        ("PUT /fapi/v1/batchOrders", FAPI),
        ("POST /papi/v1/um/order", FAPI),
        ("POST /papi/v1/um/conditional/order", FAPI),
        ("POST /dapi/v1/order", DAPI),
        ("POST /papi/v1/cm/order", DAPI),
        ("POST /eapi/v1/order", EAPI),
        ("POST /sapi/v1/convert/limit/placeOrder", None),
        ("POST /sapi/v1/capital/withdraw/apply", None),
        ("POST /sapi/v1/c2c/orderMatch/placeOrder", None),
        ("POST /papi/v1/bnb-transfer", None),
        ("GET /futures/data/openInterestHist", None),
    ],
)
def test_whose_market_an_endpoint_trades_on(name: str, family: PrefixFamily | None) -> None:
    method, path = name.split()
    endpoint = Catalogue.builtin().find(method, path)
    assert endpoint is not None
    assert market_of(endpoint) == family
