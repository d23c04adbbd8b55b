"""What is lost of a run's record, in words; how it is noticed is :mod:`harness.core.shards`'."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core import advice
from harness.core.envelope import VERSION
from harness.core.payloads import Damage
from harness.core.text import Text
from harness.reporting.language import words

SHOWN = 6
MERGE = advice.harness("report --merge")


def events_lost(damage: Sequence[Damage]) -> int:
    """How many events; one for each problem of which that is not known."""
    return sum(max(1, each.events) for each in damage)


def sentence(damage: Sequence[Damage]) -> Text:
    """Each problem with its file and what to do; one sentence where there is none."""
    if not damage:
        return words("事件记录完整", "the record is complete")
    each = [_sentence(one) for one in damage[:SHOWN]]
    more = len(damage) - len(each)
    return words(
        "；".join(one.zh for one in each) + (f"；另有 {more} 处" if more else ""),
        "; ".join(one.en for one in each) + (f"; and {more} more" if more else ""),
    )


def _sentence(damage: Damage) -> Text:
    file, count, place = damage.shard, damage.events, damage.place
    match damage.problem:
        case "unreadable" if not place:
            return words(f"{file}：无法读取", f"{file} cannot be read")
        case "gone":
            return words(f"{file}：文件已丢失", f"{file}: the file is gone")
        case "unreadable":
            return words(
                f"{file}：{count} 条无法读取（第 {place} 行）", f"{file}: {count} unreadable (line {place})"
            )
        case "missing":
            return words(
                f"{file}：缺少 {count} 条（序号 {place}）", f"{file}: {count} missing (number {place})"
            )
        case "repeated":
            return words(f"{file}：{count} 条重复", f"{file}: {count} repeated")
        case "version":
            return words(
                f"{file}：{count} 条的事件版本是 {place}，由另一版本的 harness 写出（当前只读版本 {VERSION}）；"
                "请用写出它的版本生成报告",
                f"{file}: {count} of event version {place}, written by another version of the harness (this one "
                f"reads version {VERSION}): draw the report with the one that wrote it",
            )
        case "kind":
            return words(
                f"{file}：{count} 条的种类是 {place}，由更新的 harness 写出；请用写出它的版本生成报告",
                f"{file}: {count} of the kind {place}, written by a newer harness: draw the report with that one",
            )
        case "foreign":
            return words(
                f"{file}：{count} 条属于另一次运行 {place}；合并运行请用 {MERGE}",
                f"{file}: {count} of another run, {place}: to make runs one, use {MERGE}",
            )
        case "no shard":
            if not count:
                return words(f"进程 {file} 没有留下任何记录文件", f"no file of a process {file} is there")
            return words(
                f"{file}：文件已丢失，含 {count} 条", f"{file}: the file is gone, with its {count} events"
            )
