"""duban webhook …: addresses that hear of every change of a task."""

from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from flows.webhooks import end_webhook, new_webhook, webhook_rows
from plans.database import writing

app = typer.Typer(help="推送：任务有变更时通知别的程序。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("new")
def new(
    url: Annotated[str, typer.Argument(metavar="地址", help="对方接收的地址，http:// 或 https:// 开头")],
    json: Json = False,
) -> None:
    """设一个推送地址，从现在起的变更都推给它；签名用的密钥只显示这一次。"""
    with writing(runtime().engine) as session:
        made = new_webhook(session, url, now())
    if json:
        print(as_json({"id": made.id, "url": made.url, "secret": made.secret}))
        return
    print(f"已设推送地址，编号 {made.id}。签名密钥只显示这一次，请当场交给对方：")
    print(made.secret)


@app.command("list")
def list_webhooks(
    everything: Annotated[bool, typer.Option("--all", help="连同已停止的")] = False, json: Json = False
) -> None:
    """列出推送地址、等着推送的变更数；推不出去的写明原因和下次再试的时间。"""
    rows = webhook_rows(runtime(), everything)
    if json:
        print(as_json(rows))
        return
    cells = [
        (row["id"], row["url"], row["state"], row["waiting"], row["reason"] or "—", row["next_try_at"] or "—")
        for row in rows
    ]
    table(("编号", "地址", "状态", "待推送", "原因", "下次再试"), cells, "还没有设推送地址。")


@app.command("end")
def end(number: Annotated[int, typer.Argument(metavar="编号", help="推送编号，见 duban webhook list")]) -> None:
    """停止向一个地址推送。"""
    with writing(runtime().engine) as session:
        webhook = end_webhook(session, number)
    print(f"不再推送到 {webhook.url}。")
