"""One request under examination: what is known of it, who looks at it, and what comes out."""
