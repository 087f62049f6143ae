"""What can be seen to be wrong without recomputing anything; `all_symptoms` lists them."""
