"""Where a refusal is mended: what it says is done to the file, and then the policy lets the request through."""

import asyncio
import http.client
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from proxy.clients.registry import policy_of
from proxy.config import document
from proxy.config.load import Loaded, Overrides, load_settings
from proxy.core.catalogue import Catalogue
from proxy.core.errors import Refusal
from proxy.core.guard import Policy, decide
from proxy.core.settings import ClientSettings, PermitSettings
from proxy.gateway import written_policy
from proxy.gateway.call import Call
from proxy.gateway.written_policy import WrittenPolicy, is_local
from tests.support.gateway import gateway

AD, WITHDRAWAL, ACCOUNT = (
    "POST /sapi/v1/c2c/ads/updateStatus",
    "POST /sapi/v1/capital/withdraw/apply",
    "GET /api/v3/account",
)
CLIENT = "clients_file: c.json\nclients:\n  a.b:\n    accounts: []\n    policy:\n      profiles: [futures]\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal_of(loaded: Loaded, request: str, client: str | None = None) -> Refusal | None:
    settings = loaded.settings
    endpoint = Catalogue.builtin().find(*request.split(" "))
    assert endpoint is not None
    policy = (
        Policy.of(settings.policy)
        if client is None
        else policy_of(settings, client, settings.clients[client])
    )
    return decide(endpoint, policy).refusal


def follow(said: str, file: Path) -> None:
    """Do to the file exactly what the sentence says, as a person with an editor would."""
    lines = file.read_text().split("\n") if file.exists() else []
    text = re.findall(r"`([^`]*)`", said.partition(str(file))[2])
    if found := re.search(rf"Line (\d+) of {re.escape(str(file))} becomes", said):
        (lines[int(found[1]) - 1],) = text
    elif found := re.search(rf"Below line (\d+) of {re.escape(str(file))} add the", said):
        lines[int(found[1]) : int(found[1])] = text
    else:
        assert re.search(rf"(Add to|Write into) {re.escape(str(file))} the ", said), said
        lines += text
    file.write_text("\n".join(lines))


FILES: list[tuple[str | None, str, str | None, str]] = [
    # the file, what is asked, by which client, how the sentence begins
    (None, AD, None, "Write into FILE the 2 lines `policy:`, `  profiles: [spot, merchant]`, or start it with "
        "--profile spot --profile merchant; then signing-proxy reload"),
    (None, WITHDRAWAL, None, f"Write into FILE the 2 lines `policy:`, `  allow: [{WITHDRAWAL}]`; then signing-proxy reload"),
    ("environment: us\n", AD, None, "Add to FILE the 2 lines `policy:`, `  profiles: [spot, merchant]`; then"),
    ("\npolicy:\n  profiles: [margin]  # mine\n", AD, None, "Line 3 of FILE becomes `  profiles: [margin, merchant]`"),
    ("policy:\n     profiles: []\n", AD, None, "Line 2 of FILE becomes `     profiles: [merchant]`"),
    ("policy:\n  profiles:\n    - spot\n    # more\n    - margin\n  limits: []\n", AD, None,
        "Below line 5 of FILE add the line `    - merchant`"),
    ("policy:\n    read_only: false\nlisten: 127.0.0.1:1\n", AD, None,
        "Below line 1 of FILE add the line `    profiles: [spot, merchant]`"),
    ("policy:\nlisten: 127.0.0.1:1\n", AD, None, "Below line 1 of FILE add the line `  profiles: [spot, merchant]`"),
    (f"policy:\n  allow: [{AD}]\n", WITHDRAWAL, None, f"Line 2 of FILE becomes `  allow: [{AD}, {WITHDRAWAL}]`"),
    ("policy:\n  read: [market]\n", ACCOUNT, None, "Line 2 of FILE becomes `  read: [market, balances]`"),
    (CLIENT, AD, "a.b", "Line 6 of FILE becomes `      profiles: [futures, merchant]`"),
    (CLIENT, WITHDRAWAL, "a.b", f"Below line 5 of FILE add the line `      allow: [{WITHDRAWAL}]`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "request_", "client", "says"), FILES)
def test_who_does_what_it_says_is_let_through(
    tmp_path: Path, text: str | None, request_: str, client: str | None, says: str
) -> None:
    file = tmp_path / "config.yaml"
    if text is not None:
        file.write_text(text)
    before = load_settings(environ={})
    refusal = refusal_of(before, request_, client)
    assert refusal is not None
    assert refusal.remedy is not None
    said = WrittenPolicy().stands_in(before).sentence(refusal.remedy)
    assert said.startswith(says.replace("FILE", str(file)))
    follow(said, file)
    after = load_settings(environ={})
    assert refusal_of(after, request_, client) is None
    told = (set(before.settings.policy.profiles), set(before.settings.policy.allow))
    assert told[0] <= set(after.settings.policy.profiles)
    assert told[1] <= set(after.settings.policy.allow)


def test_what_stands_in_the_file_already_is_not_written_twice(tmp_path: Path) -> None:
    """The person has written the line, and the gateway has not read it yet."""
    file = tmp_path / "config.yaml"
    for text, request, number in (
        ("policy:\n  profiles: [spot]\n", AD, 2),
        ("policy:\n  profiles: [spot]\n  allow:\n    - POST /sapi/v1/asset/transfer\n", WITHDRAWAL, 5),
    ):
        file.write_text(text)
        before = load_settings(environ={})
        refusal = refusal_of(before, request)
        assert refusal is not None
        assert refusal.remedy is not None
        written = WrittenPolicy().stands_in(before)
        follow(written.sentence(refusal.remedy), file)
        assert written.sentence(refusal.remedy) == (
            f"Line {number} of {file} has it already: signing-proxy reload takes it up at once."
        )


def test_the_reload_that_is_named_finds_a_gateway_whose_journal_is_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("policy: {profiles: [spot]}\n")
    (tmp_path / "other.yaml").write_text("policy: {profiles: [spot]}\n")
    for overrides, environ, option in (
        (Overrides(), {}, ""),
        (Overrides(config="config.yaml"), {}, ""),
        (Overrides(config="other.yaml"), {}, f" --journal {tmp_path}/journal"),
        (Overrides(journal="my logs"), {}, f" --journal '{tmp_path}/my logs'"),
        (Overrides(), {"SIGNING_PROXY_JOURNAL": "logs"}, f" --journal {tmp_path}/logs"),
    ):
        loaded = load_settings(overrides, environ)
        refusal = refusal_of(loaded, AD)
        assert refusal is not None
        assert refusal.remedy is not None
        said = WrittenPolicy().stands_in(loaded).sentence(refusal.remedy)
        assert said.endswith(f"; then signing-proxy reload{option} takes it up at once.")


def test_where_no_file_is_read_by_itself_none_is_named() -> None:
    Path("config.yaml").write_text("policy:\n  profiles: [spot]\n")
    loaded = load_settings(environ={}, look_here=False)
    for request, says in (
        (AD, "Start it with --profile spot --profile merchant."),
        (
            WITHDRAWAL,
            f"Write into a file of your own the 2 lines `policy:`, `  allow: [{WITHDRAWAL}]`, and start it with "
            "--config FILE.",
        ),
    ):
        refusal = refusal_of(loaded, request)
        assert refusal is not None
        assert refusal.remedy is not None
        assert WrittenPolicy().stands_in(loaded).sentence(refusal.remedy) == says


def test_rights_that_were_given_with_the_key_are_not_in_the_file(tmp_path: Path) -> None:
    Path("config.yaml").write_text("clients_file: c.json\nclients:\n  a: {}\n")
    loaded = load_settings(environ={})
    for request, option in ((AD, "--profile merchant"), (WITHDRAWAL, f"--allow '{WITHDRAWAL}'")):
        rights = ClientSettings(policy=PermitSettings(profiles=("spot",)))
        endpoint = Catalogue.builtin().find(*request.split(" "))
        assert endpoint is not None
        refusal = decide(endpoint, policy_of(loaded.settings, "b", rights)).refusal
        assert refusal is not None
        assert refusal.remedy is not None
        said = WrittenPolicy().stands_in(loaded).sentence(refusal.remedy)
        assert said.startswith("The rights of b were given to `signing-proxy clients add`: revoke it")
        assert f" and {option}; or write all of them into {tmp_path}/config.yaml" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("policy: {profiles: [spot]}\n", "In line 1 of FILE add `merchant` to the list of `profiles`; then"),
        ("policy: {}\n", "In line 1 of FILE add the line `profiles: [spot, merchant]` to `policy`; then"),
        ("policy:\n  profiles: [spot,\n    margin]\n", "In line 2 of FILE add `merchant` to the list of"),
    ],
)
def test_where_no_whole_line_can_be_named_the_place_is(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    loaded = load_settings(environ={})
    refusal = refusal_of(loaded, AD)
    assert refusal is not None
    assert refusal.remedy is not None
    said = WrittenPolicy().stands_in(loaded).sentence(refusal.remedy)
    assert said.startswith(says.replace("FILE", str(file)))


@pytest.mark.parametrize(
    ("profile", "environ", "says"),
    [
        (("spot", "margin"), {}, "Start it with --profile spot --profile margin --profile merchant."),
        (None, {"SIGNING_PROXY_PROFILE": "spot"}, "Start it with SIGNING_PROXY_PROFILE=spot,merchant."),
    ],
)
def test_a_flag_and_a_variable_outrank_the_file(
    profile: tuple[str, ...] | None, environ: dict[str, str], says: str
) -> None:
    Path("config.yaml").write_text("policy:\n  profiles: [futures]\n")
    loaded = load_settings(Overrides(profile=profile), environ)
    refusal = refusal_of(loaded, AD)
    assert refusal is not None
    assert refusal.remedy is not None
    assert WrittenPolicy().stands_in(loaded).sentence(refusal.remedy) == says


def test_the_file_is_read_as_it_is_now(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("policy:\n  profiles: [spot]\n")
    loaded = load_settings(environ={})
    written, refusal = WrittenPolicy().stands_in(loaded, pid=42), refusal_of(loaded, AD)
    assert refusal is not None
    assert refusal.remedy is not None
    assert written.sentence(refusal.remedy).startswith("Line 2 of ")
    file.write_text("# a line more\n\npolicy:\n  profiles: [spot]\n")
    said = written.sentence(refusal.remedy)
    assert said.startswith("Line 4 of ")
    assert said.endswith("; then signing-proxy reload takes it up at once.")
    file.write_text("policy: [")
    assert written.sentence(refusal.remedy).startswith(f"In {file} write the 2 lines `policy:`, ")
    file.unlink()
    assert written.sentence(refusal.remedy).startswith(f"In {file} write the 2 lines `policy:`, ")


def test_a_file_that_cannot_be_read_is_not_read_for_each_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("policy:\n  profiles: [spot]\n")
    loaded = load_settings(environ={})
    written, refusal = WrittenPolicy().stands_in(loaded), refusal_of(loaded, AD)
    assert refusal is not None
    assert refusal.remedy is not None
    reads: list[Path] = []
    read = document.read_document

    def counted(path: Path) -> document.Document:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(document, "read_document", counted)
    file.write_text("policy: [")
    for _ in range(3):
        written.sentence(refusal.remedy)
    assert reads == [file]
    file.write_text("policy:\n  profiles: [spot, margin]\n")
    assert written.sentence(refusal.remedy).startswith("Line 2 of ")


def test_lines_are_counted_as_the_reader_of_the_file_counts_them(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes("# from a page\u2028\u2028\u2029# old\rpolicy:\r\n  profiles: [spot]\n".encode())
    loaded = load_settings(environ={})
    refusal = refusal_of(loaded, AD)
    assert refusal is not None
    assert refusal.remedy is not None
    said = WrittenPolicy().stands_in(loaded).sentence(refusal.remedy)
    assert said.startswith(f"Line 6 of {file} becomes `  profiles: [spot, merchant]`")


def test_what_was_pasted_into_a_list_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("policy:\n  profiles: [spot]\n")
    loaded = load_settings(environ={})
    refusal = refusal_of(loaded, AD)
    assert refusal is not None
    assert refusal.remedy is not None
    file.write_text(f"policy:\n  profiles: [spot, {'testKEY9' * 8}]\n")
    said = WrittenPolicy().stands_in(loaded).sentence(refusal.remedy)
    assert said.startswith(f"In line 2 of {file} add `merchant` to the list of `profiles`")


def test_a_path_that_could_be_a_key_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / f"{'testKEY9' * 8}.yaml"
    file.write_text("environment: us\n")
    loaded = load_settings(Overrides(config=str(file)), {})
    refusal = refusal_of(loaded, AD)
    assert refusal is not None
    assert "testKEY9" not in WrittenPolicy().stands_in(loaded).advised(refusal, local=True).message


@pytest.mark.parametrize(
    ("peer", "fields", "local"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("", {}, True),
        ("172.17.0.1", {}, False),
        ("127.0.0.1.example", {}, False),
        ("127.0.0.1", {b"x-forwarded-for": (b"192.0.2.1",)}, False),
        ("", {b"via": (b"1.1 x",)}, False),
        ("127.0.0.1", {b"origin": (b"http://app.test",)}, False),
    ],
)
def test_who_is_on_this_machine(peer: str, fields: dict[bytes, Any], local: bool) -> None:
    call = cast("Call", SimpleNamespace(peer=peer, head=SimpleNamespace(fields=fields)))
    assert is_local(call) is local


async def _ask(url: str, request: str, headers: dict[str, str] | None = None) -> dict[str, Any]:

    def send() -> dict[str, Any]:
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        method, _, path = request.partition(" ")
        connection.request(method, path, "a=1", headers or {})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    return await asyncio.to_thread(send)


async def test_others_are_told_no_path_and_the_journal_has_none(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("policy:\n  profiles: [spot]\n  forwarded: true\n")
    async with gateway("http://127.0.0.1:9", tmp_path / "j", policy={"forwarded": True}) as running:
        running.pipeline.written.stands_in(load_settings(environ={}), pid=42)
        here = await _ask(running.url, AD)
        passed_on = await _ask(running.url, AD, {"X-Forwarded-For": "192.0.2.1"})
        unlisted = await _ask(running.url, "POST /sapi/v9/brand/new")
    assert f"Line 2 of {file} becomes `  profiles: [spot, merchant]`" in here["msg"]
    assert str(tmp_path) not in json.dumps(passed_on)
    assert passed_on["msg"].endswith(f"; {written_policy.ELSEWHERE}")
    assert str(tmp_path) not in json.dumps(unlisted)
    journal = "".join(one.read_text() for one in (tmp_path / "j").glob("flows-*.jsonl"))
    assert journal
    assert str(tmp_path) not in journal
