"""Open connections that say nothing make no gateway deaf, with few descriptors as well."""

from pathlib import Path

from tests.hostile.doors import idle_connections, silent_handshakes


def test_silent_handshakes_lock_nobody_out(tmp_path: Path) -> None:
    found = silent_handshakes(tmp_path)
    assert found.seconds < 1
    assert found.descriptors < 120


def test_idle_connections_lock_nobody_out_where_descriptors_are_few(tmp_path: Path) -> None:
    found = idle_connections(tmp_path)
    assert found.seconds < 1
    assert found.descriptors < 250
