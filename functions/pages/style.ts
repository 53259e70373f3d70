/**
 * The one style sheet of all pages, inlined so that a page asks for nothing else. None of `& < "` may stand in it.
 * Text keeps a contrast of 4.5 to 1 in light and dark, which tests/browser measures.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --paper: #fff; --ink: #1c2430; --soft: #4d5866; --line: #d5dae1;
  --act: #0b5cad; --act-ink: #fff; --good: #1a6b34; --good-wash: #eaf5ed; --bad: #a81e1e; --bad-wash: #fdeeee;
  --look: #8a5300; --neutral-wash: #eef1f5; --focus: #b25c00;
  --brand: var(--act); --brand-ink: var(--act-ink); --brand-edge: var(--act);
  font: 100%/1.55 system-ui, -apple-system, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181e; --paper: #1c222b; --ink: #e7eaef; --soft: #a9b3c0; --line: #38414d;
    --act: #7db8f5; --act-ink: #0d1520; --good: #7bd197; --good-wash: #1b2d22; --bad: #ff9d9d; --bad-wash: #351f22;
    --look: #f0bf6a; --neutral-wash: #262d38; --focus: #ffb454;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem 3rem; background: var(--ground); color: var(--ink); }
header, main { max-width: 44rem; margin: 0 auto; }
header p { margin: 0 0 0.75rem; font-weight: 600; letter-spacing: 0.02em; color: var(--soft); }
main { background: var(--paper); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1.75rem 2rem 2rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 2rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.25rem; }
p, ul, dl { margin: 0.6rem 0; }
p, li, button, .button { overflow-wrap: anywhere; max-width: 100%; }
li { margin: 0.2rem 0; }
a { color: var(--act); }
table { border-collapse: collapse; width: 100%; margin: 0.6rem 0; }
th, td { text-align: start; vertical-align: top; padding: 0.45rem 0.75rem 0.45rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; }
thead th { overflow-wrap: break-word; }
dl { display: grid; grid-template-columns: minmax(10rem, 14rem) 1fr; gap: 0.4rem 1.25rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
label { display: block; font-weight: 600; margin-top: 1.4rem; }
label.choice { font-weight: 400; margin-top: 0.5rem; padding-inline-start: 1.6rem; text-indent: -1.6rem; overflow-wrap: anywhere; }
label.choice code { color: var(--soft); font-size: 0.8em; }
fieldset { border: 1px solid var(--line); border-radius: 0.35rem; margin: 1.25rem 0; padding: 0.5rem 1rem 0.9rem; min-width: 0; }
legend { font-weight: 600; padding: 0 0.35rem; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 0.35rem; padding: 0.5rem 0.6rem; width: 100%; }
input[type=checkbox], input[type=radio] { width: 1.1rem; margin: 0 0.3rem 0 0; text-indent: 0; vertical-align: -0.1rem; }
button, .button { display: inline-block; font: inherit; font-weight: 600; text-decoration: none; margin-top: 1.25rem; padding: 0.55rem 1.2rem; border-radius: 0.35rem; border: 1px solid var(--brand-edge); background: var(--brand); color: var(--brand-ink); cursor: pointer; }
.button { margin-top: 0.25rem; }
.ways button { margin-top: 0.25rem; }
button:hover, .button:hover { text-decoration: underline; }
button.second, .button.second { background: transparent; border-color: var(--act); color: var(--act); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--paper); }
.stages [aria-current] { font-weight: 600; }
form + .hint { margin-top: 1.25rem; }
button.quiet { margin: 0; padding: 0.3rem 0.8rem; background: transparent; border-color: var(--act); color: var(--act); font-weight: 400; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.notice { border-inline-start: 0.3rem solid var(--soft); border-radius: 0.35rem; background: var(--neutral-wash); padding: 0.4rem 1rem; margin: 1rem 0; }
.notice.good { border-color: var(--good); background: var(--good-wash); }
.notice.bad { border-color: var(--bad); background: var(--bad-wash); }
.notice button, .notice .button { margin: 0.25rem 0 0.4rem; }
.notice h2 { margin: 0.4rem 0; }
.hint { color: var(--soft); font-size: 0.92em; margin: 0.15rem 0 0.35rem; }
.problem { color: var(--bad); font-weight: 600; margin: 0.15rem 0 0.35rem; }
.wrong input { border: 2px solid var(--bad); }
.places { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0 0 1.25rem; padding: 0 0 0.75rem; border-bottom: 1px solid var(--line); }
.places [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.findings { list-style: none; padding: 0; }
.findings > li { border: 1px solid var(--line); border-inline-start: 0.3rem solid var(--soft); border-radius: 0.35rem; padding: 0.5rem 1rem; margin: 0.75rem 0; }
.findings .error { border-inline-start-color: var(--bad); }
.findings .warning { border-inline-start-color: var(--look); }
.findings h3 { margin: 0.2rem 0; overflow-wrap: anywhere; }
.severity { display: block; font-size: 0.85em; font-weight: 600; color: var(--soft); }
.error .severity { color: var(--bad); }
.warning .severity { color: var(--look); }
.leave { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0.5rem 1rem; margin-top: 2.5rem; padding-top: 0.9rem; border-top: 1px solid var(--line); }
.leave p { margin: 0; }
@media (max-width: 30rem) {
  body { padding: 0.75rem 0.5rem 2rem; }
  main { padding: 1.1rem 1rem 1.5rem; }
  dl { display: block; }
  dt { margin-top: 0.6rem; }
}
`;
