"""Private targets are refused in every mode in which a stranger may choose the target."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import taddons

from addons.doctor.options import OPTIONS
from addons.doctor.refusal import PrivateTargetGuard
from addons.doctor.targets import PrivateTargets
from tests.addons.flows import asked, flow_of, server

NAMES = {
    "api.binance.com": ["13.32.0.1"],
    "rebound.test": ["127.0.0.1"],
    "vm.test": ["192.168.7.7", "13.32.0.1"],
}


async def lookup(host: str) -> list[str]:
    if host not in NAMES:
        raise OSError("no such name")
    return NAMES[host]


@pytest.fixture
def guard() -> object:
    guard = PrivateTargetGuard(PrivateTargets(lookup))
    with taddons.context(guard) as context:
        for option in OPTIONS:
            context.master.options.add_option(option.name, option.kind, option.default, option.help)
        yield SimpleNamespace(hooks=guard, options=context.options, master=context.master)


@pytest.mark.parametrize(
    ("host", "mode", "refused"),
    [
        ("127.0.0.1", "regular", True),
        ("localhost", "regular", True),
        ("2130706433", "regular", True),
        ("10.1.2.3", "regular", True),
        ("rebound.test", "regular", True),
        ("vm.test", "regular", True),
        ("api.binance.com", "regular", False),
        ("8.8.8.8", "regular", False),
        ("unknown.test", "regular", False),
        ("127.0.0.1", "reverse:http://127.0.0.1:8180", True),
        ("127.0.0.1", "upstream:http://10.0.0.1:3128", True),
        ("rebound.test", "upstream:http://10.0.0.1:3128", False),
        ("127.0.0.1", "socks5", True),
        ("192.168.1.1", "wireguard", True),
        ("127.0.0.1", "local", False),
    ],
)
@pytest.mark.parametrize("hook", ["requestheaders", "http_connect"])
async def test_requests(guard: SimpleNamespace, host: str, mode: str, refused: bool, hook: str) -> None:
    flow = asked(host, mode=mode)
    await getattr(guard.hooks, hook)(flow)
    assert (flow.response is not None) is refused
    if refused:
        assert flow.response.status_code == 403
        assert flow.response.content is not None
        assert json.loads(flow.response.content)["error"] == "private_target_refused"
        assert host.encode() not in flow.response.content  # no echo of input
        assert flow.comment.startswith("Binance: refused")


async def test_the_option_allows_them(guard: SimpleNamespace) -> None:
    guard.options.binance_allow_private = True
    flow = asked("127.0.0.1")
    await guard.hooks.requestheaders(flow)
    assert flow.response is None


async def test_flows_from_a_file_are_left_alone(guard: SimpleNamespace) -> None:
    flow = flow_of(host="127.0.0.1")
    flow.live = False
    before = flow.get_state()
    await guard.hooks.requestheaders(flow)
    assert flow.get_state() == before


@pytest.mark.parametrize(
    ("host", "mode", "refused"),
    [
        ("127.0.0.1", "regular", True),
        ("rebound.test", "regular", True),
        ("rebound.test", "socks5", True),
        ("169.254.169.254", "transparent", True),
        ("api.binance.com", "regular", False),
        ("10.0.0.1", "upstream:http://10.0.0.1:443", False),
        ("127.0.0.1", "reverse:tcp://127.0.0.1:443", True),
        ("127.0.0.1", "reverse:http://127.0.0.1:443", False),
        ("192.168.1.1", "dns", False),
        ("127.0.0.1", "local", False),
    ],
)
async def test_connections(guard: SimpleNamespace, host: str, mode: str, refused: bool) -> None:
    client, upstream = server(host, mode=mode)
    await guard.hooks.server_connect(ServerConnectionHookData(upstream, client))
    assert bool(upstream.error) is refused


class Transport:
    """Keeps whether it was aborted."""

    aborted = False

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize(
    ("peer", "mode", "aborted"),
    [
        ("127.0.0.1", "regular", True),
        ("::1", "regular", True),
        ("13.32.0.1", "regular", False),
        ("10.0.0.1", "upstream:http://proxy.test:443", False),
        ("127.0.0.1", "local", False),
    ],
)
async def test_a_name_that_led_elsewhere_after_all_is_cut_off(
    guard: SimpleNamespace, peer: str, mode: str, aborted: bool
) -> None:
    client, upstream = server("proxy.test", mode=mode)
    upstream.peername = (peer, 443)
    transport = Transport()
    io = SimpleNamespace(writer=SimpleNamespace(transport=transport))
    handler = SimpleNamespace(transports={upstream: io})
    guard.master.addons.lookup["proxyserver"] = SimpleNamespace(connections={"id": handler})
    guard.hooks.server_connected(ServerConnectionHookData(upstream, client))
    await asyncio.sleep(0)
    assert transport.aborted is aborted
