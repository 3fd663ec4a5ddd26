/** Answers of the STS query API, as the service writes them. */

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)

export interface XmlTree {
  [name: string]: string | XmlTree
}

const write = (tree: XmlTree): string =>
  Object.entries(tree)
    .map(([name, value]) => `<${name}>${typeof value === 'string' ? escapeXml(value) : write(value)}</${name}>`)
    .join('')

export const resultXml = (action: string, result: XmlTree, RequestId: string): string =>
  `<${action}Response xmlns="${namespace}">${write({ [`${action}Result`]: result, ResponseMetadata: { RequestId } })}</${action}Response>`

export const errorXml = (Code: string, Message: string, RequestId: string): string =>
  `<ErrorResponse xmlns="${namespace}">${write({ Error: { Type: 'Sender', Code, Message }, RequestId })}</ErrorResponse>`
