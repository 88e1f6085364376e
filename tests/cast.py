"""The people of the tests: 云溪县科技局, small enough to know by heart.

周正 is the director, 林岚 his deputy, 陈平 heads 创新股 with 李明 in it, 王芳 works in 综合股. Three enterprises
report: 精工 (punctual), 青禾, and 远山 (no mail address).
"""

from datetime import datetime

from plans.zone import LOCAL

PEOPLE = """
people:
  - {name: 周正, mail: zhou@yunxi.example, role: director}
  - {name: 林岚, mail: lin@yunxi.example, role: deputy_director}
  - {name: 陈平, mail: chen@yunxi.example, office: 创新股, role: office_head}
  - {name: 李明, mail: li@yunxi.example, office: 创新股}
  - {name: 王芳, mail: wang@yunxi.example, office: 综合股}
"""

ENTERPRISES = """
enterprises:
  - {name: 云溪精工有限公司, contact: 赵会计, mail: zhao@jinggong.example, phone: "13900000001", weight: 900}
  - {name: 青禾药业有限公司, contact: 钱会计, mail: qian@qinghe.example, phone: "13900000002", weight: 500}
  - {name: 远山竹业有限公司, contact: 孙会计, phone: "13900000003", weight: 20}
"""

GAOQI = """
  - title: 培育高新技术企业
    programme: gaoqi
    owner: 李明
    targets:
      - {indicator: 高新技术企业认定, floor: 5, stretch: 8, unit: 家}
"""

MONTHLY_REPORT = """
  - title: 研发月报
    programme: rd_monthly
    owner: 李明
"""

PATROL = """
  - title: 责任网格整治
    programme: chuangwen
    owner: 王芳
    cadence: weekly:fri-pm
    due_policy: skip
"""

ANNUAL_RETURN = """
  - title: 研发投入年报
    programme: rd_stats
    kind: filing
    owner: 李明
    cadence: once:2026-10-10
    due_policy: hard
"""


def draft(*items: str, period: str = "2026H2") -> str:
    """A whole draft with the cast in it, as a person would have written it."""
    head = f"bureau: 云溪县科技局\ntitle: 云溪县科技局{period}工作计划\nperiod: {period}\nowner: 李明\n"
    return head + PEOPLE + ENTERPRISES + "\nitems:" + ("".join(items) if items else " []\n")


def at(text: str) -> datetime:
    """An instant in the bureau's time: at("2026-10-09 08:30")."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
