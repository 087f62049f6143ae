"""Renew the pinned, hashed requirements from pyproject.toml. No index host is written into them."""

import re
import subprocess
import tempfile
from pathlib import Path

from scripts.bootstrap import ROOT, get_uv

OPTIONS = (
    *("--quiet", "--universal", "--python-version", "3.12", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"),
)


def main() -> None:
    uv = get_uv()
    requirements = ROOT / "requirements"
    renewed = [uv, "pip", "compile", *OPTIONS, "--upgrade", "-", "-o", str(requirements / "bootstrap.txt")]
    subprocess.run(renewed, check=True, cwd=ROOT, input=b"uv\n")
    dev = [uv, "pip", "compile", *OPTIONS, "--all-extras", "--group", "dev", "pyproject.toml"]
    subprocess.run([*dev, "-o", str(requirements / "dev.txt")], check=True, cwd=ROOT)
    docs = [uv, "pip", "compile", *OPTIONS, "--group", "docs", "-o", str(requirements / "docs.txt")]
    subprocess.run(docs, check=True, cwd=ROOT)
    pins = re.findall(
        r"^[a-z0-9][^\s\\]*==\S+(?: ;[^\\\n]*)?", (requirements / "dev.txt").read_text(), re.MULTILINE
    )
    with tempfile.TemporaryDirectory() as scratch:
        same = Path(scratch) / "constraints.txt"
        same.write_text("\n".join(pins) + "\n")
        run = [uv, "pip", "compile", *OPTIONS, "-c", str(same), "pyproject.toml"]
        subprocess.run([*run, "-o", str(requirements / "run.txt")], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
