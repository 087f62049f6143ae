"""`make docs`: the documentation as a site in site/, built in an environment of its own from pinned requirements.

python -m scripts.build_site [DIRECTORY]   builds it; links and anchors that lead nowhere end it with exit code 1
"""

import os
import subprocess
import sys
from pathlib import Path

from scripts.bootstrap import ROOT, get_uv

HOME = ROOT / ".site-env"
PINNED = ROOT / "requirements" / "docs.txt"


def environment() -> Path:
    """The directory of its programs; made when it is not there, or of other pins."""
    made_from = HOME / "made-from.txt"
    if not made_from.exists() or made_from.read_bytes() != PINNED.read_bytes():
        uv = get_uv()
        subprocess.run(
            [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(HOME)], check=True
        )
        into = ["--python", str(HOME / "bin" / "python")]
        subprocess.run([uv, "pip", "sync", "--quiet", *into, "--require-hashes", str(PINNED)], check=True)
        made_from.write_bytes(PINNED.read_bytes())
    return HOME / "bin"


def build(directory: Path) -> int:
    """Exit code 0, or 1 where something leads nowhere; the generator says what."""
    done = subprocess.run(
        [str(environment() / "mkdocs"), "build", "--quiet", "--strict", "--site-dir", str(directory)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=False,
    )
    return 1 if done.returncode else 0


def main() -> int:
    directory = Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT / "site"
    try:
        code = build(directory)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"the site could not be built: {error}; is the package index reachable?", file=sys.stderr)
        return 1
    if code == 0:
        print(f"the site is in {directory}: python3 -m http.server --bind 127.0.0.1 -d {directory} 8182")
    return code


if __name__ == "__main__":
    sys.exit(main())
