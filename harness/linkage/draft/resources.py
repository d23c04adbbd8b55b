"""What one participant serves: the reads of its OpenAPI documents, each with the operations that write what is read.

A *resource* is what a read answers with. Writes belong to it by path (``PATCH`` of the same path), by declaration
(``x-reads-back``) or because they answer with the same schema. Operations that only services may call (signed
requests) and log-ins are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.contracts import Operation, fields, pointers
from harness.contracts.addresses import VARIABLE
from harness.contracts.declarations import declarations
from harness.contracts.other_documents import BETWEEN
from harness.linkage.draft import names
from harness.linkage.draft.places import members, reading, required
from harness.linkage.participants.participant import Participant

ENOUGH_ALIKE = 0.6
PAGING = frozenset(
    "count current cursor entries first has index items last limit more next no num number offset page pages per "
    "previous records rows size start total totals".split()
)
"""Words of members that count the entries and pages of a list."""
PAGES = frozenset("cursor limit more offset page pages".split())
"""Words that say that a list comes in pages; the total of another list may be what it costs."""


@dataclass(slots=True)
class Resource:
    """One thing that a participant lets be read. ``id``: the parameter of ``read`` that says which;
    ``above``: parameters that say what it belongs to. ``listed``: it is read in a list, which has no parameter.
    """

    participant: str
    name: str
    read: Operation
    id: str | None = None
    above: tuple[str, ...] = ()
    listed: bool = False
    list: Operation | None = None
    make: Operation | None = None
    change: Operation | None = None
    remove: Operation | None = None
    acts: dict[str, Operation] = field(default_factory=dict)

    @property
    def of_person(self) -> bool:
        """Whether it has no id and is whoever's who asks."""
        return self.id is None and not self.listed and not self.above and signed_in(self.read)


def signed_in(operation: Operation) -> bool:
    """Whether an operation asks who it is from."""
    document = operation.place.source.data
    requirements = operation.place.value.get("security", document.get("security")) or ()
    return bool(requirements) and all(requirements)


def usable(participant: Participant) -> list[Operation]:
    """The operations that people may send."""
    signed = {signature.scheme for signature in participant.backend.signatures}
    situations = participant.backend.situations
    switches = {step.operation for one in situations for step in (one.before, one.after) if step}

    def may(operation: Operation) -> bool:
        document = operation.place.source.data
        requirements = operation.place.value.get("security", document.get("security")) or ()
        alternatives = [set(requirement) for requirement in requirements]
        return operation.id not in switches and (
            not alternatives or any(not names_ & signed for names_ in alternatives)
        )

    return [operation for operation in participant.operations.values() if may(operation)]


def reads(participant: Participant) -> list[Operation]:
    return [one for one in usable(participant) if reading(one) and fields.answer_schemas(one)]


def resources(participant: Participant) -> list[Resource]:
    """In the order of the documents."""
    gets, all_ = reads(participant), usable(participant)
    found = [_resource(participant.name, operation) for operation in gets]
    for one in found:
        _own_id(one, found, all_)
    lists = [(one, owner) for one in found if (owner := _list_of(one, found)) is not None]
    for one, owner in lists:
        owner.list = owner.list or one.read
    found = [one for one in found if not any(one is listed for listed, _ in lists)]
    for operation in all_:
        if not reading(operation):
            _assign(operation, found)
    return [
        one for one in found if one.make or one.change or one.acts or one.of_person or one.id or one.above
    ]


def _resource(participant: str, read: Operation) -> Resource:
    variables = VARIABLE.findall(read.path)
    own = read.path.endswith("}")
    return Resource(
        participant,
        names.noun(read.path, read.id),
        read,
        id=variables[-1] if own else None,
        above=tuple(variables[:-1] if own else variables),
    )


def _own_id(one: Resource, found: list[Resource], all_: list[Operation]) -> None:
    """A parameter of query or body is the record's own id where its answer or its list has it."""
    for name in required(one.read)[len(VARIABLE.findall(one.read.path)) :]:
        known = set(properties(one.read))
        for other in found:
            if other is not one and other.name == one.name:
                known |= set(item_properties(other.read))
        for operation in all_:
            if operation.method == "POST" and same_answer(operation, one.read):
                known |= set(properties(operation))
        tail = names.words(name)
        if one.id is None and any(names.words(each)[-len(tail) :] == tail for each in known):
            one.id = name
        else:
            one.above += (name,)


def _list_of(one: Resource, found: list[Resource]) -> Resource | None:
    """The resource whose list this is."""
    if one.id is not None or declarations(one.read).items is None:
        return None
    for other in found:
        if other is one or other.id is None:
            continue
        path = other.read.path
        if path == f"{one.read.path}/{{{other.id}}}" or (other.name == one.name and "{" not in path):
            return other
    return None


def _assign(operation: Operation, found: list[Resource]) -> None:
    """Give a write to the resource that it writes."""
    declared = declarations(operation).reads_back
    back = declared.operation.rpartition(BETWEEN)[2] if declared else None
    method, said = operation.method, set(names.words(operation.id))
    for one in sorted(found, key=lambda one: (one.read.id != back, -len(one.read.path))):
        path = one.read.path
        variables = set(VARIABLE.findall(operation.path))
        below = "{" in path and operation.path.startswith(f"{path}/")
        flat = bool(one.id) and not variables and _about(operation, one)
        if operation.path == path and method in ("PUT", "PATCH"):
            one.change = one.change or operation
        elif operation.path == path and method == "DELETE" and one.id is not None:
            one.remove = one.remove or operation
        elif method == "POST" and one.id and path == f"{operation.path}/{{{one.id}}}":
            one.make = one.make or operation
        elif method == "POST" and one.id and below:
            one.acts.setdefault(act_name(operation, one.name), operation)
        elif method == "POST" and operation.path == path and item_properties(one.read) and not one.above:
            one.make, one.listed = one.make or operation, True
        elif method in ("PUT", "PATCH") and back == one.read.id and variables >= set(required(one.read)):
            one.change = one.change or operation
        elif method == "PUT" and one.id and below and not members(operation) and _unread(operation, found):
            one.acts.setdefault(act_name(operation, one.name), operation)
        elif method == "POST" and flat and said & names.SETTING:
            one.change = one.change or operation
        elif method == "POST" and flat and said & names.REMOVING:
            one.remove = one.remove or operation
        elif method == "POST" and flat and one.id in members(operation) and not said & names.MAKING:
            one.acts.setdefault(act_name(operation, one.name), operation)
        elif method == "POST" and not variables and said & names.SETTING and _own_of_person(operation, one):
            one.change = one.change or operation
        elif method == "POST" and one.id and not variables and same_answer(operation, one.read):
            one.make = one.make or operation
        elif method == "POST" and flat and said & names.MAKING:
            one.make = one.make or operation
        else:
            continue
        return


def _own_of_person(operation: Operation, one: Resource) -> bool:
    """Whether a write says by nothing which record it is of, as whoever sends it has one."""
    known = any(map(names.is_id, members(operation)))
    return one.of_person and not known and declarations(one.read).items is None and _about(operation, one)


def _about(operation: Operation, one: Resource) -> bool:
    """Whether a path without ids is about the same thing as a read: ``/goods/update`` beside ``/goods/detail``."""
    above, _, last = one.read.path.rpartition("/")
    if one.name == names.noun(operation.path, operation.id):
        return True
    verbs = set(names.words(names.without_extension(last)))
    return bool(above) and verbs <= names.VERBS and operation.path.rpartition("/")[0] == above


def _unread(operation: Operation, found: list[Resource]) -> bool:
    return all(one.read.path != operation.path for one in found)


def act_name(operation: Operation, name: str) -> str:
    """``payOrder`` of an order is ``pay``, ``createRefund`` is ``refund``."""
    own = set(names.words(name)) | {names.singular(word) for word in names.words(name)}
    left = [word for word in names.words(operation.id) if word not in own | names.VERBS]
    return "-".join(left) or names.noun(operation.path, operation.id)


def properties(operation: Operation) -> list[str]:
    """The names of the members of the answer."""
    library = operation.contract.library
    return list(
        dict.fromkeys(
            name
            for schema in fields.answer_schemas(operation).values()
            for part in fields.parts(library, schema)
            for name in part.value.get("properties") or ()
        )
    )


def item_properties(operation: Operation) -> list[str]:
    """The names of the members of the entries of the list in the answer."""
    items = declarations(operation).items
    return [] if items is None else list(_below(operation, items))


def counts_of_pages(operation: Operation) -> set[str]:
    """Pointers to what stands beside a list and only counts its entries and pages."""
    items = declarations(operation).items
    if not items:
        return set()
    beside = items.rpartition("/")[0]
    named = {
        pointers.join(beside, name): set(names.words(name))
        for name in (properties(operation) if not beside else ())
    }
    counts = {at: said for at, said in named.items() if said <= PAGING and at != items}
    paged = declarations(operation).pagination is not None or any(said & PAGES for said in counts.values())
    return set(counts) if paged else set()


def _below(operation: Operation, items: str) -> Iterator[str]:
    library = operation.contract.library
    for schema in fields.answer_schemas(operation).values():
        try:
            places = fields.find(library, schema, f"{items}/{fields.EVERY}")
        except fields.NoField:
            continue
        for place in places:
            for part in fields.parts(library, place):
                yield from part.value.get("properties") or ()


def same_answer(left: Operation, right: Operation) -> bool:
    """Whether two operations answer with one schema, or with much the same members."""
    one, other = set(properties(left)), set(properties(right))
    return len(one | other) >= 2 and len(one & other) >= ENOUGH_ALIKE * len(one | other)
