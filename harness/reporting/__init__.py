"""Readers of the run folder: figures, gate, overview, Allure.

A command needs ``gate.judge`` (verdict and exit code), ``report.generate`` or ``report.draw_report`` (every
output) and the models in ``settings``.
"""
