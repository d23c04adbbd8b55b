"""Conformance. Generated tests of every operation of every contract against every backend.

``collector`` makes the pytest items, ``kinds`` has a module for each kind of test. Importing it imports no
schemathesis; only ``fuzzing`` does.
"""
