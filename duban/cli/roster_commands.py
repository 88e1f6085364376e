"""duban roster …: the enterprises that file, from a file and back into one, and who belongs when."""

from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table, write_new_bytes
from duban.cli.task_commands import By, who
from flows.changing import revising
from flows.roster import (
    Filer,
    assign_agency,
    end_agency,
    end_exemption,
    exempt,
    find_enterprise,
    hand_over,
    keep_agency,
    set_months,
)
from flows.roster_export import roster_workbook
from flows.roster_import import Imported, Look, apply_file, look_at_file
from flows.views.roster import propose_next, roster_rows
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period, Span
from plans.reading.files import content_of
from plans.roster.fields import read_month
from plans.tables import Enterprise
from plans.zone import local_day
from tasks.revision import Revision

NONE = "无"
"""Said for an agency or a reason, it takes it away."""

app = typer.Typer(help="名册：导入、导出企业，移交、代账、免报和月份。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Month = Annotated[str, typer.Option("--month", help="看哪个月，如 2026-10，默认本月")]


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="名册文件，如 名册.xlsx", show_default=False)],
    apply: Annotated[bool, typer.Option("--apply", help="真的导入；不写只看有什么变化")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="空格也算：文件里空着的，名册里也清空")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """读一份名册，列出问题和变化；写了 --apply 才导入，不在文件里的企业一律不动。"""
    duban = runtime()
    found = look_at_file(duban, file.name, content_of(file))
    chosen = found.changes.every() if empty else found.changes.usual()
    done = apply_file(duban, found.reading, chosen, found.seen, who(by)) if apply and chosen else None
    if json:
        print(as_json(_as_rows(found, done)))
    else:
        _tell(found, file.name, done)


def _as_rows(found: Look, done: Imported | None) -> dict[str, object]:
    changes = found.changes
    return {
        "problems": found.problems,
        "shared": found.reading.shared,
        "added": [dict(one.row.values) for one in changes.added],
        "changed": [
            {"name": one.known.name, "matched": one.matched, "changes": one.changes} for one in changes.changed
        ],
        "same": changes.same,
        "absent": [one.name for one in changes.absent],
        "imported": done,
    }


def _tell(found: Look, name: str, done: Imported | None) -> None:
    for problem in found.problems:
        print(f"{name} {problem}")
    changes = found.changes
    for one in changes.added:
        print(f"新增 {one.row.name}")
    for changed in changes.changed:
        for change in changed.changes:
            silent = "（文件里空着）" if change.silent else ""
            print(f"变化 {changed.known.name}：{change.label} {change.before} → {change.after}{silent}")
    for known in changes.absent:
        print(f"文件里没有 {known.name}：名册里照旧")
    counted = f"新增{len(changes.added)}家，变化{len(changes.changed)}家，不变{changes.same}家"
    print(f"{counted}，文件里没有的{len(changes.absent)}家。")
    print(_told(done) if done else "没有写入：核对后加 --apply 导入。" if changes.usual() else "没有要导入的变化。")


def _told(done: Imported) -> str:
    more = [f"新建代账公司{done.agencies}家"] * bool(done.agencies)
    more += [f"取消待报任务{done.cancelled}项"] * bool(done.cancelled)
    return "，".join([f"已导入：新增{done.added}家，修改{done.changed}家", *more]) + "。"


@app.command("list")
def list_roster(month: Month = "", json: Json = False) -> None:
    """列出名册：谁填报、由谁代报、报哪些月、免报和原因。"""
    with reading(runtime().engine) as session:
        rows = roster_rows(session, _month(month))
    if json:
        print(as_json(rows))
        return
    cells = [(r.name, r.badge.word, r.filer, r.phone, r.email, r.agency, r.months, r.why, r.weight) for r in rows]
    heads = ("企业", "状态", "填报人", "电话", "邮箱", "代账公司", "月份", "免报原因", "上年研发费用（万元）")
    table(heads, cells, "名册里还没有企业：请用 duban roster import 导入。")


@app.command("set")
def set_enterprise(
    name: Annotated[str, typer.Argument(help="企业全称、简称或信用代码")],
    contact: Annotated[str, typer.Option("--contact", help="移交给谁填报，原来的链接随即作废")] = "",
    phone: Annotated[str, typer.Option("--phone", help="接手人的电话")] = "",
    mail: Annotated[str, typer.Option("--mail", help="接手人的邮箱")] = "",
    agency: Annotated[str, typer.Option("--agency", help="由哪家代账公司代报；写“无”就结束代报")] = "",
    first: Annotated[str, typer.Option("--first", help="从哪个月起报，如 2026-07")] = "",
    last: Annotated[str, typer.Option("--last", help="报到哪个月为止")] = "",
    exempt_reason: Annotated[str, typer.Option("--exempt", help="免报的原因；写“无”就恢复填报")] = "",
    since: Annotated[str, typer.Option("--since", help="从哪个月起免报，默认本月")] = "",
    reason: Annotated[str, typer.Option("--reason", help="移交或代报的原因")] = "",
    by: By = "",
) -> None:
    """改一家企业：移交、代账、月份、免报。不再要报的月份，没有报的任务随即取消。"""
    if not any((contact, agency, first, last, exempt_reason)):
        raise Refused("请写明改什么：--contact、--agency、--first、--last 或 --exempt。")
    with revising(runtime(), who(by)) as revision:
        enterprise = find_enterprise(revision.session, name)
        if contact:
            hand_over(revision.session, enterprise, Filer(contact, mail, phone), revision.act, reason)
        if agency:
            _give(revision, enterprise, agency, reason)
        if first or last:
            set_months(revision, enterprise, first or enterprise.first_month, last or enterprise.last_month)
        if exempt_reason:
            _spare(revision, enterprise, exempt_reason, since)
    print(f"{enterprise.name}已修改。")


def _give(revision: Revision, enterprise: Enterprise, agency: str, reason: str) -> None:
    session, act = revision.session, revision.act
    if agency == NONE:
        end_agency(session, enterprise, act, reason)
    else:
        assign_agency(session, enterprise, keep_agency(session, agency), act, reason)


def _spare(revision: Revision, enterprise: Enterprise, reason: str, since: str) -> None:
    if reason == NONE:
        end_exemption(revision, enterprise)
    else:
        exempt(revision, enterprise, reason, since or _month(""))


@app.command("export")
def export_roster(
    file: Annotated[Path, typer.Argument(help="写到哪个文件，如 名册.xlsx", show_default=False)],
) -> None:
    """把名册写成 Excel，改好后可以再导入。"""
    with reading(runtime().engine) as session:
        content = roster_workbook(session)
    write_new_bytes(file, content)
    print(f"已写到 {file}。")


@app.command("next")
def next_roster(
    month: Annotated[str, typer.Argument(help="哪个月，默认下个月", show_default=False)] = "", json: Json = False
) -> None:
    """由上个月的名册推出下个月的：新列入、停报和免报的列出来。"""
    wanted = _month(month) if month else Period.parse(_month("")).next().key
    with reading(runtime().engine) as session:
        rows = propose_next(session, wanted)
    told = [{"name": r.enterprise.name, "standing": r.standing.label, "why": r.why} for r in rows]
    if json:
        print(as_json(told))
        return
    moved = [row for row in told if row["standing"] != "在册"]
    table(("企业", "状态", "原因"), [tuple(row.values()) for row in moved], "和上个月一样，没有变化。")
    print(f"{Period.parse(wanted).label}应报{sum(row['standing'] in ('在册', '新列入') for row in told)}家。")


def _month(text: str) -> str:
    month = read_month(text.strip())
    return month or Period.containing(Span.MONTH, local_day(now())).key
