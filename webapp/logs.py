"""What goes to the log: text or one JSON object a line. No secrets, no personal data: codes and ids only."""

import json
import logging

from webapp import clock
from webapp.config import Config


class JsonLines(logging.Formatter):
    """One object a line; line breaks inside a message cannot forge another one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.utc(record.created).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)


def init(config: Config) -> None:
    handler = logging.StreamHandler()
    text = TextLines("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(JsonLines() if config.log_format == "json" else text)
    logging.basicConfig(level=config.log_level, handlers=[handler], force=True)
