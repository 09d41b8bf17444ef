/**
 * The message catalog: everything that the uplink can say, by cause, with what helps. `%` stands for the detail of a failure. A
 * single string needs neither bytecode nor heap.
 */
export const SENTENCES = `
wrong key: EmonCMS does not know the key. Copy the Read & Write key from Setup, My Account into EMON_KEY.
password page: The server asks for a user name and a password before EmonCMS is reached. Let /input pass without.
no write access: EmonCMS gave an empty answer: EMON_KEY is a key that may only read, or a proxy removes the Authorization header. Use the Read & Write key.
no key: EmonCMS gets no key that may write: EMON_KEY may only read, EmonCMS is older than 9.8.10 and needs an update, or a proxy removes the Authorization header.
not stored: EmonCMS says OK, but does not store%. It may be too old, or may create no new inputs.
node limit: The EmonCMS account has as many nodes as it may have. Delete one on the page Inputs, or set EMON_NODE to one that is there.
bad data: EmonCMS does not understand the readings. They are kept; its log on the server may say why.
too large: The web server takes no uploads of this size, however small. Raise its limit for the size of requests.
wrong path: There is a server, but no EmonCMS at this path. Check EMON_URL; on many servers it ends in /emoncms.
clock unset: The server's clock is before 2026. Set it right; until then nothing is uploaded, because a wrong time ruins feeds.
clock jumped: The server's clock has jumped. Nothing is uploaded until it is as before, or has stayed for 30 minutes.
moved: The server has moved%. Open EMON_URL in a browser and copy the address that it shows then, perhaps with https.
login page: The network asks for a log-in% before it lets the device out. Log in there, or use a network without.
web page: A web page came back instead of EmonCMS's answer: a log-in page of the network, another server, or EmonCMS in trouble. Check EMON_URL in a browser.
tls port: The server speaks https at this port. Write https:// in EMON_URL, or another port.
blocked: A firewall or proxy refuses the device. Let the path /input pass, for the User-Agent emonscript.
database down: EmonCMS cannot reach its database. Check MariaDB or MySQL on the server.
redis down: EmonCMS cannot reach Redis. Check redis-server on the server.
redis full: EmonCMS's Redis cannot save. Check memory and disk of the server.
disk full: The disk of the server is full. Make room on it.
crash: EmonCMS failed while it handled the readings. Its log on the server says why.
server trouble: The web server cannot answer now. It is tried again by itself.
proxy trouble: The proxy before EmonCMS does not reach it. See that EmonCMS's web server runs; it is tried again by itself.
refused: EmonCMS refuses the readings. They are kept; its log on the server may say why.
unknown: The server answered something that EmonCMS never says. Check EMON_URL.
bad reply: What came back is %. Check the port in EMON_URL.
SocketBusy: The device's only connection is in use by the line. See why the gateway takes so long.
NetworkDown: The device has no network. Check WIFI_SSID, WIFI_PWD and the reception.
ConnectFailed: Nobody answers at %. Check the address, and that the server runs.
ConnectTimeout: There is no way to %. Check the address, and that the server runs.
TlsRefused: No secure connection to %: its certificate has expired, is for another name or from no known authority, or this port speaks no https. A server without a public certificate needs http://.
SendFailed: The connection to % takes no data. It is tried again by itself.
SendTimeout: The network takes no data for %. Check the reception.
ReceiveTimeout: No answer from % in time. The server may be overloaded, or the network slow.
ReceiveOverflow: The answer of % is too long. Check EMON_URL in a browser.
ConnectionLost: The connection to % broke. It is tried again by itself.
ClosedByPeer: The server % closed the connection too early. It may be overloaded, or restarted.
ClosedHere: The connection to % was given up by the device. It is tried again by itself.
unusable key: Setting %
setting: Setting %
device: The device has trouble of its own: %.
`
