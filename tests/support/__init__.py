"""What several tests share: raw sockets, a recording upstream, a second opinion on signatures."""
