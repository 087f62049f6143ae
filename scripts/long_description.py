"""What a package index shows of a release: the README, then the changelog by version. The build (hatchling) calls it.

Links of the README to files of the repository lead nowhere there. They lead to the release's tag below `Source` of
`[project.urls]`, if that is set; else their words stay, without a link.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"\[([^\]]+)\]\((?![a-z]+:|#)(?:\.\./)*([^)\s]+)\)")


class LongDescription(MetadataHookInterface):
    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": long_description(
                (root / "README.md").read_text("utf-8"),
                (root / "CHANGELOG.md").read_text("utf-8"),
                metadata.get("urls", {}),
                metadata["version"],
            ),
        }


def long_description(readme: str, changelog: str, urls: Mapping[str, str], version: str) -> str:
    """One page of Markdown; the changelog's headings stand one level lower in it."""
    lower = re.sub(r"^(#+ )", r"#\1", changelog, flags=re.MULTILINE)
    source = urls.get("Source", "").rstrip("/")
    to = rf"[\1]({source}/blob/v{version}/\2)" if source else r"\1"
    return _LINK.sub(to, f"{readme.rstrip()}\n\n{lower.rstrip()}\n")
