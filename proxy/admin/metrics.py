"""Counters in the Prometheus text format, read when they are asked for: the hot path only adds to integers.

A label may be a client's or an endpoint's name: it is escaped, for who looks at the page with curl.
"""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from proxy.core.foreign import Foreign
from proxy.core.readings import Kind, Reading

_PREFIX = "signing_proxy_"


class _Readings(Collector):
    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        for reading in self._readings:
            family = CounterMetricFamily if reading.kind is Kind.COUNTER else GaugeMetricFamily
            metric = family(_PREFIX + reading.name, reading.says, labels=reading.labels)
            for labels, value in reading.samples:
                metric.add_metric([Foreign(label).metrics_label() for label in labels], value)
            yield metric


def exposition(readings: Iterable[Reading]) -> tuple[bytes, str]:
    """The metrics as text, and its content type."""
    registry = CollectorRegistry()
    registry.register(_Readings(list(readings)))
    return generate_latest(registry), CONTENT_TYPE_LATEST
