"""Free text: log lines, messages, pages. Names with their values in it, then what is known by shape."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from functools import lru_cache
from itertools import islice
from urllib.parse import quote, unquote

from harness.core.masking.credentials import mask_credentials
from harness.core.masking.digests import digest, is_sendable
from harness.core.masking.markup import mask_markup
from harness.core.masking.named import is_one_time, mask_named
from harness.core.masking.names import NO_VALUE, Secrecy, secrecy_of
from harness.core.masking.rules import current, on_change, spelled
from harness.core.masking.shapes import CODED, SHORTEST, mask_shapes
from harness.core.masking.stems import HINTS, HINTS_ZH

REMEMBERED = 256  # characters: shorter texts (headers, names, words of ours) come again and again
# Without any of these there is nothing: every event passes here with each of its texts.
_SUSPECT = re.compile(r"[@=:：%<]|[Bb]earer |BEARER |[Bb]asic |\d{4}|[\w-]{20}|-----BEGIN|[码令名人证照址]")
_NAME = re.compile(r"(?<![\w.\[-])([^\W\d][\w.\[\]-]{0,60})((?:\\*[\"'])?\s{0,3}(?:=>|[=:：]|%3[DA])\s{0,3})")
_VALUE = re.compile(
    r"(?P<open>\\+[\"'])(?P<escaped>.{0,4000}?)(?P=open)"
    r"|\"(?P<double>(?:[^\"\\]|\\.){0,4000})\""
    r"|'(?P<single>(?:[^'\\]|\\.){0,4000})'"
    r"|[\"'](?P<cut>[^\"'\r\n]{1,4000})\s*\Z"
    r"|(?P<plain>[^\s\"'&;,}\])<>，；。、）\\]+)",
    re.DOTALL,
)
# Names of people and places have spaces in them: up to the next pair, sign or line.
_SPACED = re.compile(
    r"[^\r\n\"'&;<>{}，；。\\]{1,200}?(?=,?\s+[\w.-]{1,40}\s?[=:：]|\s*[\r\n\"'&;<>{}，；。\\]|\s*$)"
)
MOST_DOCUMENTS = 200  # that are looked for in one text
_DECODER = json.JSONDecoder()
_DOCUMENT = re.compile(r"[\[{](?=[\"\[{])")
# Something in percent-encoding: a target, a form.
_PERCENT = re.compile(r"[^\s\"'<>]{0,2000}%[0-9A-Fa-f]{2}[^\s\"'<>]{0,4000}")
# What is called a key, and is long and random: of a map, of a webhook.
_KEY = re.compile(
    r"(?=[^\s&\"']*\d)(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9A-Za-z]{20,}|(?:[0-9A-Z]{5}-){4,}[0-9A-Z]{5})(?![\w.-])"
)
# What a program stores or sends under a name.
_CALL = re.compile(
    r"(\b(?:set|add|append|put|save|store|write)\w{0,20}\(\s{0,5}([\"'`])([^\"'`\n]{1,60})\2\s{0,5},\s{0,5}([\"'`]))"
    r"([^\"'`\n]{1,2000})(?=\4)"
)
_KEY_HEADER = re.compile(
    r"(?i)(?!idempotency|sec-|surrogate|cache|primary|sort|foreign)[a-z0-9]+(?:-[a-z0-9]+)*-key"
)
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(\\*[\"']?\s*[:=]\s*\\*[\"']?)(?!\*\*\*)"
    r"([^\s\"'\\]+[ =][^\r\n\"'\\]{3,})"
)
_SAID = re.compile(
    r"((?:验证码|校验码|动态码|口令|密码)(?:是|为|[:：\s])\s{0,3}(?:[:：]\s{0,3})?)([0-9A-Za-z]{4,})(?![0-9A-Za-z])"
    r"|((?i:verification|security|one-time|log-?in|sms|auth(?:entication)?|otp)(?i:[ -](?:pass)?code)?"
    r"(?i: is|:)? )(\d{4,8})(?!\d)"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LABEL = re.compile(
    r"((?:姓名|收货人|收件人|联系人|持卡人)[ \t　]{1,3})([\u4e00-\u9fff·]{2,6})(?![\u4e00-\u9fff])"
)


def mask_text(text: str) -> str:
    """Mask secrets and personal data inside free text."""
    text = mask_credentials(text)
    return _remembered(text) if len(text) <= REMEMBERED and not is_sendable() else _mask(text)


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return _mask(text)


on_change(_remembered.cache_clear)


def mask_code(text: str) -> str:
    """Of a program only what is quoted: its own variables are no secrets."""
    return mask_shapes(mask_pairs(text, quoted=True))


def _mask(text: str) -> str:
    if len(text) < SHORTEST or not (_SUSPECT.search(text) or current().patterns):
        return text
    if text[0] in "{[" and (inside := _mask_json(text)) is not None:
        return inside
    if has_hint(text):
        if _DOCUMENT.search(text):
            text = _mask_documents(text)
        if "\n" in text and (table := _mask_table(text)) is not None:
            return table
        if "<" in text:
            text = mask_markup(text)
        if "%" in text:
            text = _PERCENT.sub(_percent, text)
        text = mask_pairs(text)
        if not text.isascii():
            text = _LABEL.sub(lambda m: m[1] + digest(m[2]), text)
        text = _SAID.sub(_said, text)
    if "eyJ" in text:
        text = CODED.sub(_coded, text)
    return mask_shapes(text)


def _coded(found: re.Match[str]) -> str:
    """JSON in base64 with anything to mask in it is masked as a whole."""
    coded = found[0].replace("-", "+").replace("_", "/")
    try:
        text = b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return found[0]
    return found[0] if _mask_json(text) in (None, text) else digest(found[0])


def _mask_json(text: str) -> str | None:
    """JSON stays JSON; None for what is none."""
    from harness.core.masking.values import mask_json

    try:
        return mask_json(text)
    except (ValueError, RecursionError):
        return None


def _mask_documents(text: str) -> str:
    """JSON inside of a text: what a line of a log or of a console shows of a body."""
    from harness.core.masking.values import mask

    parts: list[str] = []
    done = 0
    for found in islice(_DOCUMENT.finditer(text), MOST_DOCUMENTS):
        if found.start() < done:
            continue
        try:
            value, end = _DECODER.raw_decode(text, found.start())
            hidden = mask(value)
        except (ValueError, RecursionError):
            continue
        if hidden != value:
            parts += (text[done : found.start()], json.dumps(hidden, ensure_ascii=False))
            done = end
    return "".join((*parts, text[done:])) if parts else text


def _percent(found: re.Match[str]) -> str:
    """A target or a form inside of a text: masked as one."""
    from harness.core.masking.forms import mask_form, mask_query

    token = found[0]
    masked = mask_query(token) if "?" in token else mask_form(token) if "=" in token else token
    if masked != token or "=" in token:
        return masked
    said = unquote(token)
    hidden = mask_pairs(mask_shapes(said))
    return token if hidden == said else quote(hidden, safe="*/:;,@")


def _mask_table(text: str) -> str | None:
    from harness.core.masking.columns import is_table, mask_table

    return mask_table(text) if is_table(text) else None


def has_hint(text: str) -> bool:
    """Whether text may hold the name of anything: quick, and never wrongly no."""
    lower = text.lower()
    for hint in HINTS:  # faster than any() of a generator, and called for every text
        if hint in lower:
            return True
    if not text.isascii():
        for hint in HINTS_ZH:
            if hint in text:
                return True
    rules = current()
    return bool(
        rules.secret or rules.personal or rules.headers or rules.parameters or "\\u" in lower or "%e" in lower
    )


def mask_pairs(text: str, *, quoted: bool = False) -> str:
    """Mask ``name=value``, ``"name": "value"`` and the like; with ``quoted``, only values in quotes."""
    if "uthorization" in text or "ookie" in text or "AUTHORIZATION" in text or "COOKIE" in text:
        text = _HEADER.sub(_header, text)
    if "(" in text:
        text = _CALL.sub(_argument, text)
    headers = current().headers
    parts: list[str] = []
    done = 0
    for found in _NAME.finditer(text):
        secrecy = Secrecy.SECRET if "-" in found[1] and found[1].lower() in headers else secrecy_of(found[1])
        if (
            text[found.start() - 1 : found.start()] in ("?", "&")
            and spelled(found[1]) in current().parameters
        ):
            secrecy = Secrecy.SECRET
        if (
            secrecy is Secrecy.NONE
            and _KEY_HEADER.fullmatch(found[1])
            and any(map(str.isdigit, text[found.end() :][:40]))
        ):
            secrecy = Secrecy.SECRET
        if found[1] == "key" and _KEY.match(text, found.end()):
            secrecy = Secrecy.SECRET
        # "POST /session: no connection" speaks of a path.
        is_path = text[found.start() - 1 : found.start()] == "/" and "=" not in found[2]
        if secrecy is Secrecy.NONE or is_path or found.end() < done:
            continue
        value = _VALUE.match(text, found.end())
        if value is None or (quoted and value["plain"] is not None):
            continue
        masked, end = _masked_value(text, found, value, secrecy)
        if masked is not None:
            parts += (text[done : found.end()], masked)
            done = end
    return "".join((*parts, text[done:])) if parts else text


def _masked_value(
    text: str, found: re.Match[str], value: re.Match[str], secrecy: Secrecy
) -> tuple[str | None, int]:
    kind = value.lastgroup or ""
    if kind == "open":
        kind = "escaped"
    said, end = value[kind], value.end()
    if kind != "plain":
        masked = mask_named(secrecy, said)
        if secrecy is Secrecy.CODE and not is_one_time(said):
            masked = said
        return (
            None if masked == said else text[value.start() : value.start(kind)] + masked + _close(value)
        ), end
    if secrecy in (Secrecy.NAME, Secrecy.ADDRESS) and (longer := _SPACED.match(text, found.end())):
        said, end = longer[0], longer.end()
    if not _is_value(text, found, said, end, secrecy):
        return None, end
    masked = mask_named(secrecy, said)
    if masked == said:
        return None, end
    quote = re.search(r"\\*[\"']", found[2])  # a name in quotes: JSON, where a masked number becomes text
    return (f"{quote[0]}{masked}{quote[0]}" if quote else masked), end


def _close(value: re.Match[str]) -> str:
    """The quote at the end; none where the text breaks off in it."""
    return "" if value["cut"] is not None else value["open"] or value[0][-1]


def _is_value(text: str, found: re.Match[str], said: str, end: int, secrecy: Secrecy) -> bool:
    """Whether what follows a name without quotes is its value, and not the next word of a sentence."""
    first = said.split()[0] if said.split() else said
    if first.lower() in NO_VALUE or first.startswith(_SENTENCE_ZH) or "***" in said:
        return False
    if secrecy is Secrecy.SECRET and "=" not in found[2] and _HAN.search(said):
        return False  # words: nobody can type them where a secret is asked for
    if secrecy is Secrecy.CODE:
        return is_one_time(said)
    if "=" in found[2] or "%3" in found[2]:
        return len(said) > 1
    if secrecy in (Secrecy.NAME, Secrecy.ADDRESS):
        return not said.isascii() or "%" in said or '"' in found[2]
    if len(said) < 3:
        return False
    rest = text[end : end + 2]
    return not (said.isalpha() and said.isascii() and said.islower() and re.match(r" [a-z(]", rest))


_SENTENCE_ZH = (
    "应为",
    "实际",
    "缺少",
    "没有",
    "不能",
    "必须",
    "格式",
    "请",
    "不是",
    "未",
    "已",
    "无效",
    "错误",
    "不正确",
)


def _argument(found: re.Match[str]) -> str:
    secrecy = secrecy_of(found[3])
    return found[0] if secrecy is Secrecy.NONE else found[1] + mask_named(secrecy, found[5])


def _header(found: re.Match[str]) -> str:
    name, value = found[1].lower(), found[3]
    if value.split()[0].lower().rstrip(":") in NO_VALUE:
        return found[0]
    if name.endswith("cookie"):
        return found[1] + found[2] + digest(value) if "=" in value else found[0]
    scheme, space, credential = value.partition(" ")
    if not space or credential.startswith("***"):
        return found[0]
    return f"{found[1]}{found[2]}{scheme} {digest(credential)}"


def _said(found: re.Match[str]) -> str:
    if found[1] is not None:
        return found[1] + digest(found[2]) if any(map(str.isdigit, found[2])) else found[0]
    return found[3] + digest(found[4])
