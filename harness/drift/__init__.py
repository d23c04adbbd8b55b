"""Layer 5: recorded traffic of others against contracts, without a project (``harness drift``).

``reading`` has the formats, ``servers`` tells which contract an address is of, ``judging`` judges one exchange,
``findings`` joins what many show and says which side would have to change; ``told`` and ``sarif`` are its outputs.
"""
