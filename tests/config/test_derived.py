"""What follows from settings."""

import pytest

from proxy.config.derived import catalogue_of, correction, environments_of, speaks_tls
from proxy.core.catalogue import ENVIRONMENTS, EndpointCorrection, Needs
from proxy.core.settings import EndpointSettings, Settings, UpstreamSettings

UNSAFE = "http://127.0.0.1:9000"


def settings(unsafe_url: str | None = None, *rows: EndpointSettings) -> Settings:
    return Settings(upstream=UpstreamSettings(unsafe_url=unsafe_url), endpoints=rows)


def test_without_an_unsafe_upstream_there_are_the_fixed_environments_alone() -> None:
    found = environments_of(settings())
    assert found == dict(ENVIRONMENTS)
    assert "sandbox" not in found
    found.clear()
    assert ENVIRONMENTS, "what is handed out is a copy"


def test_an_unsafe_upstream_takes_the_place_of_every_host() -> None:
    """No request of a test may go to Binance, whatever environment its account is of."""
    found = environments_of(settings(UNSAFE))
    assert set(found) == {*ENVIRONMENTS, "sandbox"}
    assert {base for one in found.values() for base in one.bases.values()} == {UNSAFE}


@pytest.mark.parametrize(("unsafe", "tls"), [(None, True), (UNSAFE, False), ("https://127.0.0.1:9000", True)])
def test_whether_anything_goes_over_tls(unsafe: str | None, tls: bool) -> None:
    assert speaks_tls(settings(unsafe)) is tls


@pytest.mark.parametrize(
    ("row", "made"),
    [
        (
            EndpointSettings(endpoint="GET /api/v3/x"),
            EndpointCorrection("GET", "/api/v3/x", needs=None, mutates=None),
        ),
        (
            EndpointSettings(endpoint="POST /api/v3/x", needs="key", mutates=False),
            EndpointCorrection("POST", "/api/v3/x", needs=Needs.KEY, mutates=False),
        ),
        (
            EndpointSettings(endpoint="PUT /api/v3/x", needs="none", mutates=True),
            EndpointCorrection("PUT", "/api/v3/x", needs=Needs.NONE, mutates=True),
        ),
    ],
)
def test_a_line_of_the_user(row: EndpointSettings, made: EndpointCorrection) -> None:
    assert correction(row) == made


def test_the_catalogue_has_the_users_own_rows() -> None:
    row = EndpointSettings(endpoint="GET /api/v3/myTrades", mutates=True)
    before, after = (
        catalogue_of(one).find("GET", "/api/v3/myTrades") for one in (settings(), settings(None, row))
    )
    assert before is not None
    assert after is not None
    assert (before.mutates, after.mutates) == (False, True)
    assert after.needs is before.needs
