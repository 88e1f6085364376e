"""The sixty invented enterprises of the demo, the same in every run."""

from decimal import Decimal

from plans.draft import DraftEnterprise

WORDS = (
    *("远山", "清河", "青禾", "双溪", "明川", "启新", "晨光", "和泰"),
    *("立信", "嘉禾", "云岭", "同创", "博远", "宏图", "金穗"),
)
TRADES = (("精工", "jinggong"), ("新材", "xincai"), ("药业", "yaoye"), ("电子", "dianzi"))
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩"
COUNT = len(WORDS) * len(TRADES)


def roster() -> list[DraftEnterprise]:
    """Sixty enterprises, heaviest first; three have no mail address, as in life."""
    return [_enterprise(position) for position in range(COUNT)]


def _enterprise(position: int) -> DraftEnterprise:
    word, (trade, host) = WORDS[position % len(WORDS)], TRADES[position // len(WORDS)]
    mail = f"kuaiji{position + 1:02}@{host}.example"
    return DraftEnterprise(
        name=f"云溪{word}{trade}有限公司",
        contact=f"{SURNAMES[(position * 7) % len(SURNAMES)]}会计",
        mail="" if position % 20 == 19 else mail,
        phone=f"1390000{position + 1:04}",
        weight=Decimal(2400 // (position + 2)),
    )
