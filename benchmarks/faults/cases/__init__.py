"""The cases, one file a promise, each with `async def measure(scale: float) -> list[Row]`. A written list."""

CASES: dict[str, str] = {
    "r01": "benchmarks.faults.cases.r01_once",
    "r02": "benchmarks.faults.cases.r02_execution",
    "r03": "benchmarks.faults.cases.r03_doubt",
    "r07": "benchmarks.faults.cases.r07_clock",
    "r08": "benchmarks.faults.cases.r08_killed",
    "r09": "benchmarks.faults.cases.r09_disk",
    "r10": "benchmarks.faults.cases.r10_rotation",
}
"""Short name -> module, in the order of the table. Modules are imported when their case is run."""
