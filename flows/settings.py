"""Settings: one reader of the environment and of ``duban.toml`` in the data folder. docs/settings.md lists them all."""

from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from plans.batches import LEAD
from plans.errors import Broken
from tasks.cutoff import WORKDAYS_AFTER
from tasks.lights import Thresholds

DEFAULT_DATA = Path("duban-data")


class SettingsProblem(Broken):
    """设置 DUBAN_MAIL_PORT 写得不对：……"""


class Settings(BaseSettings):
    """Every setting with its default; the environment name is DUBAN_ and the field in capitals."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", extra="forbid")

    data: Path = Field(DEFAULT_DATA, description="数据文件夹：数据库、密钥、日志和放假安排都在里面")
    database_url: str = Field("", description="数据库地址，空则用数据文件夹里的 SQLite")
    host: str = Field("127.0.0.1", description="网页监听的地址")
    port: int = Field(8320, ge=1, le=65535, description="网页监听的端口")
    public_url: str = Field("", description="别人打开网页用的地址，写进邮件链接；空则用监听地址")
    secret: str = Field("", description="签发个人链接的密钥，空则自动生成在数据文件夹里")
    link_days: int = Field(200, ge=1, description="个人链接的有效天数")
    mail_host: str = Field("", description="发信服务器；空则邮件一律暂缓，不会假装已发")
    mail_port: int = Field(465, ge=1, le=65535, description="发信端口")
    mail_security: Literal["ssl", "starttls", "none"] = Field("ssl", description="加密方式")
    mail_user: str = Field("", description="发信账号")
    mail_password: str = Field("", description="发信密码或授权码")
    mail_sender: str = Field("", description="发件地址，空则同账号")
    mail_sender_name: str = Field("督办提醒", description="发件人名称")
    mail_reply_to: str = Field("", description="回信地址")
    mail_ca_file: str = Field("", description="内网邮件服务器自签证书的 CA 文件")
    mail_timeout: float = Field(20.0, gt=0, description="与邮件服务器通话的超时，秒")
    mail_pause: float = Field(0.0, ge=0, description="两封邮件之间的停顿，秒")
    robot_url: str = Field("", description="企业微信、钉钉或飞书群机器人的 apprise 地址")
    remind_at: time = Field(time(8, 30), description="每天发提醒的时间")
    digest_at: time = Field(time(9, 0), description="每月首个工作日做通报的时间")
    programmes: Path | None = Field(None, description="本局的业务线文件，覆盖自带的")
    ladders: Path | None = Field(None, description="本局的催办阶梯文件，覆盖自带的")
    light_yellow: int = Field(Thresholds.yellow, ge=0, le=100, description="指标落后序时进度多少个百分点亮黄灯")
    light_red: int = Field(Thresholds.red, ge=0, le=100, description="指标落后序时进度超过多少个百分点亮红灯")
    light_soon: int = Field(Thresholds.soon, ge=0, le=60, description="任务到期前多少个工作日亮蓝灯")
    extension_wait: int = Field(3, ge=0, le=60, description="延期申请没有批复时，催办最多等多少个工作日")
    urge_cooldown: int = Field(1, ge=0, le=60, description="同一项任务隔多少个工作日才可再次手动催办")
    cut_off_days: int = Field(WORKDAYS_AFTER, ge=0, le=60, description="企业填报到期后多少个工作日截止，以后来的算补报")
    renewal_lead: int = Field(LEAD, ge=1, le=120, description="复审在批次截止前多少个工作日到期")
    promise_days: int = Field(10, ge=1, le=60, description="企业承诺报送最多可以承诺到几个工作日以后，这期间不催")
    letter_mark: str = Field("催报函", max_length=40, description="催报函的字号，写在〔年份〕前面")
    office_phone: str = Field("", max_length=60, description="催报函上写的本局联系电话；空则只写联系人和邮箱")
    prefect: bool = Field(True, description="duban up 是否同时启动 Prefect")
    prefect_port: int = Field(4320, ge=1, le=65535, description="Prefect 监听的端口")

    @field_validator("light_red")
    @classmethod
    def _red_is_beyond_yellow(cls, red: int, info: ValidationInfo) -> int:
        if red < info.data.get("light_yellow", 0):
            raise ValueError("red comes after yellow")
        return red

    @field_validator("programmes", "ladders", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        data = init_settings().get("data") or env_settings().get("data") or DEFAULT_DATA
        file = TomlConfigSettingsSource(settings_cls, Path(str(data)) / "duban.toml")
        return init_settings, env_settings, file

    @cached_property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data.resolve() / 'duban.db'}"

    @cached_property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings(**given: object) -> Settings:
    """Environment over file over defaults. Raises SettingsProblem naming every setting that is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        names = "、".join(sorted({f"DUBAN_{str(fault['loc'][0]).upper()}" for fault in error.errors()}))
        raise SettingsProblem(f"设置 {names} 写得不对：请对照 docs/settings.md 改正。") from error
    except ValueError as error:
        raise SettingsProblem("数据文件夹里的 duban.toml 读不懂：请检查引号和等号。") from error
