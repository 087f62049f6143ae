"""The leak matrix: no planted value comes out, wherever and however it is planted."""
