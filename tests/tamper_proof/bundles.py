"""Bundles to be tampered with: sealed by the journal's key, with the sums of their files."""

import hashlib
import io
import random
import zipfile

from proxy.journal.checkpoint_key import CheckpointKey
from proxy.journal.seal import SUMS, SUMS_SEAL, Seal
from tests.journal.lines import START_MS, flow
from tests.tamper_proof.edits import EDITS
from tests.tamper_proof.journals import Files

FOLDER = "binance-evidence-2026-07-23T10-14-56Z/"


def bundle(seed: bytes, draw: random.Random) -> Files:
    """Its files by name, without their folder."""
    seal = Seal(CheckpointKey(seed), of_journal=True)
    flows = [flow(number, padding=draw.randrange(200)).line for number in range(30)]
    files = {
        "README.md": b"# Flows\n\nRead it.\n",
        "flows.jsonl": seal.lines(flows, START_MS),
        "repro.sh.txt": b"curl -s https://api.binance.com/api/v3/time\n",
        "versions.json": b'{"python": "3.12"}\n',
    }
    sums = b"".join(b"%b  %b\n" % (_hex(octets), name.encode()) for name, octets in files.items())
    return files | {SUMS: sums, SUMS_SEAL: seal.sums(sums)}


def tampered(files: Files, draw: random.Random) -> Files | None:
    """One edit of its lines or of any of its files; now and then the sums are made to fit."""
    part = {"flows.jsonl": files["flows.jsonl"]} if draw.random() < 0.6 else files
    edited = draw.choice(EDITS)(part, draw)
    if edited is None:
        return None
    rest = {name: octets for name, octets in files.items() if name not in part}
    changed = rest | edited
    if draw.random() < 0.05:
        changed = changed | {"invoice.pdf": b"%PDF"}
    if draw.random() < 0.3:
        kept = {name: octets for name, octets in changed.items() if name not in (SUMS, SUMS_SEAL)}
        changed[SUMS] = b"".join(b"%b  %b\n" % (_hex(octets), name.encode()) for name, octets in kept.items())
    return changed


def packed(files: Files) -> bytes:
    """As a zip, in one folder."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(FOLDER + name, content)
    return octets.getvalue()


def _hex(octets: bytes) -> bytes:
    return hashlib.sha256(octets).hexdigest().encode()
