"""What a policy names and nothing bears: a warning where it is legal, with the nearest name."""

import pytest

from proxy.config.convert import convert
from proxy.config.policy_checks import doubtful_policies, read_lines

WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"


def test_an_allow_line_that_names_nothing_known_is_a_warning_with_the_nearest_name() -> None:
    settings = convert({"policy": {"allow": [WITHDRAW, "POST /sapi/v1/capital/withdraw/aply"]}}).settings
    (warning,) = doubtful_policies(settings)
    assert warning.startswith("policy.allow[1] names no endpoint that is known here; did you mean")
    assert WITHDRAW in warning


def test_an_allow_line_for_an_endpoint_of_ones_own_is_no_warning() -> None:
    line = "POST /sapi/v1/brand/new"
    settings = convert({"policy": {"allow": [line]}, "endpoints": [{"endpoint": line}]}).settings
    assert list(doubtful_policies(settings)) == []


READ_WARNINGS = [
    (["market", "GET /api/v3/account", "GET /sapi/v1/capital/*"], []),
    ([], ["policy.read is empty: no read passes, not even the time; null lets every read pass"]),
    (
        ["GET /api/v3/acount"],
        ["policy.read[0] names no endpoint that is known here; did you mean GET /api/v3/account?"],
    ),
    (["PUT /sapi/v9/brand/new"], ["policy.read[0] names no endpoint that is known here"]),
    (["market", "GET /sapi/v1/brand/*"], ["policy.read[1] names no read that is known here"]),
    (["POST /sapi/v1/equity/order/*"], ["policy.read[0] names no read that is known here"]),
    (
        ["POST /api/v3/order"],
        ["policy.read[0] names an endpoint that changes something; those belong under `allow`"],
    ),
]


@pytest.mark.parametrize(("read", "warnings"), READ_WARNINGS)
def test_reads_that_name_nothing_are_warned_about(read: list[str], warnings: list[str]) -> None:
    conversion = convert({"policy": {"read": read}})
    assert conversion.problems == []
    assert list(doubtful_policies(conversion.settings)) == warnings


def test_a_read_of_ones_own_is_no_warning() -> None:
    line = "GET /sapi/v1/brand/new"
    settings = convert({"policy": {"read": [line]}, "endpoints": [{"endpoint": line}]}).settings
    assert list(doubtful_policies(settings)) == []


@pytest.mark.parametrize(
    ("entry", "hint"),
    [("Ordres", "did you mean orders?"), ("zzz", "groups: market, orders, balances, ")],
)
def test_a_group_of_reads_that_is_none_is_told_with_the_nearest(entry: str, hint: str) -> None:
    settings = convert({"policy": {"read": ["market", entry]}}).settings
    (problem,) = list(read_lines(settings))
    assert problem.says.startswith("policy.read[1] must be a group of reads")
    assert problem.hint.startswith(hint)
