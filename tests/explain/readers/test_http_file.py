"""`.http` files: what the file assigns is put in, what it does not is a gap or unknown."""

import pytest

from proxy.explain.readers.http_file import read_http_file
from proxy.explain.spans import VARIABLES

FORM = b"symbol=BTCUSDT&side=BUY&timestamp=1"


@pytest.mark.parametrize(
    "lines",
    ["symbol = BTCUSDT &\nside = BUY &\ntimestamp = 1", "symbol=BTCUSDT\n&side=BUY\n&timestamp=1",
     "symbol=BTCUSDT&side=BUY&timestamp=1"],
    ids=["JetBrains", "REST Client", "one line"],
)  # fmt: skip
def test_a_form_over_several_lines_is_one(lines: str) -> None:
    (seen,) = read_http_file(
        f"### x\nPOST https://api.binance.com/api/v3/order\nA: b\n\n{lines}\n\n> {{% x %}}\n"
    )
    assert seen.request.body == FORM


def test_variables_of_the_file_are_put_in_also_where_one_is_made_of_another() -> None:
    text = "@base = https://{{host}}\n@host=api.binance.com\nGET {{base}}/api/v3/time\nX-MBX-APIKEY: {{secretKey}}\n"
    (seen,) = read_http_file(text)
    assert (seen.host, seen.request.target, seen.gaps) == ("api.binance.com", b"/api/v3/time", ())
    assert seen.request.header(b"x-mbx-apikey") is None
    assert not seen.key_seen


def test_a_variable_in_the_target_or_body_is_a_gap() -> None:
    (seen,) = read_http_file("### x\nGET https://h/api/v3/account?timestamp={{$timestamp}}\nA: b\n")
    assert seen.gaps == (VARIABLES,)


def test_prose_with_headings_is_no_http_file() -> None:
    assert read_http_file("### What I tried\nI sent GET https://h/p and got -1022\n") == []
