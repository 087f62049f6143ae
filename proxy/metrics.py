"""Counters in the Prometheus text format, read when they are asked for: the hot path only adds to integers."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from proxy.clock import Clocks
from proxy.journal import Journal
from proxy.pipeline import Pipeline


class _Reading(Collector):
    """One look at the counters of the house."""

    def __init__(self, pipeline: Pipeline, journal: Journal, clocks: Clocks) -> None:
        self._pipeline = pipeline
        self._journal = journal
        self._clocks = clocks

    def collect(self) -> Iterator[Metric]:
        tally = self._pipeline.recorder.tally
        answers = CounterMetricFamily(
            "signing_proxy_flows", "Flows by what came of them", labels=["outcome", "status"]
        )
        for (outcome, status), count in sorted(tally.outcomes.items()):
            answers.add_metric([outcome, str(status)], count)
        yield answers
        yield GaugeMetricFamily(
            "signing_proxy_in_flight", "Requests being served now", value=self._pipeline.gate.busy
        )
        yield CounterMetricFamily(
            "signing_proxy_records_unsafe",
            "Flows not recorded: they could not be redacted",
            value=tally.unsafe,
        )
        yield CounterMetricFamily(
            "signing_proxy_records_dropped",
            "Records lost: the journal could not be written",
            value=self._journal.dropped,
        )
        board = self._pipeline.outcomes.board
        found = CounterMetricFamily(
            "signing_proxy_unknown_writes",
            "Writes that ended unknown, by what was found out",
            labels=["outcome"],
        )
        for state, count in sorted(board.counts.items()):
            found.add_metric([state.value], count)
        yield found
        yield GaugeMetricFamily(
            "signing_proxy_unknown_writes_pending", "Writes that are being looked up now", value=board.pending
        )
        yield GaugeMetricFamily(
            "signing_proxy_read_only", "1 while the kill switch is on", value=int(self._pipeline.switch.on)
        )
        yield from _limits(self._pipeline)
        yield from _upstream(self._pipeline)
        offset = GaugeMetricFamily(
            "signing_proxy_clock_offset_milliseconds", "Exchange time minus local time", labels=["family"]
        )
        for clock in self._clocks.all():
            if clock.known:
                offset.add_metric([clock.name], clock.reading().offset_ms)
        yield offset


def _limits(pipeline: Pipeline) -> Iterator[Metric]:
    """Who spent the weight, and what is used of the limits. Labels are bounded (budget/spending.py)."""
    budget = pipeline.outlet.budget
    spender = ["client", "host", "endpoint"]
    weight = CounterMetricFamily("signing_proxy_weight", "Request weight spent", labels=spender)
    shared = CounterMetricFamily(
        "signing_proxy_shared_answers", "Requests answered with what an identical one brought", labels=spender
    )
    for entry in budget.spending:
        labels = [entry.client, entry.base.partition("://")[2], entry.endpoint]
        weight.add_metric(labels, entry.weight)
        if entry.shared:
            shared.add_metric(labels, entry.shared)
    yield weight
    yield shared
    limiter = ["host", "family", "endpoint", "account"]
    used = GaugeMetricFamily(
        "signing_proxy_weight_used", "What Binance says was used this minute", labels=limiter
    )
    limit = GaugeMetricFamily("signing_proxy_weight_limit", "Its limit a minute", labels=limiter)
    for meter in budget.meters():
        if meter.informed:
            labels = [meter.base.partition("://")[2], meter.family.value, meter.endpoint, meter.account]
            used.add_metric(labels, meter.told)
            if meter.limit is not None:
                limit.add_metric(labels, meter.limit)
    yield used
    yield limit
    held = GaugeMetricFamily(
        "signing_proxy_hold_seconds_left", "Holds under way", labels=["scope", "host", "account"]
    )
    for hold in pipeline.outlet.holds.under_way():
        held.add_metric([hold.scope.value, hold.host.partition("://")[2], hold.account], hold.seconds_left)
    yield held


def _upstream(pipeline: Pipeline) -> Iterator[Metric]:
    """Which hosts answered, and how the connections to them went."""
    sender = pipeline.sender
    counted = {
        "signing_proxy_upstream_answers": ("Answers by the host that gave them", sender.answered),
        "signing_proxy_upstream_connections": ("Connections made", sender.opened),
        "signing_proxy_upstream_unreached": ("Connections that could not be made", sender.unreached),
    }
    for name, (says, counts) in counted.items():
        metric = CounterMetricFamily(name, says, labels=["host"])
        for base, count in sorted(counts.items()):
            metric.add_metric([base.partition("://")[2]], count)
        yield metric


def exposition(pipeline: Pipeline, journal: Journal, clocks: Clocks) -> tuple[bytes, str]:
    """The metrics as text, and its content type."""
    registry = CollectorRegistry()
    registry.register(_Reading(pipeline, journal, clocks))
    return generate_latest(registry), CONTENT_TYPE_LATEST
