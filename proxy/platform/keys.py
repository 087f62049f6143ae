"""Single keys from a terminal. Apart from the room's other modules: only who shows the traffic there needs it."""

import sys

if sys.platform == "win32":
    from proxy.platform.windows.keys import Keys
else:
    from proxy.platform.posix.keys import Keys

__all__ = ["Keys"]
