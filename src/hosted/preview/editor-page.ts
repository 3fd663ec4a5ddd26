import { devBarStyleUrl } from '../../lib/dev-bar.ts'
import { escapeHtml } from '../../lib/escape-html.ts'
import { shapeNamed } from '../../model/model.ts'
import { fileName } from '../../pool/branding/asset.ts'
import { previewPath } from '../../pool/branding/preview-link.ts'
import type { Picture } from '../../pool/branding/style.ts'
import { picturesPath } from './look.ts'
import { pictureName } from './pictures.ts'
import type { PreviewSession } from './session.ts'
import { previewStates } from './states.ts'

const views = [
  ['light', 'desktop'],
  ['dark', 'desktop'],
  ['light', 'phone'],
  ['dark', 'phone'],
] as const

export interface Edited {
  document: string
  poolName: string
  /** Of the client, in addition to the pool's providers. */
  providers: string[]
  pictures: Picture[]
  problem?: string
  /** HTML that leads to the other pages of a dev server. */
  bar?: string
}

/**
 * The editor shows the document on one side and a preview of all pages on the other. Without script, its button updates
 * the preview.
 */
export function editorPage(
  { formToken, clientId }: PreviewSession,
  { document, poolName, providers, pictures, problem, bar }: Edited,
): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Branding of ${escapeHtml(poolName)}</title>
<link rel="stylesheet" href="${previewPath}/preview.css">
${bar ? `<link rel="stylesheet" href="${devBarStyleUrl}">` : ''}
<script src="${previewPath}/preview.js" defer></script>
</head>
<body>
${bar ?? ''}
<section class="editor" aria-labelledby="title">
<h1 id="title">Branding of ${escapeHtml(poolName)}</h1>
<p>App client <code>${escapeHtml(clientId)}</code>. Nothing here is saved in the pool: export it, and give it to
<code>CreateManagedLoginBranding</code>.</p>
<form action="${previewPath}/settings" method="post">
<input type="hidden" name="_csrf" value="${escapeHtml(formToken)}">
<label for="settings">Settings</label>
<textarea id="settings" name="settings" spellcheck="false" aria-describedby="status">
${escapeHtml(document)}</textarea>
<p id="status" role="status"${problem ? ' class="problem"' : ''}>${escapeHtml(problem ?? '')}</p>
<p class="actions"><button type="submit">Show</button> <a href="${previewPath}/export.json" download="branding.json">Export</a></p>
${pictureFields(pictures, providers)}
</form>
</section>
<main>
${Object.entries(previewStates)
  .map(
    ([name, { label }]) => `<section aria-labelledby="${name}">
<h2 id="${name}">${escapeHtml(label)}</h2>
${views
  .map(
    ([scheme, size]) =>
      `<div class="${size}"><iframe src="${previewPath}/page/${name}/${scheme}" title="${escapeHtml(label)}, ${scheme}, ${size}" loading="lazy"></iframe></div>`,
  )
  .join('\n')}
</section>`,
  )
  .join('\n')}
</main>
</body>
</html>
`
}

const valuesOf = (name: string): readonly string[] => {
  const shape = shapeNamed(name)
  return (shape.type === 'string' && shape.enum) || []
}

const options = (values: readonly string[]): string => values.map((value) => `<option>${value}</option>`).join('')

const upload = `formaction="${previewPath}/pictures" formenctype="multipart/form-data"`

function pictureFields(pictures: Picture[], providers: string[]): string {
  const rows = pictures.map((picture) => {
    const { category, colorMode, resourceId } = picture
    const name = [category, colorMode, resourceId].filter(Boolean).join(' ')
    return `<li><img src="${picturesPath}${fileName(picture)}" alt=""><span>${escapeHtml(name)}</span>
<button type="submit" class="plain" ${upload} name="remove" value="${escapeHtml(pictureName(picture))}" aria-label="Remove ${escapeHtml(name)}">Remove</button></li>`
  })
  return `<fieldset>
<legend>Pictures</legend>
${rows.length > 0 ? `<ul>\n${rows.join('\n')}\n</ul>` : '<p>None yet. What a style shows of them is up to its settings.</p>'}
<div class="fields">
<label>Category <select name="category">${options(valuesOf('AssetCategoryType'))}</select></label>
<label>Colour mode <select name="mode">${options(valuesOf('ColorSchemeModeType'))}</select></label>
<label>Provider of a button <input type="text" name="resource" maxlength="40" list="providers"></label>
<datalist id="providers">${providers.map((name) => `<option value="${escapeHtml(name)}"></option>`).join('')}</datalist>
<label>File <input type="file" name="file" accept=".png,.jpg,.jpeg,.svg,.webp,.ico"></label>
</div>
<button type="submit" ${upload}>Add picture</button>
</fieldset>`
}
