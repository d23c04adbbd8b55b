"""The draft of a linkage contract: records with marker values are made, and looked for on the other participants."""
