"""The form of keys: what is wrong with them is one line, and no line has a value in it."""

from pathlib import Path

import msgspec
import pytest

from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.core.signing import HmacKey
from proxy.doctor import examine, open_patient
from tests.doctor.patients import lines, patient
from tests.support.gateway import API_SECRET, account

KEY, SECRET = "Ab1" * 21 + "Z", "Cd2" * 21 + "Y"


async def told(tmp_path: Path, **environ: str) -> str:
    settings = msgspec.convert({"journal": {"directory": str(tmp_path / "journal")}}, Settings)
    async with open_patient(settings, environ) as one:
        (result,) = (await examine(one, ["key"])).checks
    line = f"{result.verdict.value}: {result.evidence} -> {result.fix}"
    assert not any(value in line for value in environ.values() if len(value) > 8)
    return line


@pytest.mark.parametrize(
    ("key", "secret", "words"),
    [
        (
            KEY,
            KEY,
            "failed: BINANCE_API_SECRET: the HMAC secret is the same text as the API key -> the secret is"
            " the other",
        ),
        (f'"{KEY}"', SECRET, "failed: BINANCE_API_KEY: the API key has quotation marks around it"),
        (KEY[:-1], SECRET, "failed: BINANCE_API_KEY: the API key has 63 characters, and Binance's have 64"),
        (KEY, "your_api_secret", "failed: BINANCE_API_SECRET: the HMAC secret is a placeholder"),
        (KEY[:-1], SECRET[:-1], "have 64; BINANCE_API_SECRET: the HMAC secret has 63 characters"),
        (
            KEY,
            SECRET,
            "warning: account default: hmac key Ab1A...Ab1Z, 64 characters; its secret has 64 and is"
            " another text",
        ),
    ],
)
async def test_the_form_of_key_and_secret(key: str, secret: str, words: str, tmp_path: Path) -> None:
    assert words in await told(tmp_path, BINANCE_API_KEY=key, BINANCE_API_SECRET=secret)


async def test_a_key_that_is_fine(tmp_path: Path) -> None:
    async with patient("http://127.0.0.1:9", tmp_path) as one:
        assert await lines(one, "key") == [
            "key: good: account main: hmac key test...0000, 64 characters; its secret has 64 and is another text"
        ]


async def test_a_secret_in_the_place_of_the_key(tmp_path: Path) -> None:
    swapped = account(API_SECRET, HmacKey(Secret(API_SECRET.encode())))
    async with patient("http://127.0.0.1:9", tmp_path, accounts=swapped) as one:
        (line,) = await lines(one, "key")
    assert line.startswith(
        "key: failed: account main: its API key is the secret of a configured account -> put each in"
    )
