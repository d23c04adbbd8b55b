"""The resident system: what ``harness up`` keeps running, and the runs of pytest that find it."""
