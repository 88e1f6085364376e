"""The command line. Heavy imports wait inside the commands: ``duban --help`` must be quick and never load Prefect."""

from duban.cli.main import main

__all__ = ["main"]
