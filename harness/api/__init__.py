"""Sends an operation as a person: envelope, credentials, ids that are there."""
