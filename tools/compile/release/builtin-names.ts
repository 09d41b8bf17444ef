/** The runtime's built-in names, indexed by their number. From `bytecode.md` of DeviceScript 2.16. */
export const BUILTIN_NAMES: readonly string[] = [
    "",
    ...`
-Infinity DeviceScript E Infinity LN10 LN2 LOG10E LOG2E NaN PI SQRT1_2 SQRT2 abs alloc array blitAt
boolean buffer cbrt ceil charCodeAt clamp exp false fillAt floor forEach function getAt idiv imul
isBound join length log log10 log2 map max min next null number onChange onConnected onDisconnected
packet _panic pop pow prev prototype push random randomInt read restart round setAt setLength shift
signal slice splice sqrt string subscribe toString true undefined unshift wait write sleep imod
format insert start cloud main charAt object parseInt parseFloat assign keys values __func__ role
deviceIdentifier shortId serviceIndex serviceCommand payload decode encode _onPacket code name
isEvent eventCode isRegSet isRegGet regCode flags isReport isCommand isArray inline assert pushRange
sendCommand __stack__ Error TypeError RangeError stack message cause __new__ setPrototypeOf
getPrototypeOf constructor __proto__ _logRepr print everyMs setInterval setTimeout clearInterval
clearTimeout SyntaxError JSON parse stringify _dcfgString isSimulator Role Fiber suspend resume
terminate self current id _commandResponse isAction millis from hex utf8 utf-8 suspended reboot
server spec ServiceSpec classIdentifier lookup PacketSpec parent response ServerInterface
_onServerPacket _serverSend notImplemented delay fromCharCode _allocRole spiConfigure spiXfer
_socketOpen _socketClose _socketWrite _socketOnEvent open close error data toUpperCase toLowerCase
indexOf byteLength Image width height bpp get clone set fill flipX flipY transposed drawImage
drawTransparentImage overlapsWith fillRect drawLine equals isReadOnly fillCircle blitRow blit
_i2cTransaction _twinMessage spiSendImage gpio label mode capabilities value setMode fillRandom
encrypt decrypt digest ledStripSend rotate register event action report type byCode
`
        .trim()
        .split(/\s+/),
]
