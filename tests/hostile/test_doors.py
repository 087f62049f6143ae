"""Open connections that say nothing make no gateway deaf, with few descriptors as well."""

from pathlib import Path

from tests.hostile.doors import busy_connections, idle_connections, silent_handshakes


def test_silent_handshakes_lock_nobody_out(tmp_path: Path) -> None:
    found = silent_handshakes(tmp_path)
    assert found.seconds < 1
    assert found.descriptors < 120


def test_idle_connections_lock_nobody_out_where_descriptors_are_few(tmp_path: Path) -> None:
    found = idle_connections(tmp_path)
    assert found.seconds < 1
    assert found.descriptors < 250


def test_busy_connections_take_no_descriptor_that_is_needed_for_the_others(tmp_path: Path) -> None:
    """Everybody is served, or told why not; nobody fails at the exchange's side, and no record is lost."""
    found = busy_connections(tmp_path)
    assert found.otherwise == ()
    assert found.served + found.refused == 40
    assert found.served >= 10
    assert found.recorded == found.served
    assert found.afterwards_seconds < 3
    assert found.cpu_seconds < 0.5
