"""The commands of the pages: collected, run as a reader runs them, or excepted with a reason."""
