"""How much the catalogue knows: counted from the files by other means."""

import json
from pathlib import Path

from proxy.core.catalogue import Catalogue, EndpointCorrection, extent as module
from proxy.core.catalogue.extent import extent_of

DATA = Path(module.__file__).parent / "data"


def test_what_is_counted_is_what_the_files_hold() -> None:
    extent = extent_of(Catalogue.builtin())
    rows = (DATA / "endpoints.csv").read_text("utf-8").count("\n") - 1
    assert extent.endpoints == rows == 1067
    assert extent.writes == 309
    assert extent.parameters == (DATA / "parameters.csv").read_text("utf-8").count("\n") - 1 == 6188
    codes = {
        code
        for row in json.loads((DATA / "errors.json").read_text("utf-8"))["errors"]
        for code in row["codes"]
    }
    assert extent.error_codes == len([code for code in codes if "HTTP" not in code])
    lines = (DATA / "parameters_ws.csv").read_text("utf-8").splitlines()[1:]
    assert extent.websocket_methods == len({tuple(line.split(",")[:2]) for line in lines})


def test_rows_of_the_user_count() -> None:
    own = Catalogue.builtin().with_corrections([EndpointCorrection("POST", "/api/v3/brand/new")])
    assert extent_of(own).endpoints == 1068
    assert extent_of(own).writes == 310
