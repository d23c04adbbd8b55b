"""The processes of a run: settings of services, the plan, the supervisor, ports, health, ending.

Imports nothing: the standby, a process of every run, needs little of it.
"""
