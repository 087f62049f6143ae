"""Random edits of journals and bundles: `export verify` finds each, but for those that a killed gateway leaves too."""
