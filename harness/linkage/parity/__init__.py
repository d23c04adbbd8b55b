"""Parity of participants whose operations are unlike: pairs of reads, compared in the linkage contract's words."""
