"""The automation protocol: one specification file, validated messages, a session without I/O for both ends.

``protocol.yaml`` is where to look for a method, an event or an error text. Nobody here knows what a
mini-program is; :mod:`harness.simulator` answers, minium and :mod:`harness.automator.client` ask.
"""
