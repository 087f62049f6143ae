"""What a person sees of a running gateway: a line a flow as it happens, and the keys that are pressed there."""
