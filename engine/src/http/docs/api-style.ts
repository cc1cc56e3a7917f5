/** Style of the page about the API; both colour schemes, and room for 320 pixels. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 20%, transparent); --soft: color-mix(in srgb, currentColor 6%, transparent); }
* { box-sizing: border-box; }
html { background: light-dark(#fff, #131615); color: light-dark(#1b1f1d, #e8ebe9); }
body { max-width: 72rem; margin: 1.5rem auto; padding: 0 1rem; }
a { color: light-dark(#0b5c44, #7fd1b5); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; }
nav a { display: inline-block; min-height: 24px; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td, th { text-align: start; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
code, pre, textarea { font: .875em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--soft); padding: .5rem .75rem; border-radius: 6px; max-height: 24rem; overflow: auto; }
details.op { border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: .4rem 0; min-height: 28px; }
summary:focus-visible, a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible { outline: 2px solid light-dark(#0b5c44, #7fd1b5); outline-offset: 2px; }
.m { display: inline-block; min-width: 4.2rem; font-weight: 700; }
.body { padding: 0 0 1rem 1rem; }
.search { margin: 1rem 0; display: grid; gap: .25rem; max-width: 32rem; }
input, textarea { width: 100%; padding: .35rem .5rem; border: 1px solid light-dark(#767676, #9a9a9a); border-radius: 6px; background: Canvas; color: CanvasText; font-size: 1rem; }
textarea { min-height: 9rem; font-size: .875rem; }
form { display: grid; gap: .6rem; margin-top: .5rem; }
label { display: grid; gap: .15rem; }
button { font: inherit; padding: .4rem .9rem; border-radius: 6px; border: 1px solid light-dark(#0b5c44, #7fd1b5); background: light-dark(#0b5c44, #7fd1b5); color: light-dark(#fff, #06251b); cursor: pointer; justify-self: start; }
button.unsafe { border-color: light-dark(#a11616, #ff9c9c); background: light-dark(#a11616, #ff9c9c); color: light-dark(#fff, #330000); }
.muted { color: light-dark(#555, #b5b5b5); }
[hidden] { display: none !important; }
@media (max-width: 40rem) { summary > span { display: block; } .body { padding-inline-start: 0; } }
`;
