"""Options: `/eapi`."""
