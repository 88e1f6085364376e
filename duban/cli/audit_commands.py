"""duban verify: walk the audit chain."""

from typing import Annotated

import typer

from duban.cli.output import as_json, runtime
from plans.database import reading
from plans.errors import Refused
from tasks.audit import verify as walk


def add_to(app: typer.Typer) -> None:
    """Hang the command on the root."""
    app.command()(verify)


def verify(
    head: Annotated[str, typer.Option("--head", help="以前记下的末号，查它是否还在链上")] = "",
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """查验留痕：逐条核对变更记录，有改动就指出第一处；并给出末号，供日后核对。"""
    with reading(runtime().engine) as session:
        chains = walk(session, head)
    if json:
        print(as_json(chains))
    else:
        for chain in chains:
            print(chain.broken or f"{chain.chain}：{chain.links}条完好，末号 {chain.head or '无'}")
    if any(chain.broken for chain in chains):
        raise Refused("留痕有断点：请用备份核对，并查明是谁改的。")
