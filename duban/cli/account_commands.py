"""duban account …: who may sign in; an administrator who lost the password recovers here. And duban setup."""

import sys
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from flows.first_run import SetUpAlready, setup_address
from plans.account_tables import Account
from plans.accounts import (
    DUTIES,
    Seat,
    account_of,
    accounts,
    close_account,
    give_duty,
    open_account,
    seat_of,
    set_password,
)
from plans.database import reading, writing
from plans.errors import Refused
from plans.people import person_here
from plans.tables import Person

app = typer.Typer(help="账号：开账号、改密码、改职责、停用。", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="姓名", help="人员的姓名")]
Duty = Annotated[str, typer.Option("--duty", help="管理员、办公室，或空着")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="从标准输入读密码，不提问")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
NONE = "无"


def add_to(root: typer.Typer) -> None:
    """Hang ``duban setup`` on the root."""
    root.command()(setup)


def setup() -> None:
    """给出第一次设置的地址；已经有账号的，说明怎样登录。"""
    address = setup_address(runtime(create=True), now())
    if not address:
        raise SetUpAlready
    print(address)


@app.command("new")
def new(
    name: Name,
    login: Annotated[str, typer.Option("--login", help="登录用的账号")],
    duty: Duty = "",
    password_stdin: FromInput = False,
) -> None:
    """给一个人开账号；密码当场输入，不写在命令里。"""
    opened, wanted = runtime(), _duty(duty)
    with reading(opened.engine) as session:
        person_here(session, name)
    password = _password(password_stdin)
    with writing(opened.engine) as session:
        account = open_account(session, person_here(session, name), login, password, wanted, now())
        print(f"已给{name}开账号“{account.login}”。")


@app.command("list")
def list_accounts(json: Json = False) -> None:
    """列出账号、身份和状态。"""
    with reading(runtime().engine) as session:
        rows = [_row(account, person) for account, person in accounts(session)]
    if json:
        print(as_json(rows))
        return
    cells = [(row["login"], row["name"], row["seat"], row["state"]) for row in rows]
    table(("账号", "姓名", "身份", "状态"), cells, "还没有账号：请用 duban setup 得到设置地址。")


@app.command("password")
def password(name: Name, password_stdin: FromInput = False) -> None:
    """重设密码；以前的登录全部失效。"""
    opened = runtime()
    with reading(opened.engine) as session:
        account_of(session, name)
    typed = _password(password_stdin)
    with writing(opened.engine) as session:
        set_password(session, account_of(session, name), typed)
    print(f"{name}的密码已重设，请用新密码登录。")


@app.command("duty")
def duty(name: Name, duty: Annotated[str, typer.Argument(metavar="职责", help="管理员、办公室，或无")]) -> None:
    """改职责：管理员、办公室，或无（按本人职务）。"""
    with writing(runtime().engine) as session:
        account = account_of(session, name)
        give_duty(session, account, _duty(duty))
    print(f"{name}的职责已改为{Seat(account.duty).label if account.duty else NONE}。")


@app.command("close")
def close(name: Name, reopen: Annotated[bool, typer.Option("--reopen", help="重新启用")] = False) -> None:
    """停用账号，或重新启用；最后一个管理员不能停用。"""
    with writing(runtime().engine) as session:
        close_account(session, account_of(session, name), active=reopen)
    print(f"{name}的账号已{'重新启用' if reopen else '停用，以前的登录全部失效'}。")


def _duty(word: str) -> str:
    by_word = {"": "", NONE: ""} | {key: seat.value for seat in DUTIES for key in (seat.value, seat.label)}
    if word not in by_word:
        raise Refused(f"没有“{word}”这个职责：请写管理员、办公室或无。")
    return by_word[word]


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refused("这里不能当场输入密码：请加 --password-stdin，从标准输入给。")
    return str(typer.prompt("密码", hide_input=True, confirmation_prompt="再输一遍"))


def _row(account: Account, person: Person) -> dict[str, str]:
    state = "可用" if account.active and person.active else "已停用" if person.active else "本人离岗"
    return {"login": account.login, "name": person.name, "seat": seat_of(account, person).label, "state": state}
