"""duban plan handin and sheets: documents on their way to a plan, which is made of them on the pages."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table


def add_to(app: typer.Typer) -> None:
    """Hang the commands on ``duban plan``."""
    for command in (handin, sheets):
        app.command()(command)


def handin(file: Annotated[Path, typer.Argument(help="工作计划或总结文件")]) -> None:
    """交来一份文件，到网页上核对、启动；同一份文件再交一次，还是原来那份草稿。"""
    # The reader's libraries are slow to import and only this command needs them.
    from flows.people import link_for
    from flows.sheets import hand_in
    from plans.reading.files import content_of

    opened = runtime(create=True)
    number = hand_in(opened, file.name, content_of(file), getpass.getuser(), now())
    print(f"已读入，草稿编号 {number}。请打开网页核对、启动：{link_for(opened, '', now())}/drafts/{number}")


def sheets(json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """列出交来的文件和各自的草稿。"""
    from flows.sheets import sheet_rows

    rows = sheet_rows(runtime(), now())
    if json:
        print(as_json(rows))
        return
    heads = {"id": "编号", "name": "文件", "title": "标题", "state": "状态", "items": "事项", "questions": "待答"}
    heads |= {"handed_in_at": "交来时间", "by": "交来人"}
    table(tuple(heads.values()), [tuple(row[key] for key in heads) for row in rows], "还没有交来的文件。")
