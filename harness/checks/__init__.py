"""What every kind of check shares: the pytest item, outcome, findings, waivers, a check's facts.

A kind of check (a contract test, a linkage check) is a class with the properties of
:class:`harness.checks.test.CheckTest` and a collector of its own; everything after that is here.
"""
