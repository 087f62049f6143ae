"""Which test shows what becomes of an entry of the hostile lists that is described in words: id -> file::name."""

from tests.hostile.covered import lifecycle, limit, log, policy, secret, threat_model, upstream

GROUPS = (threat_model, policy, secret, log, upstream, limit, lifecycle)
