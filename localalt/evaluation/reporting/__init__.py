"""What is said of an evaluation's results. Doors: `words` (what others wrote, figures), `summary`."""
