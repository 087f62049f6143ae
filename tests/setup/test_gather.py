"""From options and answers to all that has to be known; the person is a list of what is said."""

from pathlib import Path

import msgspec
import pytest

from proxy.core.errors import UsageError
from proxy.core.secret import Secret
from proxy.credentials.generate import generate
from proxy.setup.answers import Answers, Given, Value, Wrong
from proxy.setup.gather import gather

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8
LOCKED = generate("ed25519", passphrase=Secret(b"test phrase")).private_pem
PEM = generate("ed25519").private_pem


class Said:
    """Says one thing after the other, as a person does who is asked again."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.told: list[str] = []

    def ask(self, question: str, default: str, wrong: Wrong) -> str:
        while told := wrong(answer := self.answers.pop(0) or default):
            self.told.append(told)
        return answer

    def ask_unseen(self, question: str, wrong: Wrong, *, whole_pem: bool = False) -> str:
        return self.ask(question, "", wrong)

    def tell(self, text: str) -> None:
        self.told.append(text)


def contents(answers: Answers) -> dict[str, str | None]:
    """What is to be written, by the setting that names it."""
    return {one.setting: one.content.reveal().decode() if one.content else None for one in answers.values}


def test_defaults_for_whoever_only_pastes() -> None:
    answers = gather(Given(), Said("", "", "", "", KEY, SECRET, "", "", ""))
    assert (answers.environment, answers.account, answers.profiles) == ("production", "main", ("spot",))
    assert answers.client is None
    assert contents(answers) == {"api_key_file": KEY + "\n", "api_secret_file": SECRET + "\n"}
    assert [one.place for one in answers.values] == ["secrets/main.key", "secrets/main.secret"]


def test_what_is_wrong_is_asked_again() -> None:
    person = Said(
        "prod",
        "production",
        "x",
        "hmac",
        "",
        "nowhere",
        "paste",
        KEY[:9],
        KEY,
        KEY,
        SECRET,
        "x",
        "spot",
        "x",
        "message",
        "",
    )
    assert contents(gather(Given(), person))["api_secret_file"] == SECRET + "\n"
    assert len(person.told) == 7


def test_what_was_given_is_not_asked() -> None:
    given = Given(environment="testnet", key_type="hmac", account="a", profiles=("margin",), client="bot")
    answers = gather(given, Said("paste", KEY, SECRET, ""))
    assert (answers.environment, answers.account, answers.profiles, answers.client) == (
        "testnet", "a", ("margin",), "bot",
    )  # fmt: skip


def test_a_key_that_is_made_shows_its_public_half_and_may_wait_for_its_api_key() -> None:
    person = Said("", "ed25519", "", "", "", "", "", "")
    answers = gather(Given(), person)
    assert "-----BEGIN PUBLIC KEY-----" in answers.public_pem
    assert answers.public_pem in "\n".join(person.told)
    assert answers.waits_for == Value("api_key_file", "secrets/main.key")
    assert "PRIVATE KEY" in (contents(answers)["private_key_file"] or "")


def test_a_locked_key_is_asked_for_its_passphrase() -> None:
    person = Said("", "ed25519", "", "paste", KEY, LOCKED.reveal().decode(), "test phrase", "", "", "")
    assert contents(gather(Given(), person)) == {
        "api_key_file": KEY + "\n",
        "private_key_file": LOCKED.reveal().decode() + "\n",
        "passphrase_file": "test phrase\n",
    }


def test_files_and_variables_stay_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "pem"
    path.write_bytes(PEM.reveal())
    path.chmod(0o600)
    answers = gather(Given(key_type="ed25519", secret_file=str(path)), Said("", "", KEY, "", "", ""))
    assert answers.values[1] == Value("private_key_file", str(path))
    answers = gather(Given(secret_variable="MY_SECRET"), None, f"{KEY}\n".encode)
    assert answers.values[1] == Value("api_secret_env", "MY_SECRET")


def test_a_script_pipes_what_no_file_has(tmp_path: Path) -> None:
    answers = gather(Given(), None, f"{KEY}\n{SECRET}\n".encode)
    assert contents(answers) == {"api_key_file": KEY + "\n", "api_secret_file": SECRET + "\n"}
    (tmp_path / "key").write_text(KEY)
    answers = gather(Given(api_key_file=str(tmp_path / "key")), None, f"{SECRET}\n".encode)
    assert contents(answers) == {"api_key_file": None, "api_secret_file": SECRET + "\n"}
    answers = gather(Given(key_type="ed25519"), None, f"{KEY}\n".encode().__add__(PEM.reveal()).__bytes__)
    assert contents(answers)["private_key_file"] == PEM.reveal().decode().strip() + "\n"


@pytest.mark.parametrize(
    ("given", "piped", "says"),
    [
        ({}, b"", "no API key was given"),
        ({}, KEY.encode(), "no secret was given"),
        ({}, f"{KEY}\n{KEY}".encode(), "the secret is the same text as the API key"),
        ({}, f"{SECRET[:9]}\n{KEY}".encode(), "the API key has 9 characters, and Binance's have 64"),
        (
            {"key_type": "rsa"},
            f"{KEY}\n".encode() + PEM.reveal(),
            "is of the kind ed25519, and rsa was chosen",
        ),
        ({"key_type": "ed25519"}, f"{KEY}\n".encode() + LOCKED.reveal(), "the private key is encrypted"),
        ({"secret_variable": SECRET}, KEY.encode(), "--secret-variable: it must be the name of a variable"),
        ({"client": SECRET}, f"{KEY}\n{SECRET}".encode(), "--client: this is no name"),
        ({"make_key": True}, b"", "an HMAC key is made by Binance"),
    ],
)
def test_what_a_script_gave_wrongly_is_told_without_the_value(
    given: dict[str, str], piped: bytes, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        gather(msgspec.convert(given, Given), None, lambda: piped)
    assert says in caught.value.message
    for value in (KEY, SECRET):
        assert value not in caught.value.message + caught.value.hint
