"""`keygen ed25519 | rsa`: the private half into a new file of mode 0600, the public half to stdout."""

from pathlib import Path
from shlex import quote

import click

from proxy.cli import terminal
from proxy.core.errors import ConfigError
from proxy.credentials.generate import KeyKind, generate, write_private
from proxy.runtime.secret_file import read_secret_file


@click.command()
@click.argument("kind", type=click.Choice(["ed25519", "rsa"]))
@click.option(
    "--out", metavar="FILE", help="File of the private half; must not exist. Default: binance-KIND.pem"
)
@click.option("--bits", type=click.Choice(["2048", "3072", "4096"]), help="Size of an RSA key; default 2048.")
@click.option(
    "--passphrase-file", metavar="FILE", help="Encrypt the private half with the text in this file."
)
def command(kind: KeyKind, out: str | None, bits: str | None, passphrase_file: str | None) -> None:
    """Make a key pair for Binance.

    The private half goes into a new file that only you can read; the public half is printed for registration at
    Binance. An existing file is never overwritten.
    """
    if bits is not None and kind != "rsa":
        raise click.UsageError("--bits is for rsa; an Ed25519 key has one size")
    path = out or f"binance-{kind}.pem"
    phrase = read_secret_file(passphrase_file, "--passphrase-file") if passphrase_file else None
    pair = generate(kind, bits=int(bits or 2048), passphrase=phrase)
    try:
        write_private(path, pair.private_pem)
    except FileExistsError:
        raise ConfigError(
            f"{path}: exists already and is never overwritten", "choose another --out"
        ) from None
    except FileNotFoundError:
        folder = Path(path).parent
        raise ConfigError(
            f"{path}: there is no folder {folder}", f"mkdir -m 700 -p {quote(str(folder))}"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}", "choose another --out") from None
    terminal.out(pair.public_pem.rstrip("\n"))
    terminal.say(f"private half: {path}, mode 0600; keep it, it cannot be made again")
    terminal.say(
        "public half: above; register it at Binance under API Management, Create API, Self-generated"
    )
    terminal.say(
        f"then set BINANCE_API_KEY to the key that Binance shows, and BINANCE_PRIVATE_KEY_FILE={path}"
    )
    if phrase is not None:
        terminal.say(f"and BINANCE_PRIVATE_KEY_PASSPHRASE_FILE={passphrase_file}")
