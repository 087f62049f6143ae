"""The blocks of a page, and the commands in them.

A block is fenced, or indented behind an empty line, in a list by eight blanks. Its commands are the lines behind a `$ `; without such lines, every
line of a block that says it is a shell's, and in any other those that begin with a known program or set a variable. A
`run:` of a workflow counts as one command. A line that ends with a backslash goes on in the next.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import yaml

ROOT: Final = Path(__file__).resolve().parents[3]
PAGES: Final = tuple(
    path.relative_to(ROOT).as_posix()
    for path in (
        ROOT / "README.md",
        *sorted(ROOT.glob("docs/**/*.md")),
        *sorted(ROOT.glob("examples/**/*.md")),
    )
)

_SHELL: Final = frozenset({"sh", "bash", "console"})
_PROGRAMS: Final = [
    "cat",
    "cd",
    "chmod",
    "cp",
    "curl",
    "docker",
    "echo",
    "export",
    "git",
    "go",
    "journalctl",
    "jq",
    "kill",
    "kubectl",
    "loginctl",
    "ls",
    "make",
    "mitmdump",
    "mitmproxy",
    "mitmweb",
    "mkdir",
    "nohup",
    "node",
    "npm",
    "openssl",
    "php",
    "pip",
    "pipx",
    "python",
    "python3",
    "rm",
    "sha256sum",
    "signing-proxy",
    "sudo",
    "systemctl",
    "tail",
    "tar",
    "tmux",
    "unzip",
    "uv",
    "wget",
    ".venv/bin/python",
    ".venv/bin/signing-proxy",
]
_INDENT: Final = "    "
_ITEM: Final = re.compile(r"(?:[*-]|\d+\.) ")
_FENCE: Final = re.compile(r"^( *)```(\w*)")
_COMMAND: Final = re.compile(rf"(?:{'|'.join(map(re.escape, _PROGRAMS))})(?: |$)|[A-Z][A-Z_]*=\S")
_PROMPT: Final = "$ "


class Block(NamedTuple):
    """`line` is that of its first content, counted from 1; `tag` is empty where nothing says what it holds."""

    page: str
    line: int
    tag: str
    lines: tuple[str, ...]


class Command(NamedTuple):
    page: str
    line: int
    text: str
    """As it stands there, its comment too; of several lines if it goes on."""

    @property
    def plain(self) -> str:
        """On one line, without its comment: what the tables call it by."""
        text = re.sub(r"\\\n *", "", self.text)
        return re.sub(r" +# .*$", "", text, flags=re.DOTALL).strip()

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.plain}"


def commands(page: str) -> list[Command]:
    return [one for block in blocks(page, (ROOT / page).read_text("utf-8")) for one in commands_of(block)]


def blocks(page: str, text: str) -> Iterator[Block]:
    lines = text.splitlines()
    at, indent = 0, _INDENT
    while at < len(lines):
        end = at + 1
        if _ITEM.match(lines[at]):
            indent = 2 * _INDENT
        elif lines[at].strip() and not lines[at].startswith(" "):
            indent = _INDENT
        if fence := _FENCE.match(lines[at]):
            while end < len(lines) and not lines[end].strip().startswith("```"):
                end += 1
            inside = tuple(line.removeprefix(fence[1]) for line in lines[at + 1 : end])
            yield Block(page, at + 2, fence[2], inside)
            end += 1
        elif lines[at].startswith(indent) and lines[at].strip() and (at == 0 or not lines[at - 1].strip()):
            while end < len(lines) and (lines[end].startswith(indent) or not lines[end].strip()):
                end += 1
            yield Block(page, at + 1, "", _dedented(lines[at:end]))
        at = end


def _dedented(lines: list[str]) -> tuple[str, ...]:
    deep = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return tuple("\n".join(line[deep:] for line in lines).rstrip().split("\n"))


def files(page: str) -> dict[str, str]:
    """Whole files that the page shows under their names, but for those that hold a secret or a real setting."""
    shown = {}
    for block in blocks(page, (ROOT / page).read_text("utf-8")):
        if block.lines and (name := re.fullmatch(r"# ([\w-]+\.(?:py|yaml))", block.lines[0])):
            shown[name[1]] = "\n".join(block.lines) + "\n"
    shown.pop("config.yaml", None)
    return shown


def commands_of(block: Block) -> Iterator[Command]:
    if block.tag == "yaml":
        yield from _steps(block)
        return
    if block.tag not in {*_SHELL, ""}:
        return
    prompted = any(line.startswith(_PROMPT) for line in block.lines)
    at = 0
    while at < len(block.lines):
        first = at
        while block.lines[at].endswith("\\") and at + 1 < len(block.lines):
            at += 1
        at += 1
        text = "\n".join(block.lines[first:at])
        if prompted:
            wanted = text.startswith(_PROMPT)
        elif block.tag in _SHELL:
            wanted = bool(text.strip()) and not text.startswith("#")
        else:
            wanted = _COMMAND.match(text) is not None
        if wanted:
            yield Command(block.page, block.line + first, text.removeprefix(_PROMPT))


def _steps(block: Block) -> Iterator[Command]:
    """What a workflow runs."""
    content = yaml.safe_load("\n".join(block.lines))
    for step in content if isinstance(content, list) else ():
        if isinstance(step, dict) and "run" in step:
            yield Command(block.page, block.line, step["run"].rstrip())


def says_nothing(block: Block) -> bool:
    """Neither its tag nor its content tells what it is: a command could stand there that nobody has recognised."""
    if block.tag or any(True for _ in commands_of(block)):
        return False
    try:
        return not isinstance(yaml.safe_load("\n".join(block.lines)), dict)
    except yaml.YAMLError:
        return True
