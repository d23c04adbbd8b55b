"""Layer 2: a person's sessions on the website and in the mini-program, and what each driver can do."""
