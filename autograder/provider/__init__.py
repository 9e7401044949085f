"""The practice provider: a model API with the real wire format and known behaviour."""
