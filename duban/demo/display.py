"""The display of the play: day by day on a terminal, a line a day where there is none."""

from collections import Counter, deque
from datetime import date
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from sqlmodel import col, func, select

from duban.demo.life import Day
from flows.runtime import Runtime
from notifications.tables import Delivery, Digest
from plans.database import reading
from plans.periods import Period
from plans.tables import Plan
from plans.workdays import STEP
from tasks.lights import Light
from tasks.rollup import Counts, count_tasks
from tasks.states import PENDING
from tasks.tables import Filing, Task
from tasks.targets import target_statuses

COLOURS = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red", Light.NONE: "white"}
WEEKDAYS = "一二三四五六日"
RECENT = 8


class Display:
    """Counts what happened and shows it."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.total: Counter[str] = Counter()
        self.recent: deque[str] = deque(maxlen=RECENT)
        self.console = Console()
        self.live = Live(console=self.console, auto_refresh=False, transient=False)

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()

    def show(self, day: Day, runtime: Runtime) -> None:
        """Take in a day."""
        self.total.update(mails=day.mails, reports=day.reports, done=day.done)
        self.recent.extend(f"{day.today:%m-%d} {event}" for event in day.events)
        overdue, lights = standing(runtime, day.today)
        if self.console.is_terminal:
            self.live.update(self._panel(day.today, overdue, lights), refresh=True)
        else:
            shown = "、".join(f"{light.label}{count}" for light, count in lights.items() if count)
            print(
                f"{day.today} 周{WEEKDAYS[day.today.weekday()]} 邮件{day.mails:3} 报送{day.reports:3} 办结{day.done:2} "
                f"逾期{overdue:3} 指标{shown}",
                flush=True,
            )

    def _panel(self, today: date, overdue: int, lights: Counter[Light]) -> Panel:
        days = (self.last - self.first) // STEP + 1
        counts = Table.grid(padding=(0, 3))
        counts.add_row(
            f"邮件 {self.total['mails']}",
            f"企业报送 {self.total['reports']}",
            f"办结 {self.total['done']}",
            f"当前逾期 {overdue}",
        )
        bulbs = Text("指标：")
        for light, count in lights.items():
            bulbs.append(f"● {light.label}{count}  ", style=COLOURS.get(light, "white"))
        events = Text("\n".join(self.recent), style="dim")
        bar = ProgressBar(total=days, completed=(today - self.first) // STEP + 1, width=60)
        title = f"云溪县科技局 {today} 星期{WEEKDAYS[today.weekday()]}"
        return Panel(Group(bar, counts, bulbs, Text(), events), title=title, height=RECENT + 7)

    def sum_up(self, runtime: Runtime, seconds: float) -> None:
        """The last lines: what came of it."""
        with reading(runtime.engine) as session:
            states = dict(session.exec(select(Delivery.state, func.count()).group_by(col(Delivery.state))).all())
            digests = session.exec(select(func.count()).select_from(Digest)).one()
            filings = session.exec(select(func.count()).select_from(Filing)).one()
            plan = session.get_one(Plan, 1)
            counted = count_tasks(session, 1, self.first, self.last, self.last)
        total = sum(counted.values(), Counts())
        print(f"{plan.bureau}：{self.first} 至 {self.last}，用时{seconds:.0f}秒。")
        print(f"邮件送达{states.get('sent', 0)}封，暂缓{states.get('held', 0)}封，失败{states.get('failed', 0)}封。")
        print(f"企业报送{filings}次；到期任务{total.due}项，按时{total.on_time}项，逾期办结{total.late}项，", end="")
        print(f"逾期未办{total.overdue}项，日常未办{total.lapsed}项；月度通报{digests}份。")


def standing(runtime: Runtime, today: date) -> tuple[int, Counter[Light]]:
    """How many tasks are overdue on the day, and how many targets have which light."""
    with reading(runtime.engine) as session:
        overdue = session.exec(select(func.count()).where(col(Task.state).in_(PENDING), col(Task.due_on) < today)).one()
        plan = session.get_one(Plan, 1)
        found = target_statuses(session, 1, Period.parse(plan.period), today, runtime.gauge.thresholds)
    return overdue, Counter(status.light for statuses in found.values() for status in statuses)
