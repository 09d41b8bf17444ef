/**
 * The message catalog: everything that the uplink can say, by cause, with what helps. `%` stands for the detail of a failure. A
 * single string needs neither bytecode nor heap.
 */
export const SENTENCES = `
wrong key: EmonCMS does not know the key. Copy the Read & Write key from Setup, My Account into EMON_KEY.
password page: The server asks for a user name and a password in front of EmonCMS. Allow /input without them.
no write access: EmonCMS gave an empty answer: EMON_KEY is a read-only key, or a proxy removes the Authorization header. Use the Read & Write key.
no key: EmonCMS receives no key that can write: EMON_KEY is read-only, EmonCMS is older than 9.8.10 and needs an update, or a proxy removes the Authorization header.
not stored: EmonCMS says OK, but does not store%. It may be too old, or set to create no new inputs.
node limit: The EmonCMS account has reached its limit of nodes. Delete one on the Inputs page, or set EMON_NODE to an existing one.
bad data: EmonCMS does not understand the readings. They are kept. EmonCMS's log on the server may say why.
too large: The web server refuses even the smallest upload as too large. Raise its limit on the size of requests.
wrong path: The server answers, but has no EmonCMS at this path. Check EMON_URL; on many servers it ends in /emoncms.
clock unset: The server's clock shows a time before 2026. Correct it. Until then nothing is uploaded, because a wrong time ruins feeds.
clock jumped: The server's clock has jumped. Nothing is uploaded until it jumps back, or has run steadily for 30 minutes.
moved: The server has moved%. Open EMON_URL in a browser, and copy the address that you end up at, perhaps with https.
login page: The network asks for a log-in% before the device can go online. Log in there, or use another network.
web page: A web page came back instead of EmonCMS's answer: the network's log-in page, another server, or EmonCMS in trouble. Open EMON_URL in a browser.
tls port: The server expects https on this port. Write https:// in EMON_URL, or use another port.
blocked: A firewall or proxy blocks the device. Allow the path /input for the User-Agent emonscript.
database down: EmonCMS cannot reach its database. Check MariaDB or MySQL on the server.
redis down: EmonCMS cannot reach Redis. Check redis-server on the server.
redis full: EmonCMS's Redis cannot save. Check the server's memory and disk space.
disk full: The server's disk is full. Free some space.
crash: EmonCMS crashed while it handled the readings. Its log on the server says why.
server trouble: The web server cannot answer now. The device keeps trying.
proxy trouble: The proxy in front of EmonCMS cannot reach it. Check that EmonCMS's web server is running. The device keeps trying.
refused: EmonCMS refuses the readings. They are kept. EmonCMS's log on the server may say why.
unknown: The server does not answer like EmonCMS. Check EMON_URL.
bad reply: The server's answer is %. Check the port in EMON_URL.
SocketBusy: The line is using the device's only connection. Check why the gateway takes so long.
NetworkDown: The device has no network. Check WIFI_SSID, WIFI_PWD and the reception.
ConnectFailed: Nobody answers at %. Check the address, and that the server is running.
ConnectTimeout: Cannot reach %. Check the address, and that the server is running.
TlsRefused: No secure connection to %: its certificate has expired, is for another name or from an unknown authority, or this port does not use https. A server without a public certificate needs http://.
SendFailed: The connection to % accepts no data. The device keeps trying.
SendTimeout: The network accepts no data for %. Check the reception.
ReceiveTimeout: No answer from % in time. The server may be overloaded, or the network slow.
ReceiveOverflow: The answer from % is too long. Open EMON_URL in a browser.
ConnectionLost: The connection to % broke. The device keeps trying.
ClosedByPeer: The server % closed the connection too early. It may be overloaded, or restarting.
ClosedHere: The device gave up the connection to %. It keeps trying.
unusable key: Setting %
setting: Setting %
device: The device itself has a problem: %.
`
