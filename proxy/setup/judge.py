"""What may be written: names and values, judged by the rules that `run` has for them. No message repeats a value."""

from typing import get_args

from proxy.config.addresses import check_unsafe_url
from proxy.config.checks import ACCOUNT_NAME
from proxy.config.environment_names import meant
from proxy.core.errors import ConfigError
from proxy.core.key_shapes import described, is_key_as_name
from proxy.core.secret import Secret
from proxy.core.settings import EnvironmentName, Profile
from proxy.core.signing.algorithms import KeyType as SigningType, load_private_key
from proxy.credentials.mistakes import check_api_key, check_hmac_secret, check_pem
from proxy.setup.answers import KeyType

ENVIRONMENTS: tuple[EnvironmentName, ...] = ("production", "testnet", "demo", "us")
PROFILES: tuple[Profile, ...] = get_args(Profile.__value__)
_NAME = "letters, digits, dot, dash or underscore, at most 64"


def wrong_environment(word: str) -> str:
    if word in ENVIRONMENTS:
        return ""
    name = meant(word)
    close = f"; did you mean {name}?" if name in ENVIRONMENTS else ""
    return f"it must be one of {', '.join(ENVIRONMENTS)}{close}"


def wrong_choice(word: str, choices: tuple[str, ...]) -> str:
    return "" if word in choices else f"it must be one of {', '.join(choices)}"


def wrong_name(name: str) -> str:
    """Of an account or a client."""
    if not ACCOUNT_NAME.fullmatch(name):
        return f"it must be {_NAME}"
    if is_key_as_name(name):
        return f"this is no name: {described(name)}; names stand in the journal and in answers"
    return ""


def wrong_profiles(text: str) -> str:
    names = profiles_of(text)
    if names and all(name in PROFILES for name in names):
        return ""
    return f"name one or more of {', '.join(PROFILES)}, with commas between them"


def profiles_of(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def wrong_url(text: str) -> str:
    """Of an exchange for tests."""
    try:
        check_unsafe_url(text)
    except ValueError as error:
        return f"it {error}"
    return ""


class Judge:
    """The values of one account, for one environment; the sandbox takes keys of any length."""

    def __init__(self, environment: EnvironmentName) -> None:
        self._strict = environment != "sandbox"
        self._production = environment == "production"

    def api_key(self, text: str) -> str:
        return _told(
            "the API key",
            check_api_key(text.encode("utf-8", "replace"), strict=self._strict, production=self._production),
        )

    def hmac_secret(self, secret: Secret, api_key: str) -> str:
        verdict = check_hmac_secret(
            secret, api_key.encode(), strict=self._strict, production=self._production
        )
        return _told("the secret", verdict)

    def private_key(self, pem: Secret, passphrase: Secret | None, kind: KeyType) -> str:
        """Also whether it is of the kind that was said: Binance's page asks for the kind, too."""
        if told := _told("the private key", check_pem(pem)):
            return told
        try:
            loaded = load_private_key(pem, passphrase)
        except ConfigError as error:
            return f"{error.message}; {error.hint}" if error.hint else error.message
        if loaded.key_type != SigningType(kind):
            return f"the private key is of the kind {loaded.key_type.value}, and {kind} was chosen"
        return ""


def is_locked(pem: Secret) -> bool:
    """Whether a passphrase is needed to read it."""
    return b"ENCRYPTED" in pem.reveal()


def _told(what: str, verdict: tuple[str, str] | None) -> str:
    return f"{what} {verdict[0]}; {verdict[1]}" if verdict else ""
