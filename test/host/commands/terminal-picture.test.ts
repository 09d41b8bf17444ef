import { expect, test } from "vitest"
import { terminalHtml } from "../../../cli/terminal-picture"

test.each([
    {
        what: "colors",
        output: "\x1b[32mgreen\x1b[39m, \x1b[1mbold\x1b[22m",
        html: '<span style="color: #7ee787">green</span>, <span style="font-weight: bold">bold</span>',
    },
    {
        what: "an attribute that nobody ends",
        output: "\x1b[31mred",
        html: '<span style="color: #ff7b72">red</span>',
    },
    { what: "the end of an attribute that nobody began", output: "plain\x1b[0m", html: "plain" },
    { what: "a line that was written over", output: "10 %\r20 %\r\ndone", html: "20 %\ndone" },
    { what: "the commands that move the cursor", output: "\x1b[2Kdone\x1b[1A", html: "done" },
    { what: "the characters of HTML", output: "a <b> & c", html: "a &lt;b> &amp; c" },
])("shows $what as a terminal does", ({ output, html }) => {
    expect(terminalHtml(output)).toBe(html)
})
