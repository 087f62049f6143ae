"""Whatever a file holds, loading it ends in settings or in a ConfigError, and in nothing else."""

from hypothesis import example, given, strategies as st

from proxy.config.checks import CHECKS
from proxy.config.convert import convert
from proxy.config.document import parse_document
from proxy.config.limit_doubts import doubtful_limits
from proxy.config.policy_checks import doubtful_policies
from proxy.core.errors import ConfigError
from proxy.core.settings import (
    AccountSettings,
    ClientSettings,
    EndpointSettings,
    LimitLineSettings,
    PermitSettings,
    Settings,
)

NAMES = [
    *Settings.__struct_fields__,
    *AccountSettings.__struct_fields__,
    *PermitSettings.__struct_fields__,
    *LimitLineSettings.__struct_fields__,
    *EndpointSettings.__struct_fields__,
    *ClientSettings.__struct_fields__,
    "recv_window_ms",
    "proxy",
    "unsafe_url",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        ["127.0.0.1:1", "0.0.0.0:0", "http://127.0.0.1:1", "socks5://h:1", "POST /api/v3/order", "[::", ":"]
    ),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.binary(max_size=200) | st.text(alphabet="ab:-#[]{}'\"\n\t &*!|>%@`,?~1.", max_size=60).map(str.encode)
)
def test_any_octets(octets: bytes) -> None:
    says = _refusal(octets)
    assert says is None or says.startswith("c.yaml:")


def _refusal(octets: bytes) -> str | None:
    """Load the octets; the message if they are refused."""
    try:
        convert(parse_document(octets, "c.yaml").data)
    except ConfigError as error:
        return error.message
    return None


@example({"endpoints": [None]})
@example({"policy": {"limits": [None]}})
@example({"clients": {"bot": {"policy": {"limits": [{}]}}}})
@given(st.dictionaries(st.sampled_from(Settings.__struct_fields__) | st.text(max_size=8), TREES, max_size=5))
def test_any_tree(data: dict[str, object]) -> None:
    """Among them a list item that is only a dash: what a group requires is asked for in an empty one too."""
    conversion = convert(data)
    wrong = False
    for check in CHECKS:
        for problem in check(conversion.settings):
            wrong = True
            assert problem.says
            assert problem.about
    assert all(doubtful_policies(conversion.settings))
    assert wrong or all(doubtful_limits(conversion.settings))
