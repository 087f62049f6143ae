"""The bill of materials of what is run: CycloneDX JSON, made by uv from requirements/run.txt. `make sbom`.

    python -m scripts.sbom [FILE]

Components with version, package URL, hashes of all their files, and who needs whom. Without FILE: standard output.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

from scripts.bootstrap import ROOT, get_uv
from scripts.pinned_lock import locked, pins


def main() -> int:
    text = bill(get_uv())
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, "utf-8")
        print(f"sbom: {sys.argv[1]}")
    else:
        print(text)
    return 0


def bill(uv: str) -> str:
    """The bill as JSON. Raises subprocess.CalledProcessError."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with locked(uv, project["dependencies"], pins("run.txt")) as folder:
        command = [
            uv,
            "export",
            "--quiet",
            "--frozen",
            "--python",
            sys.executable,
            "--format",
            "cyclonedx1.5",
        ]
        command += ["--preview-features", "sbom-export"]
        return subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
