"""Layer 2: conformance. Generated tests of every operation of every contract against every backend.

Owns the pytest items (``collector``), signing in for them (``backend``), and what they find (``findings``).
Importing it imports no schemathesis; only ``runner`` does.
"""
