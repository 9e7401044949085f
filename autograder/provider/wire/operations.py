"""Every operation of the API: its path, what it takes and what it gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from openai.types import (
    Batch,
    CreateEmbeddingResponse,
    FileDeleted,
    FileObject,
    Model,
    ModelDeleted,
    ModerationCreateResponse,
)
from openai.types.chat import ChatCompletion
from openai.types.responses import CompactedResponse, InputTokenCountResponse, Response
from pydantic import BaseModel

from autograder.provider.wire.batches import BatchRequest
from autograder.provider.wire.chat import UpdateRequest
from autograder.provider.wire.embeddings import EmbeddingRequest
from autograder.provider.wire.moderations import ModerationRequest
from autograder.provider.wire.request import ChatRequest
from autograder.provider.wire.response_request import CompactRequest, CountRequest, ResponseRequest

__all__ = ["OPERATIONS", "Operation"]


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    `reply` is a type of the openai package, "page of" one, or the bytes of a
    file; `streams` adds server-sent events to it. `query` names the parameters
    of a list, `link` the operations that take this reply's id.
    """

    method: Literal["get", "post", "delete"]
    path: str
    name: str
    summary: str
    reply: type[BaseModel] | str
    request: type[BaseModel] | str | None = None
    streams: bool = False
    query: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def parameter(self) -> str:
        """Return the name of the path's parameter, or ""."""
        found = re.search(r"{(\w+)(:\w+)?}", self.path)
        return found[1] if found else ""


_PAGE: Final = ("limit", "after", "order")
OPERATIONS: Final = (
    Operation("get", "/v1/models", "listModels", "List the models", "page of Model"),
    Operation("get", "/v1/models/{model}", "retrieveModel", "Show a model", Model),
    Operation("delete", "/v1/models/{model}", "deleteModel", "Delete a tuned model", ModelDeleted),
    Operation(
        "post",
        "/v1/chat/completions",
        "createChatCompletion",
        "Answer a conversation",
        ChatCompletion,
        ChatRequest,
        streams=True,
        links=("retrieveChatCompletion", "listChatMessages", "updateChatCompletion"),
    ),
    Operation(
        "get",
        "/v1/chat/completions",
        "listChatCompletions",
        "List stored completions",
        "page of ChatCompletion",
        query=_PAGE,
    ),
    Operation(
        "get",
        "/v1/chat/completions/{completion_id}",
        "retrieveChatCompletion",
        "Show a stored completion",
        ChatCompletion,
    ),
    Operation(
        "post",
        "/v1/chat/completions/{completion_id}",
        "updateChatCompletion",
        "Replace a stored completion's metadata",
        ChatCompletion,
        UpdateRequest,
    ),
    Operation(
        "delete",
        "/v1/chat/completions/{completion_id}",
        "deleteChatCompletion",
        "Forget a stored completion",
        "deleted",
    ),
    Operation(
        "get",
        "/v1/chat/completions/{completion_id}/messages",
        "listChatMessages",
        "List what a stored completion answered",
        "page of message",
        query=_PAGE,
    ),
    Operation(
        "post",
        "/v1/responses",
        "createResponse",
        "Answer a conversation, with its state kept",
        Response,
        ResponseRequest,
        streams=True,
        links=("retrieveResponse", "cancelResponse", "listInputItems", "deleteResponse"),
    ),
    Operation(
        "post",
        "/v1/responses/input_tokens",
        "countInputTokens",
        "Count a request's tokens",
        InputTokenCountResponse,
        CountRequest,
    ),
    Operation(
        "post",
        "/v1/responses/compact",
        "compactResponse",
        "Summarise a conversation",
        CompactedResponse,
        CompactRequest,
    ),
    Operation(
        "get",
        "/v1/responses/{response_id}",
        "retrieveResponse",
        "Show a response",
        Response,
        query=("stream", "starting_after"),
        streams=True,
    ),
    Operation(
        "delete",
        "/v1/responses/{response_id}",
        "deleteResponse",
        "Forget a response",
        "deleted",
    ),
    Operation(
        "post",
        "/v1/responses/{response_id}/cancel",
        "cancelResponse",
        "Stop a response in the background",
        Response,
    ),
    Operation(
        "get",
        "/v1/responses/{response_id}/input_items",
        "listInputItems",
        "List what a response was made from",
        "page of item",
        query=_PAGE,
    ),
    Operation(
        "post",
        "/v1/embeddings",
        "createEmbedding",
        "Turn texts into vectors",
        CreateEmbeddingResponse,
        EmbeddingRequest,
    ),
    Operation(
        "post",
        "/v1/moderations",
        "createModeration",
        "Score texts for harmful content",
        ModerationCreateResponse,
        ModerationRequest,
    ),
    Operation(
        "get",
        "/v1/files",
        "listFiles",
        "List files",
        "page of FileObject",
        query=(*_PAGE, "purpose"),
    ),
    Operation(
        "post",
        "/v1/files",
        "createFile",
        "Upload a file",
        FileObject,
        "form",
        links=("retrieveFile", "downloadFile", "deleteFile"),
    ),
    Operation("get", "/v1/files/{file_id}", "retrieveFile", "Show a file", FileObject),
    Operation("delete", "/v1/files/{file_id}", "deleteFile", "Delete a file", FileDeleted),
    Operation("get", "/v1/files/{file_id}/content", "downloadFile", "Read a file", "bytes"),
    Operation(
        "get", "/v1/batches", "listBatches", "List batches", "page of Batch", query=_PAGE[:2]
    ),
    Operation(
        "post",
        "/v1/batches",
        "createBatch",
        "Answer many requests later",
        Batch,
        BatchRequest,
        links=("retrieveBatch", "cancelBatch"),
    ),
    Operation("get", "/v1/batches/{batch_id}", "retrieveBatch", "Show a batch", Batch),
    Operation("post", "/v1/batches/{batch_id}/cancel", "cancelBatch", "Cancel a batch", Batch),
)
