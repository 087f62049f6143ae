"""From what was given, and what a person says, to all that has to be known. Nothing is written here.

What nobody said and nobody can be asked for is at its default, or a UsageError that names the option.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import cast, get_args

from proxy.core.errors import ConfigError, UsageError
from proxy.core.key_shapes import is_key_as_name
from proxy.core.secret import Secret
from proxy.core.settings import EnvironmentName, ExplainPlace, Profile
from proxy.credentials.generate import KeyPair, generate
from proxy.runtime.secret_file import read_public_file, read_secret_file
from proxy.setup import judge
from proxy.setup.answers import SECRETS, Answers, Given, Keeping, KeyType, Person, Value, Wrong
from proxy.setup.judge import Judge

KEY_TYPES: tuple[KeyType, ...] = get_args(KeyType.__value__)
EXPLAIN: tuple[ExplainPlace, ...] = get_args(ExplainPlace.__value__)
_KINDS = """Which kind of key?
  hmac     Binance made it: an API key and a secret
  ed25519  a key of your own, which Binance recommends; one can be made now
  rsa      the same in the older form"""
_WHERE_SECRET = """Where is the secret?
  paste     here, unseen; it is written into a new file that only you can read
  file      in a file of mode 0600, and stays there
  variable  in an environment variable, set for each start"""
_WHERE_KEY = """Where is the private key?
  make   nowhere yet: a new one is made now
  file   in a PEM file of mode 0600, and stays there
  paste  here, unseen; it is written into a new file that only you can read"""
_PROFILES = """What may be done, besides reading? (docs/policy.md tells what each lets through; they add up)
  read-only, spot, margin, futures, transfers, earn, convert, merchant (P2P ads and chat)"""
_EXPLAIN = """Where does the reason of an error stand?
  header   in X-Gateway-Diagnosis: the answer itself stays as Binance gave it, octet for octet
  message  behind Binance's own text in `msg` as well, where SDKs and GUI tools show it"""
_CLIENT = """The name of a first bot that gets a key of its own? With one, every tool needs such a key, and the
real one stays here. Enter: none, and every program on this machine may use the gateway."""
REGISTER = (
    "Register the public half at Binance: API Management, Create API, Self-generated. Paste this there:"
)


def gather(given: Given, person: Person | None, piped: Callable[[], bytes] = bytes) -> Answers:
    """`piped`: reads standard input, where nobody is asked and something has to come from there: the API key on its
    first line, if no file of it was named, then the secret or PEM. Raises UsageError, ConfigError."""
    return _Gathering(given, person, piped).answers()


class _Gathering:
    def __init__(self, given: Given, person: Person | None, piped: Callable[[], bytes]) -> None:
        self.given = given
        self.person = person
        self._read = piped

    @cached_property
    def _piped(self) -> tuple[bytes, bytes]:
        """The API key, "" where a file of it was named, and what signs."""
        octets = self._read()
        if self.given.api_key_file is not None:
            return b"", octets.strip()
        key, _, rest = octets.partition(b"\n")
        return key.strip(), rest.strip()

    def answers(self) -> Answers:
        given = self.given
        environment = self._environment()
        key_type = cast(
            "KeyType",
            self._said(given.key_type, _KINDS, "hmac", lambda word: judge.wrong_choice(word, KEY_TYPES)),
        )
        account = self._said(
            given.account, "A name of your own for this key?", "main", judge.wrong_name, "--account"
        )
        keeping = self._keeping(key_type)
        pair = self._made(key_type) if keeping == "make" else None
        judging = Judge(environment)
        api_key, first = self._api_key(account, judging, may_come_later=pair is not None)
        signs = self._signs(key_type, keeping, account, judging, api_key, pair)
        profiles = self._said(
            None if given.profiles is None else ",".join(given.profiles),
            _PROFILES,
            "spot",
            judge.wrong_profiles,
            "--profile",
        )
        explain = self._said(
            given.explain, _EXPLAIN, "header", lambda word: judge.wrong_choice(word, EXPLAIN), "--explain"
        )
        client = self._said(
            given.client, _CLIENT, "", lambda name: judge.wrong_name(name) if name else "", "--client"
        )
        return Answers(
            environment=environment,
            unsafe_upstream=given.unsafe_upstream,
            account=account,
            key_type=key_type,
            values=(first, *signs),
            profiles=cast("tuple[Profile, ...]", judge.profiles_of(profiles)),
            explain=cast("ExplainPlace", explain),
            client=client or None,
            public_pem=pair.public_pem if pair else "",
        )

    def _environment(self) -> EnvironmentName:
        if self.given.unsafe_upstream is not None:
            if told := judge.wrong_url(self.given.unsafe_upstream):
                raise UsageError(f"--unsafe-upstream: {told}", "such as http://127.0.0.1:8190")
            return "sandbox"
        question = f"Which Binance? {', '.join(judge.ENVIRONMENTS)}"
        word = self._said(
            self.given.environment, question, "production", judge.wrong_environment, "--environment"
        )
        return cast("EnvironmentName", word)

    def _keeping(self, key_type: KeyType) -> Keeping:
        """Where what signs comes from."""
        given = self.given
        if given.make_key:
            if key_type == "hmac":
                raise UsageError("an HMAC key is made by Binance", "--make-key is for ed25519 and rsa")
            return "make"
        if given.secret_file is not None:
            return "file"
        if given.secret_variable is not None:
            return "variable"
        if self.person is None:
            return "paste"
        question, default, choices = (
            (_WHERE_SECRET, "paste", ("paste", "file", "variable"))
            if key_type == "hmac"
            else (_WHERE_KEY, "make", ("make", "file", "paste"))
        )
        answer = self.person.ask(question, default, lambda word: judge.wrong_choice(word, choices))
        return cast("Keeping", answer)

    def _made(self, key_type: KeyType) -> KeyPair:
        pair = generate("rsa" if key_type == "rsa" else "ed25519")
        if self.person is not None:
            self.person.tell(f"{REGISTER}\n{pair.public_pem}")
            self.person.tell("Binance then shows the API key.")
        return pair

    def _api_key(self, account: str, judging: Judge, *, may_come_later: bool) -> tuple[str, Value]:
        """The key itself, "" where it comes later, and where it lies."""
        path = self.given.api_key_file
        place = f"{SECRETS}/{account}.key"
        if path is not None:
            text = read_public_file(path, "--api-key-file")
            _refuse(judging.api_key(text))
            return text, Value("api_key_file", _absolute(path))
        if self.person is None:
            text = self._piped[0].decode("utf-8", "replace")
            if not text and not may_come_later:
                raise UsageError(
                    "no API key was given",
                    "its file with --api-key-file, or its text on the first line of standard input",
                )
        else:
            later = " Enter: later, and the file is made then." if may_come_later else ""

            def wrong(answer: str) -> str:
                return "" if may_come_later and not answer else judging.api_key(answer)

            text = self.person.ask_unseen(f"The API key (it is not shown).{later}", wrong)
        if not text:
            return "", Value("api_key_file", place)
        _refuse(judging.api_key(text))
        return text, Value("api_key_file", place, Secret(f"{text}\n".encode()))

    def _signs(
        self,
        key_type: KeyType,
        keeping: Keeping,
        account: str,
        judging: Judge,
        api_key: str,
        pair: KeyPair | None,
    ) -> tuple[Value, ...]:
        """The secret, or the private key and its passphrase if it has one."""
        hmac = key_type == "hmac"
        setting, ending = ("api_secret", "secret") if hmac else ("private_key", "pem")
        place = f"{SECRETS}/{account}.{ending}"
        if pair is not None:
            return (Value(f"{setting}_file", place, pair.private_pem),)
        if keeping == "variable":
            return (Value(f"{setting}_env", self._variable(hmac=hmac)),)
        held = Value(f"{setting}_file", place)
        if keeping == "file":
            path = self._file(hmac=hmac)
            held = Value(f"{setting}_file", _absolute(path))
            content = read_secret_file(path, "--secret-file")
            phrase = None if hmac else self._passphrase(content, account)
        elif self.person is None:
            content = Secret(self._piped[1])
            if not content.reveal():
                raise UsageError(
                    "no secret was given",
                    "its file with --secret-file, its variable with --secret-variable, or its text on standard input",
                )
            phrase = None if hmac else self._passphrase(content, account)
        else:
            content, phrase = self._pasted(account, judging, api_key, key_type)
        passphrase = phrase[0] if phrase else None
        if hmac:
            _refuse(judging.hmac_secret(content, api_key))
        else:
            _refuse(judging.private_key(content, passphrase, key_type))
        if keeping != "file":
            held = Value(held.setting, held.place, Secret(content.reveal() + b"\n"))
        return (held, *((phrase[1],) if phrase else ()))

    def _variable(self, *, hmac: bool) -> str:
        default = "BINANCE_API_SECRET" if hmac else "BINANCE_PRIVATE_KEY"
        return self._said(
            self.given.secret_variable,
            "The name of the variable?",
            default,
            _wrong_variable,
            "--secret-variable",
        )

    def _file(self, *, hmac: bool) -> str:
        what = "secret" if hmac else "private key"
        if self.given.secret_file is not None:
            return self.given.secret_file
        assert self.person is not None
        return self.person.ask(f"The file of the {what}?", "", _wrong_secret_file)

    def _pasted(
        self, account: str, judging: Judge, api_key: str, key_type: KeyType
    ) -> tuple[Secret, tuple[Secret, Value] | None]:
        """What was typed is judged before it is taken; of a locked key its passphrase is asked for first."""
        assert self.person is not None
        if key_type == "hmac":
            text = self.person.ask_unseen(
                "The secret (it is not shown).", lambda said: judging.hmac_secret(_secret(said), api_key)
            )
            return _secret(text), None

        def wrong(said: str) -> str:
            pem = _secret(said)
            return "" if judge.is_locked(pem) else judging.private_key(pem, None, key_type)

        pem = _secret(
            self.person.ask_unseen(
                "The private key, from BEGIN to END (it is not shown).", wrong, whole_pem=True
            )
        )
        return pem, self._passphrase(pem, account)

    def _passphrase(self, pem: Secret, account: str) -> tuple[Secret, Value] | None:
        """Of a locked private key."""
        if not judge.is_locked(pem):
            return None
        path = self.given.passphrase_file
        if path is not None:
            return read_secret_file(path, "--passphrase-file"), Value("passphrase_file", _absolute(path))
        if self.person is None:
            raise UsageError(
                "the private key is encrypted", "name the file of its passphrase: --passphrase-file"
            )
        said = self.person.ask_unseen(
            "Its passphrase (it is not shown).", lambda text: "" if text else "it is empty"
        )
        held = Value("passphrase_file", f"{SECRETS}/{account}.pass", Secret(f"{said}\n".encode()))
        return _secret(said), held

    def _said(self, given: str | None, question: str, default: str, wrong: Wrong, option: str = "") -> str:
        """What an option gave, what a person says, or the default. Raises UsageError for a wrong option."""
        if given is not None:
            if told := wrong(given):
                raise UsageError(f"{option or 'an option'}: {told}")
            return given
        return default if self.person is None else self.person.ask(question, default, wrong)


def _refuse(told: str) -> None:
    if told:
        says, _, hint = told.partition("; ")
        raise UsageError(says, hint)


def _secret(text: str) -> Secret:
    return Secret(text.encode("utf-8", "surrogateescape"))


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())


def _wrong_variable(name: str) -> str:
    if name.isascii() and name.isidentifier() and not is_key_as_name(name):
        return ""
    return "it must be the name of a variable, not what it holds"


def _wrong_secret_file(path: str) -> str:
    try:
        read_secret_file(path, "what signs")
    except ConfigError as error:
        return f"{error.message}; {error.hint}"
    return ""
