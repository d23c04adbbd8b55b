"""What a command does: put the settings together, start the system, run the suite, plant faults."""
