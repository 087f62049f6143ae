"""Everything that can be configured, with its default and its unit.

`proxy.config.load` reads it from YAML and prints the JSON Schema from these definitions; a test keeps
`config.yaml.example` equal to them. A setting whose name ends in `_file`, and `journal.directory`, is a path:
`~` is expanded, and a relative path in the file counts from the directory of that file. An empty path is refused: as
`journal.directory` it would be the working directory itself.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

type EnvironmentName = Literal["production", "testnet", "demo", "us", "sandbox"]
type ClientTypeScope = Literal["c2c", "sapi", "off"]
type Profile = Literal["read-only", "spot", "margin", "futures", "transfers", "earn", "convert", "merchant"]

type RepairRule = Literal["on", "off"]
type ExplainPlace = Literal["header", "message"]
type SignatureRule = Literal["repair", "require"]
type Prices = Literal["request", "exchange"]
type ConfirmMode = Literal["wait", "ticket"]

type PathText = Annotated[str, Meta(min_length=1)]
type Port = Annotated[int, Meta(ge=0, le=65_535)]
type Positive = Annotated[float, Meta(gt=0, le=86_400)]
type Amount = Annotated[float, Meta(gt=0)]
type Margin = Annotated[float, Meta(ge=0, le=1)]
type Share = Annotated[float, Meta(gt=0, le=1)]
type Weight = Annotated[int, Meta(ge=1)]
type RecvWindowMs = Annotated[int, Meta(ge=1, le=60_000)]


class Room(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """Base of all groups of settings: immutable, and an unknown key is an error."""


class AccountSettings(Room, frozen=True, kw_only=True):
    """One real Binance key. Each value comes from exactly one source; secrets never stand in the file."""

    environment: Annotated[
        EnvironmentName | None, Meta(description="defaults to the top-level environment")
    ] = None
    api_key: Annotated[
        str | None, Meta(description="the API key itself (no secret, but keep it private)")
    ] = None
    api_key_file: Annotated[PathText | None, Meta(description="file that holds the API key")] = None
    api_key_env: Annotated[
        str | None, Meta(description="name of the environment variable that holds the API key")
    ] = None
    api_secret_file: Annotated[PathText | None, Meta(description="file with the HMAC secret, mode 0600")] = (
        None
    )
    api_secret_env: Annotated[
        str | None, Meta(description="name of the environment variable with the HMAC secret")
    ] = None
    api_secret_keyring: Annotated[
        str | None, Meta(description="SERVICE/USER entry of the OS keyring with the HMAC secret")
    ] = None
    private_key_file: Annotated[
        PathText | None, Meta(description="RSA or Ed25519 private key, PEM, mode 0600")
    ] = None
    private_key_env: Annotated[
        str | None, Meta(description="name of the environment variable with the PEM")
    ] = None
    private_key_keyring: Annotated[
        str | None, Meta(description="SERVICE/USER entry of the OS keyring with the PEM")
    ] = None
    passphrase_file: Annotated[
        PathText | None, Meta(description="file with the passphrase of an encrypted PEM")
    ] = None
    passphrase_env: Annotated[
        str | None, Meta(description="name of the environment variable with that passphrase")
    ] = None


class SigningSettings(Room, frozen=True, kw_only=True):
    """What is added to requests that are signed."""

    recv_window_ms: Annotated[
        RecvWindowMs, Meta(description="recvWindow for requests that bring none; Binance's default is 5000")
    ] = 5000
    client_type: Annotated[
        ClientTypeScope,
        Meta(description="where `clientType: web` is added: /sapi/v1/c2c, all of /sapi, nowhere"),
    ] = "c2c"
    repair: Annotated[
        RepairRule,
        Meta(
            description="a flat JSON body on an endpoint that takes a form: `on` makes it one, `off` refuses it"
        ),
    ] = "on"


class AnswerSettings(Room, frozen=True, kw_only=True):
    """What the gateway says beside Binance's answers."""

    explain: Annotated[
        ExplainPlace,
        Meta(
            description="where the reason of an error stands: in `X-Gateway-Diagnosis` alone, or in its `msg` as well"
        ),
    ] = "header"


class UpstreamSettings(Room, frozen=True, kw_only=True):
    """The way to Binance."""

    proxy: Annotated[
        str | None,
        Meta(description="http://, socks5:// or socks5h:// proxy for the way out; TLS stays end to end"),
    ] = None
    proxy_credentials_file: Annotated[
        PathText | None, Meta(description="file with USER:PASSWORD for that proxy, mode 0600")
    ] = None
    local_address: Annotated[
        str | None, Meta(description="source IP address, where a key is restricted to one of several")
    ] = None
    unsafe_url: Annotated[
        str | None, Meta(description="send everything to this loopback base URL; for tests and the sandbox")
    ] = None
    connect_seconds: Annotated[Positive, Meta(description="DNS, TCP and TLS together")] = 5.0
    answer_seconds: Annotated[Positive, Meta(description="from the request to the head of the answer")] = 15.0
    progress_seconds: Annotated[Positive, Meta(description="longest pause inside an answer")] = 15.0
    total_seconds: Annotated[Positive, Meta(description="one flow in all")] = 120.0
    idle_seconds: Annotated[
        Positive, Meta(description="an idle connection is used again for reads this long")
    ] = 55.0
    write_idle_seconds: Annotated[Positive, Meta(description="and for writes this long")] = 15.0


class LimitLineSettings(Room, frozen=True, kw_only=True):
    """Narrows what profiles and `allow` lines let through. A request must fit one of the lines that name it."""

    applies_to: Annotated[
        str, Meta(description="a profile (`spot`) or one endpoint (`POST /sapi/v1/capital/withdraw/apply`)")
    ]
    symbols: Annotated[tuple[str, ...] | None, Meta(description="the only symbols; null: any")] = None
    coins: Annotated[tuple[str, ...] | None, Meta(description="the only coins; null: any")] = None
    addresses: Annotated[
        tuple[str, ...] | None,
        Meta(description="the only addresses of withdrawals, `ADDRESS` or `ADDRESS TAG`; null: any"),
    ] = None
    networks: Annotated[
        tuple[str, ...] | None,
        Meta(description="the only networks of withdrawals, which must name one; null: any"),
    ] = None
    recipients: Annotated[
        tuple[str, ...] | None,
        Meta(description="the only other accounts (e-mail, uid, sub-account) that may be named; null: any"),
    ] = None
    side_effects: Annotated[
        tuple[str, ...] | None,
        Meta(description="the only values of sideEffectType (borrowing inside an order); null: any"),
    ] = None
    max_quantity: Annotated[
        Amount | None, Meta(description="most per request, in the base asset; of a withdrawal, its amount")
    ] = None
    max_quote: Annotated[Amount | None, Meta(description="most per request, in the quote asset")] = None
    max_contracts: Annotated[
        Amount | None, Meta(description="most per request, in contracts of COIN-M and options")
    ] = None
    max_quantity_per_day: Annotated[
        Amount | None, Meta(description="the same for all requests of this line in one UTC day")
    ] = None
    max_quote_per_day: Annotated[Amount | None, Meta(description="and in the quote asset")] = None
    max_contracts_per_day: Annotated[Amount | None, Meta(description="and in contracts")] = None


class PermitSettings(Room, frozen=True, kw_only=True):
    """Which operations may pass. Reads may unless `read` names some; other operations need a profile or a line."""

    profiles: Annotated[tuple[Profile, ...], Meta(description="operations that are allowed; they add up")] = (
        "spot",
    )
    allow: Annotated[
        tuple[str, ...],
        Meta(description="single endpoints, one line each: `POST /sapi/v1/capital/withdraw/apply`"),
    ] = ()
    limits: Annotated[
        tuple[LimitLineSettings, ...], Meta(description="bounds on the parameters of what is allowed")
    ] = ()
    read_only: Annotated[bool, Meta(description="nothing that changes anything at the exchange")] = False
    prices: Annotated[
        Prices,
        Meta(description="what limits know of a price: what the request itself names, or the exchange's too"),
    ] = "request"
    price_margin: Annotated[
        Margin, Meta(description="how far a price may run before an order fills; 0.05 is 5 %")
    ] = 0.05
    read: Annotated[
        tuple[str, ...] | None,
        Meta(description="the only reads, by group or `GET /path`; null: reading always passes"),
    ] = None
    confirm: Annotated[
        tuple[str, ...],
        Meta(description="operations that wait for a person, by group or `METHOD /path`"),
    ] = ()
    confirm_seconds: Annotated[
        float, Meta(gt=0, le=60, description="longest such a request waits; orders never longer than 8")
    ] = 8.0
    confirm_mode: Annotated[
        ConfirmMode, Meta(description="wait: hold the request; ticket: refuse it and take it when sent again")
    ] = "wait"


class OrderSettings(Room, frozen=True, kw_only=True):
    """Order writes whose answer was lost (docs/outcomes.md)."""

    add_client_order_id: Annotated[
        bool, Meta(description="add one to orders that bring none, so that they can be looked up")
    ] = False
    outcome_wait_seconds: Annotated[
        float,
        Meta(ge=0, le=15, description="longest an answer `unknown` is held back for what the look-up finds"),
    ] = 8.0
    repeat_guard: Annotated[
        bool,
        Meta(description="refuse an order that is sent again after its answer was lost, if it was executed"),
    ] = True


class PolicySettings(PermitSettings, frozen=True, kw_only=True):
    """The policy of the gateway, and of every client that has none of its own."""

    forwarded: Annotated[
        bool,
        Meta(description="answer what came through another proxy or a tunnel, without token or virtual key"),
    ] = False


class ClientSettings(Room, frozen=True, kw_only=True):
    """What one client may do. Its virtual keys stand in `clients_file`, made by `signing-proxy clients add`."""

    accounts: Annotated[
        tuple[str, ...],
        Meta(description="accounts it may use, the first by default; empty: the gateway's default account"),
    ] = ()
    policy: Annotated[PermitSettings | None, Meta(description="its own policy; null: the gateway's")] = None
    signature: Annotated[
        SignatureRule,
        Meta(description="its own signature, made with its virtual secret: repaired if wrong, or required"),
    ] = "repair"


class EndpointSettings(Room, frozen=True, kw_only=True):
    """Adds an endpoint to the catalogue or corrects one."""

    endpoint: Annotated[str, Meta(description="METHOD /path", pattern=r"^(GET|POST|PUT|DELETE) /")]
    needs: Annotated[
        Literal["none", "key", "signed"] | None,
        Meta(description="what a request must carry; null keeps what is known"),
    ] = None
    mutates: Annotated[
        bool | None,
        Meta(description="whether it changes something at the exchange; null keeps what is known"),
    ] = None


class ClockSettings(Room, frozen=True, kw_only=True):
    """How the exchange's time is estimated."""

    samples: Annotated[
        int, Meta(ge=1, le=20, description="round trips per estimate; the smallest counts")
    ] = 5
    refresh_seconds: Annotated[Positive, Meta(description="between two estimates")] = 300.0


class JournalSettings(Room, frozen=True, kw_only=True):
    """The redacted record of every flow."""

    directory: Annotated[PathText, Meta(description="where flows-*.jsonl are written, mode 0700")] = "journal"
    file_bytes: Annotated[int, Meta(ge=65_536, description="a file is rotated at this size")] = (
        16 * 1024 * 1024
    )
    max_bytes: Annotated[int, Meta(ge=131_072, description="all files together; the oldest goes first")] = (
        256 * 1024 * 1024
    )
    max_age_days: Annotated[Positive | None, Meta(description="older files are removed; null keeps them")] = (
        30.0
    )
    body_bytes: Annotated[
        int, Meta(ge=0, le=1_048_576, description="octets of an answer that are looked at")
    ] = 65_536


class BudgetSettings(Room, frozen=True, kw_only=True):
    """Request weight, which all tools behind one IP share (docs/limits.md)."""

    brake: Annotated[
        Share | None,
        Meta(
            description="share of a weight limit that reads may use, the rest is kept for orders and cancels; "
            "null: no brake",
        ),
    ] = 0.9
    api_weight: Annotated[
        Weight | None, Meta(description="weight a minute on /api; null: the documented limit")
    ] = None
    fapi_weight: Annotated[Weight | None, Meta(description="the same on /fapi and /dapi together")] = None
    dapi_weight: Annotated[
        Weight | None,
        Meta(description="another name of fapi_weight; on testnet and in demo mode that of /dapi alone"),
    ] = None
    eapi_weight: Annotated[Weight | None, Meta(description="on /eapi")] = None
    papi_weight: Annotated[Weight | None, Meta(description="on /papi; no limit is documented")] = None
    coalesce: Annotated[
        bool, Meta(description="identical public reads under way share one request to Binance")
    ] = True
    holds_file: Annotated[
        PathText | None,
        Meta(description="where holds are shared with other gateways; null: holds.json beside the journal"),
    ] = None


class LogSettings(Room, frozen=True, kw_only=True):
    """The program's own log, on stderr."""

    format: Annotated[Literal["auto", "json", "console"], Meta(description="auto: console on a terminal")] = (
        "auto"
    )
    level: Annotated[Literal["debug", "info", "warning", "error"], Meta(description="least level shown")] = (
        "info"
    )


class LimitSettings(Room, frozen=True, kw_only=True):
    """Bounds of the listening side."""

    connections: Annotated[int, Meta(ge=1, description="open client connections")] = 512
    in_flight: Annotated[
        int, Meta(ge=1, description="requests being served; more wait up to wait_seconds")
    ] = 256
    wait_seconds: Annotated[Positive, Meta(description="for a free place, before 503 `overloaded`")] = 1.0
    head_seconds: Annotated[Positive, Meta(description="for all request headers")] = 10.0
    body_seconds: Annotated[Positive, Meta(description="for the request body")] = 10.0
    write_seconds: Annotated[
        Positive, Meta(description="for a whole answer in one piece, to a client that may not be reading")
    ] = 15.0
    idle_seconds: Annotated[Positive, Meta(description="an idle client connection is kept this long")] = 75.0
    refusal_delay_seconds: Annotated[
        float, Meta(ge=0, le=10, description="longest delay of refusals that repeat many others; 0: none")
    ] = 0.5
    drain_seconds: Annotated[Positive, Meta(description="for requests under way at shutdown")] = 8.0
    body_bytes: Annotated[int, Meta(ge=1, le=1_048_576, description="largest request body")] = 65_536


class Settings(Room, frozen=True, kw_only=True):
    """The whole configuration."""

    environment: Annotated[EnvironmentName, Meta(description="which Binance is spoken to")] = "production"
    listen: Annotated[
        str,
        Meta(
            description="HOST:PORT of the gateway (localhost: 127.0.0.1 and ::1), or unix:/path of a socket"
        ),
    ] = "localhost:8180"
    tls_certificate_file: Annotated[
        PathText | None, Meta(description="serve https on `listen`: certificate chain, PEM")
    ] = None
    tls_key_file: Annotated[
        PathText | None, Meta(description="its private key without a passphrase, PEM, mode 0600")
    ] = None
    admin: Annotated[
        str | None, Meta(description="HOST:PORT of health, metrics and inspector; null: none")
    ] = "localhost:8181"
    allow_hosts: Annotated[
        tuple[str, ...], Meta(description="further names that a Host header may carry (a container's name)")
    ] = ()
    allow_origins: Annotated[
        tuple[str, ...], Meta(description="web origins that may call; none is safest")
    ] = ()
    token_file: Annotated[
        PathText | None,
        Meta(description="client token, mode 0600; beyond loopback this or clients_file is required"),
    ] = None
    default_account: Annotated[str | None, Meta(description="account of requests that name none")] = None
    accounts: Annotated[dict[str, AccountSettings], Meta(description="Binance keys by name")] = field(
        default_factory=dict
    )
    clients_file: Annotated[
        PathText | None,
        Meta(description="virtual keys, mode 0600; with it every request that needs a key must bring one"),
    ] = None
    clients: Annotated[dict[str, ClientSettings], Meta(description="rights of clients by name")] = field(
        default_factory=dict
    )
    signing: Annotated[SigningSettings, Meta(description="what is added to signed requests")] = (
        SigningSettings()
    )
    answers: Annotated[AnswerSettings, Meta(description="what is said beside Binance's answers")] = (
        AnswerSettings()
    )
    policy: Annotated[PolicySettings, Meta(description="which operations may pass")] = PolicySettings()
    orders: Annotated[OrderSettings, Meta(description="order writes whose answer was lost")] = OrderSettings()
    endpoints: Annotated[tuple[EndpointSettings, ...], Meta(description="additions to the catalogue")] = ()
    upstream: Annotated[UpstreamSettings, Meta(description="the way to Binance")] = UpstreamSettings()
    budget: Annotated[BudgetSettings, Meta(description="request weight, shared by all tools of one IP")] = (
        BudgetSettings()
    )
    clock: Annotated[ClockSettings, Meta(description="how the exchange's time is estimated")] = (
        ClockSettings()
    )
    journal: Annotated[JournalSettings, Meta(description="the redacted record of every flow")] = (
        JournalSettings()
    )
    log: Annotated[LogSettings, Meta(description="the program's own log, on stderr")] = LogSettings()
    limits: Annotated[LimitSettings, Meta(description="bounds of the listening side")] = LimitSettings()
