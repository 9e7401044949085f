"""Recommend where to start, from about twenty short tasks in code that adapt to the answers."""
