"""Ways in which a signature can differ from the right one, by axis; `all_departures` lists them."""
