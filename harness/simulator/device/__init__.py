"""The phone and its WeChat user: who they are, what they answer, what the device reports."""
