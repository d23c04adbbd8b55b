"""Layer 3: what every kind of check shares: the pytest item, outcome, findings, waivers, a check's facts.

A kind of check (a contract test today, a linkage check later) is a class with the properties of
:class:`harness.checks.test.CheckTest` and a collector of its own; everything after that is here.
"""
