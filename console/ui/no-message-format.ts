/**
 * Takes the place of `intl-messageformat` in the bundle, which is 11 KB compressed on every page. Cloudscape uses it only
 * in its own error boundary, and the console has another: `shell/error-boundary.tsx`.
 */
export default class NoMessageFormat {
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  format(): string {
    return this.text
  }
}
