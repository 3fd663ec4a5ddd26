export const stylesheet = `:root {
  color-scheme: light dark;
  --ink: light-dark(#17202a, #e8edf2);
  --faint: light-dark(#5b6875, #9aa7b4);
  --paper: light-dark(#f5f7f9, #12171c);
  --card: light-dark(#fff, #1b2229);
  --edge: light-dark(#dfe5ea, #2c363f);
  --accent: light-dark(#0a6c74, #5fc8cf);
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1rem; max-inline-size: 46rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif }
.bar { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; margin-block-end: 2rem;
  padding-block-end: .75rem; border-block-end: 1px solid var(--edge) }
.bar nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem }
.bar a { color: var(--faint); text-decoration: none }
.bar a:hover { color: var(--accent); text-decoration: underline }
.bar [aria-current] { color: var(--ink); font-weight: 600 }
.bar .brand { color: var(--ink); font-weight: 700 }
.title { margin-block-end: 1.5rem }
h1 { margin: 0; font-size: 1.6rem }
h2 { margin: .5rem 0; font-size: 1.05rem }
.title p, footer, time, .pool, .empty { color: var(--faint); font-size: .875rem; margin: 0 }
.empty { padding: 3rem 1rem; text-align: center; border: 1px dashed var(--edge); border-radius: .75rem; font-size: 1rem }
article { margin-block-end: 1rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--edge);
  border-radius: .75rem }
article header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }
article strong { overflow-wrap: anywhere }
time { margin-inline-start: auto }
.medium { padding: 0 .5rem; border-radius: 1rem; font-size: .8rem; color: var(--card); background: var(--accent) }
.code { margin: .5rem 0 }
.code code { font-size: 1.5rem; letter-spacing: .08em; user-select: all; overflow-wrap: anywhere }
pre { margin: .5rem 0; padding: .75rem; max-block-size: 20rem; overflow: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; border-radius: .5rem; background: var(--paper); font-size: .875rem }
.link { margin: .25rem 0; overflow-wrap: anywhere }
a { color: var(--accent) }
footer { margin-block-start: 2rem }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem;
  margin: 0 0 2rem; padding: 0; list-style: none }
.cards a { display: grid; gap: .25rem; block-size: 100%; padding: 1rem 1.25rem; color: var(--ink); text-decoration: none;
  background: var(--card); border: 1px solid var(--edge); border-radius: .75rem }
.cards a:hover { border-color: var(--accent) }
.cards strong { color: var(--accent) }
.cards span { color: var(--faint); font-size: .9rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem }
dt { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
main > pre { background: var(--card); border: 1px solid var(--edge) }
`
