"""mitmproxy is imported here once, since libraries below it warn while they are imported."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import mitmproxy.addons  # noqa: F401  # so that it is loaded
