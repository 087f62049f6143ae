"""Tests mirror rooms: `proxy/limits/meter.py` is tested by `tests/limits/test_meter.py`. What is not so is written here.

The tests of the addon stand in `tests/addons/`. A test file that belongs to no module stands in the folder of the room
that it tests, if there is one, and in `TOGETHER`.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.structure.imports import ROOT, Graph, graph, names_in

DEPARTURES = "proxy/core/diagnosis/departures"
EVERY_DEPARTURE = "core/diagnosis/departures/test_every_rule.py"
"""Departures are tested by one table over their list; some have a mirror besides, of what is theirs alone."""

ELSEWHERE = {
    # Made of others: tested as a whole, by a gateway that runs.
    "proxy/app/build.py": "gateway/test_pipeline.py gateway/test_environment_guard.py",
    "proxy/app/doors.py": "gateway/test_pipeline.py admin/test_api.py",
    "proxy/app/rooms.py": "gateway/test_pipeline.py",
    "proxy/app/source.py": "gateway/test_reload.py",
    "proxy/app/gateway.py": "gateway/test_pipeline.py gateway/reconciliation/test_gateway.py",
    "proxy/gateway/dispatch.py": "gateway/test_send.py gateway/test_heal.py gateway/test_learning.py",
    "proxy/gateway/limit_fits.py": "gateway/test_allowances.py gateway/test_allowance.py",
    "proxy/gateway/intake.py": "gateway/test_walk.py gateway/test_ways_out.py",
    "proxy/gateway/relay.py": "gateway/test_answer.py gateway/test_big_answers.py",
    "proxy/server/delivery.py": "gateway/test_repeats.py gateway/test_repeats_instants.py",
    "proxy/server/request.py": "server/test_server.py gateway/test_answer.py",
    "proxy/upstream/response.py": "upstream/test_sender.py gateway/test_answer.py",
    # Processes: started, looked at from outside, ended by signals.
    "proxy/app/serve.py": "hostile/test_process.py gateway/test_kill_switch.py",
    "proxy/cli/run.py": "app/test_start.py hostile/test_start.py",
    "proxy/cli/selection.py": "cli/logs/test_rows.py cli/export/test_handing_out.py",
    "proxy/cli/policy/learned.py": "cli/policy/test_learn.py",
    "proxy/cli/demo.py": "demo/test_tour.py",
    "proxy/cli/shown.py": "terminal/test_run.py",
    "proxy/app/screen.py": "terminal/test_run.py",
    "proxy/terminal/words.py": "cli/logs/test_rows.py terminal/test_flow_line.py",
    "proxy/demo/show.py": "demo/test_tour.py",
    "proxy/demo/steps.py": "demo/test_tour.py",
    # What systems do differently: by those who use it, and by a gateway with the names of one system hidden.
    "proxy/platform/posix/directory.py": "journal/test_files.py journal/test_line_file.py",
    "proxy/platform/posix/process.py": "runtime/test_descriptors.py runtime/test_bounded.py",
    "proxy/platform/windows/directory.py": "platform/test_windows.py",
    "proxy/platform/windows/files.py": "platform/test_windows.py",
    "proxy/platform/windows/process.py": "platform/test_windows.py",
    "proxy/platform/windows/signals.py": "platform/test_windows.py",
    "proxy/platform/windows/sockets.py": "platform/test_windows.py",
    "proxy/platform/windows/terminal.py": "platform/test_windows.py",
    "proxy/platform/posix/keys.py": "platform/test_keys.py",
    "proxy/platform/posix/signals.py": "app/test_signals.py",
    # A part of its neighbour, tested with it.
    # Readers of notations, and what joins their spans: one table of pastes tests them together.
    "proxy/explain/assembler.py": "explain/test_finder.py",
    "proxy/explain/unseen.py": "explain/test_finder.py",
    "proxy/explain/readers/api_paths.py": "explain/test_finder.py",
    "proxy/explain/readers/blocks.py": "explain/test_finder.py",
    "proxy/explain/readers/bodies.py": "explain/test_finder.py",
    "proxy/explain/readers/calls.py": "explain/test_finder.py",
    "proxy/explain/readers/commands.py": "explain/test_finder.py",
    "proxy/explain/readers/header_words.py": "explain/test_finder.py",
    "proxy/explain/readers/method_words.py": "explain/test_finder.py",
    "proxy/explain/readers/methods.py": "explain/test_finder.py",
    "proxy/explain/readers/mitm_file.py": "explain/test_finder.py",
    "proxy/explain/readers/notations.py": "explain/test_finder.py",
    "proxy/explain/readers/objects.py": "explain/test_finder.py",
    "proxy/explain/readers/quoted_lines.py": "explain/test_finder.py",
    "proxy/explain/readers/object_body.py": "explain/test_finder.py",
    "proxy/explain/readers/object_fields.py": "explain/test_finder.py",
    "proxy/explain/readers/python_binance.py": "explain/test_finder.py",
    "proxy/explain/readers/resty.py": "explain/test_finder.py",
    "proxy/explain/readers/thrown.py": "explain/test_finder.py",
    "proxy/explain/readers/replies.py": "explain/test_finder.py",
    "proxy/explain/readers/rust_request.py": "explain/test_finder.py",
    "proxy/explain/readers/sections.py": "explain/test_finder.py",
    "proxy/core/signing/asymmetric.py": "core/signing/test_algorithms.py",
    "proxy/core/diagnosis/frames/frame.py": "core/diagnosis/examination/test_parsed_request.py",
    "proxy/core/diagnosis/names.py": "core/diagnosis/examination/test_parsed_request.py",
    "proxy/core/diagnosis/search/candidate.py": "core/diagnosis/examination/test_parsed_request.py",
    "proxy/gateway/reconciliation/schedule.py": "gateway/reconciliation/test_reconciler.py",
    "proxy/limits/report.py": "limits/test_spending.py",
    # Checks that ask the exchange: one table of patients on the sandbox.
    "proxy/doctor/checks/c2c.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/controls.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/egress.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/environment.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/futures.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/hold.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/known.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/tls.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/checks/weights.py": "doctor/test_on_sandbox.py",
    "proxy/doctor/all_checks.py": "doctor/test_examination.py doctor/test_on_sandbox.py",
    "proxy/doctor/check.py": "doctor/test_examination.py",
    "proxy/doctor/result.py": "doctor/test_examination.py",
    "proxy/doctor/system_words.py": "doctor/checks/test_journal.py",
    # Branches of one decision: one table of verdicts reaches each.
    "proxy/core/probes/leaves/banned.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/exchange_failing.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/firewall.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/flapping.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/key_form.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/key_refused.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/key_unknown.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/not_authorized.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/own_clock.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/rate_limited.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/restricted_location.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/signature_wrong.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/uncontrolled_mixture.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/unsettled.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaves/works.py": "core/probes/test_verdict.py",
    "proxy/core/probes/leaf.py": "core/probes/test_verdict.py",
    "proxy/core/probes/probe.py": "core/probes/test_verdict.py",
    "proxy/core/probes/sweep.py": "core/probes/test_verdict.py",
    # Lists of rules, and what the rules of a kind share: the table of each rule is a test of them.
    "proxy/core/diagnosis/search/all_departures.py": "core/diagnosis/departures/test_list.py",
    "proxy/core/diagnosis/examination/all_symptoms.py": "core/diagnosis/examination/test_rules.py",
    "proxy/core/diagnosis/examination/all_verdicts.py": "core/diagnosis/verdicts/test_verdicts.py",
    "proxy/core/diagnosis/examination/rule_text.py": "core/diagnosis/examination/test_rules.py",
    "proxy/core/diagnosis/symptoms/base.py": "core/diagnosis/symptoms/test_values.py",
    "proxy/core/diagnosis/symptoms/hosts.py": "core/diagnosis/symptoms/test_wrong_product.py",
    "proxy/core/diagnosis/symptoms/parts.py": "core/diagnosis/symptoms/test_quoted.py",
    "proxy/core/diagnosis/verdicts/base.py": "core/diagnosis/verdicts/test_verdicts.py",
    # Sections of a report: one table asks each what it says of the same story.
    "proxy/evidence/report/sections/audit.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/clock.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/contents.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/control.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/doctor.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/endpoints.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/failures.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/ids.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/key.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/limits.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/signature.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/timeline.py": "evidence/report/test_page.py",
    "proxy/evidence/report/sections/verdict.py": "evidence/report/test_key_verdicts.py",
    "proxy/evidence/report/sections/versions.py": "evidence/report/test_page.py",
    # Data, and shapes of data without a decision in them.
    "proxy/evidence/report/blocks.py": "evidence/report/test_markdown.py",
    "proxy/evidence/report/material.py": "evidence/report/test_page.py",
    "proxy/core/catalogue/endpoint.py": "core/catalogue/test_table.py",
    "proxy/core/diagnosis/examination/observation.py": "core/diagnosis/examination/test_engine.py",
    "proxy/setup/answers.py": "setup/test_gather.py",
    "proxy/core/findings.py": "core/diagnosis/examination/test_report.py",
    "proxy/core/settings.py": "config/test_schema.py config/test_load.py",
    "proxy/core/signing/known_key.py": "core/diagnosis/examination/test_engine.py",
    "proxy/explain/found_request.py": "explain/test_reading.py",
    "proxy/explain/spans.py": "explain/test_finder.py",
    "proxy/gateway/call.py": "gateway/test_guard.py gateway/test_walk.py",
    "proxy/runtime/clock.py": "runtime/test_exchange_clock.py",
    # The sandbox's answers, by family: asked over HTTP, as clients ask.
    "proxy/sandbox/account.py": "sandbox/wallet/test_wallet.py sandbox/spot/test_orders.py",
    "proxy/sandbox/call.py": "sandbox/spot/test_matching.py",
    "proxy/sandbox/endpoint.py": "sandbox/test_tables.py sandbox/test_respond.py",
    "proxy/sandbox/exchange.py": "sandbox/test_server.py",
    "proxy/sandbox/keys.py": "sandbox/test_verify.py",
    "proxy/sandbox/refusals.py": "sandbox/test_checks.py",
    "proxy/sandbox/c2c/ads.py": "sandbox/c2c/test_c2c.py",
    "proxy/sandbox/c2c/answers.py": "sandbox/c2c/test_c2c.py",
    "proxy/sandbox/c2c/chat.py": "sandbox/c2c/test_c2c.py",
    "proxy/sandbox/c2c/merchant.py": "sandbox/c2c/test_c2c.py",
    "proxy/sandbox/c2c/orders.py": "sandbox/c2c/test_c2c.py",
    "proxy/sandbox/c2c/people.py": "sandbox/c2c/test_c2c.py",
    "proxy/sandbox/c2c/state.py": "sandbox/c2c/test_c2c.py",
    "proxy/sandbox/c2c/table.py": "sandbox/c2c/test_c2c.py sandbox/test_tables.py",
    "proxy/sandbox/futures/account.py": "sandbox/futures/test_futures.py",
    "proxy/sandbox/futures/book.py": "sandbox/futures/test_futures.py sandbox/futures/test_matching.py",
    "proxy/sandbox/futures/contracts.py": "sandbox/futures/test_futures.py",
    "proxy/sandbox/futures/market.py": "sandbox/futures/test_futures.py",
    "proxy/sandbox/futures/orders.py": "sandbox/futures/test_futures.py",
    "proxy/sandbox/futures/parameters.py": "sandbox/futures/test_futures.py",
    "proxy/sandbox/futures/table.py": "sandbox/futures/test_futures.py sandbox/test_tables.py",
    "proxy/sandbox/convert/quote.py": "sandbox/convert/test_quotes.py",
    "proxy/sandbox/convert/table.py": "sandbox/convert/test_quotes.py sandbox/test_tables.py",
    "proxy/sandbox/earn/table.py": "sandbox/earn/test_products.py sandbox/test_tables.py",
    "proxy/sandbox/margin/table.py": "sandbox/margin/test_orders.py sandbox/test_tables.py",
    "proxy/sandbox/options/book.py": "sandbox/options/test_options.py",
    "proxy/sandbox/options/market.py": "sandbox/options/test_options.py",
    "proxy/sandbox/options/orders.py": "sandbox/options/test_options.py",
    "proxy/sandbox/options/parameters.py": "sandbox/options/test_options.py",
    "proxy/sandbox/options/table.py": "sandbox/options/test_options.py sandbox/test_tables.py",
    "proxy/sandbox/portfolio/table.py": "sandbox/portfolio/test_portfolio.py sandbox/test_tables.py",
    "proxy/audit/asking.py": "audit/test_sweep.py",
    "proxy/probing/way.py": "probing/test_prober.py audit/test_sweep.py",
    "proxy/cli/audit/history.py": "cli/audit/test_audit.py",
    "proxy/upstream/configured.py": "audit/test_sweep.py gateway/test_send.py",
    # Personalities: one table of what each answers.
    "proxy/sandbox/gates.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/clock_ahead.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/clock_behind.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/executed_but_504.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/ip_2015.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/limited_429_then_418.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/maintenance.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/permission_missing.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/unknown_key.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/waf_403.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/wrapper_9000.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/personalities/wrong_environment.py": "sandbox/personalities/test_every_one.py",
    "proxy/sandbox/json_lists.py": "sandbox/futures/test_batch.py",
    "proxy/sandbox/spot/account.py": "sandbox/spot/test_orders.py",
    "proxy/sandbox/spot/book.py": "sandbox/spot/test_orders.py sandbox/spot/test_matching.py",
    "proxy/sandbox/spot/order_rules.py": "sandbox/spot/test_orders.py",
    "proxy/sandbox/spot/ledger.py": "sandbox/test_executed.py",
    "proxy/sandbox/spot/symbols.py": "sandbox/spot/test_market.py",
    "proxy/sandbox/spot/table.py": "sandbox/spot/test_market.py sandbox/test_tables.py",
    "proxy/sandbox/wallet/about_key.py": "sandbox/wallet/test_wallet.py",
    "proxy/sandbox/wallet/coins.py": "sandbox/wallet/test_wallet.py",
    "proxy/sandbox/wallet/sub_accounts.py": "sandbox/wallet/test_wallet.py",
    "proxy/sandbox/wallet/table.py": "sandbox/wallet/test_wallet.py sandbox/test_tables.py",
    # The addon: its hooks are called as mitmproxy calls them.
    "addons/doctor/options.py": "addons/doctor/test_refusal.py addons/test_docs.py",
    "addons/doctor/view.py": "addons/doctor/test_addon.py",
}
"""Module without a mirror -> the test files (below tests/) that test it."""

TOGETHER = {
    # a system of which only the want of things can be shown here
    "platform/test_windows.py",
    # the whole corridor, a question at a time
    "gateway/test_allowance.py", "gateway/test_allowed_pages.py", "gateway/test_answer.py", "gateway/test_awkward_values.py",
    "gateway/test_big_answers.py", "gateway/test_client_gone.py", "gateway/test_confirmations_killed.py", "gateway/test_environment_guard.py",
    "gateway/test_explained.py", "gateway/test_heal.py", "gateway/test_json_bodies.py", "gateway/test_learning.py", "gateway/test_octets.py", "gateway/test_outcome.py",
    "gateway/test_reload_meanwhile.py",
    "gateway/test_repeats_instants.py", "gateway/test_send.py", "limits/test_spent_without_an_answer.py",
    "gateway/test_slots.py", "gateway/test_two_gateways.py", "gateway/test_walk.py", "gateway/test_ways_out.py",
    "gateway/reconciliation/test_gateway.py", "gateway/reconciliation/test_on_sandbox.py",
    "clients/test_gateway.py", "clients/test_real_sdks.py", "clients/test_rights.py",
    "evidence/test_outcomes.py", "core/redaction/test_outcome.py", "doctor/test_on_sandbox.py",
    "diagnosis/test_keys_on_sandbox.py", "core/probes/test_any_probes.py",
    # the merchant's story, from sweep to verdict
    "audit/test_story.py", "cli/audit/test_audit.py",
    # processes
    "app/test_start.py", "journal/test_survival.py", "server/test_no_descriptors.py", "upstream/test_uvloop.py", "terminal/test_run.py",
    # all verbs, all settings, all rules, all endpoints of a family
    "cli/test_cli.py", "cli/test_empty_things.py", "cli/test_main.py", "cli/test_secrets_stay.py",
    "config/test_any_file.py", "config/test_policies.py", "config/test_recipes.py",
    "core/diagnosis/departures/test_every_rule.py", "core/diagnosis/test_remedy.py", "core/diagnosis/departures/test_edges.py",
    "core/diagnosis/verdicts/test_edges.py", "core/diagnosis/departures/test_list.py",
    "core/diagnosis/test_fuzz.py", "core/diagnosis/test_large.py", "core/diagnosis/verdicts/test_verdicts.py",
    "core/guard/limits/test_generated.py", "core/redaction/test_leaks.py",
    "sandbox/c2c/test_c2c.py", "sandbox/futures/test_futures.py", "sandbox/wallet/test_wallet.py",
    "sandbox/options/test_options.py", "sandbox/portfolio/test_portfolio.py", "sandbox/personalities/test_every_one.py",
    # what others made: published vectors, captured clients, a real curl; pages; a script that makes the room's data
    "core/signing/test_vectors.py", "sandbox/test_captured_clients.py", "sandbox/test_recorded_requests.py",
    "explain/readers/curl/test_real_curl.py", "gateway/reconciliation/test_page.py", "addons/test_docs.py",
    "core/catalogue/test_rebuild_catalogue.py",
    "sandbox/recorded/test_stranger.py",
    # of the package itself, and of the module that stands beside it
    "test_signing_proxy_start.py",
    "explain/readers/shells/test_shell_of.py",
}  # fmt: skip
"""Test files in the folder of a room that belong to none of its modules alone."""

STARTERS = {"harness.gateway", "proxy.__main__"}
"""Whoever uses these runs the program, with all its verbs. They are in a table by name, which no import shows."""
COMMANDS = ("proxy.__main__", '"-m", "proxy"')
"""The same, in the source of a test that starts a process by itself."""

TESTS = ROOT / "tests"


def modules() -> list[str]:
    paths = (path for folder in ("proxy", "addons") for path in (ROOT / folder).rglob("*.py"))
    return sorted(str(one.relative_to(ROOT)) for one in paths if one.stem not in ("__init__", "__main__"))


def mirror(module: str) -> str:
    """Below tests/."""
    path = Path(module.removeprefix("proxy/"))
    return str(path.with_name(f"test_{path.name}"))


def dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


@cache
def edges() -> Graph:
    return graph(ROOT, "proxy", "addons", "tests", "harness")


@cache
def reached_from(start: str) -> frozenset[str]:
    """A module, and all that it imports in the end."""
    found, left = set[str](), [start]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += edges()[name]
    return frozenset(found)


@cache
def reached_by(test: str) -> frozenset[str]:
    """All modules that a test file can run: by its imports and those of the conftests around it, or as a program."""
    folders = [TESTS / one for one in Path(test).parents if one != Path()]
    around = [folder / "conftest.py" for folder in folders if (folder / "conftest.py").exists()]
    starts = [f"tests.{dotted(test)}", *(dotted(str(one.relative_to(ROOT))) for one in around)]
    reached = frozenset[str]().union(*map(reached_from, starts))
    if not reached.isdisjoint(STARTERS) or any(one in (TESTS / test).read_text("utf-8") for one in COMMANDS):
        verbs = [name for name in edges() if name.startswith("proxy.cli.")]
        reached = reached.union(*map(reached_from, verbs))
    return reached


def has_to_do_with(test: str, module: str) -> bool:
    return dotted(module) in reached_by(test)


def without_mirror() -> Iterator[str]:
    for module in modules():
        if not (TESTS / mirror(module)).exists() and not module.startswith(f"{DEPARTURES}/"):
            yield module


def test_every_module_has_its_test_or_is_said_to_be_tested_elsewhere() -> None:
    assert [one for one in without_mirror() if one not in ELSEWHERE] == []


def test_nothing_is_said_of_modules_that_are_gone_or_have_a_mirror() -> None:
    assert set(ELSEWHERE) - set(without_mirror()) == set()


@pytest.mark.parametrize("module", ELSEWHERE)
def test_the_tests_that_are_named_have_to_do_with_the_module(module: str) -> None:
    tests = ELSEWHERE[module].split()
    assert tests
    for test in tests:
        assert (TESTS / test).is_file(), test
        assert has_to_do_with(test, module), test


def test_every_departure_stands_in_the_list_that_is_tested_or_is_shared_by_some_that_do() -> None:
    rules = "proxy.core.diagnosis.search.all_departures"
    listed = {one for one in edges()[rules] if one.startswith(f"{dotted(DEPARTURES)}.")}
    shared = {one for name in listed for one in edges()[name]}
    there = {dotted(one) for one in modules() if one.startswith(f"{DEPARTURES}/")}
    assert there - listed - shared == set()
    assert len(listed) >= 90
    tree = ast.parse((TESTS / EVERY_DEPARTURE).read_text("utf-8"))
    assert "DEPARTURES" in {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    assert f"{rules}.DEPARTURES" in names_in(ROOT, "tests")[f"tests.{dotted(EVERY_DEPARTURE)}"]


def lonely_tests() -> set[str]:
    """Test files in the folder of a room, or of the addon, that mirror none of its modules."""
    mirrors = {mirror(module) for module in modules()}
    rooms = {Path(mirror(module)).parent for module in modules()}
    found = (path.relative_to(TESTS) for path in TESTS.rglob("test_*.py"))
    return {str(one) for one in found if one.parent in rooms and str(one) not in mirrors}


def test_every_test_in_a_room_is_of_a_module_or_said_to_be_of_several() -> None:
    assert lonely_tests() == TOGETHER


@pytest.mark.parametrize(
    ("test", "module", "so"),
    [
        ("limits/test_spending.py", "proxy/limits/report.py", True),
        ("sandbox/c2c/test_c2c.py", "proxy/sandbox/c2c/ads.py", True),  # by the conftest above it
        ("gateway/test_kill_switch.py", "proxy/app/serve.py", True),  # by a process
        ("core/test_wire.py", "proxy/limits/report.py", False),
        ("core/test_wire.py", "proxy/app/serve.py", False),
        ("limits/test_spending.py", "proxy/cli/run.py", False),
        ("limits/test_spending.py", "proxy/gateway/guard.py", False),
    ],
)
def test_what_a_test_has_to_do_with(test: str, module: str, so: bool) -> None:
    assert has_to_do_with(test, module) is so
