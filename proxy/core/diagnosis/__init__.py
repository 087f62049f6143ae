"""Why Binance refused, with proof: departures (ways a signature can be wrong), symptoms, verdicts."""
