"""The linkage contract (联动契约): what the participants owe each other, as one document says it."""
