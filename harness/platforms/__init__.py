"""A driver for each platform that opens sessions for people, and what each driver can do."""
