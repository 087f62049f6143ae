"""By which word this program is called again, in a shell of the person who reads it."""

import shlex
import shutil
import sys
import sysconfig
from pathlib import Path

NAME = "signing-proxy"


def own_command() -> str:
    """`signing-proxy` where PATH finds this very one, else its path; without either, Python and the module.

    Quoted for a shell.
    """
    scripts = sysconfig.get_path("scripts")
    mine = shutil.which(NAME, path=scripts)
    if mine is None:
        return f"{shlex.quote(sys.executable)} -m proxy"
    found = shutil.which(NAME)
    if found is not None and Path(found).resolve() == Path(mine).resolve():
        return NAME
    return shlex.quote(mine)
