"""Layer 5: what a command does: put the settings together, start the system, run the suite, plant faults."""
