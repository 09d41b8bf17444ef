// Written by tools/vectors/recorded-replies.ts from test/data/emoncms/vectors.json.

/** Answers to uploads; `complete` is false where only the beginning of the body was recorded. */
export const RECORDED_ANSWERS = [
    {
        name: "post fulljson, POST form body, Bearer key, explicit time",
        status: 200,
        body: '{"success": true}',
        complete: true,
    },
    { name: "post fulljson, lower-case bearer", status: 401, body: "Invalid API key", complete: true },
    { name: "legacy json, unquoted keys", status: 200, body: "ok", complete: true },
    {
        name: "json wins over fulljson",
        status: 200,
        body: '{"success": false, "message": "Input in not a valid JSON object"}',
        complete: true,
    },
    { name: "missing key", status: 200, body: "", complete: true },
    {
        name: "JSON body is not parsed",
        status: 200,
        body: '{"success": false, "message": "Request contains no data via csv, json or data tag"}',
        complete: true,
    },
    {
        name: "bulk JSON body is not parsed",
        status: 200,
        body: '{"success": false, "message": "Format error, json string supplied is not valid"}',
        complete: true,
    },
    {
        name: "bulk data: last row empty",
        status: 200,
        body: '{"success": false, "message": "Format error, last item in bulk data does not contain any data"}',
        complete: true,
    },
    {
        name: "bulk data: object instead of array",
        status: 200,
        body: "<br />\n<b>Fatal error</b>:  Uncaught TypeError: count(): Argument #1 ($value) must be of type Countable|array, stdClass given",
        complete: false,
    },
    {
        name: "bulk data: number row inside",
        status: 200,
        body: "<br />\n<b>Fatal error</b>:  Uncaught TypeError: count(): Argument #1 ($value) must be of type Countable|array, int given",
        complete: false,
    },
    {
        name: "bulk data: object value",
        status: 200,
        body: "<br />\n<b>Warning</b>:  Object of class stdClass could not be converted to float in <b>EMONCMS_DIR/Modules/input/input_methods.php</b> on line <b>288</b><br />\nok",
        complete: true,
    },
    {
        name: "bulk data: bad row in the middle (node object)",
        status: 200,
        body: '{"success": false, "message": "Format error, node must not be an object"}',
        complete: true,
    },
    {
        name: "bulk data: bad row in the middle (node array)",
        status: 200,
        body: "<br />\n<b>Fatal error</b>:  Uncaught TypeError: Illegal offset type in isset or empty",
        complete: false,
    },
    {
        name: "33rd node, post",
        status: 200,
        body: '{"success": false, "message": "Error: Reached the maximal allowed number of different NodeIds, limit is 32. Node \'extra\' was ignored."}',
        complete: true,
    },
    {
        name: "bulk body of 1049000 bytes",
        status: 413,
        body: "<html>\r\n<head><title>413 Request Entity Too Large</title></h",
        complete: false,
    },
    { name: "path /input/nosuch", status: 200, body: "false", complete: true },
    {
        name: "path /nosuch",
        status: 406,
        body: '<!doctype html>\n<html class="theme-blue sidebar-dark">\n<head',
        complete: false,
    },
    {
        name: "path /nosuch/thing.json",
        status: 406,
        body: '{"success":false,"message":"406 Not Acceptable. Route not found"}',
        complete: true,
    },
    {
        name: "path /Modules/nosuch",
        status: 404,
        body: '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://ww',
        complete: false,
    },
    {
        name: "database down: post",
        status: 200,
        body: "<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception: Connection refused",
        complete: false,
    },
    {
        name: "redis down: post",
        status: 200,
        body: "<br />\n<b>Fatal error</b>:  Uncaught RedisException: Connection refused",
        complete: false,
    },
    { name: "bad batch with display_errors off", status: 500, body: "", complete: true },
]
