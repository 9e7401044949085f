"""What a client can do wrong, each with the calls that prove it."""
