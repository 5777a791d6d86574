"""One part of a zip file inflated piece by piece, never trusting the sizes that the file states."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipInfo

PIECE = 1 << 18
_HEADER = struct.Struct("<4s22xHH")
_PACKED_PIECE = 1 << 16
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_LONGEST = max(map(len, _FORBIDDEN))


class ForbiddenError(Exception):
    """The part declares a document type or entities, which no workbook needs and bombs are made of."""


class Inflating:
    """A stream of the bytes of one part. Closing it closes the file it reads from.

    More bytes than the directory says, fewer, or a wrong check sum raise BadZipFile; a declaration of a document
    type or of entities raises ForbiddenError as soon as it comes along. No piece is longer than was asked for.
    """

    def __init__(self, file: BinaryIO, info: ZipInfo) -> None:
        self._file, self._info = file, info
        file.seek(info.header_offset)
        mark, name, extra = _HEADER.unpack(file.read(_HEADER.size))
        if mark != b"PK\x03\x04" or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile
        file.seek(name + extra, 1)
        self._packed = info.compress_size
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == ZIP_DEFLATED else None
        self._held = b""
        self._count = self._sum = 0
        self._end = b""
        self._binary = info.filename.lower().endswith(".bin")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def read(self, size: int = PIECE) -> bytes:
        """The next piece, at most ``size`` bytes; nothing at the end."""
        piece = self._next(size)
        self._count += len(piece)
        self._sum = zlib.crc32(piece, self._sum)
        if self._count > self._info.file_size:
            raise BadZipFile
        if not piece and (self._count, self._sum) != (self._info.file_size, self._info.CRC):
            raise BadZipFile
        self._look(piece)
        return piece

    def drain(self) -> None:
        """Read to the end, so that all of it is checked."""
        while self.read():
            pass

    def _next(self, size: int) -> bytes:
        while True:
            packed = self._held or self._file.read(min(_PACKED_PIECE, self._packed))
            if not self._held:
                self._packed -= len(packed)
            if self._inflater is None:
                self._held = packed[size:]
                return packed[:size]
            piece = self._inflater.decompress(packed, size)
            self._held = self._inflater.unconsumed_tail
            if piece or not (packed or self._held):
                return piece

    def _look(self, piece: bytes) -> None:
        """Look for declarations, also where pieces meet, however short they are."""
        # Text of two bytes per character has zeros between its characters.
        if b"\0" in piece and not self._binary:
            piece = piece.replace(b"\0", b"")
        # A single character is searched for many times faster than several, and most parts have none.
        if b"!" in piece or b"!" in self._end:
            text = self._end + piece
            if any(word in text for word in _FORBIDDEN):
                raise ForbiddenError
        self._end = (self._end + piece[-_LONGEST:])[-_LONGEST:]
