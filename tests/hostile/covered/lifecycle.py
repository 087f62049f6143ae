"""Start, faults, end."""

_TESTS = "tests/hostile/test_lifecycle.py"
_SPOILT = f"{_TESTS}::test_a_state_file_that_is_spoilt_does_not_stop_trading"
_CLIENTS = f"{_TESTS}::test_a_file_of_clients_that_cannot_be_trusted_refuses_the_start"
_REPLACED = f"{_TESTS}::test_a_journal_file_that_becomes_something_else_is_followed_by_another"
_SILENT = f"{_TESTS}::test_connections_that_ask_for_nothing_lock_nobody_out"

COVERED: dict[str, str] = {
    "h2-fault-journal-removed-admin-switch": f"{_TESTS}::test_a_journal_that_is_removed_stops_neither_trading_nor_the_end",
    "h2-fault-journal-file-symlink": _REPLACED,
    "h2-fault-journal-file-fifo": _REPLACED,
    "h2-fault-journal-file-dir": _REPLACED,
    "h2-fault-dir-is-symlink": f"{_TESTS}::test_a_journal_that_is_a_link_refuses_the_start",
    "h2-fault-holds-garbage": _SPOILT,
    "h2-fault-holds-empty": _SPOILT,
    "h2-fault-holds-future": _SPOILT,
    "h2-fault-holds-symlink": _SPOILT,
    "h2-fault-holds-dir": _SPOILT,
    "h2-fault-tagkey-short": _SPOILT,
    "h2-fault-tagkey-empty": _SPOILT,
    "h2-fault-tagkey-0644": _SPOILT,
    "h2-fault-admintoken-fifo": _SPOILT,
    "h2-fault-journal-deep": _SPOILT,
    "h2-fault-clients-empty": _CLIENTS,
    "h2-fault-clients-0644": _CLIENTS,
    "h2-fault-clients-list": _CLIENTS,
    "h2-fault-clients-fifo": _CLIENTS,
    "h2-fault-nofile-64": _SILENT,
    "h2-fault-200-slow-conns-64-max": _SILENT,
    "h2-fault-signal-SIGPIPE": f"{_TESTS}::test_sigpipe_changes_nothing",
}
"""Which test shows what becomes of an entry of the hostile lists that is described in words: id -> file::name."""
