"""Each file through haralyzer: pages with their entries, each with an absolute URL and a status."""

import json
import sys
from pathlib import Path

from haralyzer import HarParser

for file in sys.argv[1:]:
    parsed = HarParser(json.loads(Path(file).read_text("utf-8")))
    entries = [entry for page in parsed.pages for entry in page.entries]
    assert all(entry.request.url.startswith("http") for entry in entries)
    assert all(isinstance(entry.response.status, int) for entry in entries)
    print(len(entries))
