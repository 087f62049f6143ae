"""What an endpoint is given once a request has passed every check."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Unpack

from proxy.sandbox.account import Account
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.executed import Deed, Executed, Facts, Product
from proxy.sandbox.keys import SandboxKey


@dataclass(slots=True)
class Call:
    """A judged request: decoded parameters, the JSON body if the endpoint takes one, and who asks.

    now_ms is the exchange's time, in milliseconds, read once a request. operation is method and path. maybe_account
    stands in for the account of the key, as a margin account does.
    """

    sandbox: Sandbox
    now_ms: int
    remote: str
    values: dict[str, str]
    lists: dict[str, list[str]] = field(default_factory=dict)
    json: dict[str, Any] | None = None
    client_type: str | None = None
    maybe_key: SandboxKey | None = None
    operation: str = ""
    maybe_account: Account | None = None

    @property
    def key(self) -> SandboxKey:
        if self.maybe_key is None:
            raise LookupError("a public endpoint asked for the caller's key")
        return self.maybe_key

    @property
    def account(self) -> Account:
        return self.maybe_account or self.sandbox.account(self.key.account)

    def record(self, product: Product, deed: Deed, **facts: Unpack[Facts]) -> None:
        """Writes into the ledger what this call has done."""
        self.sandbox.executed.append(
            Executed(
                account=self.key.account,
                product=product,
                deed=deed,
                operation=self.operation,
                at_ms=self.now_ms,
                **facts,
            )
        )

    @property
    def body(self) -> dict[str, Any]:
        """The fields of the JSON body."""
        return self.json or {}

    def number(self, name: str, default: int) -> int:
        return int(self.values.get(name, default))

    def limit(self, usual: int, largest: int) -> int:
        """How many entries are wanted, at least one."""
        return max(1, min(self.number("limit", usual), largest))

    def decimal(self, name: str) -> Decimal | None:
        value = self.values.get(name)
        return None if value is None else Decimal(value)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is more than a JSON object with status 200."""

    payload: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
