"""The holds that the settings describe: the same file for the gateway and for the commands that ask by themselves."""

from pathlib import Path

from proxy.core.settings import Settings
from proxy.limits.holds import Holds
from proxy.runtime.clock import LocalClock


def configured_holds(settings: Settings, local: LocalClock) -> Holds:
    """Reads what others on this machine have noted. Who asks before the first gateway has run may be banned as well:
    a hold makes the directory that is not there yet."""
    file = Path(settings.budget.holds_file) if settings.budget.holds_file else None
    return Holds(Path(settings.journal.directory), local.steady, local.unix_ms, file=file, makes_place=True)
