"""The cases, one file a promise, each with `async def measure(scale: float) -> list[Row]`. A written list."""

CASES: dict[str, str] = {
    "r01": "benchmarks.faults.cases.r01_once",
    "r02": "benchmarks.faults.cases.r02_execution",
    "r03": "benchmarks.faults.cases.r03_doubt",
    "r04": "benchmarks.faults.cases.r04_stale",
    "r05": "benchmarks.faults.cases.r05_holds",
    "r06": "benchmarks.faults.cases.r06_clock_error",
    "r07": "benchmarks.faults.cases.r07_clock",
    "r08": "benchmarks.faults.cases.r08_killed",
    "r09": "benchmarks.faults.cases.r09_disk",
    "r10": "benchmarks.faults.cases.r10_rotation",
    "r11": "benchmarks.faults.cases.r11_stop",
    "r12": "benchmarks.faults.cases.r12_memory",
    "r13": "benchmarks.faults.cases.r13_stall",
    "r14": "benchmarks.faults.cases.r14_alive",
    "r15": "benchmarks.faults.cases.r15_client_gone",
}
"""Short name -> module, in the order of the table. Modules are imported when their case is run."""
