"""duban filing …: who has filed, whom to ring, returned tables in, Excel files out."""

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from duban.cli.output import as_json, now, runtime, table, write_new_bytes
from duban.cli.task_commands import By, who
from flows.filing_export import calls_workbook, filings_workbook, matrix_workbook, template_workbook
from flows.filing_import import Import, Look, Verdict
from flows.views.calls import call_rows
from flows.views.filing_states import SHOWN
from flows.views.matrix import Wanted, filing_item, filing_items, matrix_rows, newest_due, opened_periods, whole_matrix
from notifications.phone_list import phone_list
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period
from plans.tables import PlanItem
from plans.zone import local_day

app = typer.Typer(help="企业填报：矩阵、电话催报、导入和导出。", no_args_is_help=True)
Item = Annotated[int, typer.Option("--item", help="事项编号，见 duban plan show；只有一个填报事项时可以不写")]
Month = Annotated[str, typer.Option("--month", help="月份，如 2026-10；不写是最近到期的")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Out = Annotated[Path, typer.Option("-o", "--output", help="写到哪个 .xlsx 文件")]
LETTERS = "未报 未，填写中 填，承诺 诺，逾期 逾，退回 退，已报 报，零报 零，补报 补，已审 审，免报 免，未到期 ·"


@app.command("matrix")
def show_matrix(
    item: Item = 0,
    month: Month = "",
    state: Annotated[str, typer.Option("--state", help="只看这个状态：" + "、".join(key for key in SHOWN if key))] = "",
    json: Json = False,
) -> None:
    """列出每家企业每个月报了没有，和每个月的报送率。"""
    if state not in SHOWN:
        raise Refused(f"没有“{state}”这个状态：请写 {'、'.join(key for key in SHOWN if key)}。")
    opened = runtime()
    with reading(opened.engine) as session:
        chosen = _item(session, item)
        found = whole_matrix(session, chosen, local_day(now()), Wanted(month=_month(month), state=state))
    if json:
        print(as_json(matrix_rows(found)))
        return
    heads = ("企业", *(one.key for one in found.columns))
    rows = [(row.enterprise.name, *(cell.stand.letter for cell in row.cells)) for row in found.page.rows]
    table(heads, rows, "没有符合条件的企业。")
    print(LETTERS)
    for one in found.columns:
        by_weight = "" if one.weight_rate is None else f"，按权重 {one.weight_rate:.1%}"
        print(f"{one.label} 已报 {one.done}/{one.due}" + ("" if one.rate is None else f"（{one.rate:.1%}{by_weight}）"))


@app.command("calls")
def list_calls(item: Item = 0, json: Json = False) -> None:
    """列出今天要打的电话：打给谁、缺哪几个月、上次说了什么、承诺哪天报。"""
    rows = call_rows(runtime(), local_day(now()), item or None)
    if json:
        print(as_json(rows))
        return
    heads = ("企业", "权重", "电话", "缺报", "承诺", "上次")
    cells = [
        (r["name"], r["weight"], _phones(r["phones"]), r["months"], r["promised_on"] or "—", r["last"] or "—")
        for r in rows
    ]
    table(heads, cells, "今天没有要打的电话。")


def _phones(phones: list[dict[str, str]]) -> str:
    return "；".join(f"{one['name']} {one['number']}".strip() for one in phones)


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="报回来的表格，可以写几个")],
    item: Item = 0,
    month: Month = "",
    apply: Annotated[bool, typer.Option("--apply", help="收下可以收的；不写只看结果")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """导入报回来的表格：先逐行看能不能收、为什么；写了 --apply 才收。"""
    opened = runtime()
    read = [(file.name, _bytes(file)) for file in files]
    with reading(opened.engine) as session:
        chosen = _item(session, item)
        imported = Import.of(chosen, _worked_on(session, chosen, month), read, opened.forms)
        look = imported.look(session)
    if apply:
        with writing(opened.engine) as session:
            look = imported.apply(session, who(by))
    _tell(look, applied=apply, json=json)


def _tell(look: Look, applied: bool, json: bool) -> None:
    if json:
        rows = [
            {"where": one.row.where, "enterprise": one.name, "verdict": one.verdict.value, "reason": one.reason}
            for one in look.rows
        ]
        print(as_json({"applied": applied, "counts": dict(look.counts), "rows": rows, "notes": look.notes}))
        return
    told = [one for one in look.rows if one.verdict is not Verdict.EMPTY]
    cells = [(one.row.where, one.name, one.verdict.label, one.reason) for one in told]
    table(("哪一行", "企业", "结果", "原因"), cells, "没有读到填报内容。")
    for note in look.notes:
        print(note)
    counted = look.counts[Verdict.ACCEPTED]
    print(f"已收下 {counted} 行。" if applied else f"可以收 {counted} 行，还没有收：加上 --apply 就收下。")


@app.command("export")
def export(
    output: Out,
    item: Item = 0,
    month: Month = "",
    calls: Annotated[bool, typer.Option("--calls", help="导出电话催报名单")] = False,
) -> None:
    """导出 Excel：不写月份是填报矩阵，写了是那个月的全部填报内容。"""
    opened = runtime()
    with reading(opened.engine) as session:
        chosen = _item(session, item)
        if calls:
            content = calls_workbook(phone_list(session, opened.rules, local_day(now()), chosen.id))
        elif month:
            content = filings_workbook(session, chosen, _month(month), now(), opened.forms)
        else:
            content = matrix_workbook(session, chosen, Wanted(), now())
    _write(output, content)


@app.command("template")
def template(output: Out, item: Item = 0, month: Month = "") -> None:
    """导出发给企业填的空表：报表的栏目和单位，没报的一家一行。"""
    opened = runtime()
    with reading(opened.engine) as session:
        chosen = _item(session, item)
        content = template_workbook(session, chosen, _worked_on(session, chosen, month), now(), opened.forms)
    _write(output, content)


def _item(session: Session, number: int) -> PlanItem:
    items = filing_items(session)
    return items[0] if not number and len(items) == 1 else filing_item(session, number)


def _month(text: str) -> str:
    return Period.parse(text.strip()).key if text.strip() else ""


def _worked_on(session: Session, item: PlanItem, month: str) -> str:
    found = _month(month) or newest_due(session, item, opened_periods(session, item), local_day(now()))
    if not found:
        raise Refused(f"“{item.title}”还没有开出任务：请用 --month 写明月份。")
    return found


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"{file} 打不开：请检查文件名。") from error


def _write(path: Path, content: bytes) -> None:
    write_new_bytes(path, content)
    print(f"已写到 {path}。")
