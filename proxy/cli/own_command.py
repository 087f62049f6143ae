"""How this program is called from here, for lines that people copy."""

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

_NAME: Final = "signing-proxy"


def own_command() -> str:
    """`signing-proxy` where that is what the shell finds, else the path by which it was called."""
    called = Path(sys.argv[0])
    found = shutil.which(_NAME)
    if called.name != _NAME:  # python -m proxy, or somebody else's program
        return _NAME if found else f"{shlex.quote(sys.executable)} -m proxy"
    if found is not None and os.path.samefile(found, called):  # noqa: PTH121  # both are there
        return _NAME
    return shlex.quote(str(called))
