"""duban letter …: 催报函 to enterprises and the three orders to people of the bureau; drafted, decided, shown."""

from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, escape, now, runtime, table, write_new_bytes
from flows.letters import decide_by_name, draft_by_name, letter_file, letter_rows, letter_text, line_of, matters_of
from notifications.formal import find_letter
from notifications.orders import order_kinds
from notifications.tables import LetterState
from plans.database import reading, writing
from plans.errors import Refused
from plans.zone import local_day

app = typer.Typer(help="函件：催报函、交办单、催办单、督办单，起草后由领导批准再发。", no_args_is_help=True)
KINDS = "、".join(kind.short for kind in order_kinds().values())

Number = Annotated[int, typer.Argument(help="函件编号，见 duban letter list")]
By = Annotated[str, typer.Option("--by", help="由谁批：股室负责人或局领导")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("list")
def list_letters(
    everything: Annotated[bool, typer.Option("--all", help="连同已批准、已发出和不发的")] = False, json: Json = False
) -> None:
    """列出待审批的函件。"""
    rows = letter_rows(runtime(), now(), everything)
    if json:
        print(as_json(rows))
        return
    cells = [
        (row["id"], row["kind"], row["addressee"], row["title"], row["periods"], row["state"], _said(row))
        for row in rows
    ]
    table(("编号", "种类", "主送", "事项", "期间", "状态", "文号或原因"), cells, "没有待审批的函件。")


def _said(row: dict[str, object]) -> object:
    return row["number"] or row["reason"]


@app.command("draft")
def draft(
    kind: Annotated[str, typer.Argument(help=f"哪一种：{KINDS}")],
    task: Annotated[int, typer.Argument(help="任务编号，见 duban task list")],
    by: Annotated[str, typer.Option("--by", help="起草人：股室负责人、局领导或办公室")],
    require: Annotated[str, typer.Option("--require", help="工作要求；不写就用常用的")] = "",
    contact: Annotated[str, typer.Option("--contact", help="联系人；不写就是起草人")] = "",
) -> None:
    """给一项任务的责任人起草交办单、催办单或督办单，由领导批准再发。"""
    with writing(runtime().engine) as session:
        letter = draft_by_name(session, kind, task, require, contact, by, now())
    print(f"已起草{order_kinds()[letter.kind].name}，编号 {letter.id}，等领导批准：duban letter approve {letter.id}。")


@app.command("show")
def show(
    number: Number,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写成 Word 文件 .docx")] = None,
    json: Json = False,
) -> None:
    """查看一封函的正文和送达情况；-o 写成 Word 文件。"""
    if output is not None:
        _write(number, output)
        return
    row = letter_text(runtime(), number, now())
    if json:
        print(as_json(row))
        return
    said = f"{row['state']} {row['decided_by']} {row['decided_at']} {row['reason']}".strip()
    print(f"{escape(said)}\n" + (f"{escape(row['proof'])}\n" if row["proof"] else ""))
    print("\n".join(escape(line) for line in str(row["text"]).splitlines()))


def _write(number: int, path: Path) -> None:
    if path.suffix.lower() != ".docx":
        raise Refused(f"函件只写成 Word：请把 {path.name} 的后缀改成 .docx。")
    opened = runtime()
    with reading(opened.engine) as session:
        _, content = letter_file(session, opened, find_letter(session, number), now())
    write_new_bytes(path, content)
    print(f"已写到 {path}。")


@app.command("approve")
def approve(number: Number, by: By) -> None:
    """批准：编上文号，随后发出；企业已经报送、任务已经办结的不再发。"""
    opened = runtime()
    with writing(opened.engine) as session:
        letter = decide_by_name(session, opened, number, by, True, "", now())
        (matter,) = matters_of(session, [letter], local_day(now()))
        line = line_of(matter, opened)
    if line.state is LetterState.VOID:
        print(f"没有发：{line.reason}。")
    else:
        print(f"已批准，文号 {line.number}，下一轮发出。")


@app.command("decline")
def decline(number: Number, by: By, reason: Annotated[str, typer.Option("--reason", help="为什么不发")]) -> None:
    """不发：写明原因。"""
    opened = runtime()
    with writing(opened.engine) as session:
        decide_by_name(session, opened, number, by, False, reason, now())
    print("已记下：不发。")
