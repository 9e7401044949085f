"""The errors of the API, with the statuses, bodies and words that the real one uses.

The texts follow what the OpenAI API returned in 2024 to 2026, without the
sentences that send a reader to an account page that a practice provider does
not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from autograder.errors import RungsError

__all__ = ["ApiError", "invalid_value", "missing", "model_not_found"]


class ApiError(RungsError):
    """Refuse a request with an HTTP status and a body of message, type, param and code.

    `headers` go out beside the provider's own, such as `retry-after`.
    """

    def __init__(
        self,
        status: int,
        message: str,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.status = status
        self.message = message
        self.type = type
        self.code = code
        self.param = param
        self.headers = tuple(headers)
        super().__init__(message)

    @property
    def shown(self) -> dict[str, Any]:
        """Return the body as an object."""
        inner = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return {"error": inner}

    @property
    def body(self) -> bytes:
        """Return the body as it leaves, indented as the real API indents it."""
        return json.dumps(self.shown, indent=2).encode()


def missing(param: str) -> ApiError:
    """Return the 400 for a parameter that is required and not there."""
    return ApiError(
        400,
        f"Missing required parameter: '{param}'.",
        code="missing_required_parameter",
        param=param,
    )


def invalid_value(message: str, param: str | None, code: str | None = "invalid_value") -> ApiError:
    """Return the 400 for a parameter that has the right type and a wrong value."""
    return ApiError(400, message, code=code, param=param)


def model_not_found(model: str) -> ApiError:
    """Return the 404 for a model that nobody serves."""
    return ApiError(
        404,
        f"The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    )
