"""duban plan amend, and duban plan target …: a running plan against the document that came in anew."""

from pathlib import Path
from typing import Annotated, Any

import typer

from duban.cli.output import as_json, runtime, table, tell_problems
from duban.cli.plan_columns import read_document
from duban.cli.task_commands import By, who
from flows.amending import AmendmentView, amendment_rows, apply_amendments
from flows.changing import revising
from plans.amending import ALL, as_the_document_says
from plans.draft import Draft, DraftRefused, parse_draft
from plans.errors import Refused
from plans.programmes import Programmes
from tasks.retargeting import add_typed_target, end_named_target
from tasks.revision import find_item

DRAFTS = (".yaml", ".yml")
Number = Annotated[int, typer.Argument(help="事项编号，见 duban plan show")]
targets = typer.Typer(help="指标：给执行中的事项增加或取消一个指标。", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Hang the commands on ``duban plan``."""
    app.command()(amend)
    app.add_typer(targets, name="target")


def amend(
    file: Annotated[Path, typer.Argument(help="修订后的计划：文件或草稿 .yaml")],
    apply: Annotated[str, typer.Option("--apply", help="应用哪些变化：all，或用逗号隔开的代号")] = "",
    reason: Annotated[str, typer.Option("--reason", help="取消事项、指标的原因")] = "",
    owner: Annotated[str, typer.Option("--owner", help="没写责任人的新事项由谁负责")] = "",
    period: Annotated[str, typer.Option("--period", help="修订哪一期的计划，如 2026H2；文件里写明的不用填")] = "",
    seen: Annotated[str, typer.Option("--seen", help="查看时的标记：计划在那之后变了就不改")] = "",
    by: By = "",
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """把修订后的计划和执行中的比一比；不写 --apply 只列出变化，什么都不改。"""
    opened = runtime()
    draft = draft_in(file, opened.programmes, period)
    chosen = [key for key in apply.replace("，", ",").replace("、", ",").replace(" ", "").split(",") if key]
    if not chosen:
        _tell(amendment_rows(opened, draft), json, file)
        return
    done = apply_amendments(opened, draft, chosen, who(by), seen=seen, reason=reason, owner=owner)
    if json:
        print(as_json(done))
    else:
        print(f"已修订：新增{done.added}个事项，修改{done.changed}个，取消{done.dropped}个。")


def draft_in(path: Path, programmes: Programmes, period: str) -> Draft:
    """The draft of a document, or the one written in a YAML file. Raises Refused, DraftRefused."""
    draft = _typed_draft(path) if path.suffix.lower() in DRAFTS else _read_draft(path, programmes)
    return draft.model_copy(update={"period": period or draft.period})


def _typed_draft(path: Path) -> Draft:
    try:
        file = parse_draft(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} 打不开或不是 UTF-8 文本：请检查文件名。") from error
    if file.draft is None:
        tell_problems(file.problems, path.name)
        raise DraftRefused(path.name, file.problems)
    return file.draft


def _read_draft(path: Path, programmes: Programmes) -> Draft:
    # The reader's libraries are slow to import and only a document needs them.
    from plans.sheet.proposing import sheet_of

    source, found = read_document(path, (), remember=False)
    return as_the_document_says(sheet_of(found, path.name, programmes, source).draft(), programmes)


def _tell(view: AmendmentView, json: bool, file: Path) -> None:
    if json:
        print(as_json(view))
        return
    cells = [cell for row in view.rows for cell in _cells(row)]
    table(("代号", "变化", "事项", "内容", "从", "改为"), cells, "和执行中的计划一样，没有变化。")
    if cells:
        told = f"{view.period}：其余{view.same}个事项不变。什么都还没有改；要应用全部变化："
        print(f"{told}duban plan amend {file} --apply {ALL} --seen {view.seen}，只应用几处就把 {ALL} 换成代号。")


def _cells(row: dict[str, Any]) -> list[tuple[str, ...]]:
    if row["differences"]:
        return [
            (one["key"], row["label"], row["title"], one["label"], one["before"], one["after"])
            for one in row["differences"]
        ]
    facts = "；".join(f"{label} {text}" for label, text in row["facts"])
    old, new = ("", facts) if row["change"] == "added" else (facts, "取消")
    return [(row["key"], row["label"], row["title"], "", old, new)]


@targets.command("add")
def add(
    item: Number,
    target: Annotated[str, typer.Argument(help="指标=确保/力争 单位，如 高企认定=5/8家；不带 = 的是定性指标")],
    by: By = "",
) -> None:
    """给执行中的事项增加一个指标。"""
    with revising(runtime(), who(by)) as revision:
        added = add_typed_target(revision, find_item(revision.session, item), target)
    print(f"已增加指标“{added.indicator}”。")


@targets.command("drop")
def drop(
    item: Number,
    target: Annotated[str, typer.Argument(help="指标的名称")],
    reason: Annotated[str, typer.Option("--reason", help="取消原因")],
    by: By = "",
) -> None:
    """取消执行中事项的一个指标；已报的数保留，不再要求报数，也不再计入完成率。"""
    with revising(runtime(), who(by)) as revision:
        dropped = end_named_target(revision, find_item(revision.session, item), target, reason)
    print(f"已取消指标“{dropped.indicator}”，已报的数保留。")
