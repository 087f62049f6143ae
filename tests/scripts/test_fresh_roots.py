"""The words of the README that `make fresh-roots` follows, and what counts as good. The roots themselves need the index
and minutes; they are not made here.
"""

import pytest

from scripts.fresh_roots import OF_THE_NETWORK, Measured, of_the_readme


@pytest.mark.parametrize(
    ("pattern", "command"),
    [
        (r"^ {4}(make demo)\b", "make demo"),
        (r"^ {4}(curl \S+/api/v3/account)\b", "curl http://127.0.0.1:8180/api/v3/account"),
        (r"^ {4}(uv tool install --python \S+ \.)", "uv tool install --python 3.12 ."),
        (r"^ {4}(pipx install --python \S+ \.)", "pipx install --python python3.12 ."),
    ],
)
def test_the_readme_has_the_commands(pattern: str, command: str) -> None:
    assert of_the_readme(pattern) == command


def test_a_command_that_the_readme_has_lost_is_told() -> None:
    with pytest.raises(SystemExit, match="no line like"):
        of_the_readme("^nothing of this kind$")


@pytest.mark.parametrize(
    ("seconds", "said", "good"),
    [
        (59.0, "signed answer", True),
        (3.0, "told what to do instead", True),
        (61.0, "signed answer", False),
        (3.0, "no answer:\n...", False),
        (3.0, "'x' was not said:", False),
    ],
)
def test_what_is_good(seconds: float, said: str, good: bool) -> None:
    assert ("NOT GOOD" not in Measured("a root", 2, seconds, said).line(60)) is good


@pytest.mark.parametrize(
    ("name", "handed_on"),
    [("SSL_CERT_FILE", True), ("PIP_CERT", True), ("https_proxy", True), ("UV_INDEX_URL", True)]
    + [(name, False) for name in ("PYENV_ROOT", "PYTHONPATH", "HOME", "BINANCE_API_SECRET")],
)
def test_a_root_gets_only_the_way_to_the_index(name: str, handed_on: bool) -> None:
    assert bool(OF_THE_NETWORK.fullmatch(name)) is handed_on
