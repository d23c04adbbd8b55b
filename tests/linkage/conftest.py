"""The system of two vendors, for whoever asks for it."""

from tests.support.vendor_system import system

__all__ = ["system"]
