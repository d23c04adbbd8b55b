"""Stand-in for WeChat: the servers that an app's backend calls, and what the WeChat client on a phone does.

``routes`` is the table of what it has, with a module for each area; what WeChat remembers is in ``state``, without
I/O. Its answers, and WeChat's errors, are ``answers``'; sockets and HTTP are ``server``'s. It is started in every run
of a system that uses it: what a start loads is the standard library, aiohttp's server, and nothing else of the harness.
"""
