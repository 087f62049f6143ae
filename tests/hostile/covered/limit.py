"""How much is taken in."""

COVERED = {
    "h2-door-unix-mode": "tests/server/test_listener.py::test_a_gateway_on_a_socket_serves_its_owner_and_leaves_nothing_behind",
    "h2-door-unix-own": "tests/server/test_listener.py::test_a_gateway_on_a_socket_serves_its_owner_and_leaves_nothing_behind",
    "h2-door-unix-other-user-0666": "tests/server/test_listener.py::test_another_user_is_refused_whatever_the_mode_says",
    "h2-door-unix-no-host": "tests/server/test_listener.py::test_a_gateway_on_a_socket_serves_its_owner_and_leaves_nothing_behind",
    "h2-door-unix-second-refused": "tests/server/test_listener.py::test_the_socket_of_a_running_gateway_is_left_alone",
    "h2-door-unix-removed-at-end": "tests/server/test_listener.py::test_a_gateway_on_a_socket_serves_its_owner_and_leaves_nothing_behind",
    "h2-door-admin-listen-[::]:0": "tests/hostile/test_start.py::test_host_17_beyond_loopback_it_does_not_start_without_a_token",
    "h2-door-tls-good": "tests/server/test_tls_door.py::test_requests_are_served_over_tls",
    "h2-door-tls-300-unfinished-handshakes-nofile256": "tests/hostile/test_doors.py::test_silent_handshakes_lock_nobody_out",
}  # fmt: skip
