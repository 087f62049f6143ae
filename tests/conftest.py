"""Settings of all tests."""

import os

import structlog
from hypothesis import settings

settings.register_profile("ci", derandomize=True)
"""In CI the same examples each time, so that a run tells about the change and not about luck. On a developer's
machine the examples are random: that is where new ones are found."""

if os.environ.get("CI"):
    settings.load_profile("ci")

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
"""Left to itself, structlog draws the variables of every frame where rich happens to be installed: minutes for one
exception that holds a gateway."""
