"""Splitting a pasted command line into the words that the program was given, as its shell does it."""

import re
from typing import Final

from proxy.explain.readers.shells.bash import split_bash
from proxy.explain.readers.shells.cmd import split_cmd
from proxy.explain.readers.shells.powershell import split_powershell
from proxy.explain.readers.shells.words import Command

_CMD: Final = re.compile(r'\^[ \t]*\r?\n|\^["&%{}\[\]<>|]|[^\s"\']""[^\s"\']')
_POWERSHELL: Final = re.compile(
    r"`[ \t]*\r?\n|\$env:|(?<![\w)])`[\"$]|^PS [^\n]{0,200}>", re.IGNORECASE | re.MULTILINE
)


def shell_of(text: str) -> str:
    """bash, cmd or powershell, by the marks that only one of them uses; bash where none shows."""
    if _POWERSHELL.search(text):
        return "powershell"
    if _CMD.search(text):
        return "cmd"
    if "curl.exe" in text.lower():
        return "powershell" if "'" in text else "cmd"
    return "bash"


def split_commands(text: str) -> list[Command]:
    """All simple commands of the text in order."""
    split = {"bash": split_bash, "cmd": split_cmd, "powershell": split_powershell}
    return split[shell_of(text)](text)
