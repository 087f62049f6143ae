"""The Prometheus text format, from readings."""

from proxy.admin.metrics import exposition
from proxy.core.readings import counter, counters, gauge


def test_the_text() -> None:
    readings = (
        counter("flows", "Requests that came in", 3),
        gauge("read_only", "1 while the kill switch is on", 1),
        counters("weight", "Weight", ("client", "host"), [(("bot", "x"), 20), (('"\\\n', "y"), 1)]),
        counters("faults", "None yet", ("stage",), []),
    )
    text, content_type = exposition(iter(readings))
    assert content_type.startswith("text/plain; version=")
    assert text.decode().splitlines() == [
        "# HELP signing_proxy_flows_total Requests that came in",
        "# TYPE signing_proxy_flows_total counter",
        "signing_proxy_flows_total 3.0",
        "# HELP signing_proxy_read_only 1 while the kill switch is on",
        "# TYPE signing_proxy_read_only gauge",
        "signing_proxy_read_only 1.0",
        "# HELP signing_proxy_weight_total Weight",
        "# TYPE signing_proxy_weight_total counter",
        'signing_proxy_weight_total{client="bot",host="x"} 20.0',
        'signing_proxy_weight_total{client="\\"\\\\\\n",host="y"} 1.0',
        "# HELP signing_proxy_faults_total None yet",
        "# TYPE signing_proxy_faults_total counter",
    ]
