"""One kind of refusal: when it fits an answer."""

import pytest

from proxy.core.diagnosis.refusals.refusal import Refusal

TEXTS = {
    "rule": "r",
    "says": "says",
    "why": "why",
    "see": "see",
    "remedy": "remedy",
    "sources": ("somebody",),
}
LOT = Refusal(**TEXTS, codes=frozenset({-1013, -2010}), text=r"\bLOT_SIZE\b")  # type: ignore[arg-type]  # all are text
MARGIN = Refusal(
    **TEXTS,  # type: ignore[arg-type]  # all are text
    codes=frozenset({-2019, -2018}),
    text="margin",
    alone=frozenset({-2027}),
    paths=("/fapi/",),
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


def test_its_page_has_its_texts() -> None:
    assert (MARGIN.about.rule, MARGIN.about.remedy, MARGIN.about.example) == ("r", "remedy", "")
