"""duban task urge and duban plan urge: a supervisor asks after the work by hand."""

from typing import Annotated

import typer

from duban.cli.output import runtime
from duban.cli.task_commands import By, Note, Number, who
from flows.urging import urge_task, urge_whole_item
from plans.database import writing

Item = Annotated[int, typer.Argument(help="事项编号，见 duban plan show")]


def add_to(task_app: typer.Typer, plan_app: typer.Typer) -> None:
    """Hang one command on ``duban task`` and one on ``duban plan``."""
    task_app.command("urge")(one)
    plan_app.command("urge")(whole)


def one(task: Number, note: Note = "", by: By = "") -> None:
    """催办一项任务：并入承办人下一封提醒，并记录在案。"""
    opened = runtime()
    with writing(opened.engine) as session:
        urge_task(session, opened, task, note, who(by))
    print("已催办，随下一封提醒发出。")


def whole(item: Item, note: Note = "", by: By = "") -> None:
    """催办一个事项下所有没有办结的任务。"""
    opened = runtime()
    with writing(opened.engine) as session:
        urged = urge_whole_item(session, opened, item, note, who(by))
    rest = f"；另有{urged.passed_over}项暂不能催" if urged.passed_over else ""
    print(f"已催办{urged.count}项，随下一封提醒发出{rest}。")
