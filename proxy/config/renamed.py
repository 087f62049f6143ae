"""Settings that had another name: still understood, with a warning that says the new one."""

from typing import Any, Final

RENAMED: Final[dict[tuple[str, ...], str]] = {("policy", "forwarded_writes"): "forwarded"}
"""The old place, and the new name in the same group."""


def take_old_names(data: dict[str, Any]) -> list[str]:
    """Move each value that stands under an old name, in place; the warnings.

    Where both names stand, the old one is left: it is reported as any unknown setting.
    """
    warnings = []
    for (*groups, old), new in RENAMED.items():
        group: Any = data
        for name in groups:
            group = group.get(name) if isinstance(group, dict) else None
        if isinstance(group, dict) and old in group and new not in group:
            group[new] = group.pop(old)
            before = ".".join([*groups, ""])
            warnings.append(f"{before}{old} is called {before}{new} now; rename it in the configuration")
    return warnings
