"""Every entry of the hostile list is accounted for, exactly once.

The raw ones are all in test_raw.py. Of those in words each names the test that shows it, or why there is none yet.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.hostile.entries import entries, raw_entries

ROOT = Path(__file__).resolve().parents[2]

COVERED = {
    "host-17": "tests/hostile/test_start.py::test_host_17_beyond_loopback_it_does_not_start_without_a_token",
    "host-18": "tests/hostile/test_start.py::test_host_18_beyond_loopback_token_and_host_are_checked",
    "target-11": "tests/hostile/test_start.py::test_target_11_no_other_upstream_can_be_named",
    "target-12": "tests/hostile/test_start.py::test_target_12_a_name_that_leads_into_a_private_network",
    "target-13": "tests/hostile/test_start.py::test_target_13_a_redirect_is_not_followed",
    "policy-13": "tests/hostile/test_policy.py::test_read_only",
    "policy-14": "tests/hostile/test_policy.py::test_read_only",
    "size-06": "tests/hostile/test_size.py::test_size_06_headers_that_trickle_end_at_the_deadline",
    "size-07": "tests/hostile/test_size.py::test_size_07_a_body_that_trickles_ends_at_the_deadline",
    "size-08": "tests/hostile/test_size.py::test_size_08_a_thousand_idle_connections_lock_nobody_out",
    "size-09": "tests/hostile/test_size.py::test_size_09_a_bomb_is_passed_on_and_never_inflated",
    "size-10": "tests/hostile/test_size.py::test_size_10_a_client_that_does_not_read_is_cut_off_and_the_record_says_so",
    "upstream-01": "tests/hostile/test_upstream.py::test_upstream_01_bare_line_feeds_come_out_clean",
    "upstream-02": "tests/hostile/test_upstream.py::test_upstream_02_04_a_broken_answer_is_not_passed_on",
    "upstream-03": "tests/hostile/test_upstream.py::test_upstream_03_the_reason_phrase_is_ours",
    "upstream-04": "tests/hostile/test_upstream.py::test_upstream_02_04_a_broken_answer_is_not_passed_on",
    "upstream-05": "tests/hostile/test_upstream.py::test_upstream_05_extra_octets_answer_nobody",
    "upstream-06": "tests/hostile/test_upstream.py::test_upstream_06_07_headers_and_cookies_stay_behind",
    "upstream-07": "tests/hostile/test_upstream.py::test_upstream_06_07_headers_and_cookies_stay_behind",
    "upstream-08": "tests/upstream/test_dial.py::test_a_wrong_certificate_ends_it_before_an_octet_is_sent",
    "upstream-09": "tests/hostile/test_upstream.py::test_upstream_09_a_page_of_the_firewall_is_relayed_once",
    "upstream-10": "tests/hostile/test_upstream.py::test_upstream_10_interim_answers_are_dropped",
    "exec-01": "tests/hostile/test_exec.py::test_exec_01_to_04_a_write_that_got_no_answer_is_not_sent_again",
    "exec-02": "tests/hostile/test_exec.py::test_exec_01_to_04_a_write_that_got_no_answer_is_not_sent_again",
    "exec-03": "tests/hostile/test_exec.py::test_exec_01_to_04_a_write_that_got_no_answer_is_not_sent_again",
    "exec-04": "tests/hostile/test_exec.py::test_exec_01_to_04_a_write_that_got_no_answer_is_not_sent_again",
    "exec-05": "tests/hostile/test_exec.py::test_exec_05_a_refused_connection_means_not_sent",
    "exec-06": "tests/hostile/test_exec.py::test_exec_06_a_connection_that_hangs_ends_at_the_limit",
    "exec-07": "tests/hostile/test_exec.py::test_exec_07_08_a_reset_after_octets_were_handed_over_is_unknown",
    "exec-08": "tests/hostile/test_exec.py::test_exec_07_08_a_reset_after_octets_were_handed_over_is_unknown",
    "exec-09": "tests/hostile/test_exec.py::test_exec_09_silence_ends_at_the_time_for_an_answer",
    "exec-10": "tests/hostile/test_exec.py::test_exec_10_to_12_an_answer_is_relayed_and_never_retried",
    "exec-11": "tests/hostile/test_exec.py::test_exec_10_to_12_an_answer_is_relayed_and_never_retried",
    "exec-12": "tests/hostile/test_exec.py::test_exec_10_to_12_an_answer_is_relayed_and_never_retried",
    "exec-13": "tests/hostile/test_exec.py::test_exec_13_a_cut_body_never_looks_whole",
    "exec-14": "tests/gateway/test_client_gone.py::test_the_order_is_placed_and_its_outcome_is_in_the_journal",
    "limit-01": "tests/limits/test_holds.py::test_after_a_429_nothing_reaches_the_exchange_until_it_is_over",
    "limit-02": "tests/limits/test_holds.py::test_a_ban_outlives_a_restart",
    "limit-03": "tests/limits/test_holds.py::test_too_many_orders_hold_orders_only",
    "limit-04": "tests/core/test_retry_after.py::test_without_retry_after_it_doubles",
    "limit-05": "tests/core/test_retry_after.py::test_seconds",
    "clock-01": "tests/gateway/test_pipeline.py::test_one_clock_error_heals_once",
    "clock-02": "tests/hostile/test_process.py::test_clock_02_an_error_about_a_timestamp_that_is_not_ours_is_relayed",
    "clock-03": "tests/gateway/test_pipeline.py::test_minus_1022_is_never_sent_again",
    "clock-04": "tests/hostile/test_process.py::test_clock_04_the_first_signed_request_has_the_exchanges_time",
    "clock-05": "tests/runtime/test_exchange_clock.py::test_a_wall_clock_step_changes_nothing_and_asks_for_a_new_estimate",
    "log-01": "tests/core/redaction/test_redactor.py::test_log_01_control_characters_are_escaped",
    "log-02": "tests/core/redaction/test_redactor.py::test_log_02_a_planted_secret_is_nowhere",
    "log-03": "tests/core/redaction/test_redactor.py::test_log_03_an_address_in_an_error_text_is_tagged",
    "log-04": "tests/core/redaction/test_redactor.py::test_log_04_chat_credentials",
    "log-05": "tests/core/redaction/test_redactor.py::test_log_05_people_of_an_order",
    "log-06": "tests/core/redaction/test_redactor.py::test_log_06_a_new_secret_key_in_an_answer",
    "log-07": "tests/core/redaction/test_redactor.py::test_log_07_a_compressed_answer_is_redacted_or_not_shown",
    "log-08": "tests/core/redaction/test_redactor.py::test_log_08_a_malformed_body_leaves_its_shape",
    "log-09": "tests/core/redaction/test_redactor.py::test_log_09_json_in_json_in_json",
    "log-10": "tests/telemetry/test_logs.py::test_a_traceback_has_no_values",
    "secret-01": "tests/cli/test_main.py::test_a_secret_on_the_command_line_is_refused_and_not_repeated",
    "secret-02": "tests/runtime/test_secret_file.py::test_a_file_that_others_can_use_is_refused_with_path_and_needed_mode",
    "secret-03": "tests/hostile/test_process.py::test_secret_03_a_crash_tells_nothing",
    "secret-04": "tests/credentials/test_accounts.py::test_an_account_cannot_be_made_to_show_its_key_or_secret",
    "secret-05": "tests/hostile/test_process.py::test_secret_05_nothing_on_the_admin_port_or_in_the_log_holds_a_key",
    "lifecycle-01": "tests/hostile/test_process.py::test_lifecycle_01_what_is_under_way_at_sigterm_is_finished",
    "lifecycle-02": "tests/journal/test_survival.py::test_killed_at_any_moment_every_sent_write_has_its_intent",
    "lifecycle-03": "tests/journal/test_writer.py::test_losses_are_counted_told_once_a_minute_and_written_on_recovery",
    "lifecycle-04": "tests/journal/test_writer.py::test_rotation_loses_nothing",
    "lifecycle-05": "tests/journal/test_line_file.py::test_a_file_replaced_by_a_link_is_left_alone",
    "mitm-01": "tests/addons/doctor/test_addon.py::test_a_thousand_requests_leave_no_canary_in_the_redacted_file",
    "mitm-02": "tests/addons/test_binance_doctor.py::test_a_proxy_is_no_way_around_a_loopback_bind",
    "mitm-03": "tests/addons/doctor/test_addon.py::test_a_failing_addon_is_said_without_the_flow",
}  # fmt: skip

LATER = {
    "ws-03": "WebSocket is not proxied; an upgrade is refused (ws-01, ws-02)",
}


def test_every_entry_is_accounted_for_once() -> None:
    raw = [entry.id for entry in raw_entries()]
    accounted = [*raw, *COVERED, *LATER]
    assert len(accounted) == len(set(accounted))
    assert set(accounted) == {entry.id for entry in entries()}
    assert (len(raw), len(entries())) == (123, 193)


@cache
def _tests_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize(("entry", "test"), COVERED.items(), ids=COVERED)
def test_the_named_test_exists(entry: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert name in _tests_of(ROOT / file), f"{entry}: {test} is gone; name the test that shows it now"
