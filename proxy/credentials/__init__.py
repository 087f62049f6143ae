"""Real Binance keys with their secrets: where they come from, how they are judged, who may use them."""
