"""A hook of MkDocs: pages outside docs/ join the site, and links between files of the repository lead to them.

On the code host every link leads to a file. On the site a page of docs/ stands at the root, and what `beside` names
under `repository/`; a link to any other file of the tree loses its address and keeps its words.
"""

import importlib
import posixpath
import re
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
BESIDE: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE")
_PLACE: Final = "repository/"
_OWN_ALONE: Final = (
    "<meta http-equiv='Content-Security-Policy' content=\"default-src 'self'; script-src 'self' 'unsafe-inline';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:\">"
)
_LINK: Final = re.compile(r"\[([^\]]*)\]\(([^()\s]+)\)")


def beside() -> list[str]:
    """Files outside docs/ that the site holds too, by their paths in the repository."""
    examples = (
        path for path in (ROOT / "examples").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return [*BESIDE, *sorted(path.relative_to(ROOT).as_posix() for path in examples)]


def on_config(config: Any) -> Any:
    """`decisions/*.md` in the navigation stands for each of them."""
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    for section in config["nav"]:
        for listed in section.values() if isinstance(section, dict) else ():
            if "decisions/*.md" in listed:
                at = listed.index("decisions/*.md")
                listed[at : at + 1] = [f"decisions/{name}" for name in pages]
    return config


def on_files(files: Any, config: Any) -> Any:
    made = importlib.import_module("mkdocs.structure.files").File
    for path in beside():
        files.append(made.generated(config, _PLACE + path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Any, **_more: Any) -> str:
    return linked(markdown, page.file.src_uri)


def on_post_page(output: str, **_more: Any) -> str:
    """No page may ask another host for anything, whatever its theme would do."""
    return output.replace("<head>", f"<head>{_OWN_ALONE}", 1)


def linked(markdown: str, page: str) -> str:
    """Its links as they lead from `page`, a path of the site."""
    here = page.removeprefix(_PLACE) if page.startswith(_PLACE) else f"docs/{page}"
    known = frozenset(beside())

    def replaced(found: re.Match[str]) -> str:
        words, (target, mark, anchor) = found[1], found[2].partition("#")
        if not target or ":" in target:
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
        if path.startswith("docs/"):
            place = path.removeprefix("docs/")
        elif path in known:
            place = _PLACE + path
        else:
            return words if (ROOT / path).exists() else found[0]
        return f"[{words}]({posixpath.relpath(place, posixpath.dirname(page) or '.')}{mark}{anchor})"

    return _LINK.sub(replaced, markdown)
