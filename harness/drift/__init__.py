"""Recorded traffic of others against contracts, without a project (``harness drift``).

``reading`` has the formats, ``servers`` tells which contract an address is of, ``judging`` judges one exchange,
``findings`` joins what many show and says which side would have to change. ``comparison`` leads from files to these;
``summary`` and ``sarif`` are how they are told, ``outputs`` writes.
"""
