"""Tasks that a reader tries in a page of the book: Python in the browser, no hidden cases.

A try-out is a task of a lesson whose function needs only the standard library.
It runs the reader's text against the examples that the statement prints, and
nothing else: judges, seeds and marks stay with the notebook.
"""

from __future__ import annotations
