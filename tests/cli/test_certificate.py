"""`certificate` end to end: the files it makes carry a real TLS connection to a real gateway."""

import asyncio
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from proxy.__main__ import main
from tests.support.gateway import gateway
from tests.upstream.scripted import upstream


async def curl(*arguments: str) -> tuple[int, str]:
    """A client that knows nothing of us: exit code and output of the real curl."""
    process = await asyncio.create_subprocess_exec(
        "curl", "-sS", "--max-time", "10", *arguments, stdout=-1, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_clients_that_trust_the_authority_reach_the_gateway(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["certificate", "--out", str(tmp_path), "--name", "gateway.test"]) == 0
    assert capfd.readouterr().out.strip() == str(tmp_path / "gateway-authority.pem")
    files: dict[str, Any] = {
        "tls_certificate_file": str(tmp_path / "gateway.pem"),
        "tls_key_file": str(tmp_path / "gateway.key"),
    }
    async with upstream() as script, gateway(script.base, tmp_path / "j", **files) as running:
        port = running.url.rpartition(":")[2]
        trusted = ("--cacert", str(tmp_path / "gateway-authority.pem"))
        assert running.url.startswith("https://")
        for host in ("127.0.0.1", "localhost"):
            code, output = await curl(*trusted, "--ipv4", f"https://{host}:{port}/api/v3/ping")
            assert (code, output) == (0, "{}"), output
        named = ("--resolve", f"gateway.test:{port}:127.0.0.1", f"https://gateway.test:{port}/api/v3/ping")
        code, output = await curl(*trusted, *named)
        assert code == 0
        assert "host_not_allowed" in output  # the name verifies; the ingress check still asks for allow_hosts
        code, output = await curl(f"https://127.0.0.1:{port}/api/v3/ping")
        assert code == 60, output  # not trusted without the authority
        other = ("--resolve", f"other.test:{port}:127.0.0.1", f"https://other.test:{port}/api/v3/ping")
        assert (await curl(*trusted, *other))[0] == 60


def test_the_key_is_for_its_owner_alone_and_nothing_is_overwritten(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["certificate", "--out", str(tmp_path)]) == 0
    assert stat.S_IMODE((tmp_path / "gateway.key").stat().st_mode) == 0o600
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(before) == {"gateway.key", "gateway.pem", "gateway-authority.pem"}
    assert sum(b"PRIVATE KEY" in content for content in before.values()) == 1
    (tmp_path / "gateway.key").unlink()
    assert main(["certificate", "--out", str(tmp_path)]) == 3
    assert "never overwritten" in capfd.readouterr().err
    assert not (tmp_path / "gateway.key").exists()  # not half of it either


@pytest.mark.parametrize("name", ["", "a b", "gateway:8180", "-x", "../x", "é.test"])
def test_odd_names_are_a_matter_of_usage(name: str, tmp_path: Path) -> None:
    assert main(["certificate", "--out", str(tmp_path), "--name", name]) == 2
    assert list(tmp_path.iterdir()) == []
