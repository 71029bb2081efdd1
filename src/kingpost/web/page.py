"""The Streamlit page as an ASGI application, with its look, to be mounted below the API."""

from pathlib import Path
from typing import Any

import streamlit
from streamlit import config

SCRIPT = Path(__file__).parent / "ui.py"

OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "logger.level": "warning",
    "runner.magicEnabled": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "theme.base": "light",
    "theme.primaryColor": "#1f5a7a",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f3f6f8",
    "theme.textColor": "#1c2833",
    "theme.linkColor": "#1f5a7a",
    "theme.borderColor": "#d5dde3",
    "theme.paddingTop": "2.5rem",
    "theme.showWidgetBorder": True,
    "theme.baseRadius": "6px",
    "theme.baseFontSize": 15,
    "theme.headingFontSizes": ["1.6rem", "1.25rem", "1.05rem"],
    "theme.headingFontWeights": [600, 600, 600],
    "theme.sidebar.backgroundColor": "#f3f6f8",
    "theme.sidebar.secondaryBackgroundColor": "#e6ecf0",
    "theme.showSidebarBorder": True,
}


def page(api: str) -> Any:
    """The page, a client of the API at ``api``. One a process: Streamlit keeps its options process-wide."""
    for name, value in OPTIONS.items():
        config.set_option(name, value)
    return streamlit.App(SCRIPT, secrets={"api": api})
