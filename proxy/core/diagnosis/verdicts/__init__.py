"""Decision trees, one for each kind of answer; `all_verdicts` lists them."""
