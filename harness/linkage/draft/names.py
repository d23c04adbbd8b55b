"""Names of paths, fields and operations as words, and how much two of them are alike.

Only orders candidates and names entities; what is one field is decided by the values that stand there.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from harness.core.text import Text

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
VERBS = frozenset(
    "add all apply by change create delete detail details do edit find get info list make mine modify my new "
    "one page post put query read remove save search set show submit update view".split()
)
SETTING = frozenset("change edit modify set update".split())
MAKING = frozenset("add apply create make new submit".split())
REMOVING = frozenset("archive close delete disable offline remove unpublish withdraw".split())
READING = frozenset("detail details fetch find get info list load page query read search show view".split())
STATEMENTS = frozenset("balance overview profile statistics summary".split())
"""What is asked for by its name alone."""
EXTENSION = re.compile(r"\.(action|aspx?|do|html?|json|jsp|php|xml)$", re.IGNORECASE)
ID_WORDS = frozenset("code guid id key no num number sn uid uuid".split())
KINDS: tuple[tuple[Text, frozenset[str]], ...] = (
    (Text(zh="商品", en="product"), frozenset("product goods good item commodity spu sku".split())),
    (Text(zh="订单", en="order"), frozenset("order bill trade purchase".split())),
    (Text(zh="会员", en="member"), frozenset("member user customer account profile".split())),
    (Text(zh="积分", en="points"), frozenset("point points score credit credits bonus".split())),
    (Text(zh="库存", en="stock"), frozenset("stock inventory left count quantity".split())),
    (Text(zh="分类", en="category"), frozenset("category class catalog".split())),
    (Text(zh="优惠券", en="coupon"), frozenset("coupon voucher".split())),
    (Text(zh="购物车", en="cart"), frozenset("cart basket".split())),
    (Text(zh="地址", en="address"), frozenset("address".split())),
    (Text(zh="名称", en="name"), frozenset("name title label subject".split())),
    (Text(zh="价格", en="price"), frozenset("price amount total pay fee".split())),
    (Text(zh="状态", en="status"), frozenset("status state st phase".split())),
    (Text(zh="修改时间", en="updated"), frozenset("updated modified mtime changed".split())),
    (Text(zh="创建时间", en="created"), frozenset("created ctime made".split())),
)
"""Words that are used for one thing."""


def words(name: str) -> tuple[str, ...]:
    """``goodsId``, ``goods_id`` and ``GoodsID`` are the same words."""
    return tuple(word.lower() for word in WORD.findall(name))


def singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "uses", "xes", "ches", "shes")) and not word.endswith(("auses", "ouses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_id(name: str) -> bool:
    """Whether a name says that its value tells one record from another."""
    found = words(name)
    return bool(found) and (found[-1] in ID_WORDS or found in (("sku",), ("spu",)))


def without_extension(segment: str) -> str:
    """``create.json`` is ``create``."""
    return EXTENSION.sub("", segment)


def noun(path: str, id: str) -> str:
    """What a path is about: its last word that is neither a verb nor a parameter; else the operation's."""
    for segment in reversed([part for part in path.split("/") if part and "{" not in part]):
        found = [
            word
            for word in words(without_extension(segment))
            if word not in VERBS and not re.fullmatch(r"v?\d*|api", word)
        ]
        if found:
            return "_".join(found)
    return "_".join(word for word in words(id) if word not in VERBS) or id


def alike(left: str, right: str) -> float:
    """0 to 1; 0.9 for words that are used for one thing."""
    one, other = ([singular(word) for word in words(name)] for name in (left, right))
    if one == other:
        return 1.0
    for _, kind in KINDS:
        if any(word in kind for word in one) and any(word in kind for word in other):
            return 0.9
    return SequenceMatcher(None, " ".join(one), " ".join(other)).ratio()


def title(name: str) -> Text:
    """What people call it, as far as it is a usual word."""
    own = [singular(word) for word in words(name)]
    for text, kind in KINDS:
        if any(word in kind for word in own):
            return Text(zh=text.zh, en=name.replace("_", " "))
    return Text(zh=name, en=name.replace("_", " "))
