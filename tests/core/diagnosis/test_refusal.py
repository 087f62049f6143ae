"""One kind of refusal: when it fits an answer."""

import pytest

from proxy.core.diagnosis.refusal import FUTURES, breaks_filter, says_code

LOT = breaks_filter("LOT_SIZE", "says", "remedy", "quantity")
MARGIN = says_code(
    "answer-x",
    "-2019 -2018",
    "says",
    "why",
    "remedy",
    text="margin",
    alone="-2027",
    paths=FUTURES,
    parameters="a b",
)


@pytest.mark.parametrize(
    ("code", "message", "path", "fits"),
    [
        (-1013, "Filter failure: LOT_SIZE", "/api/v3/order", True),
        (-1013, "Filter failure: MARKET_LOT_SIZE", "/api/v3/order", False),
        (-1013, "", "/api/v3/order", False),
        (-1022, "Filter failure: LOT_SIZE", "/api/v3/order", False),
    ],
)
def test_a_filter_fits_by_its_whole_name(code: int, message: str, path: str, fits: bool) -> None:
    assert LOT.fits(code, message, path) is fits


@pytest.mark.parametrize(
    ("code", "message", "path", "fits"),
    [
        (-2019, "Margin is insufficient.", "/fapi/v1/order", True),
        (-2019, "another sentence", "/fapi/v1/order", False),
        (-2027, "", "/fapi/v1/order", True),
        (-2019, "Margin is insufficient.", "/api/v3/order", False),
        (-2019, "Margin is insufficient.", "", True),
    ],
)
def test_a_code_fits_by_its_text_unless_it_says_enough_alone(
    code: int, message: str, path: str, fits: bool
) -> None:
    assert MARGIN.fits(code, message, path) is fits


def test_what_is_written_as_words_is_kept_as_a_list() -> None:
    assert (LOT.about.rule, LOT.parameters) == ("filter-lot-size", ("quantity",))
    assert MARGIN.codes == {-2019, -2018}
    assert MARGIN.alone == {-2027}
    assert MARGIN.parameters == ("a", "b")
