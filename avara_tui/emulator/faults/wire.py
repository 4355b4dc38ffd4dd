"""Faults of the connection: what happens below HTTP, or to its framing."""

import asyncio
import zlib
from typing import Final

from avara_tui.emulator.faults.struck import Struck, done, undone

_DRIP_SECONDS: Final = 0.05
_GARBAGE: Final = b"SSH-2.0-OpenSSH_9.6\r\n"


async def _refuse(struck: Struck) -> None:
    await struck.refuse_connections()
    await struck.reset()


async def _reset_before_answer(struck: Struck) -> None:
    await struck.reset()


async def _reset_after_write(struck: Struck) -> None:
    await struck.serve()
    await struck.reset()


async def _reset_in_headers(struck: Struck) -> None:
    answer = await struck.serve()
    await struck.write(struck.head(answer, length=len(answer.body))[:40])
    await struck.reset()


async def _reset_in_body(struck: Struck) -> None:
    await _write_half(struck)
    await struck.reset()


async def _reset_after_body(struck: Struck) -> None:
    answer = await struck.serve()
    await struck.write(struck.head(answer, length=len(answer.body)) + answer.body)
    await struck.reset()


async def _close_before_answer(struck: Struck) -> None:
    await struck.close()


async def _close_after_write(struck: Struck) -> None:
    await struck.serve()
    await struck.close()


async def _close_in_body(struck: Struck) -> None:
    await _write_half(struck)
    await struck.close()


async def _stall_before_answer(struck: Struck) -> None:
    await struck.hold()


async def _stall_after_write(struck: Struck) -> None:
    await struck.serve()
    await struck.hold()


async def _stall_in_headers(struck: Struck) -> None:
    answer = await struck.serve()
    await struck.write(struck.head(answer, length=len(answer.body))[:40])
    await struck.hold()


async def _stall_in_body(struck: Struck) -> None:
    await _write_half(struck)
    await struck.hold()


async def _drip_headers(struck: Struck) -> None:
    answer = await struck.serve()
    await _drip(struck, struck.head(answer, length=len(answer.body)) + answer.body)


async def _drip_body(struck: Struck) -> None:
    answer = await struck.serve()
    await struck.write(struck.head(answer, length=len(answer.body)))
    await _drip(struck, answer.body)


async def _length_too_long(struck: Struck) -> None:
    answer = await struck.serve()
    await struck.write(struck.head(answer, length=len(answer.body) + 100) + answer.body)
    await struck.hold()


async def _length_too_short(struck: Struck) -> None:
    answer = await struck.serve()
    await struck.write(struck.head(answer, length=len(answer.body) // 2) + answer.body)
    await struck.close()


async def _chunks_cut(struck: Struck) -> None:
    answer = await struck.serve()
    head = struck.head(answer).removesuffix(b"\r\n") + b"transfer-encoding: chunked\r\n\r\n"
    await struck.write(head + b"%x\r\n%s\r\n" % (len(answer.body), answer.body))
    await struck.close()


async def _not_http(struck: Struck) -> None:
    await struck.write(_GARBAGE)
    await struck.close()


async def _huge_headers(struck: Struck) -> None:
    answer = await struck.serve()
    head = struck.head(answer, length=len(answer.body)).removesuffix(b"\r\n")
    await struck.write(head + b"x-padding: " + b"x" * 262_144 + b"\r\n\r\n" + answer.body)
    await struck.close()


async def _gzip_lies(struck: Struck) -> None:
    answer = await struck.serve()
    headers = [*answer.headers, (b"content-encoding", b"gzip")]
    await struck.answer(answer.status, headers, answer.body)


async def _gzip_cut(struck: Struck) -> None:
    answer = await struck.serve()
    compressor = zlib.compressobj(wbits=31)
    body = compressor.compress(answer.body) + compressor.flush()
    headers = [*answer.headers, (b"content-encoding", b"gzip")]
    await struck.answer(answer.status, headers, body[: len(body) // 2])


async def _write_half(struck: Struck) -> None:
    answer = await struck.serve()
    half = answer.body[: len(answer.body) // 2]
    await struck.write(struck.head(answer, length=len(answer.body)) + half)


async def _drip(struck: Struck, data: bytes) -> None:
    for number in range(len(data)):
        if struck.transport.is_closing():
            break
        await struck.write(data[number : number + 1])
        await asyncio.sleep(_DRIP_SECONDS)
    await struck.close()


KINDS: Final = {
    "refuse": undone("reset, and connections are refused for a second", _refuse),
    "reset-before-answer": undone("RST before anything is done", _reset_before_answer),
    "reset-after-write": done("RST instead of an answer", _reset_after_write),
    "reset-in-headers": done("RST within the headers", _reset_in_headers),
    "reset-in-body": done("RST half-way through the body", _reset_in_body),
    "reset-after-body": done("RST after the whole body", _reset_after_body),
    "close-before-answer": undone("FIN before anything is done", _close_before_answer),
    "close-after-write": done("FIN instead of an answer", _close_after_write),
    "close-in-body": done("FIN half-way through the body", _close_in_body),
    "stall-before-answer": undone("nothing is done or said", _stall_before_answer),
    "stall-after-write": done("done, but nothing is said", _stall_after_write),
    "stall-in-headers": done("silence within the headers", _stall_in_headers),
    "stall-in-body": done("silence half-way through the body", _stall_in_body),
    "drip-headers": done("everything comes byte by byte, 20 a second", _drip_headers),
    "drip-body": done("the body comes byte by byte, 20 a second", _drip_body),
    "length-too-long": done("Content-Length is 100 too much; silence", _length_too_long),
    "length-too-short": done("Content-Length is half the body", _length_too_short),
    "chunks-cut": done("a chunked body without its end", _chunks_cut),
    "not-http": undone("an SSH greeting", _not_http),
    "huge-headers": done("a header of 256 KiB", _huge_headers),
    "gzip-lies": done("plain JSON that is said to be gzip", _gzip_lies),
    "gzip-cut": done("half of a gzip body", _gzip_cut),
}
