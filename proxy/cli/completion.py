"""`completion`: the script that makes a shell complete commands and options. bash, zsh and fish are click's own."""

import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM: Final = "signing-proxy"
VARIABLE: Final = "_SIGNING_PROXY_COMPLETE"
"""Set by those scripts: what click calls `_{PROGRAM}_COMPLETE`. `__main__` looks at it."""

_INSTALL: Final = {
    "bash": "echo 'eval \"$(signing-proxy completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(signing-proxy completion zsh)\"' >> ~/.zshrc",
    "fish": "signing-proxy completion fish > ~/.config/fish/completions/signing-proxy.fish",
    "powershell": "signing-proxy completion powershell >> $PROFILE",
}
_POWERSHELL: Final = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $line, $cursor)
    $env:%(complete_var)s = 'powershell_complete'
    $env:COMP_WORDS = $line.ToString()
    $env:COMP_INCOMPLETE = $word
    try {
        %(prog_name)s | ForEach-Object {
            $value, $about = $_ -split "`t", 2
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
        }
    } finally {
        Remove-Item Env:%(complete_var)s, Env:COMP_WORDS, Env:COMP_INCOMPLETE
    }
}
"""


@click.command(epilog="\b\nTo install:\n" + "\n".join(f"  {line}" for line in _INSTALL.values()))
@click.argument("shell", type=click.Choice(list(_INSTALL)), required=False)
def command(shell: str | None) -> None:
    """Print the script that makes your shell complete commands, options and their values.

    Without SHELL it is the one that you use, as the variable SHELL names it.
    """
    own = PurePath(os.environ.get("SHELL", "")).name
    wanted = shell or own
    if wanted not in _INSTALL:
        raise click.UsageError(f"name your shell: {', '.join(_INSTALL)}")
    answer_shell(_group(), f"{wanted}_source")


def answer_shell(group: click.Command, instruction: str) -> int:
    """Answer what a shell asks by `VARIABLE`: the script, or what completes a line. An exit code."""
    from click.shell_completion import add_completion_class, shell_complete  # noqa: PLC0415  # for those who ask

    add_completion_class(_power_shell())
    return shell_complete(group, {}, PROGRAM, VARIABLE, instruction)


def _group() -> click.Command:
    return click.get_current_context().find_root().command


def _power_shell() -> Any:
    from click.shell_completion import ShellComplete, split_arg_string  # noqa: PLC0415  # as above

    class PowerShell(ShellComplete):
        """PowerShell 5.1 and 7, which hand over the whole line (about_Register-ArgumentCompleter)."""

        name = "powershell"
        source_template = _POWERSHELL

        def get_completion_args(self) -> tuple[list[str], str]:
            words = split_arg_string(os.environ["COMP_WORDS"])[1:]
            incomplete = os.environ["COMP_INCOMPLETE"]
            return (words[:-1] if words and words[-1] == incomplete else words), incomplete

        def format_completion(self, item: "CompletionItem") -> str:
            return f"{item.value}\t{item.help or item.value}"

    return PowerShell
