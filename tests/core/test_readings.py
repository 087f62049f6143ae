"""Figures as rooms give them."""

from proxy.core.readings import Kind, Reading, counter, counters, gauge, gauges


def test_a_figure_without_labels_has_one_sample() -> None:
    assert counter("flows", "says", 3) == Reading("flows", "says", Kind.COUNTER, (), (((), 3),))
    assert gauge("open", "says", 0.5) == Reading("open", "says", Kind.GAUGE, (), (((), 0.5),))


def test_figures_with_labels_are_read_at_once() -> None:
    samples = [(("a",), 1.0), (("b",), 2.0)]
    for make, kind in ((counters, Kind.COUNTER), (gauges, Kind.GAUGE)):
        made = make("x", "says", ("label",), iter(samples))
        assert made == Reading("x", "says", kind, ("label",), ((("a",), 1.0), (("b",), 2.0)))
    assert counters("x", "says", ("label",), ()).samples == ()
