"""`key`: do key and secret have the form of what they should be, and are they not one in place of the other?"""

from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.doctor.check import Check
from proxy.doctor.discreet import shown_key
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, warning


async def run(patient: Patient) -> Finding:
    if patient.problems:
        told = "; ".join(problem.message for problem in patient.problems)
        return failed(told, patient.problems[0].hint or "see docs/keys.md")
    account = patient.account
    if account is None:
        return warning(
            "no key is configured: only public endpoints will work",
            "signing-proxy init sets one up; or set BINANCE_API_KEY and BINANCE_API_SECRET_FILE",
        )
    if _stands_in_both_places(account, patient.accounts):
        return failed(
            f"account {account.name}: its API key is the secret of a configured account",
            "put each in its place: the API key is the one that Binance's list of keys shows",
        )
    told = _described(account)
    if patient.accounts.warnings:
        return warning(f"{told}; {patient.accounts.warnings[0]}", "see docs/keys.md")
    return good(told)


def _stands_in_both_places(account: Account, accounts: Accounts) -> bool:
    return any(secret.reveal() == account.api_key.encode() for secret in accounts.secrets())


def _described(account: Account) -> str:
    kind = account.signing.key_type.value
    told = (
        f"account {account.name}: {kind} key {shown_key(account.api_key)}, {len(account.api_key)} characters"
    )
    if isinstance(account.signing, HmacKey):
        return f"{told}; its secret has {len(account.signing.secret.reveal())} and is another text"
    return f"{told}; its private key can be read"


CHECK = Check(name="key", looks_at="the form of API key and secret, and whether they are mixed up", run=run)
