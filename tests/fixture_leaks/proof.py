"""The hook of a user: a header that no contract names, whose name says nothing."""


def prove(method, url, headers, body):
    return {"X-Seal-Of-Shop": "se-fake-000001-hook"}
