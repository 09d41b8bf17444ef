// Written by tools/vectors/recorded-replies.ts from test/data/emoncms/vectors.json.

/** Replies as they came over the wire, and what is in them. */
export const RECORDED_REPLIES = [
    {
        name: "raw: post, Connection close, Apache",
        raw: 'HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 06:56:24 GMT\r\nServer: Apache/2.4.71 (Debian)\r\nContent-Length: 17\r\nConnection: close\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\n{"success": true}',
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:24 GMT",
        body: '{"success": true}',
    },
    {
        name: "raw: post, Connection close, nginx",
        raw: 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 06:56:50 GMT\r\nContent-Type: text/plain;charset=UTF-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n11\r\n{"success": true}\r\n0\r\n\r\n',
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:50 GMT",
        body: '{"success": true}',
    },
    {
        name: "raw: bulk, Connection close, Apache",
        raw: "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 06:56:24 GMT\r\nServer: Apache/2.4.71 (Debian)\r\nContent-Length: 2\r\nConnection: close\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\nok",
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:24 GMT",
        body: "ok",
    },
    {
        name: "raw: bulk, Connection close, nginx",
        raw: "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 06:56:50 GMT\r\nContent-Type: text/plain;charset=UTF-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:50 GMT",
        body: "ok",
    },
    {
        name: "raw: empty 200 (read-only key), Apache",
        raw: "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 06:56:24 GMT\r\nServer: Apache/2.4.71 (Debian)\r\nContent-Length: 0\r\nConnection: close\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\n",
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:24 GMT",
        body: "",
    },
    {
        name: "raw: empty 200 (read-only key), nginx",
        raw: "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 06:56:50 GMT\r\nContent-Type: text/plain;charset=UTF-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:50 GMT",
        body: "",
    },
    {
        name: "raw: wrong key, Apache",
        raw: 'HTTP/1.1 401 Unauthorized\r\nDate: Sun, 22 Nov 2026 06:56:24 GMT\r\nServer: Apache/2.4.71 (Debian)\r\nWWW-Authenticate: Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"\r\nContent-Length: 15\r\nConnection: close\r\nContent-Type: text/html; charset=UTF-8\r\n\r\nInvalid API key',
        status: 401,
        date: "Sun, 22 Nov 2026 06:56:24 GMT",
        body: "Invalid API key",
    },
    {
        name: "raw: wrong key, nginx",
        raw: 'HTTP/1.1 401 Unauthorized\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 06:56:50 GMT\r\nContent-Type: text/html; charset=UTF-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nWWW-Authenticate: Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"\r\n\r\nf\r\nInvalid API key\r\n0\r\n\r\n',
        status: 401,
        date: "Sun, 22 Nov 2026 06:56:50 GMT",
        body: "Invalid API key",
    },
    {
        name: "raw: HTTP/1.0 request, Apache",
        raw: 'HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 06:56:24 GMT\r\nServer: Apache/2.4.71 (Debian)\r\nContent-Length: 17\r\nConnection: close\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\n{"success": true}',
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:24 GMT",
        body: '{"success": true}',
    },
    {
        name: "raw: HTTP/1.0 request, nginx",
        raw: 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 06:56:50 GMT\r\nContent-Type: text/plain;charset=UTF-8\r\nConnection: close\r\n\r\n{"success": true}',
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:50 GMT",
        body: '{"success": true}',
    },
    {
        name: "Expect: 100-continue, Apache",
        raw: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 06:56:24 GMT\r\nServer: Apache/2.4.71 (Debian)\r\nContent-Length: 17\r\nConnection: close\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\n{"success": true}',
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:24 GMT",
        body: '{"success": true}',
    },
    {
        name: "Expect: 100-continue, nginx",
        raw: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 06:56:52 GMT\r\nContent-Type: text/plain;charset=UTF-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n11\r\n{"success": true}\r\n0\r\n\r\n',
        status: 200,
        date: "Sun, 22 Nov 2026 06:56:52 GMT",
        body: '{"success": true}',
    },
]
