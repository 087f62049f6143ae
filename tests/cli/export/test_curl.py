"""`export curl`."""

from pathlib import Path

from tests.cli.conftest import Run


def test_curl_lines_of_chosen_flows(run: Run, journal: Path) -> None:
    said = run("export", "curl", "--journal", str(journal), "--request-id", "r-search")
    assert said.code == 0
    assert said.out.count("\ncurl ") == 1
    assert "http://127.0.0.1:8180/sapi/v1/c2c/ads/search" in said.out


def test_curl_lines_go_to_the_configured_gateway(run: Run, journal: Path) -> None:
    Path("config.yaml").write_text("listen: 127.0.0.1:9999\n")
    assert "http://127.0.0.1:9999/" in run("export", "curl", "--journal", str(journal)).out
