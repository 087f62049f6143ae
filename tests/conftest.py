"""Settings of all tests."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
"""In CI the same examples each time, so that a run tells about the change and not about luck. On a developer's
machine the examples are random: that is where new ones are found."""

if os.environ.get("CI"):
    settings.load_profile("ci")
