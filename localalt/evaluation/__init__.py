"""Measuring what wrote a text: how good it is, and whether another is better."""
