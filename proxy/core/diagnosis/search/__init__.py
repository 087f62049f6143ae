"""The search for the departures that reproduce a signature: what is tried, in which order, and how fast."""
