"""What the benchmark of the studio plays and how it looks at the page."""
