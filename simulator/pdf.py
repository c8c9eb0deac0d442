"""A one-page PDF made by hand, enough for a client that stores or shows it."""

from __future__ import annotations


def _escaped(text):
    plain = text.encode("latin-1", "replace").decode("latin-1")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def document(title, lines):
    """Bytes of a PDF 1.4 file with a heading and lines of text."""
    content = [f"BT /F1 18 Tf 56 780 Td ({_escaped(title)}) Tj ET"]
    for number, line in enumerate(lines[:48]):
        content.append(f"BT /F1 10 Tf 56 {750 - 15 * number} Td ({_escaped(line)}) Tj ET")
    stream = "\n".join(content).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    result, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(result))
        result += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(result)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    result += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return result + (
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
