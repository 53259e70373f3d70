import { createHash } from 'node:crypto';

/** The one style sheet of all pages, inlined so that a page asks for nothing else. None of `& < "` may stand in it. */
export const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem; }
header p { margin: 0; opacity: 0.75; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 1.75rem 0 0.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid #8886; }
label { display: block; font-weight: 600; margin-top: 1rem; }
label.choice { font-weight: 400; }
input, select, textarea { font: inherit; padding: 0.4rem 0.5rem; width: 100%; box-sizing: border-box; }
input[type=checkbox], input[type=radio] { width: auto; }
button { font: inherit; font-weight: 600; margin-top: 1.25rem; padding: 0.5rem 1.1rem; border-radius: 0.3rem; border: 1px solid #0b5cad; background: #0b5cad; color: #fff; cursor: pointer; }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid #f0a000; outline-offset: 2px; }
.notice { border-inline-start: 0.3rem solid #8888; padding: 0.25rem 1rem; margin: 1rem 0; }
.good { border-color: #1a8038; }
.bad { border-color: #c02626; }
.hint { opacity: 0.75; margin: 0.2rem 0; }
code { overflow-wrap: anywhere; }
`;

/** What a Content-Security-Policy names the style sheet by. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE, 'utf8').digest('base64')}'`;
