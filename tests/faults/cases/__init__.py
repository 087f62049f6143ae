"""The cases, one file a promise, each with `async def measure(scale: float) -> list[Row]`. A written list."""

CASES: dict[str, str] = {
    "r01": "tests.faults.cases.r01_once",
    "r02": "tests.faults.cases.r02_execution",
    "r03": "tests.faults.cases.r03_doubt",
    "r04": "tests.faults.cases.r04_stale",
    "r05": "tests.faults.cases.r05_holds",
    "r06": "tests.faults.cases.r06_clock_error",
    "r07": "tests.faults.cases.r07_clock",
    "r08": "tests.faults.cases.r08_killed",
    "r09": "tests.faults.cases.r09_disk",
    "r10": "tests.faults.cases.r10_rotation",
    "r11": "tests.faults.cases.r11_stop",
    "r12": "tests.faults.cases.r12_memory",
    "r13": "tests.faults.cases.r13_stall",
    "r14": "tests.faults.cases.r14_alive",
    "r15": "tests.faults.cases.r15_client_gone",
    "r16": "tests.faults.cases.r16_counted",
    "r17": "tests.faults.cases.r17_refused_loop",
    "r18": "tests.faults.cases.r18_holds_killed",
}
"""Short name -> module, in the order of the table. Modules are imported when their case is run."""
