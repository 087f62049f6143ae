"""Why Binance refused, with proof: departures (ways a signature can be wrong), symptoms, verdicts.

`diagnose(observation)` runs to the end; `Examination` and `steps` run in slices. `rules` has the pages. They are
imported from their modules on first use, because `proxy.core.flow` needs the types of `observation` alone.
"""
