"""Evidence that somebody else can check: code, what it earned, and a signature over both.

A bundle is a folder. `portfolio.json` is a credential in the shape of Open
Badges 3.0 with the digest of every other file in it, signed by its maker.
Verifying one means checking signatures and digests, and running the code again
on cases that nobody has seen.
"""

from __future__ import annotations

from autograder.portfolio.bundle import Bundle, make_bundle, open_bundle
from autograder.portfolio.verification import Verification, verify

__all__ = ["Bundle", "Verification", "make_bundle", "open_bundle", "verify"]
