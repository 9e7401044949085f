"""The wire: what the real API accepts and sends, over HTTP."""
