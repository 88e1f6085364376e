"""The commands that run things: demo, up, tick, rehearse, deploy, worker, link, doctor."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from flows.settings import read_settings
from plans.errors import Broken, Refused
from plans.zone import LOCAL


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the root."""
    for command in (demo, up, tick, rehearse, link, doctor, deploy, worker):
        app.command()(command)


def demo(
    months: Annotated[int, typer.Option("--months", min=1, max=6, help="演几个月")] = 6,
    no_pages: Annotated[bool, typer.Option("--no-pages", help="演完就结束，不留网页")] = False,
    folder: Annotated[Path, typer.Option("--folder", help="演示数据放在哪里")] = Path("demo-data"),
    port: Annotated[int, typer.Option("--port", help="演示网页的端口，0 为自动")] = 8321,
) -> None:
    """看一遍：虚构的云溪县科技局，半年工作在眼前跑一遍，然后打开网页细看。"""
    from duban.demo.show import show

    show(months, not no_pages, folder, port)


def up() -> None:
    """启动督办：网页、时钟和发信，一台机器就够。"""
    from duban.up import run_up

    run_up(read_settings())


def tick(
    at: Annotated[str, typer.Option("--at", help="假定现在是几时，如 2026-10-09T08:30")] = "",
) -> None:
    """把现在该做的都做一遍：开任务、提醒、催报、发信、通报。"""
    from flows.running import tick as run_tick

    done = run_tick(runtime(), _instant(at))
    for flow, passed in done.items():
        for batch in passed.batches:
            print(f"{flow}：{batch.line}")
    if failed := [name for passed in done.values() for name in passed.failed]:
        raise Broken(f"没有做成：{'、'.join(failed)}。加 -v 再运行一次可以看到原因。")
    print("做完了。")


def _instant(text: str) -> datetime:
    if not text:
        return now()
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"“{text}”不是时间：请写成 2026-10-09T08:30。") from error
    return given if given.tzinfo else given.replace(tzinfo=LOCAL)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"“{text}”不是日期：请写成 2026-10-09。") from error


def rehearse(
    first: Annotated[str, typer.Option("--from", help="从哪天")],
    last: Annotated[str, typer.Option("--to", help="到哪天")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """预演：列出这段时间会发出的每一条提醒；不发送，不写入。"""
    from notifications.rehearsal import rehearse as run_rehearsal
    from plans.database import reading

    opened, begin, end = runtime(), _day(first), _day(last)
    if end < begin:
        raise Refused(f"到 {end} 比从 {begin} 还早：请把两个日期对调。")
    with reading(opened.engine) as session:
        rows = run_rehearsal(session, begin, end, opened.rules, opened.pen)
    if json:
        print(as_json(rows))
        return
    cells = [(row.day, row.name, row.title, row.period, row.due_on, row.step_label) for row in rows]
    table(("日期", "收件人", "事项", "期间", "到期", "第几步"), cells, "这段时间没有提醒要发。")
    for warning in opened.workdays.warnings(begin, end):
        print(f"请留意：{warning}")


def link(name: Annotated[str, typer.Argument(help="姓名；不写则给全局网页的链接")] = "") -> None:
    """给出某人的个人网页链接，或全局网页的链接。"""
    from flows.people import link_for

    print(link_for(runtime(), name, now()))


def doctor() -> None:
    """体检：数据库、邮件、放假安排、密钥，有问题的说明怎么办。"""
    from flows.health import examine

    findings = examine(read_settings(), now())
    for finding in findings:
        print(f"{'✓' if finding.good else '✗'} {finding.what}：{finding.told}")
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


def deploy() -> None:
    """把各项工作登记到 PREFECT_API_URL 指的 Prefect 服务器。"""
    from flows.deployments import deploy as run_deploy

    for name in run_deploy():
        print(f"已登记：{name}")
    print("登记完成。下一步：在每台机器上运行 duban worker")


def worker(name: Annotated[str, typer.Option("--name", help="这台机器的名字")] = "") -> None:
    """在这台机器上领工作来做，直到停止。"""
    from flows.deployments import worker as run_worker

    run_worker(name)
