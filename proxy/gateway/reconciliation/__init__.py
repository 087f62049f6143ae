"""Unknown outcomes are resolved: order writes whose answer was lost are looked up at the exchange."""
