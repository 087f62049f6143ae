"""What holds of the tree itself: who may import whom."""
