"""What a gateway that was killed left in its journal directory."""

import json
import sqlite3
from pathlib import Path


def unreadable(journal: Path) -> int:
    """Files of the directory that are there in half: JSON that is none, a database that is damaged."""
    broken = 0
    if (journal / "holds.json").exists():
        try:
            json.loads((journal / "holds.json").read_bytes())
        except ValueError:
            broken += 1
    for file in journal.glob("*.sqlite"):
        with sqlite3.connect(file) as database:
            broken += database.execute("PRAGMA integrity_check").fetchone() != ("ok",)
        database.close()
    return broken
