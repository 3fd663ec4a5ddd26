/** A QR code as one path of an SVG, with the quiet zone that readers need around it. */
export interface QrCode {
  size: number
  path: string
}

const quiet = 4

export async function qrCode(text: string): Promise<QrCode> {
  const { default: qrcode } = await import('qrcode')
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' })
  let path = ''
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (!modules.get(row, column)) continue
      let width = 1
      while (column + width < modules.size && modules.get(row, column + width)) width++
      path += `M${column + quiet} ${row + quiet}h${width}v1h-${width}z`
      column += width
    }
  }
  return { size: modules.size + 2 * quiet, path }
}
