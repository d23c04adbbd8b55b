"""What is known by its shape wherever it stands: phones, identity and bank cards, e-mail, tokens, keys.

Where a shape alone would take order numbers for people, its checksum decides.
"""

from __future__ import annotations

import re
from datetime import date

from harness.core.masking.credentials import mask_credentials
from harness.core.masking.digests import digest, is_sendable
from harness.core.masking.rules import current

SHORTEST = 6
_LONG_DIGITS = b"0" * 11
# Digits become 0; what people write between them is left out.
_AS_ZEROS = bytes(0x30 if 0x30 <= code <= 0x39 else code for code in range(256))
_BETWEEN = b" -().\t"
_WIDE_DIGITS = re.compile(r"[０-９]{3}")
_NARROW = {0xFF10 + digit: 0x30 + digit for digit in range(10)}

# Not inside hexadecimal text (trace ids, names of bodies): a number there is nobody's. Begins with its
# literal digit, because a pattern with a literal prefix is found several times faster.
PHONE = re.compile(
    r"1(?<!\d1)(?<!\d\.1)(?<![0-9a-f]{6}1)([3-9]\d)\d{4}(\d{4})(?!\d)(?![0-9a-f]{6})"
    r"(?:(?![A-Za-z])|(?<![A-Za-z]\d{11}))"  # between letters it is part of an order's number
)
# As people and address books write them: +86 before it, spaces or dashes inside.
WRITTEN_PHONE = re.compile(
    r"(?<![0-9a-zA-Z.])((?:\(?(?:\+|%2B|00)?86\)?[- ]?)?)(1[3-9]\d)([- .]?)\d{4}\3?(\d{4})(?![0-9a-zA-Z])"
)
# E.164 as other countries write it: the sign tells that it is one.
FOREIGN_PHONE = re.compile(
    r"(?<![\w+])(?:\+|%2B)(?!86)[1-9]\d{0,2}[- ]?(?:\(\d{1,4}\)[- ]?)?\d(?:[- ]?\d){6,11}(?![\w-])"
)
# A long number of which digits are escapes: of JSON and programs, of HTML, in percent-encoding.
ESCAPED = re.compile(
    r"(?<![\\\d])(?:\d|%3\d|\\(?:u00|x)3\d|&#0{0,3}(?:4[89]|5[0-7]);|&#[xX]0{0,3}3\d;){11,}[Xx]?"
)
_ESCAPE = re.compile(r"(?:%|\\u00|\\x|&#[xX]0{0,3})3(\d);?|&#0{0,3}(\d\d);")
# The identity card's number (GB 11643), perhaps in groups; the bank card's (ISO/IEC 7812), as issuers begin them.
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-8]\d{5}([ -]?)(?:18|19|20)\d{2}[01]\d[0-3]\d\1\d{3}[0-9Xx](?![0-9A-Za-z])"
)
BANK_CARD = re.compile(
    r"(?<![0-9A-Za-z.-])(?:62\d{14,17}|4\d{15}|5[1-5]\d{14}|3[47]\d{13}|35\d{14}"
    r"|(?:62|4\d|5[1-5]|35)\d{2}([ -])\d{4}\1\d{4}\1\d{4}(?:\1?\d{1,3})?)(?![0-9A-Za-z-])"
)
EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+*-])[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(@|%40|&#64;|&#x40;|&commat;)(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?![A-Za-z0-9-])"
)
# Internationalised (RFC 6531).
WIDE_EMAIL = re.compile(r"(?<![\w.+*-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}")
# WeChat's openid and unionid by shape (28 characters from o).
OPENID = re.compile(r"(?<![0-9A-Za-z_-])[ou][0-9A-Za-z_-]{26,27}(?![0-9A-Za-z_-])")
JWT = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}")
SCHEME = re.compile(r"(?i)\b((?:bearer|basic|digest|token)\s+)(?!\*\*\*)([A-Za-z0-9._~+/=-]{6,})")
PEM = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?(?:-----END \1-----|\Z)", re.DOTALL)
USERINFO = re.compile(r"(://[^\s/:@\"']{0,80}):([^\s/@\"']{1,200})@")
HOOK = re.compile(
    r"((?:/hooks?/|/webhooks?/|hooks\.slack\.com/services/)(?:[\w-]{1,12}/)?)([A-Za-z0-9][A-Za-z0-9/-]{15,})"
)
CURL_USER = re.compile(r"((?:^|\s)(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,80}:)([^\s\"']{1,200})")
# JSON in base64: {" at its beginning.
CODED = re.compile(r"(?<![A-Za-z0-9+/_-])eyJ[A-Za-z0-9+/_-]{12,}={0,2}(?![A-Za-z0-9+/_.-])")
KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:AKIA[0-9A-Z]{16}|LTAI[0-9A-Za-z]{12,26}|AKID[0-9A-Za-z]{13,40}|AIza[0-9A-Za-z_-]{30,}|gh[pousr]_[0-9A-Za-z]{30,}"
    r"|[sr]k_(?:live|test)_[0-9A-Za-z]{16,}|xox[abprs]-[0-9A-Za-z-]{10,}|glpat-[\w-]{20,})"
)
NOBODYS_IDENTITY = "110101190001010006"
NOBODYS_PHONE = "19900000000"
NOBODYS_EMAIL = "someone@example.com"
_KEY_STARTS = (
    "AKIA",
    "LTAI",
    "AKID",
    "AIza",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "k_live_",
    "k_test_",
    "xox",
    "glpat-",
)
PASSPORT = re.compile(
    r"(?i)((?:护照|passport)[^\n0-9A-Za-z]{0,8}(?:no\.?|number|号码?)?[^\n0-9A-Za-z]{0,4})([EGDSPHM][A-Z]?\d{7,8})(?!\d)"
)


def mask_shapes(text: str) -> str:
    """The text without anything that is known by its shape."""
    if len(text) < SHORTEST:
        return text
    text = mask_credentials(text)
    if not text.isascii() and _WIDE_DIGITS.search(text):
        narrow = text.translate(_NARROW)
        masked = mask_shapes(narrow)
        return text if masked == narrow and not PHONE.search(narrow) else masked
    if "eyJ" in text:
        text = JWT.sub(lambda m: digest(m[0]), text)
    if "hook" in text:
        text = HOOK.sub(lambda m: m[1] + digest(m[2]) if any(map(str.isdigit, m[2])) else m[0], text)
    if "-u" in text or "--user" in text:
        text = CURL_USER.sub(lambda m: m[1] + digest(m[2]), text)
    if "-----BEGIN" in text:
        text = PEM.sub(lambda m: digest(m[0]), text)
    if "%3" in text or "&#" in text or "\\u00" in text or "\\x3" in text:
        text = plain_numbers(text)
    lower = text.lower()
    if "bearer" in lower or "basic" in lower or "digest" in lower or "token " in lower:
        text = SCHEME.sub(_credential, text)
    if any(start in text for start in _KEY_STARTS):
        text = KEYS.sub(lambda m: digest(m[0]), text)
    if "@" in text or "%40" in text or "&#" in text or "&commat" in text:
        if "://" in text:
            text = USERINFO.sub(lambda m: f"{m[1]}:{digest(m[2])}@" if m[2] != "***" else m[0], text)
        text = EMAIL.sub(_email, text)
        if not text.isascii():
            text = WIDE_EMAIL.sub(lambda m: digest(m[0]), text)
    if has_long_number(text):
        text = IDENTITY.sub(_identity, text)
        text = BANK_CARD.sub(_bank_card, text)
        if is_sendable():  # a request's plain phone is a variable of who sends it
            text = WRITTEN_PHONE.sub(lambda m: m[0] if PHONE.fullmatch(m[0]) else digest(m[0]), text)
        else:
            text = WRITTEN_PHONE.sub(r"\1\2****\4", PHONE.sub(r"1\1****\2", text))
        if "+" in text or "%2" in text:
            text = FOREIGN_PHONE.sub(lambda m: digest(m[0]), text)
    if "passport" in lower or "护照" in text:
        text = PASSPORT.sub(lambda m: m[1] + digest(m[2]), text)
    if len(text) >= 27:
        text = OPENID.sub(_openid, text)
    for pattern in current().patterns:
        text = re.sub(pattern, lambda m: digest(m[0]) if m[0] else "", text)
    return text


def plain_numbers(text: str) -> str:
    """The text with the digits of what would be masked written as digits, where some are escapes."""
    return ESCAPED.sub(_plain_number, text)


def _plain_number(found: re.Match[str]) -> str:
    plain = _ESCAPE.sub(lambda m: m[1] or chr(int(m[2])), found[0])
    return plain if PHONE.search(plain) or mask_shapes(plain) != plain else found[0]


def has_long_number(text: str) -> bool:
    """Whether there are eleven digits in a row, whatever people write between them: quick, never wrongly no."""
    return _LONG_DIGITS in text.encode("utf-8", "replace").translate(_AS_ZEROS, _BETWEEN)


def _credential(found: re.Match[str]) -> str:
    """A word after *Basic* or *Token* is one only where it does not read like one."""
    value = found[2]
    if found[1].lower().startswith("bearer") or (any(map(str.isdigit, value)) or value.endswith("=")):
        return found[1] + digest(value)
    return found[0]


def _openid(found: re.Match[str]) -> str:
    """Words joined by signs and a number may be as long: those have no capitals among small letters."""
    text = found[0]
    digits = sum(map(str.isdigit, text))
    mixed = text != text.lower() and text != text.upper()
    return digest(text) if digits and (mixed or (digits > 5 and text.isalnum())) else text


def _email(found: re.Match[str]) -> str:
    if is_sendable():  # example.com is nobody's (RFC 2606)
        return f"someone{found[1]}example.com"
    return found[0] if found[0].replace("%40", "@") == NOBODYS_EMAIL else digest(found[0])


def _identity(found: re.Match[str]) -> str:
    if found[0] == NOBODYS_IDENTITY or not is_identity(re.sub(r"[ -]", "", found[0])):
        return found[0]
    return NOBODYS_IDENTITY if is_sendable() else digest(found[0])


def _bank_card(found: re.Match[str]) -> str:
    return digest(found[0]) if passes_luhn(re.sub(r"[ -]", "", found[0])) else found[0]


def is_identity(number: str) -> bool:
    """Whether the checksum of an 18-digit identity number is right (ISO 7064, MOD 11-2) and its day exists."""
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def passes_luhn(number: str) -> bool:
    """Whether the check digit of a card's number is right (ISO/IEC 7812)."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
