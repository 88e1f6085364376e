"""The commands as one tree, and how errors leave: one Chinese sentence on stderr and an exit code.

0 done, 1 the user's input, 2 wrong usage, 3 the system.
"""

import logging
import sys
from typing import Annotated

import typer

from duban.cli import plan_commands, run_commands, summary_commands, task_commands
from plans.errors import Broken, Refused

app = typer.Typer(
    name="duban",
    help="督办：把工作计划变成按时提醒、催报和通报。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(plan_commands.app, name="plan")
app.add_typer(task_commands.app, name="task")
run_commands.add_to(app)
summary_commands.add_to(app)


@app.callback()
def root(verbose: Annotated[bool, typer.Option("--verbose", "-v", help="显示详细日志")] = False) -> None:
    """督办：把工作计划变成按时提醒、催报和通报。"""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(message)s")


def main() -> None:
    """The console script."""
    try:
        app()
    except Refused as error:
        _leave(error, 1)
    except Broken as error:
        _leave(error, 3)


def _leave(error: Exception, code: int) -> None:
    logging.getLogger("duban").info("%s", error, exc_info=error)
    print(error, file=sys.stderr)
    raise SystemExit(code) from error
