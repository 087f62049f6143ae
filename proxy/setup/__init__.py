"""A first configuration: what has to be known, from options or from a person, and the files that are made of it."""
