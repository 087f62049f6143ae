"""One page that says what failed, since when, and what worked beside it; as Markdown and as HTML."""
