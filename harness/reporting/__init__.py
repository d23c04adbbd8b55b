"""Layer 4: readers of the run folder: figures, gate, overview, Allure.

A command needs ``gate.judge`` (verdict and exit code), ``report.generate`` (the pages) and the models in
``settings``.
"""
