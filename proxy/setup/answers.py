"""What a first configuration is made of. `Given`: what was said beforehand; `Answers`: all that had to be known."""

from typing import Literal, Protocol

import msgspec

from proxy.core.secret import Secret
from proxy.core.settings import EnvironmentName, ExplainPlace, Profile

type KeyType = Literal["hmac", "ed25519", "rsa"]
type Keeping = Literal["make", "paste", "file", "variable"]
"""Where what signs comes from: made now; pasted, and put into a new file; in a file or a variable, and stays."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What options said; None where it is asked for, or left at its default where nobody can be asked."""

    environment: EnvironmentName | None = None
    unsafe_upstream: str | None = None
    key_type: KeyType | None = None
    make_key: bool = False
    api_key_file: str | None = None
    secret_file: str | None = None
    secret_variable: str | None = None
    passphrase_file: str | None = None
    account: str | None = None
    profiles: tuple[Profile, ...] | None = None
    explain: ExplainPlace | None = None
    client: str | None = None
    """"" for none."""


class Value(msgspec.Struct, frozen=True):
    """One value of an account: the setting that names its place, and what is to be written there.

    `content` is None for what lies there already, or comes later.
    """

    setting: str
    place: str
    """A path, or the name of a variable; that of a new file counts from the configuration's directory."""
    content: Secret | None = None


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Judged already: what is here can be written."""

    environment: EnvironmentName
    unsafe_upstream: str | None
    account: str
    key_type: KeyType
    values: tuple[Value, ...]
    profiles: tuple[Profile, ...]
    explain: ExplainPlace
    client: str | None
    public_pem: str = ""
    """Of a key that was made now: what Binance registers."""

    @property
    def waits_for(self) -> Value | None:
        """The API key, where Binance has not shown it yet."""
        return next((one for one in self.values if one.setting == "api_key_file" and _is_new(one)), None)


def _is_new(value: Value) -> bool:
    return value.content is None and value.place.startswith(f"{SECRETS}/")


SECRETS = "secrets"
"""The directory of new secret files, beside the configuration."""


class Person(Protocol):
    """Who can be asked. Each question is asked until `wrong` has nothing against the answer: what is wrong, or ""."""

    def ask(self, question: str, default: str, wrong: "Wrong") -> str: ...

    def ask_unseen(self, question: str, wrong: "Wrong", *, whole_pem: bool = False) -> str:
        """What is typed is not shown. `whole_pem`: a text of several lines, up to its END line."""
        ...

    def tell(self, text: str) -> None: ...


class Wrong(Protocol):
    """What is wrong with an answer, for a person; "" where nothing is. Repeats no value."""

    def __call__(self, answer: str, /) -> str: ...
