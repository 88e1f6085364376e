"""The commands as one tree, and how errors leave: one Chinese sentence on stderr and an exit code.

0 done, 1 the user's input, 2 wrong usage, 3 the system.
"""

import logging
import sys
from typing import Annotated

import typer

from duban.cli import (
    account_commands,
    audit_commands,
    certificate_commands,
    deputy_commands,
    filing_commands,
    form_commands,
    language_commands,
    ledger_commands,
    letter_commands,
    pause_commands,
    person_commands,
    plan_amend,
    plan_bases,
    plan_change_commands,
    plan_columns,
    plan_commands,
    roster_commands,
    run_commands,
    series_commands,
    sheet_commands,
    status_commands,
    summary_commands,
    supervise_commands,
    task_commands,
    token_commands,
    urge_commands,
    webhook_commands,
)
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
app.add_typer(person_commands.app, name="person")
app.add_typer(roster_commands.app, name="roster")
app.add_typer(form_commands.app, name="form")
app.add_typer(filing_commands.app, name="filing")
plan_change_commands.add_to(plan_commands.app)
sheet_commands.add_to(plan_commands.app)
plan_columns.add_to(plan_commands.app)
plan_amend.add_to(plan_commands.app)
plan_bases.add_to(plan_commands.app)
run_commands.add_to(app)
summary_commands.add_to(app)
status_commands.add_to(app)
language_commands.add_to(app)
series_commands.add_to(app)
audit_commands.add_to(app)
supervise_commands.add_to(task_commands.app)
urge_commands.add_to(task_commands.app, plan_commands.app)
app.add_typer(ledger_commands.app, name="ledger")
app.add_typer(letter_commands.app, name="letter")
app.add_typer(pause_commands.app, name="pause")
app.add_typer(deputy_commands.app, name="deputy")
app.add_typer(certificate_commands.app, name="certificate")
app.add_typer(certificate_commands.batches, name="batch")
account_commands.add_to(app)
app.add_typer(account_commands.app, name="account")
app.add_typer(token_commands.app, name="token")
app.add_typer(webhook_commands.app, name="webhook")


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
