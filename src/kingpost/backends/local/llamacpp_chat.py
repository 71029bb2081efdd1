"""LangChain's chat model over the llama.cpp host: one version's adapter on, all others off, in every request."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ChatMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from kingpost.backends.local.llamacpp_process import Crashed, LlamaCppProcess, scales
from kingpost.types.models import ModelVersion

if TYPE_CHECKING:
    from kingpost.backends.local.llamacpp_host import LlamaCppHost

CHAT = "/v1/chat/completions"
ROLES = {"human": "user", "ai": "assistant", "system": "system"}


class LlamaCppChat(BaseChatModel):
    """Greedy unless told otherwise. Settings of one call come by ``.bind``: ``max_tokens``, ``stop``, ``grammar``,
    ``logprobs``, ``top_logprobs``, ``temperature``, ``seed``, as llama.cpp's server names them.

    A child that died is started again once for a request that has yielded nothing yet.
    """

    host: Any
    version: ModelVersion | None = None
    model: str = ""

    @property
    def _llm_type(self) -> str:
        return "llamacpp"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "version": self.version.id if self.version else ""}

    def count_tokens(self, text: str) -> int:
        """Tokens of a text for this model, special ones of the chat template not counted."""
        return len(self.get_token_ids(text))

    def get_token_ids(self, text: str) -> list[int]:
        tokens: list[int] = self._asked("/tokenize", {"content": text})["tokens"]
        return tokens

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        answer = self._asked(CHAT, _body(messages, stop, kwargs))
        (choice,) = answer["choices"]
        message = AIMessage(
            content=choice["message"]["content"] or "",
            usage_metadata=_usage(answer),
            response_metadata=self._metadata(choice),
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        body = _body(messages, stop, kwargs) | {"stream": True, "stream_options": {"include_usage": True}}
        for event in self._streamed(body):
            chunk = ChatGenerationChunk(message=self._chunk(event))
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _chunk(self, event: dict[str, Any]) -> AIMessageChunk:
        if not event["choices"]:
            return AIMessageChunk(
                content="", usage_metadata=_usage(event), response_metadata={"timings": event.get("timings", {})}
            )
        (choice,) = event["choices"]
        metadata = self._metadata(choice) if choice["finish_reason"] or choice.get("logprobs") else {}
        return AIMessageChunk(content=choice["delta"].get("content") or "", response_metadata=metadata)

    def _metadata(self, choice: dict[str, Any]) -> dict[str, Any]:
        finished = choice["finish_reason"]
        metadata: dict[str, Any] = self._identifying_params | {"finish_reason": finished} if finished else {}
        if choice.get("logprobs"):
            metadata["logprobs"] = choice["logprobs"]
        return metadata

    def _asked(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        host: LlamaCppHost = self.host
        try:
            with host.process_for(self.version) as process:
                return process.ask(path, body | self._switched(process))
        except Crashed:
            with host.process_for(self.version) as process:
                return process.ask(path, body | self._switched(process))

    def _streamed(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        begun = False
        try:
            for event in self._streamed_once(body):
                begun = True
                yield event
        except Crashed:
            if begun:
                raise
            yield from self._streamed_once(body)

    def _streamed_once(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        host: LlamaCppHost = self.host
        with host.process_for(self.version) as process:
            yield from process.stream(CHAT, body | self._switched(process))

    def _switched(self, process: LlamaCppProcess) -> dict[str, Any]:
        return {"lora": scales(process, self.version.id if self.version else "")}


def _body(messages: Sequence[BaseMessage], stop: list[str] | None, options: dict[str, Any]) -> dict[str, Any]:
    body = {"temperature": 0, "cache_prompt": True, **options, "messages": [_message(message) for message in messages]}
    return body | {"stop": stop} if stop else body


def _message(message: BaseMessage) -> dict[str, str]:
    role = message.role if isinstance(message, ChatMessage) else ROLES[message.type]
    return {"role": role, "content": message.text}


def _usage(answer: dict[str, Any]) -> UsageMetadata:
    usage = answer["usage"]
    return UsageMetadata(
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        total_tokens=usage["total_tokens"],
    )
