"""One branch of the decision a file. Each looks at a sweep and gives an opinion, or None where it has nothing to
say."""
