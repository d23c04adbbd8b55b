"""The recording reverse proxy of one edge: passes everything on as it came, and has it recorded first.

Owns what a proxy changes (the headers of the connection, RFC 9110 section 7.6.1) and what it refuses:
CONNECT, and on an edge with rules what they forbid and every WebSocket (answered here with 451 and the
header X-Harness-Refused, recorded as refused). Redirects are not followed, cookies not kept, the Host header
passes. Where the target gives no answer, the client gets 502 with the header X-Harness-Unanswered: it is no
answer of the target's. The event of an exchange is on disk before the last of its response goes to the client.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from harness.core import silence_words
from harness.core.exchange import BEHIND, REFUSED
from harness.core.masking import digests
from harness.core.payloads.traffic import UncheckedReason
from harness.core.platforms import HARNESS
from harness.core.text import Text
from harness.traffic import credentials, silence, websockets
from harness.traffic import headers as head
from harness.traffic.clients import Clients
from harness.traffic.edges import HEALTH, STATE, Edge
from harness.traffic.fault_injection import PATH as FAULTS
from harness.traffic.fault_injection import InjectedFault, InjectedFaults
from harness.traffic.guard import Guard
from harness.traffic.judging import Judge, Unchecked
from harness.traffic.obstruction import PATH as OBSTRUCTION
from harness.traffic.obstruction import Obstruction, Obstructions
from harness.traffic.pace import Pace
from harness.traffic.problem import problem, unanswered
from harness.traffic.record_place import PATH as RECORD
from harness.traffic.record_place import RecordPlace
from harness.traffic.recorder import Recorder, Recording
from harness.traffic.response import BrokenOffError, Passed, PassedPiecewise, absent, as_it_came, pieces
from harness.traffic.settings import TrafficSettings
from harness.traffic.truncation import answer_half, send_half

LEAST_STATUS = 100  # RFC 9110, 15
ABORTED = Unchecked("client left", silence_words.LEFT.en)


class EdgeProxy:
    """Serves one edge. ``application`` is what its port is to run."""

    def __init__(
        self,
        edge: Edge,
        judge: Judge,
        recorder: Recorder,
        clients: Clients,
        settings: TrafficSettings,
        opened: asyncio.Event,
        pace: Pace | None = None,
    ) -> None:
        """``opened`` is set when the ports of all edges are open: only then any of them says it is ready."""
        self._edge, self._judge, self._recorder = edge, judge, recorder
        self._clients, self._settings, self._opened = clients, settings, opened

        self._tls = edge.tls.context() if edge.tls is not None else True
        self._guard = Guard(edge.rules, judge.index, judge.codec) if edge.rules else None
        self._pace = pace
        self._obstructions = Obstructions()
        self._faults = InjectedFaults()
        self._repeats: set[asyncio.Task[object]] = set()

        # A middleware without routes: every method and every path comes here, "OPTIONS *" too.
        @web.middleware
        async def everything(request: web.Request, handler: object) -> web.StreamResponse:
            return await self._serve(request)

        self.application = web.Application(middlewares=[everything], client_max_size=0)
        self.application.on_response_prepare.append(as_it_came)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.raw_path == HEALTH and request.method == "GET":
            return web.json_response({"edge": self._edge.name}, status=200 if self._opened.is_set() else 503)
        if request.raw_path == OBSTRUCTION:
            return await self._obstruct(request)
        if request.raw_path == FAULTS:
            return await self._inject(request)
        if request.raw_path == RECORD and request.method == "PUT":
            return await self._move(request)
        if request.raw_path == STATE and request.method == "GET":
            return web.json_response(self._recorder.state())
        received = credentials.noted(head.pairs(request.raw_headers))
        recording = self._recorder.begin(self._edge, self._judge, request.method, request.raw_path, received)
        try:
            socket = head.wants_websocket(received)
            if request.method == "CONNECT" or not request.raw_path.startswith("/"):
                return await self._refuse(recording)
            # On an edge with rules nobody can say what a socket writes.
            if socket and (self._guard or not web.WebSocketResponse().can_prepare(request).ok):
                return await self._refuse(recording)
            obstruction = self._obstructions.of(recording.traceparent)
            if obstruction is not None and obstruction.kind != "slow":
                status = obstruction.status if obstruction.kind == "refusing" else HTTPStatus.BAD_GATEWAY
                words = f"made {obstruction.kind} for a test"
                return await self._no_answer(recording, "made unreachable", words, HTTPStatus(status))
            late = obstruction.seconds if obstruction is not None else 0.0
            if self._guard and (reason := await self._forbidden(self._guard, request, received, recording)):
                return await self._hold_back(recording, reason)
            if self._pace:
                await self._pace.turn()
            if socket:
                return await self._pass_socket(request, received, recording)
            fault = self._faults.take(request.method, recording.traceparent)
            if fault is not None:
                return await self._go_wrong(fault, request, received, recording, late)
            answer = await self._pass_on(request, received, recording, late)
            self._faults.passed(request.method, recording.traceparent)
            return answer
        except asyncio.CancelledError:  # with the client's connection
            recording.finish_now(ABORTED)
            raise
        except ConnectionError:  # the same, noticed by writing to it; nobody reads this answer
            recording.finish_now(ABORTED)
            return web.Response(status=HTTPStatus.BAD_GATEWAY)
        except Exception as error:  # ours, and no answer of the target's
            traceback.print_exc(file=sys.stderr)
            words = silence_words.PROXY_FAILED.format(seen=silence.seen(error)).en
            if request.writer.output_size:  # in the middle of an answer: the client must not see it end well
                recording.finish_now(Unchecked("proxy failed", words))
                raise ConnectionAbortedError(words) from None
            return await self._no_answer(recording, "proxy failed", words)

    async def _pass_on(
        self, request: web.Request, received: head.Pairs, recording: Recording, late: float = 0.0
    ) -> web.StreamResponse:
        """Send a request, and its answer back, ``late`` seconds after it came."""
        body = await self._body(request, recording)
        try:
            answer = await self._clients.of(request.method).request(
                request.method,
                URL(self._edge.upstream + request.raw_path, encoded=True),
                headers=head.end_to_end(received),
                data=body,
                allow_redirects=False,
                ssl=self._tls,
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            return await self._no_answer(recording, "no answer", silence.seen(error))
        async with answer:
            if answer.status < LEAST_STATUS:
                words = silence_words.NO_HTTP.format(reason=f"status {answer.status:03}").en
                return await self._no_answer(recording, "no answer", words)
            if late:
                await asyncio.sleep(late)
            headers = head.pairs(answer.raw_headers)
            recording.answered(answer.status, headers)
            passed = head.end_to_end(headers)
            if self._edge.source == HARNESS and (behind := recording.silence_behind):
                passed[BEHIND] = behind.encode("ascii", "replace").decode()
            if self._is_small(request, answer):
                return await self._whole(answer, passed, recording)
            return await self._piecewise(request, answer, passed, recording)

    async def _obstruct(self, request: web.Request) -> web.Response:
        """The service is obstructed, or no longer; how many requests that has concerned."""
        obstruction = Obstruction.model_validate_json(await request.read())
        if request.method == "PUT":
            self._obstructions.add(obstruction)
            return web.json_response({"times": 0})
        return web.json_response({"times": self._obstructions.remove(obstruction)})

    async def _move(self, request: web.Request) -> web.Response:
        """Another run begins: nothing of what was to go wrong in the last one is left."""
        place = RecordPlace.model_validate_json(await request.read())
        self._recorder.move(place.folder, place.run)
        digests.take_key(place.key)
        self._obstructions, self._faults = Obstructions(), InjectedFaults()
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _inject(self, request: web.Request) -> web.Response:
        """Fault injection: what is to go wrong, or how often something did."""
        if request.method != "PUT":
            return web.json_response(self._faults.happened)
        self._faults.add(InjectedFault.model_validate_json(await request.read()))
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _go_wrong(
        self,
        fault: InjectedFault,
        request: web.Request,
        received: head.Pairs,
        recording: Recording,
        late: float,
    ) -> web.StreamResponse:
        """Pass a request on as the fault has it. A small body is read first: it may be sent twice."""
        if request.content_length is not None and request.content_length <= self._settings.body_limit:
            await request.read()
        if fault.kind == "reorder":
            if await self._faults.overtaken(fault):
                self._faults.note(fault)
            return await self._pass_on(request, received, recording, late)
        if fault.kind == "lose":
            self._faults.note(fault)
            return await self._no_answer(recording, "made unreachable", "lost for a test")
        if fault.kind == "truncate":
            return await self._cut(fault, request, received, recording)
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        answer = await self._pass_on(request, received, recording, late)
        if fault.kind == "truncate-answer" and not isinstance(answer, Passed):
            return answer  # it came in pieces, and is with the client
        self._faults.note(fault)
        if fault.kind == "truncate-answer" and isinstance(answer, Passed):
            return await answer_half(request, answer)
        if fault.kind == "lose-answer":
            return unanswered(self._edge, HTTPStatus.BAD_GATEWAY, "the answer is lost for a test")
        if fault.kind == "duplicate" and (not request.body_exists or request.content_length is not None):
            task = asyncio.create_task(self._again(fault.seconds, request, received))
            self._repeats.add(task)  # the loop itself keeps no task alive
            task.add_done_callback(self._repeats.discard)
        return answer

    async def _cut(
        self, fault: InjectedFault, request: web.Request, received: head.Pairs, recording: Recording
    ) -> web.StreamResponse:
        """Send half of a request; its sender hears nothing of the target's."""
        body = await request.read()
        recording.request_body.take(body)
        try:
            headers = head.end_to_end(received)
            await send_half(self._edge.upstream, request.method, request.raw_path, headers, body, self._tls)
        except OSError as error:
            return await self._no_answer(recording, "no answer", silence.seen(error))
        self._faults.note(fault)
        return await self._no_answer(recording, "made unreachable", "cut short on its way for a test")

    async def _again(self, seconds: float, request: web.Request, received: head.Pairs) -> None:
        """The same request once more, with a record of its own; nobody reads the answer."""
        await asyncio.sleep(seconds)
        again = self._recorder.begin(self._edge, self._judge, request.method, request.raw_path, received)
        await self._pass_on(request, received, again)

    async def _pass_socket(
        self, request: web.Request, received: head.Pairs, recording: Recording
    ) -> web.StreamResponse:
        passage = websockets.Passage()
        recording.socket = passage
        try:
            target = await websockets.open_at_target(
                self._clients.of("GET"), self._edge.upstream + request.raw_path, received, self._tls
            )
        except aiohttp.WSServerHandshakeError as error:
            return await self._refuse_socket(recording, error)
        except (aiohttp.ClientError, TimeoutError) as error:
            return await self._no_answer(recording, "no answer", silence.seen(error))
        response = websockets.answer_to(target)
        await response.prepare(request)
        recording.answered(HTTPStatus.SWITCHING_PROTOCOLS, tuple(response.headers.items()))
        try:
            await websockets.pass_both_ways(response, target, passage, recording.finish_now)
        finally:
            recording.finish_now()
        return response

    async def _refuse_socket(
        self, recording: Recording, error: aiohttp.WSServerHandshakeError
    ) -> web.StreamResponse:
        """The target took no socket: the client gets its status."""
        recording.answered(error.status, tuple((error.headers or {}).items()))
        words = f"{self._edge.target} took no WebSocket: status {error.status}"
        await recording.finish(Unchecked("websocket", words))
        status = error.status if error.status >= HTTPStatus.MULTIPLE_CHOICES else HTTPStatus.BAD_GATEWAY
        return web.Response(status=status)

    def _is_small(self, request: web.Request, answer: aiohttp.ClientResponse) -> bool:
        if request.method == "HEAD" or answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            return True
        length = answer.content_length
        return length is not None and length <= self._settings.body_limit

    async def _body(self, request: web.Request, recording: Recording) -> bytes | AsyncIterator[bytes] | None:
        """The request's body: read first where it is known to be small, else passed as it comes."""
        if not request.body_exists:
            return None
        length = request.content_length
        if length is None or length > self._settings.body_limit:
            return _watched(request.content, recording)
        data = await request.read()
        recording.request_body.take(data)
        return data

    async def _whole(
        self, answer: aiohttp.ClientResponse, passed: CIMultiDict[str], recording: Recording
    ) -> web.StreamResponse:
        body = bytearray()
        try:
            async for piece in answer.content.iter_any():
                body += piece
        except (aiohttp.ClientError, TimeoutError) as error:
            words = silence.cut_short(answer.status, len(body), answer.content_length, error)
            return await self._no_answer(recording, "no answer", words)
        recording.response_body.take(body)
        await recording.finish()
        response = Passed(status=answer.status, reason=answer.reason, headers=passed, body=bytes(body))
        response.added = absent(passed)
        return response

    async def _piecewise(
        self,
        request: web.Request,
        answer: aiohttp.ClientResponse,
        passed: CIMultiDict[str],
        recording: Recording,
    ) -> web.StreamResponse:
        response = PassedPiecewise(status=answer.status, reason=answer.reason, headers=passed)
        response.added = absent(passed)
        await response.prepare(request)
        # With a known length the client knows the last piece when it sees it: that one waits for the record.
        # Without, the end is a message of its own, and no piece has to wait (server-sent events).
        known, held, received = answer.content_length is not None, b"", 0
        try:
            async for piece in pieces(answer):
                received += len(piece)
                recording.response_body.take(piece)
                await response.write(held if known else piece)
                held = piece
        except BrokenOffError as error:
            words = silence.cut_short(answer.status, received, answer.content_length, error)
            await recording.finish(Unchecked("cut short", self._of_target(words)))
            if request.transport is not None:
                request.transport.abort()  # the client must see a broken response, as it would without us
            return response
        await recording.finish()
        await response.write_eof(held if known else b"")
        return response

    async def _no_answer(
        self,
        recording: Recording,
        reason: UncheckedReason,
        words: str,
        status: HTTPStatus = HTTPStatus.BAD_GATEWAY,
    ) -> web.StreamResponse:
        """The target gave no answer: the client gets one of ours, which says so."""
        detail = self._of_target(words)
        recording.unanswered()
        await recording.finish(Unchecked(reason, detail))
        return unanswered(self._edge, status, detail)

    def _of_target(self, words: str) -> str:
        target, address = self._edge.target, self._edge.upstream
        return silence_words.OF_TARGET.format(target=target, address=address, seen=words).en

    async def _forbidden(
        self, guard: Guard, request: web.Request, received: head.Pairs, recording: Recording
    ) -> Text | None:
        """Why the request may not be passed on; its body is looked into only where its head is in order."""
        reason = guard.refusal(request.method, request.raw_path, received, body=_has_body(received))
        if reason or not request.body_exists:
            return reason
        length = request.content_length
        whole = length is not None and length <= self._settings.body_limit
        # aiohttp keeps what was read: it is passed on from there.
        return guard.refusal_of_body(request.method, received, await request.read() if whole else None)

    async def _hold_back(self, recording: Recording, reason: Text) -> web.StreamResponse:
        rules = self._edge.rules
        assert rules is not None
        detail = f"not sent to {self._edge.target}: {reason}"
        answer = problem(
            self._edge,
            HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
            detail,
            "Refused by the test harness",
            reason,
        )
        answer.headers[REFUSED] = str(rules.environment)
        recording.refused(reason)
        recording.answered(answer.status, tuple(answer.headers.items()))
        await recording.finish(Unchecked("refused", detail))
        return answer

    async def _refuse(self, recording: Recording) -> web.StreamResponse:
        detail = (
            "the recording proxy passes HTTP and, where no rules hold, WebSockets: no CONNECT, no OPTIONS *"
        )
        answer = unanswered(self._edge, HTTPStatus.NOT_IMPLEMENTED, detail)
        recording.answered(answer.status, tuple(answer.headers.items()))
        await recording.finish(Unchecked("refused", detail))
        return answer


def _has_body(received: head.Pairs) -> bool:
    """Whether a body is announced (RFC 9112 section 6.3), one of no bytes not counted."""
    for name, value in received:
        if name.lower() == "transfer-encoding" or (name.lower() == "content-length" and value.strip() != "0"):
            return True
    return False


async def _watched(body: aiohttp.StreamReader, recording: Recording) -> AsyncIterator[bytes]:
    async for piece in body.iter_any():
        recording.request_body.take(piece)
        yield piece
