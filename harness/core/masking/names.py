"""What the name of a field says of its value: secret, personal, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from urllib.parse import urlsplit

from harness.core.masking import stems
from harness.core.masking.rules import current, on_change, spelled

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W_a-zA-Z0-9]+")


class Secrecy(Enum):
    """Whether and why a value is masked by its name; ``CODE`` may be a one-time code or say how a request went."""

    NONE = "none"
    SECRET = "secret"
    CODE = "code"
    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"
    NAME = "name"
    ADDRESS = "address"
    PERSONAL = "personal"  # as the project says


_BY_STEM = (
    (Secrecy.SECRET, stems.SECRET, stems.SECRET_WORDS),
    (Secrecy.NUMBER, stems.NUMBER, frozenset[str]()),
    (Secrecy.EMAIL, stems.EMAIL, stems.EMAIL_WORDS),
    (Secrecy.NAME, stems.NAME, frozenset[str]()),
    (Secrecy.PHONE, stems.PHONE, stems.PHONE_WORDS),
)
_BY_STEM_ZH = (
    (Secrecy.SECRET, stems.SECRET_ZH),
    (Secrecy.NUMBER, stems.NUMBER_ZH),
    (Secrecy.EMAIL, stems.EMAIL_ZH),
    (Secrecy.PHONE, stems.PHONE_ZH),
    (Secrecy.NAME, stems.NAME_ZH),
)
_PERSONAL = {Secrecy.PHONE, Secrecy.EMAIL, Secrecy.NUMBER, Secrecy.NAME, Secrecy.ADDRESS, Secrecy.PERSONAL}


@lru_cache(maxsize=8192)
def secrecy_of(name: str) -> Secrecy:
    """By the project's own names, then by stem."""
    rules, plain = current(), spelled(name)
    if not plain or plain in rules.excepted or len(name) > 80:
        return Secrecy.NONE
    if plain in rules.secret:
        return Secrecy.SECRET
    if plain in rules.personal:
        return Secrecy.PERSONAL
    if plain == "code":
        return Secrecy.CODE
    words = [word.lower() for word in _WORD.findall(name)]
    found = _by_stem(plain.rstrip("0123456789"), words)
    while found is Secrecy.NONE and len(words) > 1 and words[-1] in stems.TAIL:
        words = words[:-1]
        found = _by_stem("".join(words), words)
    return found


on_change(secrecy_of.cache_clear)


def _by_stem(plain: str, words: list[str]) -> Secrecy:
    last = words[-1] if words else ""
    for secrecy, known, whole in _BY_STEM:
        if last in whole or last in known or plain in known or _ends(plain, known):
            return secrecy
    if last == "key" and stems.KEY_OF.intersection(words[:-1]):
        return Secrecy.SECRET
    if last in stems.ADDRESS or plain in stems.ADDRESS or _ends(plain, stems.ADDRESS):
        return Secrecy.NONE if stems.NO_ADDRESS.intersection(words[:-1]) else Secrecy.ADDRESS
    if plain.isascii():
        return Secrecy.NONE
    for secrecy, endings in _BY_STEM_ZH:
        if plain.endswith(tuple(endings)):
            return secrecy
    if plain.endswith(tuple(stems.ADDRESS_ZH)) and not plain[:-2].endswith(
        tuple(each.lower() for each in stems.NO_ADDRESS_ZH)
    ):
        return Secrecy.ADDRESS
    return Secrecy.NONE


SHORTEST_ENDING = 5  # characters: ``fox`` is no ``otp``


def _ends(plain: str, known: Iterable[str]) -> bool:
    """Whether a stem stands at the end, long enough not to be there by chance; its plural too."""
    ending = [plain] if not plain.endswith("s") else [plain, plain[:-1]]
    return any(
        text.endswith(stem) for stem in known if len(stem) >= SHORTEST_ENDING for text in ending
    ) or any(text in known for text in ending)


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧"
)
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}")
_PLACE = re.compile(r"\d|[路街巷弄号室楼栋村镇县]$")


def is_person(text: str) -> bool:
    """Whether it reads like somebody's Chinese name."""
    return _PERSON.fullmatch(text) is not None and text[0] in _SURNAMES


def reads_like(secrecy: Secrecy, text: str) -> bool:
    """Whether a text beside a name reads like a value of its kind, and not like the next heading."""
    match secrecy:
        case Secrecy.NAME:
            return is_person(text)
        case Secrecy.ADDRESS:
            return _PLACE.search(text) is not None
        case Secrecy.SECRET | Secrecy.CODE | Secrecy.PERSONAL:
            return any(map(str.isdigit, text))
        case _:
            return holds(secrecy, text)


def is_personal(secrecy: Secrecy) -> bool:
    return secrecy in _PERSONAL


# What stands where a value would be, and is none.
NO_VALUE = frozenset(
    """
    true false null none undefined string number integer boolean object array bearer basic expired invalid missing
    required optional expected got nothing absent empty unknown is was must should not no yes ok
    应为 实际 没有 无 空 缺失 必填 不能为空
    """.split()
)
_DIGITS = re.compile(r"\d")
_MACHINE = re.compile(
    r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?:/\S*)?|(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:]*"
    r"|[\w-]+(?:\.[\w-]+)+(?::\d+)?|localhost(?::\d+)?"
)


def holds(secrecy: Secrecy, text: str) -> bool:
    """Whether a text can be the value that its name speaks of: ``phone: required`` is none."""
    if not text or text.lower() in NO_VALUE:
        return False
    match secrecy:
        case Secrecy.PHONE | Secrecy.NUMBER:
            return len(_DIGITS.findall(text)) >= 4 and not _is_sentence(text)
        case Secrecy.EMAIL:
            return "@" in text or "%40" in text
        case Secrecy.ADDRESS:
            return not (_MACHINE.fullmatch(text.lower()) or _is_url(text))
        case Secrecy.NAME:
            return not _is_url(text)
        case _:
            return True


def _is_sentence(text: str) -> bool:
    return len(text) > 40


def _is_url(text: str) -> bool:
    return "://" in text and bool(urlsplit(text.split()[0]).scheme)
