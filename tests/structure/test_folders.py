"""The folders beside the product: what each may import, and that no circle runs through them."""

import pytest

from tests.structure.imports import ROOT, circles, graph, names_in

OURS = ("proxy", "addons", "harness", "benchmarks", "scripts", "tests")
MAY_IMPORT = {
    "proxy": {"proxy"},
    "addons": {"addons", "proxy"},
    "harness": {"harness"},
    "benchmarks": {"benchmarks", "harness", "proxy"},
    "scripts": {"scripts", "harness", "proxy"},
    "tests": {"tests", "harness", "proxy", "addons", "scripts"},
}
"""Tests and measurements know nothing of each other (scripts are tested like anything else); what both need stands in harness/, which starts gateways of other
checkouts, too, and therefore loads nothing of this one."""


@pytest.mark.parametrize("folder", OURS)
def test_a_folder_imports_only_what_it_may(folder: str) -> None:
    found = {
        (name, one)
        for name, names in names_in(ROOT, folder).items()
        for one in names
        if one.partition(".")[0] in set(OURS) - MAY_IMPORT[folder]
    }
    assert found == set()


def test_no_circle_runs_through_them() -> None:
    assert circles(graph(ROOT, "harness", "benchmarks", "scripts", "tests")) == []


def test_the_graph_is_of_this_tree() -> None:
    edges = graph(ROOT, "tests", "harness")
    assert "tests.structure.imports" in edges["tests.structure.test_folders"]
    assert "harness.gateway" in edges["tests.faults.frame"]
    assert len(edges) > 400
