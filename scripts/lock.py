"""Renew the pinned, hashed requirements from pyproject.toml. Pins that several files have are the same in each.
No index host is written into them."""

import re
import subprocess
import tempfile
from pathlib import Path

from scripts.bootstrap import ROOT, get_uv

OPTIONS = (
    *("--quiet", "--universal", "--python-version", "3.12", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"),
)

BESIDE = {
    "build.txt": b"hatchling\neditables\n",  # installs this folder without asking the index; `make demo` needs it
    "release.txt": b"twine\n",  # an environment of its own, made by `make release`
}


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
        constrained = [uv, "pip", "compile", *OPTIONS, "-c", str(same)]
        run = [*constrained, "pyproject.toml", "-o", str(requirements / "run.txt")]
        subprocess.run(run, check=True, cwd=ROOT)
        for name, wanted in BESIDE.items():
            command = [*constrained, "-", "-o", str(requirements / name)]
            subprocess.run(command, check=True, cwd=ROOT, input=wanted)


if __name__ == "__main__":
    main()
